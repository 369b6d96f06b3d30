"""Where the scripts of Clerk are, and the script that starts them."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from clerk_core._lazy import lazy
from clerk_core._settings.publishable_key import PublishableKey
from clerk_core._settings.settings import Settings
from clerk_core._settings.values import InvalidValue, parse_http_url, read_proxy_url
from clerk_core.errors import ConfigurationError

CLERK_JS_VERSION = "6"
UI_VERSION = "1"

_VERSION = re.compile(r"[A-Za-z0-9._^~-]+")


class _BootScript:
    """The script of `boot.js`, read when it is first used: the same text on every page."""

    @lazy
    def text(self) -> str:
        """The script, without indentation and lines of comment."""
        source = Path(__file__).with_name("boot.js").read_text("utf-8")
        lines = (line.strip() for line in source.splitlines())
        return "\n".join(line for line in lines if line and not line.startswith("//"))

    @lazy
    def hash(self) -> str:
        """The source expression that allows the script in a Content-Security-Policy."""
        digest = hashlib.sha256(self.text.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"


BOOT = _BootScript()


def instance_of(settings: Settings) -> PublishableKey:
    """Return the publishable key; raise `ConfigurationError` if it is missing."""
    if settings.instance is None:
        raise ConfigurationError(
            "Clerk's scripts need the publishable key. Set CLERK_PUBLISHABLE_KEY or pass "
            "publishable_key=.",
            code="publishable-key-missing",
        )
    return settings.instance


def frontend_api_url(settings: Settings) -> str:
    """Return the URL of the Frontend API for browsers; a path where the application proxies it."""
    instance = instance_of(settings)
    if settings.proxy_url is not None:
        return settings.proxy_url.rstrip("/")
    if settings.domain is not None and instance.instance_type == "production":
        return f"https://clerk.{settings.domain.removeprefix('clerk.')}"
    return f"https://{instance.frontend_api}"


def script_urls(
    settings: Settings, scripts: str | None, clerk_js_version: str, ui_version: str
) -> tuple[str, str]:
    """Return the URLs of clerk-js and of the components.

    Args:
        settings: The settings of the instance.
        scripts: The URL of a folder with `clerk-js` and `ui`, the packages from npm.
        clerk_js_version: A version, a range or a tag of `@clerk/clerk-js`.
        ui_version: One of `@clerk/ui`.

    Raises:
        ConfigurationError: `scripts` or a version is malformed.
    """
    if scripts is not None:
        base = read_scripts(scripts)
        return f"{base}/clerk-js/dist/clerk.browser.js", f"{base}/ui/dist/ui.browser.js"
    for version in (clerk_js_version, ui_version):
        if not _VERSION.fullmatch(version):
            raise ConfigurationError(
                f"{version!r} is no version of a package. Use one such as '6' or '6.40.0'.",
                code="script-version-invalid",
            )
    packages = f"{frontend_api_url(settings)}/npm/@clerk"
    return (
        f"{packages}/clerk-js@{clerk_js_version}/dist/clerk.browser.js",
        f"{packages}/ui@{ui_version}/dist/ui.browser.js",
    )


def read_scripts(scripts: str) -> str:
    """Return the URL of the folder of scripts, without a slash at its end."""
    try:
        read = read_proxy_url(scripts)
    except InvalidValue:
        read = None
    if read is None:
        raise ConfigurationError(
            "scripts must be the URL of a folder, such as /static/clerk or "
            "https://cdn.example.com/clerk.",
            code="scripts-invalid",
        )
    return read.rstrip("/")


def origin_of(url: str) -> str | None:
    """Return the origin of an absolute URL; None for a path."""
    parsed = parse_http_url(url)
    return None if parsed is None else parsed.origin
