"""The Content-Security-Policy of a page with Clerk.

https://clerk.com/docs/guides/secure/best-practices/csp-headers
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from clerk_core._authentication.request.clerk_hosts import account_portal
from clerk_core._settings.settings import Settings
from clerk_core.pages._head import check_nonce
from clerk_core.pages._scripts import (
    BOOT,
    frontend_api_url,
    instance_of,
    origin_of,
    read_scripts,
)

_CAPTCHA = "https://challenges.cloudflare.com"
_PROTECT = "https://*.protect.clerk.com"
# Only development instances send telemetry.
_TELEMETRY = ("https://clerk-telemetry.com", "https://*.clerk-telemetry.com")
_STRIPE_SCRIPTS = ("https://js.stripe.com", "https://*.js.stripe.com")
_BILLING = {
    "script-src": (*_STRIPE_SCRIPTS, "https://maps.googleapis.com"),
    "connect-src": ("https://api.stripe.com", "https://maps.googleapis.com"),
    "frame-src": (*_STRIPE_SCRIPTS, "https://hooks.stripe.com"),
}
_DIRECTIVE = re.compile(r"[a-z]+(_[a-z]+)*")
_SOURCE = re.compile(r"[!-~]+")


def content_security_policy(
    settings: Settings,
    *,
    nonce: str | None = None,
    scripts: str | None = None,
    billing: bool = False,
    **directives: Iterable[str],
) -> str:
    """Return the value of a Content-Security-Policy header that lets Clerk work, and no more.

    Args:
        settings: The settings of the instance.
        nonce: The nonce that `head` is given. Without it, the policy has the hash of the only
            inline script.
        scripts: The URL of the folder that `head` is given.
        billing: Whether pages take payments, for which Clerk loads scripts of Stripe.
        directives: More sources by directive: `img_src=["https://images.example.com"]`.

    Raises:
        ConfigurationError: The publishable key is missing.
        ValueError: `nonce`, a directive or a source is malformed.
    """
    folder = None if scripts is None else origin_of(read_scripts(scripts))
    boot = BOOT.hash if nonce is None else f"'nonce-{check_nonce(nonce)}'"
    policy = _needed(settings, boot, folder)
    for name, sources in (_BILLING if billing else {}).items():
        policy[name] += sources
    for name, more in directives.items():
        policy.setdefault(_directive(name), []).extend(map(_source, _listed(name, more)))
    return "; ".join(
        f"{name} {' '.join(dict.fromkeys(filter(None, sources)))}"
        for name, sources in policy.items()
    )


def _needed(settings: Settings, boot: str, folder: str | None) -> dict[str, list[str | None]]:
    """Return the sources that every page needs, by directive; None is left out."""
    instance = instance_of(settings)
    frontend_api = origin_of(frontend_api_url(settings))
    upstream = origin_of(settings.fapi_url) if settings.fapi_url else None
    portal = origin_of(settings.sign_in_url or account_portal(instance.frontend_api))
    telemetry = _TELEMETRY if instance.instance_type == "development" else ()
    own = "'self'"
    return {
        "default-src": [own],
        "script-src": [own, boot, frontend_api, folder, _CAPTCHA, _PROTECT],
        # Protection also uses ports other than 443.
        "connect-src": [own, frontend_api, f"{_PROTECT}:*", *telemetry],
        # A local instance serves its pictures itself, also behind a proxy.
        "img-src": [own, "https://img.clerk.com", frontend_api, upstream],
        "worker-src": [own, "blob:"],
        "style-src": [own, "'unsafe-inline'"],
        "frame-src": [own, _CAPTCHA, _PROTECT],
        # A form of a signed-out user is answered with a redirect to sign in.
        "form-action": [own, f"https://{instance.frontend_api}", frontend_api, portal],
        "base-uri": [own],
        "object-src": ["'none'"],
    }


def _directive(name: str) -> str:
    if not _DIRECTIVE.fullmatch(name):
        raise ValueError(f"{name!r} is no directive. Write it with underscores, as img_src.")
    return name.replace("_", "-")


def _listed(name: str, sources: Iterable[str]) -> Iterable[str]:
    if isinstance(sources, str):
        raise TypeError(f"{name} must be a list of sources, not a str")
    return sources


def _source(source: str) -> str:
    if not _SOURCE.fullmatch(source) or not set(source).isdisjoint(";,"):
        raise ValueError(f"{source!r} is no source of a Content-Security-Policy.")
    return source
