"""Check authorization: role, permission, feature, plan, and the age of verified factors.

All requirements must be met, and there must be at least one. Missing or malformed claims meet none.
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
    """The requirement of a recent verification: which factors, and the maximum age in minutes."""

    level: Level
    after_minutes: int


class ReverificationOptions(TypedDict):
    """A `Reverification` as a dictionary."""

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
    """The keyword arguments of `has()`. None is not allowed; leave the argument out instead."""

    role: str
    permission: str
    feature: str
    plan: str
    reverification: ReverificationRequirement


@dataclass(frozen=True, slots=True)
class Entitlements:
    """The claims of a session that are relevant for authorization."""

    org_id: str | None
    org_role: str | None
    org_permissions: tuple[str, ...] | None
    features: object
    plans: object
    factor_verification_age: FactorAges | None


def is_authorized(entitlements: Entitlements, required: Requirement) -> bool:
    """Return whether the entitlements meet all requirements; False if there are none.

    Raises:
        TypeError: A requirement is malformed.
    """
    check_requirement(required)
    return bool(required) and all(
        _CHECKS[name](entitlements, value) for name, value in required.items()
    )


def check_requirement(requirement: Requirement, function: str = "has") -> None:
    """Check the format of the requirements.

    Args:
        requirement: The keyword arguments of a call.
        function: The name of the function that was called, for the message of the exception.

    Raises:
        TypeError: A requirement is malformed.
    """
    check_keywords(function, requirement, _CHECKS)
    for name, asked in requirement.items():
        if name == "reverification":
            read_reverification(asked, function)
        elif not isinstance(asked, str):
            kind = type(asked).__name__
            raise TypeError(f"{function}() argument {name!r} must be str, not {kind}")


def read_reverification(asked: object, function: str) -> Reverification:
    """Parse a preset, or a level and a number of minutes.

    Args:
        asked: The argument `reverification`.
        function: The name of the function that was called, for the message of the exception.

    Raises:
        TypeError: The argument is malformed.
    """
    found = _reverification(asked)
    if found is None or not _is_valid(found):
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
        # Clerk's JavaScript uses the second name.
        minutes: Any = named.get("after_minutes", named.get("afterMinutes"))
        level: Any = named.get("level")
        return Reverification(level, minutes) if len(named) == 2 else None
    return None


def _with_org(name: str) -> str:
    return _ORG_PREFIXES.sub("org:", name, count=1)


def _has_role(entitlements: Entitlements, role: object) -> bool:
    return (
        isinstance(role, str)
        and bool(entitlements.org_id and entitlements.org_role)
        and _with_org(entitlements.org_role or "") == _with_org(role)
    )


def _has_permission(entitlements: Entitlements, permission: object) -> bool:
    return (
        isinstance(permission, str)
        and bool(entitlements.org_id)
        and _with_org(permission) in (entitlements.org_permissions or ())
    )


class Scopes(NamedTuple):
    """The entries of a claim such as `fea` or `pla`, by scope: organization and user."""

    organization: list[str]
    user: list[str]


def split_by_scope(claim: object) -> Scopes:
    """Parse a claim such as `o:reports,u:chat,uo:search`; return no entries if one is malformed."""
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
    """Return whether a feature or plan is listed. A prefix `org:` or `user:` selects the scope."""
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
    """Parse the `fva` claim: the ages of both factors in minutes; -1 if not enrolled."""
    if not is_array(claim) or len(claim) != 2:
        return None
    first, second = claim
    return (first, second) if _is_age(first) and _is_age(second) else None


def _is_age(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return False
    return value == _NOT_ENROLLED or value >= 0


def _is_fresh(age: FactorAges | None, wanted: object) -> bool:
    """Return whether the factors were verified recently enough.

    Args:
        age: The ages of both factors in minutes; -1 if not enrolled.
        wanted: The required verification.
    """
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


def _is_valid(required: Reverification) -> bool:
    return (
        required.level in ("first_factor", "second_factor", "multi_factor")
        and type(required.after_minutes) in (int, float)
        and isfinite(required.after_minutes)
        and required.after_minutes > 0
    )


def permissions_of(features: Iterable[str], per: object, fpm: object) -> tuple[str, ...]:
    """Return the permissions in a version 2 token.

    Args:
        features: The features of the organization.
        per: The claim that lists the actions.
        fpm: The claim with one decimal number for each feature. Its bits select the actions.
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
    # Longer numbers do not occur in real tokens and would take long to parse.
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 1000 else 0


_CHECKS: dict[str, Callable[[Entitlements, object], bool]] = {
    "role": _has_role,
    "permission": _has_permission,
    "feature": lambda entitlements, wanted: _is_entitled(entitlements.features, wanted),
    "plan": lambda entitlements, wanted: _is_entitled(entitlements.plans, wanted),
    "reverification": lambda entitlements, wanted: _is_fresh(
        entitlements.factor_verification_age, wanted
    ),
}
