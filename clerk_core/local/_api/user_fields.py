"""Read the fields of a user that creation and update share.

It must not know how users are stored.
"""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import datetime, timezone

from clerk_core.local._api.parameters import (
    changed_text,
    flag,
    optional_text,
    required_text,
    texts,
    whole_number,
)
from clerk_core.local._domain.second_factors import hash_of_backup_code
from clerk_core.local._domain.users import check_password, with_password
from clerk_core.local._responses import invalid_parameter
from clerk_core.local._storage.rows import JsonObject, User

NAMES = ("external_id", "first_name", "last_name", "locale", "username")
# These options skip checks that the local instance does not have.
SKIPS = (
    *("skip_password_checks", "skip_password_requirement", "skip_legal_checks"),
    "bypass_client_trust",
)
FIELDS = (
    *NAMES,
    *("password", "password_digest", "password_hasher", "totp_secret", "backup_codes"),
    *("created_at", "legal_accepted_at", "delete_self_enabled", "create_organization_enabled"),
    "create_organizations_limit",
    *SKIPS,
)
"""The names of the fields."""

_WERKZEUG = re.compile(r"scrypt:\d{1,7}:\d{1,3}:\d{1,3}\$[^$]+\$[0-9a-f]{128}")
_DJANGO = re.compile(r"pbkdf2_sha256\$(\d{1,8})\$([^$]+)\$([A-Za-z0-9+/]{43}=)")
_SECRET = re.compile(r"[A-Z2-7]{16,}=*")


def changed_user(user: User, body: JsonObject, now: int) -> User:
    """Return the user with the fields of the body; do not store it.

    Raises:
        ApiError: A field has an invalid value (422).
    """
    user = replace(
        user,
        external_id=changed_text(body, "external_id", user.external_id),
        first_name=changed_text(body, "first_name", user.first_name),
        last_name=changed_text(body, "last_name", user.last_name),
        locale=changed_text(body, "locale", user.locale),
        username=changed_text(body, "username", user.username),
        created_at=_time(body, "created_at") or user.created_at,
        legal_accepted_at=_time(body, "legal_accepted_at") or user.legal_accepted_at,
        delete_self_enabled=flag(body, "delete_self_enabled", default=user.delete_self_enabled),
        create_organization_enabled=flag(
            body, "create_organization_enabled", default=user.create_organization_enabled
        ),
        create_organizations_limit=(
            whole_number(body, "create_organizations_limit", 0)
            if "create_organizations_limit" in body
            else user.create_organizations_limit
        ),
    )
    return _with_second_factors(_with_password(user, body, now), body, now)


def _with_password(user: User, body: JsonObject, now: int) -> User:
    password = optional_text(body, "password")
    if password is not None:
        if body.get("skip_password_checks") is not True:
            check_password(password)
        return with_password(user, password, now)
    if body.get("password_digest") is None:
        return user
    digest = _digest(required_text(body, "password_digest"), required_text(body, "password_hasher"))
    return replace(user, password_hash=digest, seed_password=None, password_updated_at=now)


def _digest(digest: str, hasher: str) -> str:
    """Return a digest of another system in the format of werkzeug."""
    if hasher == "scrypt_werkzeug" and _WERKZEUG.fullmatch(digest):
        return digest
    django = _DJANGO.fullmatch(digest) if hasher == "pbkdf2_sha256_django" else None
    if django is not None:
        value = base64.b64decode(django[3]).hex()
        return f"pbkdf2:sha256:{django[1]}${django[2]}${value}"
    if hasher in ("scrypt_werkzeug", "pbkdf2_sha256_django"):
        raise invalid_parameter("password_digest", f"a digest of {hasher}")
    raise invalid_parameter(
        "password_hasher",
        "scrypt_werkzeug or pbkdf2_sha256_django: the local instance verifies no others",
    )


def _with_second_factors(user: User, body: JsonObject, now: int) -> User:
    secret = optional_text(body, "totp_secret")
    if secret is not None:
        if not _SECRET.fullmatch(secret):
            raise invalid_parameter("totp_secret", "the base32 text of a secret")
        bare = secret.rstrip("=")
        padded = bare + "=" * (-len(bare) % 8)
        enabled_at = user.mfa_enabled_at or now
        user = replace(user, totp_secret=padded, totp_verified=True, mfa_enabled_at=enabled_at)
    if body.get("backup_codes") is not None:
        codes = [hash_of_backup_code(code) for code in texts(body, "backup_codes")]
        user = replace(user, backup_codes=codes)
    return user


def _time(body: JsonObject, name: str) -> int | None:
    """Return a field with a time of RFC 3339 in Unix milliseconds, or None without it."""
    text = optional_text(body, name)
    if text is None:
        return None
    try:
        # Python 3.10 does not know the letter for UTC.
        time = datetime.fromisoformat(re.sub("[Zz]$", "+00:00", text))
    except ValueError:
        raise invalid_parameter(name, "a time such as 2026-05-12T08:00:00Z") from None
    aware = time if time.tzinfo else time.replace(tzinfo=timezone.utc)
    return int(aware.timestamp() * 1000)
