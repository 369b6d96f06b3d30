"""Credentials of a request: the public URL behind proxies, `Authorization`, the query."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.book import (
    DOCUMENT,
    LIVE_URL,
    NOW,
    Book,
    Json,
    bearer,
    case,
    cookies,
    suffix,
)

# A request without a development browser is redirected to a handshake, whose redirect_url shows
# the public URL that was determined.
_SEEN = "http://10.0.0.5:8080/path?q=1"
_FORWARDED_HOSTS = (
    "public.example.com",
    "public.example.com, proxy.internal",
    "public.example.com,proxy.internal",
    "public.example.com:8443",
    "public.example.com:443",
    "public.example.com:80",
    "public.example.com:99999",
    "public.example.com:",
    "PUBLIC.Example.COM",
    "",
    " ",
    ",",
    ", public.example.com",
    " public.example.com ",
    "bad host",
    "public.example.com/admin",
    "public.example.com?x=1",
    "public.example.com#x",
    "public.example.com\\x",
    "user@evil.example",
    "user:pass@evil.example",
    "//evil.example",
    "https://evil.example",
    "[::1]:3000",
    "[::1",
    "127.1",
    "0x7f.1",
    "localhost",
    "local_host",
    "xn--mnchen-3ya.example",
    "m\u00fcnchen.example",
    "a..b",
    ".example.com",
    "example.com.",
    "%65vil.example",
    "evil%00.example",
    "<script>",
    "10.0.0.5:8080",
    "*",
    "a" * 300 + ".example",
)
_FORWARDED_PROTOS = (
    "https",
    "http",
    "https,http",
    "https, http",
    "http, https",
    "HTTPS",
    "Https",
    "",
    " ",
    ",",
    ", https",
    " https ",
    "https:",
    "https://",
    "ftp",
    "ws",
    "wss",
    "javascript",
    "data",
    "file",
    "1https",
    "ht tp",
    "https;x",
    "blob",
    "on",
)
_PATHS = (
    "//evil.example/x",
    "///evil.example/x",
    "/a/../b",
    "/a/./b",
    "/%2e%2e/b",
    "/a b",
    "/a%20b",
    "/a%2Fb",
    "/a;x=1",
    "/\\evil.example",
    "/caf\u00e9",
    "/caf%C3%A9",
    "/a?q=a b",
    "/a?q=%20+",
    "/a?",
    "/a?&&",
    "/a?q",
    "/a?q=%zz",
    "/a?q=1&q=2",
    "/a?redirect=https://evil.example/%3Fx%3D1",
    "/a?q='\"<>`",
    "/a?q=caf\u00e9",
    "/a?__dev_session=old&q=1",
    "/a?q=1&__dev_session=old&__dev_session=older",
    "/:80/x",
    "/@evil.example",
    "/a|b",
    "/a?q=|{}",
    "",
    "/?x=;y",
)


def _proxied(
    identity: str, host: str | None, proto: str | None, url: str = _SEEN, **more: Any
) -> Json:
    headers = [("host", str(more.pop("server", "10.0.0.5:8080"))), DOCUMENT]
    headers += [("x-forwarded-host", host)] if host is not None else []
    headers += [("x-forwarded-proto", proto)] if proto is not None else []
    return case(f"url-{identity}", url=url, headers=headers, **more)


def _urls() -> Iterator[Json]:
    yield _proxied("plain", None, None)
    yield _proxied("host-header", None, None, server="app.example.com")
    yield _proxied("host-header-with-port", None, None, server="app.example.com:8443")
    yield _proxied("host-header-malformed", None, None, server="a b")
    yield _proxied("host-header-empty", None, None, server="")
    for number, host in enumerate(_FORWARDED_HOSTS):
        yield _proxied(f"host-{number:02}", host, None)
        yield _proxied(f"host-{number:02}-https", host, "https")
    for number, proto in enumerate(_FORWARDED_PROTOS):
        yield _proxied(f"proto-{number:02}", None, proto)
        yield _proxied(f"proto-{number:02}-host", "public.example.com", proto)
    for number, path in enumerate(_PATHS):
        yield _proxied(f"path-{number:02}", None, None, f"http://10.0.0.5:8080{path}")
        yield _proxied(
            f"path-{number:02}-proxied",
            "public.example.com",
            "https",
            f"http://10.0.0.5:8080{path}",
        )
    drawn = random.Random(1)
    for number in range(30):
        host, proto = drawn.choice(_FORWARDED_HOSTS[:19]), drawn.choice(_FORWARDED_PROTOS[:14])
        path = drawn.choice(_PATHS[3:])
        yield _proxied(f"drawn-{number:02}", host, proto, f"http://10.0.0.5:8080{path}")


def _other_proxy_headers() -> Iterator[Json]:
    twice = [("x-forwarded-host", "one.example"), ("x-forwarded-host", "two.example"), DOCUMENT]
    yield case("url-forwarded-host-twice", url=_SEEN, headers=twice)
    twice = [("x-forwarded-proto", "https"), ("x-forwarded-proto", "http"), DOCUMENT]
    yield case("url-forwarded-proto-twice", url=_SEEN, headers=twice)
    for name, value in (
        ("cloudfront-forwarded-proto", "https"),
        ("forwarded", "host=public.example.com;proto=https"),
        ("x-forwarded-port", "8443"),
        ("x-forwarded-prefix", "/app"),
        ("x-original-host", "public.example.com"),
        ("x-forwarded-ssl", "on"),
        ("X-Forwarded-Host", "public.example.com"),
        ("X-FORWARDED-PROTO", "https"),
    ):
        headers = [("host", "10.0.0.5:8080"), (name, value), DOCUMENT]
        yield case(f"url-header-{name}", url=_SEEN, headers=headers)
    yield case("url-without-host-header", url=_SEEN, headers=[DOCUMENT])


def _authorization_values(token: str, machine: str) -> dict[str, str]:
    return {
        "bearer": f"Bearer {token}",
        "no-scheme": token,
        "lower-case-scheme": f"bearer {token}",
        "upper-case-scheme": f"BEARER {token}",
        "two-spaces": f"Bearer  {token}",
        "tab": f"Bearer\t{token}",
        "trailing-space": f"Bearer {token} ",
        "leading-space": f" Bearer {token}",
        "trailing-words": f"Bearer {token} and more",
        "scheme-alone": "Bearer",
        "scheme-and-space": "Bearer ",
        "basic": "Basic dXNlcjpwYXNz",
        "token-scheme": f"Token {token}",
        "digest": 'Digest username="x", realm="y"',
        "empty": "",
        "garbage": "garbage",
        "garbage-bearer": "Bearer garbage",
        "two-dots": "Bearer ..",
        "comma": f"Bearer {token},Bearer {token}",
        "comma-space": f"Bearer {token}, Bearer {token}",
        "bearer-basic": "Basic Bearer",
        "quoted": f'Bearer "{token}"',
        "equals": f"Bearer={token}",
        "colon": f"Bearer: {token}",
        "null": "Bearer null",
        "undefined": "Bearer undefined",
        "latin-1": "Bearer \u00e9.\u00e9.\u00e9",
        "padded": f"Bearer {token}=",
        "newline-free": f"Bearer {token}\u00a0",
        "other-instance": f"Bearer {machine}",
    }


def _authorization(book: Book) -> Iterator[Json]:
    token = book.session("session")
    other = book.session("session of another key", key="other")
    in_cookie = book.session("session in cookie", iat=NOW - 8, sid="sess_cookie")
    browser = cookies(session=in_cookie, client_uat=str(NOW - 100), clerk_db_jwt="dvb_1")
    for name, value in _authorization_values(token, other).items():
        headers = [("authorization", value), DOCUMENT]
        yield case(f"authorization-{name}", headers=headers)
        yield case(f"authorization-{name}-and-cookie", headers=[*headers, browser])
    yield case("authorization-twice", headers=[bearer(token), bearer(token)])
    yield case(
        "authorization-twice-basic-first", headers=[("authorization", "Basic x"), bearer(token)]
    )
    yield case("authorization-name-in-capitals", headers=[("AUTHORIZATION", f"Bearer {token}")])
    yield case("authorization-proxy", headers=[("proxy-authorization", f"Bearer {token}")])


def _query(book: Book) -> Iterator[Json]:
    session, uat = book.session("session"), str(NOW - 100)
    plain = cookies(session=session, client_uat=uat, clerk_db_jwt="dvb_1")
    live = cookies(session=book.session("session", "live"), client_uat=uat)
    for name, query in {
        "dev-browser": "__clerk_db_jwt=dvb_query",
        "dev-browser-empty": "__clerk_db_jwt=",
        "dev-browser-without-equals": "__clerk_db_jwt",
        "dev-browser-twice": "__clerk_db_jwt=dvb_a&__clerk_db_jwt=dvb_b",
        "dev-browser-encoded-name": "__clerk%5Fdb_jwt=dvb_query",
        "dev-browser-encoded-value": "__clerk_db_jwt=dvb%20query%26x",
        "dev-browser-capitals": "__CLERK_DB_JWT=dvb_query",
        "dev-browser-later": "a=1&b=2&__clerk_db_jwt=dvb_query&c=3",
        "dev-browser-in-fragment": "a=1#__clerk_db_jwt=dvb_query",
        "dev-browser-semicolon": "a=1;__clerk_db_jwt=dvb_query",
        "handshake-empty": "__clerk_handshake=",
        "nonce-empty": "__clerk_handshake_nonce=",
        "help": "__clerk_help=1",
        "session": "__session=abc",
        "synced": "__clerk_synced=true",
    }.items():
        url = f"http://localhost:3000/page?{query}"
        yield case(f"query-{name}", url=url, headers=[plain, DOCUMENT])
        yield case(f"query-{name}-no-cookies", url=url, headers=[DOCUMENT])
        url = f"https://app.example.com/page?{query}"
        yield case(f"query-{name}-live", preset="live", url=url, headers=[live, DOCUMENT])


def _development_browser(book: Book) -> Iterator[Json]:
    uat = str(NOW - 100)
    session = book.session("session")
    mine = suffix("dev")
    for name, values in {
        "none": {},
        "plain": {"clerk_db_jwt": "dvb_plain"},
        "suffixed": {f"clerk_db_jwt_{mine}": "dvb_suffixed"},
        "both": {"clerk_db_jwt": "dvb_plain", f"clerk_db_jwt_{mine}": "dvb_suffixed"},
        "empty": {"clerk_db_jwt": ""},
        "encoded": {"clerk_db_jwt": "dvb%20plain"},
        "of-another-app": {"clerk_db_jwt_abcdefgh": "dvb_other"},
        "legacy": {"dev_session": "old"},
    }.items():
        for kind, rest in {
            "alone": {},
            "signed-in": {"session": session, "client_uat": uat},
            "signed-in-suffixed": {f"session_{mine}": session, f"client_uat_{mine}": uat},
            "signed-out": {"client_uat": "0"},
            "client": {"client_uat": uat},
            "token": {"session": session},
        }.items():
            headers = [cookies(**values, **rest), DOCUMENT]
            yield case(f"dev-browser-{name}-{kind}", headers=headers)


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    yield from _urls()
    yield from _other_proxy_headers()
    yield from _authorization(book)
    yield from _query(book)
    yield from _development_browser(book)
    yield case("nothing-live", preset="live", url=LIVE_URL)
