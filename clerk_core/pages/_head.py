"""What a page has in its head: the scripts of Clerk, and their settings as attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clerk_core._authentication.result.auth import BaseSessionAuth, BaseSignedOutAuth
from clerk_core._compat import Unpack
from clerk_core._settings.settings import Settings
from clerk_core.pages._markup import Markup, element, to_json
from clerk_core.pages._options import LoadOptions, check_options
from clerk_core.pages._scripts import (
    BOOT,
    CLERK_JS_VERSION,
    UI_VERSION,
    instance_of,
    script_urls,
)

# Settings that are options of `Clerk.load()`, too.
_SETTINGS = (
    "sign_in_force_redirect_url",
    "sign_in_url",
    "sign_up_force_redirect_url",
    "sign_up_url",
    "waitlist_url",
)
# Base64, also for URLs (https://www.w3.org/TR/CSP3/#grammardef-nonce-source).
_NONCE = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


def head(
    settings: Settings,
    auth: BaseSessionAuth | BaseSignedOutAuth | None = None,
    *,
    nonce: str | None = None,
    scripts: str | None = None,
    clerk_js_version: str = CLERK_JS_VERSION,
    ui_version: str = UI_VERSION,
    **options: Unpack[LoadOptions],
) -> Markup:
    """Return the scripts of a page, which load Clerk and show the components on the page.

    Args:
        settings: The settings of the instance.
        auth: Whom the page was rendered for, in response to a GET request. The page is loaded
            again, once, if somebody else is signed in or another organization is active.
        nonce: The nonce of the Content-Security-Policy.
        scripts: The URL of a folder that has the packages `@clerk/clerk-js` and `@clerk/ui` as
            `clerk-js` and `ui`. By default, the Frontend API or the proxy serves them.
        clerk_js_version: The version of `@clerk/clerk-js`.
        ui_version: The version of `@clerk/ui`.
        options: Those of `Clerk.load()`; https://clerk.com/docs/reference/objects/clerk#load

    Raises:
        ConfigurationError: The publishable key is missing, or a setting of the scripts is invalid.
        TypeError: An option does not exist.
        ValueError: `nonce` has other characters than those of Base64.
    """
    given_nonce = None if nonce is None else check_nonce(nonce)
    boot = {
        "nonce": given_nonce,
        "data-clerk-boot": "",
        "data-clerk-cookies": f"_{settings.cookie_suffix}",
        "data-clerk-options": to_json("head", _load_options(settings, options)),
        "data-clerk-rendered": None if auth is None else _rendered(auth),
    }
    urls = script_urls(settings, scripts, clerk_js_version, ui_version)
    # The first, so that it sees the others load or fail.
    tags = [element("script", boot, BOOT.text), *_external(settings, given_nonce, *urls)]
    return Markup("\n".join(tags))


def _external(settings: Settings, nonce: str | None, clerk_js: str, ui: str) -> Iterator[Markup]:
    shared = {"nonce": nonce, "async": "", "crossorigin": "anonymous"}
    yield element("script", {**shared, "src": ui, "data-clerk-ui-script": ""})
    instance = {
        "data-clerk-publishable-key": instance_of(settings).text,
        "data-clerk-proxy-url": settings.proxy_url,
        "data-clerk-domain": settings.domain,
    }
    yield element("script", {**shared, "src": clerk_js, "data-clerk-js-script": "", **instance})


def _load_options(settings: Settings, options: LoadOptions) -> dict[str, object]:
    values = check_options("head", {**_from_settings(settings), **options}, LoadOptions)
    if settings.is_satellite:
        values |= {"isSatellite": True, "satelliteAutoSync": settings.satellite_auto_sync}
    return values


def _from_settings(settings: Settings) -> dict[str, object]:
    given = {name: getattr(settings, name) for name in _SETTINGS}
    # What @clerk/backend calls these URLs, and has in their stead.
    given["sign_in_fallback_redirect_url"] = (
        settings.sign_in_fallback_redirect_url or settings.after_sign_in_url
    )
    given["sign_up_fallback_redirect_url"] = (
        settings.sign_up_fallback_redirect_url or settings.after_sign_up_url
    )
    return {name: value for name, value in given.items() if value is not None}


def _rendered(auth: BaseSessionAuth | BaseSignedOutAuth) -> str:
    return f"{auth.session_id or ''}:{auth.org_id or ''}"


def check_nonce(nonce: str) -> str:
    """Return the nonce; raise `ValueError` if it could end an attribute or a header."""
    if not _NONCE.fullmatch(nonce):
        raise ValueError("nonce must be Base64, as secrets.token_urlsafe() returns it")
    return nonce
