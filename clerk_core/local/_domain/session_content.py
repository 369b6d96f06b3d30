"""What a test has a session token say, in place of what the session says. Pure.

Plans and features are those of a version 2 token: `pla` and `fea`, with a scope before each name.
https://clerk.com/docs/guides/sessions/session-tokens
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clerk_core._json_values import is_object
from clerk_core.local._storage.rows import JsonObject

_SCOPES = {"user": "u", "u": "u", "org": "o", "organization": "o", "o": "o"}


@dataclass(frozen=True, slots=True)
class SessionContent:
    """What a session token says. None, or an empty value, is what the session says.

    Attributes:
        permissions: The permissions in the active organization, such as `org:invoices:read`.
        plan: The plan, of the active organization or else of the user; `user:gold` or `org:gold`
            says whose it is.
        features: The features, in the same form.
        factor_ages: Minutes since the first and the second factor were verified; -1 for none.
        actor: The ID of the user who impersonates the user.
        is_pending: Whether the session has tasks to do.
        claims: Custom claims, which replace others of the same name.
    """

    permissions: Sequence[str] | None = None
    plan: str | None = None
    features: Sequence[str] = ()
    factor_ages: tuple[int, int] | None = None
    actor: str | None = None
    is_pending: bool = False
    claims: Mapping[str, object] = field(default_factory=dict[str, object])


def with_content(claims: JsonObject, content: SessionContent) -> JsonObject:
    """Return the claims of a session token with this content."""
    said: JsonObject = {}
    own = "o" if "o" in claims else "u"
    if content.features:
        said |= _features(claims, [_scoped(name, own) for name in content.features])
    if content.plan is not None:
        said["pla"] = _scoped(content.plan, own)
    if content.factor_ages is not None:
        said["fva"] = list(content.factor_ages)
    if content.actor is not None:
        said["act"] = {"sub": content.actor}
    if content.is_pending:
        said["sts"] = "pending"
    return {**claims, **said, **content.claims}


def _scoped(name: str, own: str) -> str:
    prefix, colon, rest = name.partition(":")
    scope = _SCOPES.get(prefix) if colon else None
    return f"{scope}:{rest}" if scope else f"{own}:{name}"


def _features(claims: JsonObject, entries: list[str]) -> JsonObject:
    listed = [one for one in str(claims.get("fea", "")).split(",") if one]
    added = [entry for entry in entries if entry not in listed]
    said: JsonObject = {"fea": ",".join([*listed, *added])}
    organization = claims.get("o")
    if is_object(organization) and organization.get("fpm"):
        # A number for each feature of the organization; these bring no permission.
        masks = [str(organization["fpm"]), *("0" for entry in added if entry.startswith("o:"))]
        said["o"] = {**organization, "fpm": ",".join(masks)}
    return said
