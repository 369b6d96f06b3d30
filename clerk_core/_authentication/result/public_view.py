"""Select the fields of an Auth object that pages may show: no token and no claims."""

from __future__ import annotations

from typing import TypeGuard

_PUBLIC = (
    *("is_authenticated", "token_type", "user_id", "session_id", "session_status", "actor"),
    *("org_id", "org_slug", "org_role", "org_permissions", "factor_verification_age"),
)
_PUBLIC_OF_MACHINES = (
    *("is_authenticated", "token_type", "id", "subject", "name", "scopes"),
    *("user_id", "org_id", "client_id", "machine_id"),
)


def public_fields(auth: object, *, of_machine: bool = False) -> dict[str, object]:
    """Return the attributes of an Auth object that pages may show, as JSON."""
    names = _PUBLIC_OF_MACHINES if of_machine else _PUBLIC
    values = ((name, getattr(auth, name)) for name in names)
    return {name: list(value) if _is_tuple(value) else value for name, value in values}


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)
