"""Create session tokens and JWT template tokens.

Times in a token are Unix seconds. It must not know HTTP.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence

from clerk_core._json_values import is_array, is_object
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.keys import InstanceKeys
from clerk_core.local._domain.permissions import is_system_permission
from clerk_core.local._domain.session_content import SessionContent, with_content
from clerk_core.local._storage.rows import (
    EmailAddress,
    JsonObject,
    JwtTemplate,
    Membership,
    Organization,
    Role,
    Session,
    User,
)
from clerk_core.local._storage.store import Store

SESSION_TOKEN_LIFETIME = 60
MIN_TOKEN_LIFETIME = 30
MAX_TOKEN_LIFETIME = 315_360_000
STANDARD_CLAIMS = frozenset(("azp", "exp", "iat", "iss", "jti", "nbf", "sub"))
_NOT_BEFORE_LEEWAY = 10
_SHORTCODE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def session_token(
    store: Store,
    keys: InstanceKeys,
    session: Session,
    now: int,
    expires_in_seconds: int = SESSION_TOKEN_LIFETIME,
    content: SessionContent | None = None,
) -> str:
    """Return a session token (version 2). The caller must check that the session is active.

    Args:
        store: The store.
        keys: The keys of the instance.
        session: The session.
        now: The current time in Unix milliseconds.
        expires_in_seconds: The lifetime of the token.
        content: What the token says in place of what the session says.
    """
    content = content or SessionContent()
    claims = _standard_claims(keys, session, now, expires_in_seconds, _NOT_BEFORE_LEEWAY)
    claims |= {
        "fva": factor_verification_age(session, now),
        "sid": session.id,
        "sts": "active",
        "v": 2,
    }
    if session.actor is not None:
        claims["act"] = session.actor
    claims |= _organization_claims(store, session, content.permissions)
    return keys.sign(with_content(claims, content), "session")


def factor_verification_age(session: Session, now: int) -> list[int]:
    """Return the minutes since the first and the second factor were verified; -1 means never."""
    times = (session.first_factor_at, session.second_factor_at)
    return [-1 if time is None else (now - time) // 60_000 for time in times]


def template_token(
    store: Store,
    keys: InstanceKeys,
    session: Session,
    template_name: str,
    now: int,
    expires_in_seconds: int | None = None,
) -> str:
    """Return a token with the claims of a JWT template.

    Raises:
        NotFoundError: The template does not exist.
    """
    template = store.one(JwtTemplate, name=template_name)
    user = store.one(User, id=session.user_id)
    if template is None or user is None:
        raise not_found("JWT template", template_name)
    lifetime = expires_in_seconds or template.lifetime_in_seconds
    values = _shortcode_values(store, session, user)
    claims = {name: _fill(value, values) for name, value in template.claims.items()}
    standard = _standard_claims(keys, session, now, lifetime, template.allowed_clock_skew)
    # Standard claims override, because a template must not change the subject or the issuer.
    return keys.sign(claims | standard, "template")


def _standard_claims(
    keys: InstanceKeys, session: Session, now: int, expires_in_seconds: int, leeway: int
) -> JsonObject:
    issued_at = now // 1000
    claims: JsonObject = {"azp": session.authorized_party} if session.authorized_party else {}
    return claims | {
        "exp": issued_at + expires_in_seconds,
        "iat": issued_at,
        "iss": keys.issuer,
        "jti": secrets.token_hex(10),
        "nbf": issued_at - leeway,
        "sub": session.user_id,
    }


def _active_organization(store: Store, session: Session) -> tuple[Organization, Membership] | None:
    if session.organization_id is None:
        return None
    organization = store.one(Organization, id=session.organization_id)
    membership = store.one(
        Membership, organization_id=session.organization_id, user_id=session.user_id
    )
    return (organization, membership) if organization and membership else None


def _organization_claims(
    store: Store, session: Session, permissions: Sequence[str] | None
) -> JsonObject:
    active = _active_organization(store, session)
    if active is None:
        return {}
    organization, membership = active
    roles = {role.key: _claimed_permissions(role) for role in store.all(Role)}
    granted = roles[membership.role] if permissions is None else list(permissions)
    known = [permission for keys in roles.values() for permission in keys]
    features = _distinct(_parts(permission)[0] for permission in (*known, *granted))
    actions = _distinct(_parts(permission)[1] for permission in granted)
    return {
        "fea": ",".join(f"o:{feature}" for feature in features),
        "o": {
            "id": organization.id,
            "slg": organization.slug,
            "rol": membership.role.removeprefix("org:"),
            "per": ",".join(actions),
            "fpm": ",".join(str(_bitmap(feature, actions, granted)) for feature in features),
        },
    }


def _claimed_permissions(role: Role) -> list[str]:
    return [key for key in role.permissions if not is_system_permission(key)]


def _parts(permission: str) -> tuple[str, str]:
    """Return the feature and the action of `org:<feature>:<action>`."""
    _, feature, action = permission.split(":")
    return feature, action


def _distinct(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _bitmap(feature: str, actions: list[str], granted: list[str]) -> int:
    """Return a bitmap in which bit i is set if the i-th action is granted on the feature."""
    return sum(1 << i for i, action in enumerate(actions) if f"org:{feature}:{action}" in granted)


def _shortcode_values(store: Store, session: Session, user: User) -> JsonObject:
    email = store.one(EmailAddress, id=user.primary_email_address_id)
    values: JsonObject = {
        "session": {"id": session.id},
        "user": {
            "id": user.id,
            "external_id": user.external_id,
            "username": user.username,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "full_name": user.full_name or None,
            "primary_email_address": email.email_address if email else None,
            # No private metadata, because browsers can read the token.
            "public_metadata": user.public_metadata,
            "unsafe_metadata": user.unsafe_metadata,
            "created_at": user.created_at,
            "updated_at": user.updated_at,
        },
    }
    active = _active_organization(store, session)
    if active is not None:
        organization, membership = active
        values["org"] = {
            "id": organization.id,
            "slug": organization.slug,
            "name": organization.name,
            "role": membership.role,
        }
    return values


def _fill(claim: object, values: JsonObject) -> object:
    """Return the claim with its shortcodes replaced.

    A claim that consists of one shortcode keeps the type of the value.
    """
    if is_object(claim):
        return {name: _fill(item, values) for name, item in claim.items()}
    if is_array(claim):
        return [_fill(item, values) for item in claim]
    if not isinstance(claim, str):
        return claim
    alone = _SHORTCODE.fullmatch(claim)
    if alone:
        return _look_up(alone[1], values)
    return _SHORTCODE.sub(lambda match: _as_text(_look_up(match[1], values)), claim)


def _look_up(path: str, values: JsonObject) -> object:
    found: object = values
    for name in path.split("."):
        found = found.get(name) if is_object(found) else None
    return found


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
