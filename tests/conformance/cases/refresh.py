"""Refresh: an expired session with a refresh cookie, and failures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.conformance.book import (
    ABSENT,
    DOCUMENT,
    NOW,
    TEMPLATE_CATEGORY,
    Book,
    Json,
    bearer,
    case,
    cookies,
    error,
    public_pem,
    suffix,
)

_UAT = str(NOW - 1000)
_PATH = "/v1/sessions/sess_1/refresh"


def _expired(book: Book, preset: str) -> str:
    return book.session("expired", preset, iat=NOW - 70, exp=NOW - 10, nbf=NOW - 80)


def _browser(
    book: Book, preset: str, session: str | None = None, **more: str | None
) -> tuple[str, str]:
    values: dict[str, str | None] = {
        "session": session or _expired(book, preset),
        "client_uat": _UAT,
        "clerk_db_jwt": "dvb_1" if preset == "dev" else None,
        f"refresh_{suffix(preset)}": "rt_1",
        **more,
    }
    return cookies(**values)


def _granted(cookies_to_set: object, **more: Any) -> Json:
    return {"status": 200, "json": {"object": "cookies", "cookies": cookies_to_set, **more}}


def _api(answer: object) -> list[list[object]]:
    return [["POST", _PATH, answer]]


def _answers(book: Book, preset: str) -> dict[str, object]:
    new = book.session("newer", preset, iat=NOW - 5, sid="sess_newer")
    expired, mine = _expired(book, preset), suffix(preset)
    forged = book.session("session of another key", preset, key="other")
    template = book.session("header cat-template", preset, header={"cat": TEMPLATE_CATEGORY})
    machine = book.session("sub mch_1", preset, sub="mch_1")
    found: dict[str, object] = {
        "good": _granted([f"__session={new}; Path=/", f"__session_{mine}={new}; Path=/"]),
        "with-refresh": _granted([f"__session={new}; Path=/", f"__refresh_{mine}=rt_2; HttpOnly"]),
        "foreign-suffix": _granted([f"__session_abcdefgh={new}; Path=/"]),
        "name-begins-like": _granted([f"__sessionid={new}; Path=/"]),
        "two-sessions": _granted([f"__session={expired}; Path=/", f"__session={new}; Path=/"]),
        "no-session-cookie": _granted(["x=1; Path=/"]),
        "empty-session-cookie": _granted(["__session=; Path=/; Max-Age=0"]),
        "no-cookies": _granted([]),
        "cookies-null": _granted(None),
        "cookies-text": _granted("x"),
        "cookies-number": _granted(5),
        "cookies-of-numbers": _granted([5]),
        "cookie-with-newline": _granted([f"__session={new}; Path=/", "x=1\r\nevil: 1"]),
        "still-expired": _granted([f"__session={expired}; Path=/"]),
        "forged": _granted([f"__session={forged}; Path=/"]),
        "template": _granted([f"__session={template}; Path=/"]),
        "machine": _granted([f"__session={machine}; Path=/"]),
        "garbage-token": _granted(["__session=garbage; Path=/"]),
        "no-object": {"status": 200, "json": {"cookies": [f"__session={new}; Path=/"]}},
        "object-token": {"status": 200, "json": {"object": "token", "jwt": new}},
        "charset": {
            **_granted([f"__session={new}; Path=/"]),
            "type": "application/json; charset=utf-8",
        },
        "pending": _granted(
            [f"__session={book.session('sts pending plain', preset, sts='pending')}"]
        ),
        "session-claimless": _granted(
            [f"__session={book.session('sid missing', preset, sid=ABSENT)}"]
        ),
    }
    shared = (
        "failure",
        "401",
        "404",
        "429",
        "500",
        "503 text",
        "204",
        "200 html",
        "200 broken json",
    )
    found |= {
        name.replace(" ", "-"): name for name in (*shared, "200 null", "200 list", "200 object")
    }
    for code in (
        "session_token_mismatch",
        "refresh_token_expired",
        "session_revoked",
        "unexpected_error",
        "",
        "odd code & more",
    ):
        found[f"code-{code.replace(' ', '-')}"] = error(400, code)
    found["code-number"] = {"status": 400, "json": {"errors": [{"code": 5, "message": "x"}]}}
    found["code-missing"] = {"status": 400, "json": {"errors": [{"message": "x"}]}}
    found["two-codes"] = {
        "status": 422,
        "json": {"errors": [{"code": "first", "message": "x"}, {"code": "second", "message": "y"}]},
    }
    found["empty-errors"] = {"status": 422, "json": {"errors": []}}
    found["wide-code"] = error(400, "caf\u00e9")
    return found


def _refreshed(book: Book) -> Iterator[Json]:
    for preset in ("dev", "live"):
        for name, answer in _answers(book, preset).items():
            headers = [_browser(book, preset), DOCUMENT]
            yield case(f"{name}-{preset}", preset=preset, headers=headers, api=_api(answer))
        for name in ("good", "500", "forged"):
            answer = _answers(book, preset)[name]
            headers = [_browser(book, preset), ("sec-fetch-dest", "empty")]
            yield case(f"{name}-{preset}-fetch", preset=preset, headers=headers, api=_api(answer))
            headers = [_browser(book, preset, clerk_redirect_count="3"), DOCUMENT]
            yield case(f"{name}-{preset}-loop", preset=preset, headers=headers, api=_api(answer))


def _not_refreshed(book: Book) -> Iterator[Json]:
    good = _api(_answers(book, "live")["good"])
    live = suffix("live")
    browsers: dict[str, dict[str, str | None]] = {
        "no-refresh-cookie": {f"refresh_{live}": None},
        "empty-refresh-cookie": {f"refresh_{live}": ""},
        "plain-refresh-cookie": {f"refresh_{live}": None, "refresh": "rt_1"},
        "foreign-refresh-cookie": {f"refresh_{live}": None, "refresh_abcdefgh": "rt_1"},
        "encoded-refresh-cookie": {f"refresh_{live}": "a%20b"},
    }
    for name, more in browsers.items():
        for method in ("GET", "POST", "HEAD"):
            headers = [_browser(book, "live", **more), DOCUMENT]
            yield case(f"{name}-{method}", preset="live", method=method, headers=headers, api=good)
    for method in ("POST", "PUT", "DELETE", "HEAD"):
        headers = [_browser(book, "live"), DOCUMENT]
        yield case(f"method-{method}", preset="live", method=method, headers=headers, api=good)
    for name, field in {
        "same-origin": ("sec-fetch-site", "same-origin"),
        "same-site": ("sec-fetch-site", "same-site"),
        "cross-site": ("sec-fetch-site", "cross-site"),
        "own-origin": ("origin", "https://app.example.com"),
        "other-origin": ("origin", "https://other.example.com"),
        "null-origin": ("origin", "null"),
    }.items():
        for kind, fields in {"page": DOCUMENT, "fetch": ("sec-fetch-dest", "empty")}.items():
            headers = [_browser(book, "live"), field, fields]
            identity = f"form-{name}-{kind}"
            yield case(identity, preset="live", method="POST", headers=headers, api=good)
    for destination in ("script", "style", "image", "font", "worker", "embed", "iframe"):
        headers = [_browser(book, "live"), ("sec-fetch-dest", destination)]
        yield case(f"destination-{destination}", preset="live", headers=headers, api=good)
    for name, session in {
        "early": book.session("early 30", "live", nbf=NOW + 30),
        "future": book.session("issued 30", "live", iat=NOW + 30),
        "forged": book.session("session of another key", "live", key="other"),
        "no-sid": book.session("expired no sid", "live", exp=NOW - 10, sid=ABSENT),
        "sid-empty": book.session("expired sid empty", "live", exp=NOW - 10, sid=""),
        "sid-number": book.session("expired sid number", "live", exp=NOW - 10, sid=5),
        "sid-slash": book.session("expired sid slash", "live", exp=NOW - 10, sid="sess/1"),
        "sid-dots": book.session("expired sid dots", "live", exp=NOW - 10, sid="../users"),
        "sid-query": book.session("expired sid query", "live", exp=NOW - 10, sid="sess_1?x=1"),
        "other-sid": book.session("expired other sid", "live", exp=NOW - 10, sid="sess_2"),
    }.items():
        headers = [_browser(book, "live", session), DOCUMENT]
        yield case(f"token-{name}", preset="live", headers=headers, api=good)


def _carriers(book: Book) -> Iterator[Json]:
    good = _api(_answers(book, "live")["good"])
    mine, expired = suffix("live"), _expired(book, "live")
    for name, headers in {
        "in-header": [bearer(expired)],
        "in-header-with-refresh": [bearer(expired), cookies(**{f"refresh_{mine}": "rt_1"})],
        "in-header-page": [bearer(expired), cookies(**{f"refresh_{mine}": "rt_1"}), DOCUMENT],
        "suffixed": [
            cookies(
                **{
                    f"session_{mine}": expired,
                    f"client_uat_{mine}": _UAT,
                    f"refresh_{mine}": "rt_1",
                }
            ),
            DOCUMENT,
        ],
        "many-headers": [
            _browser(book, "live"),
            DOCUMENT,
            ("user-agent", "Mozilla/5.0"),
            ("accept-language", "en, de"),
            ("x-twice", "1"),
            ("x-twice", "2"),
            ("X-Capitals", "y"),
            ("host", "app.example.com"),
        ],
        "proxied": [
            _browser(book, "live"),
            DOCUMENT,
            ("x-forwarded-host", "public.example.com"),
            ("x-forwarded-proto", "https"),
        ],
        "odd-header-value": [_browser(book, "live"), DOCUMENT, ("x-odd", "\u00e9\u00ff")],
    }.items():
        yield case(f"carried-{name}", preset="live", headers=headers, api=good)
    for name, options in {
        "jwt-key": {"jwt_key": public_pem("main")},
        "jwt-key-only": {"jwt_key": public_pem("main"), "secret_key": None},
        "authorized-parties": {"authorized_parties": ["https://app.example.com"]},
        "other-parties": {"authorized_parties": ["https://other.example.com"]},
        "api-version": {"api_version": "v2"},
        "skew": {"clock_skew_in_ms": 20_000},
        "proxy": {"proxy_url": "/__clerk"},
    }.items():
        api = [
            *good,
            ["GET", "/v2/jwks", "jwks"],
            ["POST", "/v2/sessions/sess_1/refresh", good[0][2]],
        ]
        headers = [_browser(book, "live"), DOCUMENT]
        yield case(f"option-{name}", preset="live", headers=headers, options=options, api=api)
    for accepts in ("any", ["session_token", "api_key"], "session_token"):
        label = accepts if isinstance(accepts, str) else "list"
        headers = [_browser(book, "live"), DOCUMENT]
        yield case(f"accepting-{label}", preset="live", headers=headers, accepts=accepts, api=good)
        headers = [bearer(expired), cookies(**{f"refresh_{mine}": "rt_1"})]
        yield case(
            f"accepting-{label}-header", preset="live", headers=headers, accepts=accepts, api=good
        )


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    yield from _refreshed(book)
    yield from _not_refreshed(book)
    yield from _carriers(book)
