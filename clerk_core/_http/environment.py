"""Read proxies and trusted certificates from the environment.

The variables are those of httpx (https://www.python-httpx.org/environment_variables/).
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from importlib.util import find_spec
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from clerk_core.errors import ConfigurationError

_WITHOUT_PROXY = (
    "To call Clerk without a proxy, set NO_PROXY=api.clerk.com (the host of the Backend API), or "
    "pass transport=."
)
_MAX_ORIGINS = 64
_DEFAULT_PORTS = {"http": 80, "https": 443}
SOCKS = ("socks5", "socks5h")
"""The proxy schemes that need the package `socksio`."""


def check_environment(url: str) -> None:
    """Raise `ConfigurationError` if calls of this URL cannot work in this environment."""
    proxy_for(url)
    check_certificates()


def check_certificates() -> None:
    """Check that the trusted certificates exist, without loading them, which takes 20 to 140 ms.

    Raises:
        ConfigurationError: SSL_CERT_FILE or SSL_CERT_DIR cannot be read.
    """
    certificates, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    is_readable = not certificates or os.access(certificates, os.R_OK)
    if not is_readable or (folder and not os.path.isdir(folder)):
        raise _certificates_unreadable()


class Proxies:
    """A cache of the proxy of each origin."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[httpx.Proxy | None]] = {}

    def of(self, url: str) -> httpx.Proxy | None:
        """Return the proxy for a URL, or None to connect directly.

        Raises:
            ConfigurationError: the proxy cannot be used.
        """
        scheme, _, rest = url.partition("://")
        origin = f"{scheme}://{rest.partition('/')[0]}"
        known = self._known.get(origin)
        if known is None:
            known = (proxy_for(url),)
            if len(self._known) >= _MAX_ORIGINS:
                self._known = {}
            self._known[origin] = known
        return known[0]


def proxy_for(url: str) -> httpx.Proxy | None:
    """Return the proxy for a URL, or None to connect directly.

    Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.

    Raises:
        ConfigurationError: the proxy cannot be used.
    """
    proxies = getproxies()
    try:
        target = urlsplit(url)
        named = proxies.get(target.scheme) or proxies.get("all")
        if not named or _is_excluded(target, proxies):
            return None
    except ValueError:
        return None  # The call reports the invalid URL.
    try:
        proxy = httpx.Proxy(named if "://" in named else f"http://{named}")
    except (httpx.InvalidURL, ValueError):
        proxy = None
    if proxy is None or not proxy.url.host:
        raise ConfigurationError(
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is not the URL of a proxy. Set it to "
            f"http://host:port, https://host:port or socks5://host:port. {_WITHOUT_PROXY}",
            code="proxy-unsupported",
        )
    if proxy.url.scheme in SOCKS and find_spec("socksio") is None:
        raise ConfigurationError(
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is a SOCKS proxy, but the package socksio is not "
            f'installed. Run pip install "httpx[socks]". {_WITHOUT_PROXY}',
            code="proxy-unsupported",
        )
    return proxy


def _is_excluded(target: SplitResult, proxies: Mapping[str, str]) -> bool:
    """Return whether `NO_PROXY` lists this URL by host, by host and port, or by scheme and host."""
    host, port = target.hostname or "", target.port or _DEFAULT_PORTS.get(target.scheme)
    places = [host, f"{host}:{port}"]
    if any(proxy_bypass(place) for place in places):
        return True
    places += [f"[{host}]", f"[{host}]:{port}"]
    for entry in proxies.get("no", "").lower().split(","):
        scheme, _, place = entry.strip().rpartition("://")
        if place == "*" or (place in places and scheme in ("", "all", target.scheme)):
            return True
    return False


def tls_context() -> ssl.SSLContext:
    """Return a TLS context with the trusted certificates.

    Raises:
        ConfigurationError: the certificates cannot be read.
    """
    try:
        return httpx.create_ssl_context()
    except (OSError, ssl.SSLError):
        raise _certificates_unreadable() from None


def _certificates_unreadable() -> ConfigurationError:
    return ConfigurationError(
        "The trusted certificates cannot be read. Check SSL_CERT_FILE and SSL_CERT_DIR.",
        code="certificates-unreadable",
    )
