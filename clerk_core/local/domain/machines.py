"""Machines: found by their identifier, or by the secret key that they show.

It may not know HTTP methods, nor tokens.
"""

from __future__ import annotations

import hmac

from clerk_core.local.call import Call
from clerk_core.local.responses import not_found
from clerk_core.local.storage.rows import Machine, random_text

SECRET_KEY_PREFIX = "ak_"


def new_secret_key() -> str:
    """A secret key of a machine, which nobody can guess."""
    return f"{SECRET_KEY_PREFIX}{random_text(42)}"


def find_machine(call: Call, machine_id: str) -> Machine:
    """The machine of this id; raises `ApiError` (404)."""
    machine = call.store.one(Machine, id=machine_id)
    if machine is None:
        raise not_found("Machine", machine_id)
    return machine


def calling_machine(call: Call) -> Machine | None:
    """The machine whose secret key the call carries; None for the instance's own or a wrong one."""
    shown = (call.bearer or "").encode()
    for machine in call.store.all(Machine):
        is_current = hmac.compare_digest(shown, machine.secret_key.encode())
        is_previous = hmac.compare_digest(shown, machine.previous_secret_key.encode())
        if is_current or (is_previous and call.now < machine.previous_expire_at):
            return machine
    return None
