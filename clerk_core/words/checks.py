"""Refuse settings that cannot work, when they are made and not at a request.

Every refusal names the variable to set, and none shows a value: it may be a misplaced secret.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING

from ada_url import URL

from clerk_core.words.errors import ConfigurationError

if TYPE_CHECKING:
    from clerk_core.words.settings import Settings

# A key goes into a header: anything else would be refused there, in an error that shows it.
_HEADER_SAFE = re.compile(r"[!-~]+")
_HTTP = re.compile(r"https?://", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def check(settings: Settings) -> None:
    """Raise `ConfigurationError` for what cannot work."""
    _check_keys(settings)
    _check_clock_skew(settings)
    _check_hosts(settings)
    _check_pages(settings)
    if settings.is_satellite:
        _check_satellite(settings)


def _check_keys(settings: Settings) -> None:
    keys = (settings.secret_key, settings.machine_secret_key)
    if not any((*keys, settings.jwt_key)):
        raise ConfigurationError(
            "There is no key to verify sessions with. Set CLERK_SECRET_KEY "
            "(or CLERK_JWT_KEY, for verification alone) from the API keys page of the Clerk "
            "dashboard, or pass secret_key=.",
            code="keys-missing",
        )
    if settings.secret_key is not None and settings.secret_key.startswith("pk_"):
        raise ConfigurationError(
            "CLERK_SECRET_KEY holds a publishable key. Set it to the key that begins "
            "with sk_test_ or sk_live_.",
            code="secret-key-is-publishable",
        )
    for key in keys:
        if key is not None and not _HEADER_SAFE.fullmatch(key):
            raise ConfigurationError(
                "CLERK_SECRET_KEY or CLERK_MACHINE_SECRET_KEY holds characters that no key has. "
                "Copy it again from the Clerk dashboard.",
                code="secret-key-invalid",
            )


def _check_clock_skew(settings: Settings) -> None:
    skew = settings.clock_skew_in_ms
    if type(skew) not in (int, float) or not isfinite(skew):
        raise ConfigurationError(
            "clock_skew_in_ms must be a number of milliseconds.", code="clock-skew-invalid"
        )


def _check_hosts(settings: Settings) -> None:
    if not _is_http_url(settings.api_url):
        raise ConfigurationError(
            "CLERK_API_URL must be an absolute http or https URL, without user and password.",
            code="api-url-invalid",
        )
    proxy = settings.proxy_url
    if proxy is not None and not proxy.startswith("/") and not _is_http_url(proxy):
        raise ConfigurationError(
            "CLERK_PROXY_URL must be an http or https URL or, for a path of this application, "
            "begin with a slash.",
            code="proxy-url-invalid",
        )
    domain = settings.domain
    if domain is not None and ("/" in domain or not _is_http_url(f"https://clerk.{domain}")):
        raise ConfigurationError(
            "CLERK_DOMAIN must be a host name such as satellite.example.com, without a scheme.",
            code="domain-invalid",
        )


def _check_pages(settings: Settings) -> None:
    for page in (settings.sign_in_url, settings.sign_up_url):
        if page is None or _is_http_url(page):
            continue
        if _HTTP.match(page) or _ANY_SCHEME.match(page):
            raise ConfigurationError(
                "CLERK_SIGN_IN_URL and CLERK_SIGN_UP_URL must be http or https URLs, or paths of "
                "this application.",
                code="sign-in-url-invalid",
            )


def _check_satellite(settings: Settings) -> None:
    if settings.proxy_url is None and settings.domain is None:
        raise ConfigurationError(
            "A satellite application needs its own domain. Set CLERK_DOMAIN, or CLERK_PROXY_URL.",
            code="satellite-domain-missing",
        )
    has_test_key = (settings.secret_key or "").startswith(("sk_test_", "test_"))
    instance = settings.instance
    in_development = instance.instance_type == "development" if instance else has_test_key
    if (in_development or has_test_key) and not _is_http_url(settings.sign_in_url or ""):
        raise ConfigurationError(
            "A satellite application of a development instance signs in on the primary "
            "application's page. Set CLERK_SIGN_IN_URL to its absolute http or https URL.",
            code="satellite-sign-in-url-missing",
        )


def _is_http_url(text: str) -> bool:
    try:
        url = URL(text)
    except ValueError:
        return False
    return bool(_HTTP.match(text)) and not url.username and not url.password
