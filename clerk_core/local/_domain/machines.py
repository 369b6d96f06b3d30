"""Find machines by id or by secret key.

It must not know HTTP or tokens.
"""

from __future__ import annotations

import hmac

from clerk_core.local._domain.errors import not_found
from clerk_core.local._storage.rows import Machine, random_text
from clerk_core.local._storage.store import Store

SECRET_KEY_PREFIX = "ak_"


def new_secret_key() -> str:
    """Return a new random secret key for a machine."""
    return f"{SECRET_KEY_PREFIX}{random_text(42)}"


def find_machine(store: Store, machine_id: str) -> Machine:
    """Return the machine with this id, or raise `NotFoundError`."""
    machine = store.one(Machine, id=machine_id)
    if machine is None:
        raise not_found("Machine", machine_id)
    return machine


def find_machine_by_secret_key(store: Store, secret_key: str, now: int) -> Machine | None:
    """Return the machine with this secret key, or None.

    A rotated key is accepted until its grace period ends.
    """
    given = secret_key.encode()
    for machine in store.all(Machine):
        is_current = hmac.compare_digest(given, machine.secret_key.encode())
        is_previous = hmac.compare_digest(given, machine.previous_secret_key.encode())
        if is_current or (is_previous and now < machine.previous_expire_at):
            return machine
    return None
