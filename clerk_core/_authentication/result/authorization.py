"""Check requirements: role, permission, feature, plan, and how recently factors were verified.

All requirements must be met, and at least one be given. Missing or malformed claims meet none.
https://clerk.com/docs/guides/secure/authorization-checks
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, NamedTuple, TypeAlias, TypedDict, TypeGuard, cast

from clerk_core._arguments import check_keywords
from clerk_core._json_values import is_array

Level = Literal["first_factor", "second_factor", "multi_factor"]
Preset = Literal["strict_mfa", "strict", "moderate", "lax"]


class Reverification(NamedTuple):
    """How recent a verification has to be: of which factors, and within how many minutes."""

    level: Level
    after_minutes: int


class ReverificationOptions(TypedDict):
    """The same as a dictionary."""

    level: Level
    after_minutes: int


ReverificationRequirement: TypeAlias = (
    Preset | Reverification | tuple[Level, int] | ReverificationOptions
)
"""A preset, or a level and a number of minutes."""

# https://clerk.com/docs/guides/secure/reverification
_PRESETS: dict[str, Reverification] = {
    "strict_mfa": Reverification("multi_factor", 10),
    "strict": Reverification("second_factor", 10),
    "moderate": Reverification("second_factor", 60),
    "lax": Reverification("second_factor", 24 * 60),
}

FactorAges: TypeAlias = tuple[float, float]
_NOT_ENROLLED = -1
_ORGANIZATION_SCOPES = ("o", "org", "organization")
_USER_SCOPES = ("u", "user")
_ORG_PREFIXES = re.compile(r"^(org:)*")


class Requirement(TypedDict, total=False):
    """The requirements that `has()` takes. None is not a requirement: leave one out instead."""

    role: str
    permission: str
    feature: str
    plan: str
    reverification: ReverificationRequirement


@dataclass(frozen=True, slots=True)
class Entitlements:
    """The well-formed claims of a session that grant something."""

    org_id: str | None
    org_role: str | None
    org_permissions: tuple[str, ...] | None
    features: object
    plans: object
    factor_verification_age: FactorAges | None


def is_authorized(entitlements: Entitlements, required: Requirement) -> bool:
    """Return whether the entitlements meet all requirements, of which there is at least one.

    Raises `TypeError` for a malformed requirement.
    """
    check_requirement(required)
    return bool(required) and all(
        _CHECKS[name](entitlements, value) for name, value in required.items()
    )


def check_requirement(question: Requirement, function: str = "has") -> None:
    """Raise `TypeError` for a malformed requirement, with the name of the function called."""
    check_keywords(function, question, _CHECKS)
    for name, asked in question.items():
        if name == "reverification":
            read_reverification(asked, function)
        elif not isinstance(asked, str):
            kind = type(asked).__name__
            raise TypeError(f"{function}() argument {name!r} must be str, not {kind}")


def read_reverification(asked: object, function: str) -> Reverification:
    """Parse a preset, or a level and minutes; raise `TypeError` for anything else."""
    found = _reverification(asked)
    if found is None or not _is_sane(found):
        raise TypeError(
            f"{function}() argument 'reverification' must be one of {', '.join(_PRESETS)}, or a "
            "level (first_factor, second_factor or multi_factor) and a positive number of minutes, "
            f"such as ('second_factor', 10), not {reprlib.repr(asked)}"
        )
    return found


def _reverification(asked: object) -> Reverification | None:
    if isinstance(asked, str):
        return _PRESETS.get(asked)
    if isinstance(asked, tuple):
        pair = list(cast("Iterable[Any]", asked))
        return Reverification(*pair) if len(pair) == 2 else None
    if isinstance(asked, Mapping):
        named = cast("Mapping[str, object]", asked)
        # The second name is that of Clerk's JavaScript.
        minutes: Any = named.get("after_minutes", named.get("afterMinutes"))
        level: Any = named.get("level")
        return Reverification(level, minutes) if len(named) == 2 else None
    return None


def _with_org(name: str) -> str:
    return _ORG_PREFIXES.sub("org:", name, count=1)


def _has_role(grants: Entitlements, role: object) -> bool:
    return (
        isinstance(role, str)
        and bool(grants.org_id and grants.org_role)
        and _with_org(grants.org_role or "") == _with_org(role)
    )


def _has_permission(grants: Entitlements, permission: object) -> bool:
    return (
        isinstance(permission, str)
        and bool(grants.org_id)
        and _with_org(permission) in (grants.org_permissions or ())
    )


class Scopes(NamedTuple):
    """The entries of a claim such as `fea` or `pla`, for the organization and for the user."""

    organization: list[str]
    user: list[str]


def split_by_scope(claim: object) -> Scopes:
    """Parse `o:reports,u:chat,uo:search`; return no entries if any is malformed."""
    scopes = Scopes([], [])
    if not isinstance(claim, str) or not claim:
        return scopes
    for entry in claim.split(","):
        scope, colon, name = entry.strip().partition(":")
        if not colon:
            return Scopes([], [])
        if scope in ("o", "ou", "uo"):
            scopes.organization.append(name)
        if scope in ("u", "ou", "uo"):
            scopes.user.append(name)
    return scopes


def _is_entitled(claim: object, wanted: object) -> bool:
    """Return whether a feature or plan is listed; a prefix `org:` or `user:` limits the scope."""
    if not isinstance(wanted, str):
        return False
    scopes = split_by_scope(claim)
    scope, *rest = wanted.split(":")
    if not rest:
        return scope in scopes.organization or scope in scopes.user
    name = rest[0] or scope
    if scope in _ORGANIZATION_SCOPES:
        return name in scopes.organization
    return scope in _USER_SCOPES and name in scopes.user


def factor_ages(claim: object) -> FactorAges | None:
    """Parse the `fva` claim: the ages of both factors in minutes, -1 if not enrolled."""
    if not is_array(claim) or len(claim) != 2:
        return None
    first, second = claim
    return (first, second) if _is_age(first) and _is_age(second) else None


def _is_age(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return False
    return value == _NOT_ENROLLED or value >= 0


def _is_fresh(age: FactorAges | None, wanted: object) -> bool:
    """Return whether the factors were verified recently enough. Ages are minutes, -1 for none."""
    required = read_reverification(wanted, "has")
    if age is None:
        return False
    first, second = (None if minutes == _NOT_ENROLLED else minutes for minutes in age)
    if first is None and second is None:
        return False
    first_is_fresh = first is not None and first < required.after_minutes
    second_is_fresh = second is not None and second < required.after_minutes
    # Without a second factor, the first one is sufficient.
    if required.level == "first_factor" or second is None:
        return first_is_fresh
    if required.level == "second_factor":
        return second_is_fresh
    return first_is_fresh and second_is_fresh


def _is_sane(required: Reverification) -> bool:
    return (
        required.level in ("first_factor", "second_factor", "multi_factor")
        and type(required.after_minutes) in (int, float)
        and isfinite(required.after_minutes)
        and required.after_minutes > 0
    )


def permissions_of(features: Iterable[str], per: object, fpm: object) -> tuple[str, ...]:
    """Return the permissions of a version 2 token: `per` names actions, `fpm` maps features.

    `fpm` has one decimal number for each feature, whose bits say which actions are granted.
    """
    if not (isinstance(per, str) and isinstance(fpm, str) and per and fpm):
        return ()
    actions = [action.strip() for action in per.split(",")]
    masks = [_mask(number.strip()) for number in fpm.split(",")]
    return tuple(
        f"org:{feature}:{action}"
        for feature, mask in zip(features, masks, strict=False)
        for bit, action in enumerate(actions)
        if mask >> bit & 1
    )


def _mask(number: str) -> int:
    # A number longer than in any real map would take long to parse; it grants nothing.
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 1000 else 0


_CHECKS: dict[str, Callable[[Entitlements, object], bool]] = {
    "role": _has_role,
    "permission": _has_permission,
    "feature": lambda grants, wanted: _is_entitled(grants.features, wanted),
    "plan": lambda grants, wanted: _is_entitled(grants.plans, wanted),
    "reverification": lambda grants, wanted: _is_fresh(grants.factor_verification_age, wanted),
}
