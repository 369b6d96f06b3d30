"""Parse the credentials of one request lazily, each part once.

This module knows no keys and verifies no tokens. It only chooses the set of cookies that belongs to
this instance.
"""

from __future__ import annotations

import re
from math import inf
from urllib.parse import parse_qs

from ada_url import URL

from clerk_core._authentication.request import cookies as names
from clerk_core._authentication.request.cookies import Cookies, Decode, uses_suffixed
from clerk_core._authentication.request.fetch_metadata import (
    is_navigation,
    is_same_origin,
    is_subresource,
)
from clerk_core._authentication.request.jwt import Jwt
from clerk_core._authentication.request.public_url import public_url, without_query
from clerk_core._frozen import FrozenWithDict
from clerk_core._lazy import lazy
from clerk_core._messages import Request
from clerk_core._settings.publishable_key import InstanceType
from clerk_core._settings.settings import Settings

_MAX_REDIRECTS = 3
# The lifetime of a redirect count in a URL, in seconds: enough for one slow redirect.
_COUNT_LIFETIME = 60
_COUNT_AND_TIME = re.compile(r"(?P<count>[0-9]{1,3})-(?P<time>[0-9]{1,12})")
_LEADING_INTEGER = re.compile(
    r"[ \t\n\v\f\r\xa0\ufeff]*(?P<sign>[+-]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]+))"
)


class Credentials(FrozenWithDict):
    """The credentials of a request.

    Without a publishable key, cookies are ignored, because their instance is unknown.

    Args:
        request: The request.
        settings: The settings of the instance.
        now: Unix seconds.
        decode: Decodes a token without verifying it.
    """

    request: Request
    settings: Settings
    now: float
    _take_apart: Decode
    _decoded: dict[str, Jwt]

    def __init__(self, request: Request, settings: Settings, now: float, decode: Decode) -> None:
        put = object.__setattr__
        put(self, "request", request)
        put(self, "settings", settings)
        put(self, "now", now)
        put(self, "_take_apart", decode)
        put(self, "_decoded", {})

    def decode(self, token: str) -> Jwt:
        """Decode a token without verifying it; raise `MalformedJwtError` if it is malformed."""
        jwt = self._decoded.get(token)
        if jwt is None:
            jwt = self._decoded[token] = self._take_apart(token)
        return jwt

    @lazy
    def token_in_header(self) -> str | None:
        """The token of the `Authorization` header, with the Bearer scheme or without a scheme."""
        return token_in_header(self.request)

    @lazy
    def url(self) -> URL | None:
        """The public URL; None if the host or the URL is malformed."""
        return public_url(self.request)

    @lazy
    def _query(self) -> dict[str, list[str]]:
        query = self.request.url.partition("#")[0].partition("?")[2]
        # Fast path: names may be percent-encoded, but otherwise Clerk's contain this prefix.
        if "__clerk" not in query and "%" not in query:
            return {}
        return parse_qs(query, keep_blank_values=True)

    def query(self, name: str) -> str | None:
        """Return the first value of a query parameter; None if it is absent."""
        values = self._query.get(name)
        return values[0] if values else None

    @property
    def has_safe_method(self) -> bool:
        """Whether the method is safe (RFC 9110, 9.2.1)."""
        return self.request.method in ("GET", "HEAD")

    @lazy
    def is_navigation(self) -> bool:
        """Whether a browser navigates to the URL by a link or a form, so it can be redirected."""
        return is_navigation(self.request)

    @property
    def is_subresource(self) -> bool:
        """Whether a browser loads a part of a page, such as a script, a style sheet or an image."""
        return is_subresource(self.request)

    @property
    def is_same_origin(self) -> bool:
        """Whether the browser reports that a page of the same origin sends the request."""
        return is_same_origin(self.request, self.url)

    @property
    def asks_for_document(self) -> bool:
        """Whether a browser navigates with GET, so that it can be sent to a handshake and back.

        Always False if the settings disable handshakes.
        """
        return self.settings.handshake and self.request.method == "GET" and self.is_navigation

    @property
    def instance_type(self) -> InstanceType:
        """The type of the instance; `production`, which is stricter, without a publishable key."""
        instance = self.settings.instance
        return instance.instance_type if instance else "production"

    @lazy
    def frontend_api(self) -> str:
        """The base URL of the Frontend API or its proxy, without a slash at the end."""
        settings = self.settings
        if settings.proxy_url is not None:
            is_path = settings.proxy_url.startswith("/")
            origin = self.url.origin if is_path and self.url is not None else ""
            return (origin + settings.proxy_url).rstrip("/")
        return f"https://{self._issuer}"

    @property
    def is_handshake_request(self) -> bool:
        """Whether the request is itself for the handshake endpoint of a proxied Frontend API."""
        if self.settings.proxy_url is None or self.url is None:
            return False
        return f"{self.url.origin}{self.url.pathname}" == f"{self.frontend_api}/v1/client/handshake"

    @lazy
    def referrer(self) -> URL | None:
        """The URL in the `Referer` header; None if it is absent or invalid."""
        text = self.request.headers.get("referer")
        try:
            return URL(text) if text else None
        except ValueError:
            return None

    @property
    def is_document_navigation(self) -> bool:
        """Whether fetch metadata report a GET navigation that is not in a frame.

        A navigation that a service worker forwards may be in a frame, but counts as well.
        """
        destination = self.request.headers.get("sec-fetch-dest")
        return destination in ("document", "empty") and self.asks_for_document

    @property
    def is_development(self) -> bool:
        """Whether the instance is a development instance."""
        return self.instance_type == "development"

    @lazy
    def cookies(self) -> Cookies:
        """The cookies of the request; empty without a publishable key."""
        is_readable = self.settings.instance is not None
        return Cookies((is_readable and self.request.headers.get("cookie")) or "")

    @lazy
    def uses_suffixed_cookies(self) -> bool:
        """Whether to use the cookies with this instance's suffix instead of the plain ones."""
        instance = self.settings.instance
        return instance is not None and uses_suffixed(
            self.cookies, instance, self._issuer, self.now, self.decode
        )

    @property
    def _issuer(self) -> str:
        """The host of the Frontend API that issues tokens, even if there is a proxy before it."""
        settings = self.settings
        if settings.is_satellite and settings.domain and not self.is_development:
            return f"clerk.{settings.domain}"
        return settings.instance.frontend_api if settings.instance else ""

    def _cookie(self, name: str) -> str | None:
        if self.uses_suffixed_cookies:
            name = f"{name}_{self.settings.cookie_suffix}"
        return self.cookies.get(name)

    @lazy
    def session_token_in_cookie(self) -> str | None:
        """The session token in the cookies."""
        return self._cookie(names.SESSION)

    @lazy
    def refresh_token_in_cookie(self) -> str | None:
        """The refresh token. Its cookie always has a suffix."""
        return self.cookies.get(f"{names.REFRESH}_{self.settings.cookie_suffix}")

    @property
    def session_token(self) -> str | None:
        """The session token in the header or the cookies."""
        return self.session_token_in_cookie or self.token_in_header

    @lazy
    def client_uat(self) -> float:
        """The Unix seconds when the browser's sessions last changed; 0 if it has none."""
        return _leading_integer(self._cookie(names.CLIENT_UAT) or "")

    @lazy
    def dev_browser_token(self) -> str | None:
        """The token that identifies the browser to a development instance."""
        return self.query(names.DEV_BROWSER) or self._cookie(names.DEV_BROWSER)

    @lazy
    def handshake_nonce(self) -> str | None:
        """The nonce to redeem at the Backend API for the result of a handshake."""
        return self.query(names.HANDSHAKE_NONCE) or self.cookies.get(names.HANDSHAKE_NONCE)

    @lazy
    def handshake_token(self) -> str | None:
        """The signed result of a handshake."""
        return self.query(names.HANDSHAKE) or self.cookies.get(names.HANDSHAKE)

    @property
    def is_in_redirect_loop(self) -> bool:
        """Whether the browser was sent to too many handshakes in a row."""
        return self.redirect_count >= _MAX_REDIRECTS

    @lazy
    def redirect_count(self) -> int:
        """The number of handshakes in a row, from the cookie or the URL."""
        return max(self._count_in_cookie, self._count_in_url)

    @property
    def is_counted_in_url(self) -> bool:
        """Whether the URL has a count of handshakes, even an expired one."""
        return self.query(names.REDIRECT_COUNT) is not None

    @property
    def is_counted_in_cookie(self) -> bool:
        """Whether the cookie has the count that is in the URL, so the browser stores cookies."""
        return self._count_in_cookie >= self._count_in_url

    @property
    def page_url(self) -> str | None:
        """The public URL without a count of handshakes; None if it is malformed."""
        if self.url is None:
            return None
        counted = self.is_counted_in_url
        return without_query(self.url, [names.REDIRECT_COUNT]) if counted else self.url.href

    @property
    def _count_in_cookie(self) -> int:
        count = self.cookies.get(names.REDIRECT_COUNT) or ""
        return int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0

    @property
    def _count_in_url(self) -> int:
        """The count in the query. It expires, because the URL may be bookmarked."""
        found = _COUNT_AND_TIME.fullmatch(self.query(names.REDIRECT_COUNT) or "")
        if found is None or abs(self.now - int(found["time"])) > _COUNT_LIFETIME:
            return 0
        return int(found["count"])


def token_in_header(request: Request) -> str | None:
    """Return the token of the `Authorization` header, with the Bearer scheme or without a scheme.

    Returns:
        The token; None without one, or if the header has another scheme, which Clerk does not use.
    """
    value = (request.headers.get("authorization") or "").strip(" \t")
    if not value:
        return None
    scheme, *rest = value.split(" ", 2)
    token = rest[0] if rest else ""
    if not token:
        return scheme
    return token if scheme == "Bearer" else None


def _leading_integer(text: str) -> float:
    """Parse an integer like JavaScript's `parseInt`, but return 0 for NaN."""
    found = _LEADING_INTEGER.match(text)
    if found is None:
        return 0
    try:
        size = float.fromhex(found["hex"]) if found["hex"] else float(found["decimal"])
    except OverflowError:
        size = inf
    return -size if found["sign"] == "-" else size
