"""Handshakes: when one starts, its URL, and how its result is processed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.conformance.book import (
    ABSENT,
    ANY_CATEGORY,
    DOCUMENT,
    M2M_CATEGORY,
    NOW,
    TEMPLATE_CATEGORY,
    URLS,
    Book,
    Json,
    base64url,
    bearer,
    case,
    cookies,
    public_pem,
    suffix,
)

_UAT = str(NOW - 100)
_PAYLOAD = "/v1/clients/handshake_payload"


def _eligibility() -> Iterator[Json]:
    """Yield requests with a client but without a session, which may start a handshake."""
    destinations = (None, "document", "iframe", "empty", "image", "", "Document", "document, x")
    accepts = (None, "text/html", "text/html,application/xhtml+xml", "*/*", "application/json")
    for destination in destinations:
        for accept in accepts:
            headers = [cookies(client_uat=_UAT, clerk_db_jwt="dvb_1")]
            headers += [("sec-fetch-dest", destination)] if destination is not None else []
            headers += [("accept", accept)] if accept is not None else []
            name = f"eligible-{destinations.index(destination)}-{accepts.index(accept)}"
            yield case(name, headers=headers)
    odd = ("TEXT/HTML", " text/html", "application/json, text/html", "text/htmlx", "")
    for number, accept in enumerate(odd):
        headers = [cookies(client_uat=_UAT, clerk_db_jwt="d"), ("accept", accept)]
        yield case(f"eligible-odd-accept-{number}", headers=headers)
    for method in ("POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
        for preset in ("dev", "live"):
            headers = [cookies(client_uat=_UAT, clerk_db_jwt="dvb_1"), DOCUMENT]
            name = f"eligible-method-{method}-{preset}"
            yield case(name, preset=preset, method=method, headers=headers)
    for mode in ("navigate", "cors"):
        headers = [cookies(client_uat=_UAT, clerk_db_jwt="dvb_1"), ("sec-fetch-mode", mode)]
        yield case(f"eligible-mode-{mode}", headers=headers)
    for destination in ("empty", "embed", "frame", "object", "worker"):
        headers = [cookies(client_uat=_UAT, clerk_db_jwt="dvb_1"), ("sec-fetch-mode", "navigate")]
        headers.append(("sec-fetch-dest", destination))
        yield case(f"eligible-navigating-{destination}", headers=headers)


def _locations(book: Book) -> Iterator[Json]:
    for preset in ("dev", "live"):
        session = book.session("session", preset)
        base: dict[str, str | None] = {"clerk_db_jwt": "dvb_1"}
        mine = suffix(preset)
        for name, values in {
            "client-alone": {"client_uat": _UAT},
            "token-alone": {"session": session},
            "token-and-zero": {"session": session, "client_uat": "0"},
            "suffixed-client": {f"client_uat_{mine}": _UAT, f"clerk_db_jwt_{mine}": "dvb_2"},
            "suffixed-token-and-zero": {f"session_{mine}": session, f"client_uat_{mine}": "0"},
            "iat-before-uat": {"session": session, "client_uat": str(NOW - 5)},
        }.items():
            for kind, options in {
                "plain": {},
                "proxy": {"proxy_url": "https://proxy.example/__clerk"},
                "proxy-slashes": {"proxy_url": "https://proxy.example/__clerk///"},
                "proxy-path": {"proxy_url": "/__clerk"},
                "domain": {"domain": "other.example"},
                "jwt-key": {"jwt_key": public_pem("main")},
            }.items():
                headers = [cookies(**base, **values), DOCUMENT]
                identity = f"location-{preset}-{name}-{kind}"
                yield case(identity, preset=preset, headers=headers, options=options)
    proxied = [("x-forwarded-host", "app.example"), ("x-forwarded-proto", "https"), DOCUMENT]
    for name, proxy in {
        "path": "/__clerk",
        "path-slash": "/__clerk/",
        "root": "/",
        "protocol-relative": "//evil.example/x",
        "http": "http://proxy.example",
        "bare-host": "proxy.example",
        "with-query": "https://proxy.example/x?y=1",
    }.items():
        headers = [cookies(client_uat=_UAT, clerk_db_jwt="dvb_1"), *proxied]
        yield case(f"location-proxied-{name}", headers=headers, options={"proxy_url": proxy})
    bare = {"secret_key": None, "jwt_key": public_pem("main")}
    yield case(
        "location-without-secret",
        headers=[cookies(client_uat=_UAT, clerk_db_jwt="d"), DOCUMENT],
        options=bare,
    )


def _loops() -> Iterator[Json]:
    counts = (
        "0",
        "1",
        "2",
        "3",
        "4",
        "10",
        "999",
        "-1",
        "x",
        "",
        "1.5",
        "3.0",
        "1e0",
        "0x1",
        "%33",
    )
    counts_too = (" 2", "+2", "2,3", "Infinity", "NaN", "03", "3x", "9" * 25)
    for number, count in enumerate(counts + counts_too):
        for preset in ("dev", "live"):
            values = {"client_uat": _UAT, "clerk_db_jwt": "dvb_1", "clerk_redirect_count": count}
            name = f"loop-{number:02}-{preset}"
            yield case(name, preset=preset, headers=[cookies(**values), DOCUMENT])


def _cookies_of(session: str, preset: str) -> list[str]:
    mine = suffix(preset)
    return [
        f"__session={session}; Path=/; Max-Age=60; SameSite=Lax",
        f"__session_{mine}={session}; Path=/; Max-Age=60; SameSite=Lax",
        f"__client_uat={_UAT}; Path=/; Domain=example.com; Secure",
        f"__client_uat_{mine}={_UAT}; Path=/",
        f"__refresh_{mine}=rt_1; HttpOnly",
    ]


def _directives(book: Book, preset: str) -> dict[str, object]:
    template = {"cat": TEMPLATE_CATEGORY}
    good = book.session("session", preset)
    newer = book.session("newer", preset, iat=NOW - 5, sid="sess_newer")
    expired = book.session("expired", preset, iat=NOW - 70, exp=NOW - 10, nbf=NOW - 80)
    return {
        "good": _cookies_of(good, preset),
        "plain-only": [f"__session={good}; Path=/"],
        "suffixed-only": [f"__session_{suffix(preset)}={good}; Path=/"],
        "foreign-suffix-last": [f"__session={good}; Path=/", f"__session_abcdefgh={newer}; Path=/"],
        "foreign-suffix-only": [f"__session_abcdefgh={good}; Path=/"],
        "name-begins-like": [f"__sessionid={good}; Path=/"],
        "two-sessions": [f"__session={good}; Path=/", f"__session={newer}; Path=/"],
        "signed-out": ["__session=; Path=/; Max-Age=0", "__client_uat=0; Path=/"],
        "signed-out-after-in": [f"__session={good}; Path=/", "__session=; Path=/; Max-Age=0"],
        "no-session": ["__client_uat=0; Path=/"],
        "none": [],
        "session-garbage": ["__session=garbage; Path=/"],
        "session-three-parts": ["__session=a.b.c; Path=/"],
        "session-no-value": ["__session; Path=/"],
        "session-quoted": [f'__session="{good}"; Path=/'],
        "session-spaces": [f" __session = {good} ; Path=/"],
        "expired": _cookies_of(expired, preset),
        "early": [f"__session={book.session('early 30', preset, nbf=NOW + 30)}"],
        "future": [f"__session={book.session('issued 30', preset, iat=NOW + 30)}"],
        "day-old": [f"__session={book.session('day old', preset, exp=NOW - 86_399)}"],
        "two-days-old": [f"__session={book.session('two days old', preset, exp=NOW - 172_800)}"],
        "forged": [f"__session={book.session('session of another key', preset, key='other')}"],
        "template": [f"__session={book.session('header cat-template', preset, header=template)}"],
        "m2m": [
            f"__session={book.session('header cat-m2m', preset, header={'cat': M2M_CATEGORY})}"
        ],
        "machine": [f"__session={book.session('sub mch_1', preset, sub='mch_1')}"],
        "no-azp": [f"__session={book.session('azp missing', preset, azp=ABSENT)}"],
        "pending": [f"__session={book.session('sts pending plain', preset, sts='pending')}"],
        "other-cookies": [f"__session={good}", "theme=dark; Path=/"],
        "text": "x",
        "number": 5,
        "object": {"a": "b"},
        "null": None,
        "with-number": [5, f"__session={good}; Path=/"],
        "with-null": [None, f"__session={good}; Path=/"],
        "with-newline": [f"__session={good}; Path=/", "x=1\r\nset-cookie: evil=1"],
        "with-nul": [f"__session={good}; Path=/", "x=1\u0000"],
        "with-latin-1": [f"__session={good}; Path=/", "x=\u00e9"],
        "with-wide": [f"__session={good}; Path=/", "x=\u4e2d"],
    }


_QUERIES = "a=1&__clerk_db_jwt=dvb_q&__clerk_help=1"


def _resolved(book: Book) -> Iterator[Json]:
    for preset in ("dev", "live"):
        page = URLS[preset].partition("?")[0]
        for name, directives in _directives(book, preset).items():
            token = book.handshake(f"{name} {preset}", directives)
            url = f"{page}?{_QUERIES}&__clerk_handshake={token}"
            yield case(f"token-{name}-{preset}-query", preset=preset, url=url, headers=[DOCUMENT])
            values = cookies(clerk_handshake=token, clerk_db_jwt="dvb_1")
            yield case(f"token-{name}-{preset}-cookie", preset=preset, headers=[values, DOCUMENT])
            answer = {"status": 200, "json": {"directives": directives}}
            yield from _by_nonce(f"{name}-{preset}", preset, answer)


def _by_nonce(identity: str, preset: str, answer: object, **more: Any) -> Iterator[Json]:
    page = URLS[preset].partition("?")[0]
    api = [["GET", _PAYLOAD, answer]]
    url = f"{page}?{_QUERIES}&__clerk_handshake_nonce=nonce_1"
    yield case(f"nonce-{identity}", preset=preset, url=url, headers=[DOCUMENT], api=api, **more)


def _nonces(book: Book) -> Iterator[Json]:
    names = ("failure", "401", "404", "429", "500", "503 text", "200 html", "200 broken json")
    empty = ("200 null", "200 number", "200 list", "200 object", "204", "200 empty")
    for preset in ("dev", "live"):
        for name in names + empty:
            yield from _by_nonce(f"{name.replace(' ', '-')}-{preset}", preset, name)
        good = {"directives": _cookies_of(book.session("session", preset), preset)}
        charset = {"status": 200, "type": "application/json; charset=utf-8", "json": good}
        yield from _by_nonce(f"charset-{preset}", preset, charset)
        listed = {"status": 200, "json": {"data": [good]}}
        yield from _by_nonce(f"data-{preset}", preset, listed)
        api = [["GET", _PAYLOAD, {"status": 200, "json": good}]]
        for name, nonce in {"cookie": "nonce_c", "odd": "a%20b%26c", "empty": ""}.items():
            headers = [cookies(clerk_handshake_nonce=nonce, clerk_db_jwt="dvb_1"), DOCUMENT]
            yield case(f"nonce-in-cookie-{name}-{preset}", preset=preset, headers=headers, api=api)
        token = book.handshake(f"good {preset}", good["directives"])
        url = f"{URLS[preset]}&__clerk_handshake={token}&__clerk_handshake_nonce=nonce_1"
        yield case(f"nonce-and-token-{preset}", preset=preset, url=url, headers=[DOCUMENT], api=api)
        failing = [["GET", _PAYLOAD, "404"]]
        name = f"nonce-failing-and-token-{preset}"
        yield case(name, preset=preset, url=url, headers=[DOCUMENT], api=failing)
        for method, extra in (("POST", DOCUMENT), ("GET", ("sec-fetch-dest", "empty"))):
            name = f"nonce-by-{method}-{extra[1]}-{preset}"
            url = f"{URLS[preset]}&__clerk_handshake_nonce=nonce_1"
            yield case(name, preset=preset, method=method, url=url, headers=[extra], api=api)
        bearer_too = [bearer(book.session("session", preset)), DOCUMENT]
        yield case(
            f"nonce-and-authorization-{preset}", preset=preset, url=url, headers=bearer_too, api=api
        )


def _tokens(book: Book) -> Iterator[Json]:
    """Yield requests with invalid handshake tokens."""
    for preset in ("dev", "live"):
        directives = _cookies_of(book.session("session", preset), preset)
        variants: dict[str, Json] = {
            "other-key": {"key": "other", "header": {"kid": "ins_main"}},
            "unknown-kid": {"header": {"kid": "ins_unknown"}},
            "no-kid": {"header": {"kid": ABSENT}},
            "template": {"header": {"cat": TEMPLATE_CATEGORY}},
            "m2m": {"header": {"cat": M2M_CATEGORY}},
            "any": {"header": {"cat": ANY_CATEGORY}},
            "no-cat": {"header": {"cat": ABSENT}},
            "typ-at": {"header": {"typ": "at+jwt"}},
            "no-typ": {"header": {"typ": ABSENT}},
            "alg-none": {"header": {"alg": "none"}},
            "expired-claims": {"exp": NOW - 1000, "iat": NOW + 1000},
        }
        made = {
            name: book.handshake(f"refused {name} {preset}", directives, **over)
            for name, over in variants.items()
        }
        made |= {"garbage": "garbage", "two-dots": "..", "not-json": f"x.{base64url(b'x')}.x"}
        made["a-session-token"] = book.session("session", preset)
        states = {
            "alone": {},
            "with-client": {"client_uat": _UAT},
            "with-session": {"session": book.session("session", preset), "client_uat": _UAT},
        }
        for name, token in made.items():
            for state, values in states.items():
                browser = cookies(clerk_db_jwt="dvb_1", clerk_handshake=token, **values)
                identity = f"refused-{name}-{state}-{preset}"
                yield case(identity, preset=preset, headers=[browser, DOCUMENT])
        for name, options in {
            "jwt-key": public_pem("main"),
            "other-jwt-key": public_pem("other"),
        }.items():
            browser = cookies(
                clerk_db_jwt="dvb_1", clerk_handshake=book.handshake(f"good {preset}", directives)
            )
            yield case(
                f"with-{name}-{preset}",
                preset=preset,
                headers=[browser, DOCUMENT],
                options={"jwt_key": options},
            )
        for answer in ("failure", "401", "500"):
            browser = cookies(
                clerk_db_jwt="dvb_1",
                client_uat=_UAT,
                clerk_handshake=book.handshake(f"good {preset}", directives),
            )
            yield case(
                f"jwks-{answer}-{preset}",
                preset=preset,
                headers=[browser, DOCUMENT],
                api=[["GET", "/v1/jwks", answer]],
            )


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    yield from _eligibility()
    yield from _locations(book)
    yield from _loops()
    yield from _resolved(book)
    yield from _nonces(book)
    yield from _tokens(book)
