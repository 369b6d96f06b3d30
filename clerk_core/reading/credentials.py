"""All that one request carries for authentication, each part read once, when first asked for.

It knows nothing of keys and decides nothing about the request: only what is there, and of two sets
of cookies which one is this instance's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from ada_url import URL

from clerk_core.reading import cookies as names
from clerk_core.reading.cookies import Cookies, Decode, uses_suffixed
from clerk_core.reading.jwt import Jwt
from clerk_core.reading.public_url import public_url
from clerk_core.words.lazy import lazy
from clerk_core.words.messages import Request
from clerk_core.words.settings import InstanceType, Settings

_LEADING_INTEGER = re.compile(r"[ \t\n\v\f\r\xa0\ufeff]*([+-]?[0-9]+)")


@dataclass(frozen=True, repr=False)
class Credentials:
    """What `request` carries, as `settings` say to read it.

    `now` is Unix seconds, `take_apart` how a token is read. Without a publishable key there are no
    cookies: nothing says which instance they would belong to.
    """

    request: Request
    settings: Settings
    now: float
    take_apart: Decode

    @lazy
    def _decoded(self) -> dict[str, Jwt]:
        return {}

    def decode(self, token: str) -> Jwt:
        """The token taken apart, each only once; raises `MalformedJwtError`."""
        jwt = self._decoded.get(token)
        if jwt is None:
            jwt = self._decoded[token] = self.take_apart(token)
        return jwt

    @lazy
    def token_in_header(self) -> str | None:
        """The token of the `Authorization` header, with the Bearer scheme or with none at all.

        Any other scheme belongs to somebody else, and the cookie counts.
        """
        value = (self.request.headers.get("authorization") or "").strip(" \t")
        if not value:
            return None
        scheme, *rest = value.split(" ", 2)
        token = rest[0] if rest else ""
        if not token:
            return scheme
        return token if scheme == "Bearer" else None

    @lazy
    def url(self) -> URL | None:
        """The public URL; None where the request's host or URL are malformed."""
        return public_url(self.request)

    @lazy
    def _query(self) -> dict[str, list[str]]:
        query = self.request.url.partition("#")[0].partition("?")[2]
        # Names may be percent-encoded; without either, none of Clerk's parameters is there.
        if "__clerk" not in query and "%" not in query:
            return {}
        return parse_qs(query, keep_blank_values=True)

    def query(self, name: str) -> str | None:
        """The first value of a query parameter, which may be empty; None without it."""
        values = self._query.get(name)
        return values[0] if values else None

    @property
    def asks_for_document(self) -> bool:
        """Whether a browser asks for a document: it can be redirected, unlike a script's request.

        https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header, else by what is accepted.
        """
        if self.request.method != "GET":
            return False
        destination = self.request.headers.get("sec-fetch-dest")
        if destination:
            return destination in ("document", "iframe")
        return (self.request.headers.get("accept") or "").startswith("text/html")

    @property
    def instance_type(self) -> InstanceType:
        """Development or production; without a publishable key the stricter of the two."""
        instance = self.settings.instance
        return instance.instance_type if instance else "production"

    @property
    def is_development(self) -> bool:
        """Whether the instance is a development instance."""
        return self.instance_type == "development"

    @lazy
    def cookies(self) -> Cookies:
        """The cookies of the request, none without a publishable key."""
        is_readable = self.settings.instance is not None
        return Cookies((is_readable and self.request.headers.get("cookie")) or "")

    @lazy
    def uses_suffixed_cookies(self) -> bool:
        """Whether the cookies with this instance's suffix count, rather than the plain ones."""
        instance = self.settings.instance
        return instance is not None and uses_suffixed(self.cookies, instance, self.now, self.decode)

    def _cookie(self, name: str) -> str | None:
        if self.uses_suffixed_cookies:
            name = f"{name}_{self.settings.cookie_suffix}"
        return self.cookies.get(name)

    @lazy
    def session_token_in_cookie(self) -> str | None:
        """The session token of the cookie that counts."""
        return self._cookie(names.SESSION)

    @lazy
    def refresh_token_in_cookie(self) -> str | None:
        """The refresh token; Clerk writes it with the suffix only."""
        return self.cookies.get(f"{names.REFRESH}_{self.settings.cookie_suffix}")

    @property
    def session_token(self) -> str | None:
        """The session token that the request carries, wherever it is."""
        return self.session_token_in_cookie or self.token_in_header

    @lazy
    def client_uat(self) -> float:
        """When the browser's sessions last changed, in Unix seconds; 0 when it has none."""
        leading = _LEADING_INTEGER.match(self._cookie(names.CLIENT_UAT) or "")
        return float(leading[1]) if leading else 0

    @lazy
    def dev_browser_token(self) -> str | None:
        """Names the browser to a development instance."""
        return self.query(names.DEV_BROWSER) or self._cookie(names.DEV_BROWSER)

    @lazy
    def handshake_nonce(self) -> str | None:
        """What to ask the Backend API for a finished handshake with."""
        return self.query(names.HANDSHAKE_NONCE) or self.cookies.get(names.HANDSHAKE_NONCE)

    @lazy
    def handshake_token(self) -> str | None:
        """A finished handshake, signed."""
        return self.query(names.HANDSHAKE) or self.cookies.get(names.HANDSHAKE)

    @lazy
    def redirect_count(self) -> int:
        """How many handshakes in a row this browser has been sent to."""
        count = self.cookies.get(names.REDIRECT_COUNT) or ""
        return int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
