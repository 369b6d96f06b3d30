"""Machines: found by their identifier, or by the secret key that they show.

It may not know HTTP methods, nor tokens.
"""

from __future__ import annotations

import hmac

from clerk_core.local.domain.errors import not_found
from clerk_core.local.storage.rows import Machine, random_text
from clerk_core.local.storage.store import Store

SECRET_KEY_PREFIX = "ak_"


def new_secret_key() -> str:
    """A secret key of a machine, which nobody can guess."""
    return f"{SECRET_KEY_PREFIX}{random_text(42)}"


def find_machine(store: Store, machine_id: str) -> Machine:
    """The machine of this id; raises `NotFoundError`."""
    machine = store.one(Machine, id=machine_id)
    if machine is None:
        raise not_found("Machine", machine_id)
    return machine


def machine_with_secret_key(store: Store, secret_key: str, now: int) -> Machine | None:
    """The machine with this secret key, or with this one until its replacement takes over."""
    shown = secret_key.encode()
    for machine in store.all(Machine):
        is_current = hmac.compare_digest(shown, machine.secret_key.encode())
        is_previous = hmac.compare_digest(shown, machine.previous_secret_key.encode())
        if is_current or (is_previous and now < machine.previous_expire_at):
            return machine
    return None
