"""Create, find and check OAuth applications, which are the clients of the authorization server.

It must not know HTTP, or who creates an application.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ada_url import URL

from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.oauth_errors import OAuthError
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._storage.rows import OAuthApplication, random_text
from clerk_core.local._storage.store import Store

CLERK_SCOPES = (
    *("openid", "profile", "email", "public_metadata", "private_metadata"),
    "offline_access",
)
DEFAULT_SCOPES = ("profile", "email")

_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
# Navigating to these would run a script, or show a document of somebody's choice.
_DANGEROUS = frozenset(
    f"{scheme}:"
    for scheme in ("about", "blob", "data", "file", "filesystem", "javascript", "vbscript")
)


def hash_of(secret: str) -> str:
    """Return the hash by which a secret is stored; the secrets are random, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def supported_scopes(settings: InstanceSettings) -> tuple[str, ...]:
    """Return all scopes that an application can have."""
    return (*CLERK_SCOPES, *(one for one in settings.oauth_scopes if one not in CLERK_SCOPES))


def read_scopes(text: str) -> list[str]:
    """Return the scopes of a parameter, each once (RFC 6749, 3.3).

    Raises:
        OAuthError: It has characters that scopes cannot have.
    """
    scopes = list(dict.fromkeys(one for one in text.split(" ") if one))
    if not all(_SCOPE.fullmatch(one) for one in scopes):
        raise OAuthError("invalid_scope", "scope has invalid characters.")
    return scopes


def unknown_scopes(settings: InstanceSettings, scopes: Iterable[str]) -> list[str]:
    """Return those of the scopes that the instance does not have."""
    known = supported_scopes(settings)
    return [one for one in scopes if one not in known]


def is_redirect_uri(text: str) -> bool:
    """Return whether an application may register this redirect URI (RFC 6749, 3.1.2).

    It is absolute, has no fragment, and no scheme with which a browser would run a script.
    """
    # A browser ignores some characters in a URL, so that another scheme could be meant.
    if not _PRINTABLE.fullmatch(text) or "#" in text:
        return False
    try:
        url = URL(text)
    except ValueError:
        return False
    return url.protocol not in _DANGEROUS and not url.username and not url.password


def new_secret(application: OAuthApplication, now: int) -> tuple[OAuthApplication, str]:
    """Return the application with a new secret, and the secret; do not store it.

    The secret of a public client is empty.
    """
    secret = "" if application.public else random_text(32)
    secret_hash = hash_of(secret) if secret else ""
    return replace(application, secret_hash=secret_hash, updated_at=now), secret


def has_secret(application: OAuthApplication, secret: str) -> bool:
    """Return whether this is the secret of a confidential client, in constant time."""
    is_equal = hmac.compare_digest(hash_of(secret), application.secret_hash)
    return is_equal and not application.public


def find_application(store: Store, application_id: str) -> OAuthApplication:
    """Return the application with this id, or raise `NotFoundError`."""
    application = store.one(OAuthApplication, id=application_id)
    if application is None:
        raise not_found("OAuth application", application_id)
    return application


def find_client(store: Store, client_id: str) -> OAuthApplication | None:
    """Return the application with this client id, or None."""
    return store.one(OAuthApplication, client_id=client_id)


def requested_scopes(application: OAuthApplication, text: str | None) -> Sequence[str]:
    """Return the scopes of an authorization request; without the parameter, the default ones.

    Raises:
        OAuthError: The application may not have one of them.
    """
    if not text:
        return [one for one in DEFAULT_SCOPES if one in application.scopes]
    scopes = read_scopes(text)
    refused = [one for one in scopes if one not in application.scopes]
    if refused or not scopes:
        raise OAuthError("invalid_scope", "The application may not request one of the scopes.")
    return scopes
