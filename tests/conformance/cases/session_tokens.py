"""Session tokens: headers, signatures, claims, keys; in the header and in the cookie."""

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
    Book,
    Json,
    base64url,
    bearer,
    case,
    cookies,
    jwk,
    public_pem,
    sign,
)

_TIMES: dict[str, object] = {
    "missing": ABSENT,
    "null": None,
    "string": str(NOW + 60),
    "true": True,
    "list": [NOW + 60],
    "zero": 0,
    "negative": -1,
    "float": NOW + 0.9,
    "huge": 10**18,
    "far": 8_640_000_000_000,
    "now": NOW,
    "past-4": NOW - 4,
    "past-5": NOW - 5,
    "past-6": NOW - 6,
    "past-5.5": NOW - 5.5,
    "ahead-4": NOW + 4,
    "ahead-5": NOW + 5,
    "ahead-6": NOW + 6,
    "ahead-5.5": NOW + 5.5,
}
_SUBJECTS: dict[str, object] = {
    "missing": ABSENT,
    "null": None,
    "number": 1,
    "empty": "",
    "machine": "mch_1",
    "list": ["user_1"],
    "odd": "usr",
}


def _carried(identity: str, token: str, **more: Any) -> Iterator[Json]:
    """Yield requests with the token in the Authorization header and in a cookie."""
    yield case(f"{identity}-header", headers=[bearer(token), DOCUMENT], **more)
    browser = cookies(session=token, client_uat=str(NOW - 1000), clerk_db_jwt="dvb_1")
    yield case(f"{identity}-cookie", headers=[browser, DOCUMENT], **more)


def _claims(book: Book) -> Iterator[Json]:
    for claim in ("exp", "nbf", "iat"):
        for name, value in _TIMES.items():
            claims: Json = {claim: value}
            token = book.session(f"{claim} {name}", **claims)
            yield from _carried(f"{claim}-{name}", token)
    for name, value in _SUBJECTS.items():
        yield from _carried(f"sub-{name}", book.session(f"sub {name}", sub=value))
    for name, value in {"missing": ABSENT, "null": None, "number": 5, "empty": ""}.items():
        yield from _carried(f"sid-{name}", book.session(f"sid {name}", sid=value))


def _options(book: Book) -> Iterator[Json]:
    audiences: dict[str, object] = {
        "missing": ABSENT,
        "same": "api",
        "other": "web",
        "list-with": ["web", "api"],
        "list-without": ["web"],
        "empty-list": [],
        "empty": "",
        "null": None,
        "number": 5,
        "object": {"api": 1},
        "list-of-numbers": [5],
        "list-mixed": ["api", 5],
        "list-of-empty": [""],
    }
    for name, value in audiences.items():
        token = book.session(f"aud {name}", aud=value)
        for kind, wanted in (("one", "api"), ("list", ["api", "x"]), ("none", []), ("empty", "")):
            yield case(f"aud-{name}-{kind}", headers=[bearer(token)], options={"audience": wanted})
    parties: dict[str, object] = {
        "missing": ABSENT,
        "same": "http://localhost:3000",
        "other": "http://localhost:4000",
        "empty": "",
        "null": None,
        "number": 5,
        "trailing-slash": "http://localhost:3000/",
        "list": ["http://localhost:3000"],
    }
    for name, value in parties.items():
        token = book.session(f"azp {name}", azp=value)
        for kind, allowed in (
            ("one", ["http://localhost:3000"]),
            ("two", ["https://a.example", "http://localhost:3000"]),
            ("none", []),
        ):
            chosen = {"authorized_parties": allowed}
            yield case(f"azp-{name}-{kind}", headers=[bearer(token)], options=chosen)
    yield from _issuers_and_skews(book)


def _issuers_and_skews(book: Book) -> Iterator[Json]:
    own = "https://happy-hippo-1.clerk.accounts.dev"
    for name, value in {
        "own": own,
        "other": "https://x.example",
        "missing": ABSENT,
        "list": [own],
    }.items():
        token = book.session(f"iss {name}", iss=value)
        for kind, wanted in (("one", own), ("list", ["https://y.example", own]), ("empty", [])):
            yield case(f"iss-{name}-{kind}", headers=[bearer(token)], options={"issuer": wanted})
    skewed = {
        "expired-30": book.session("expired 30", exp=NOW - 30),
        "early-30": book.session("early 30", nbf=NOW + 30),
        "issued-30": book.session("issued 30", iat=NOW + 30),
        "valid": book.session("session"),
    }
    for name, token in skewed.items():
        for skew in (0, 1, 29_999, 30_000, 30_001, 60_000, -1000, -60_000):
            chosen = {"clock_skew_in_ms": skew}
            yield case(f"skew-{name}-{skew}", headers=[bearer(token)], options=chosen)
    yield case(
        "fractional-now", headers=[bearer(book.session("exp now", exp=NOW))], now=NOW + 4.999
    )
    yield case(
        "fractional-now-later", headers=[bearer(book.session("exp now", exp=NOW))], now=NOW + 5.001
    )


def _headers(book: Book) -> Iterator[Json]:
    variants: dict[str, Json] = {
        "typ-missing": {"typ": ABSENT},
        "typ-lower-case": {"typ": "jwt"},
        "typ-null": {"typ": None},
        "typ-empty": {"typ": ""},
        "typ-number": {"typ": 1},
        "typ-at": {"typ": "at+jwt"},
        "typ-application-at": {"typ": "application/at+jwt"},
        "typ-other": {"typ": "JWS"},
        "cat-missing": {"cat": ABSENT},
        "cat-template": {"cat": TEMPLATE_CATEGORY},
        "cat-m2m": {"cat": M2M_CATEGORY},
        "cat-any": {"cat": ANY_CATEGORY},
        "cat-unknown": {"cat": "cl_X"},
        "cat-null": {"cat": None},
        "cat-empty": {"cat": ""},
        "cat-number": {"cat": 1},
        "kid-missing": {"kid": ABSENT},
        "kid-unknown": {"kid": "ins_unknown"},
        "kid-empty": {"kid": ""},
        "kid-null": {"kid": None},
        "kid-number": {"kid": 5},
        "kid-proto": {"kid": "__proto__"},
        "alg-rs384": {"alg": "RS384"},
        "alg-rs512": {"alg": "RS512"},
        "alg-ps256": {"alg": "PS256"},
        "alg-hs256": {"alg": "HS256"},
        "alg-none": {"alg": "none"},
        "alg-missing": {"alg": ABSENT},
        "alg-null": {"alg": None},
        "alg-lower-case": {"alg": "rs256"},
        "alg-list": {"alg": ["RS256"]},
        "crit": {"crit": ["exp"]},
        "jwk": {"jwk": jwk("other")},
        "jku": {"jku": "https://evil.example/jwks"},
        "x5u": {"x5u": "https://evil.example/cert"},
        "b64-false": {"b64": False},
    }
    for name, over in variants.items():
        yield from _carried(f"header-{name}", book.session(f"header {name}", header=over))


def _signatures(book: Book) -> Iterator[Json]:
    good = book.text(book.session("session"))
    head, body, signature = good.split(".")
    claims = {"sub": "user_1", "exp": NOW + 60, "iss": "https://happy-hippo-1.clerk.accounts.dev"}
    base = {"alg": "RS256", "kid": "ins_main", "typ": "JWT"}
    variants = {
        "no-signature": f"{head}.{body}.",
        "two-parts": f"{head}.{body}",
        "four-parts": f"{good}.x",
        "empty-header": f".{body}.{signature}",
        "empty-body": f"{head}..{signature}",
        "padded": f"{head}.{body}.{signature}==",
        "standard-alphabet": f"{head}.{body}.{signature.replace('-', '+').replace('_', '/')}",
        "last-bits": f"{head}.{body}.{signature[:-1]}{'B' if signature[-1] == 'A' else 'x'}",
        "flipped": f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
        "short": f"{head}.{body}.{signature[:-4]}",
        "long": f"{head}.{body}.{signature}AAAA",
        "zeros": f"{head}.{body}.{base64url(bytes(256))}",
        "other-body": f"{head}.{base64url(b'{}')}.{signature}",
        "body-a-list": sign(base, "[1]"),
        "body-a-string": sign(base, '"x"'),
        "body-null": sign(base, "null"),
        "body-number": sign(base, "1"),
        "body-broken": sign(base, '{"sub":'),
        "body-trailing": sign(base, '{"sub":"user_1"} x'),
        "body-nan": sign(base, f'{{"sub":"user_1","exp":{NOW + 60},"x":NaN}}'),
        "body-infinite": sign(base, f'{{"sub":"user_1","exp":{NOW + 60},"x":1e999}}'),
        "body-exp-infinite": sign(base, '{"sub":"user_1","exp":1e999}'),
        "body-duplicate": sign(base, f'{{"sub":"user_0","sub":"user_1","exp":{NOW + 60}}}'),
        "body-bom": sign(base, f'\ufeff{{"sub":"user_1","exp":{NOW + 60}}}'),
        "body-spaces": sign(base, f' \n{{"sub":"user_1","exp":{NOW + 60}}}\t'),
        "body-unicode": sign(base, f'{{"sub":"user_\u00e9","exp":{NOW + 60}}}'),
        "body-escaped": sign(base, f'{{"s\\u0075b":"user_1","exp":{NOW + 60}}}'),
        "body-big-number": sign(
            base, f'{{"sub":"user_1","exp":{NOW + 60},"n":12345678901234567890}}'
        ),
        "header-a-list": sign("[1]", claims),
        "header-null": sign("null", claims),
        "header-a-string": sign('"x"', claims),
        "header-number": sign("5", claims),
        "header-duplicate": sign('{"alg":"none","alg":"RS256","kid":"ins_main"}', claims),
        "small": sign(base, claims),
        "of-another-key": sign(base, claims, "other"),
        "spaces-inside": f"{head}. {body}.{signature}",
        "uncanonical-body": f"{head}.{body}A.{signature}",
        "not-ascii": f"{head}.{body}\u00e9.{signature}",
    }
    for name, text in variants.items():
        yield from _carried(f"form-{name}", book.put(f"form {name}", text))


def _keys(book: Book) -> Iterator[Json]:
    token = book.session("session")
    sets: dict[str, object] = {
        "both": "jwks of both",
        "of-the-other-instance": "jwks of the other instance",
        "empty": {"status": 200, "json": {"keys": []}},
        "no-keys-member": {"status": 200, "json": {}},
        "keys-null": {"status": 200, "json": {"keys": None}},
        "keys-text": {"status": 200, "json": {"keys": "x"}},
        "wrong-key-same-kid": {"status": 200, "json": {"keys": [jwk("other", kid="ins_main")]}},
        "no-alg": {"status": 200, "json": {"keys": [jwk("main", alg=ABSENT)]}},
        "alg-rs512": {"status": 200, "json": {"keys": [jwk("main", alg="RS512")]}},
        "use-enc": {"status": 200, "json": {"keys": [jwk("main", use="enc")]}},
        "no-use": {"status": 200, "json": {"keys": [jwk("main", use=ABSENT)]}},
        "key-ops": {"status": 200, "json": {"keys": [jwk("main", key_ops=["verify"])]}},
        "kty-ec": {"status": 200, "json": {"keys": [jwk("main", kty="EC")]}},
        "broken-modulus": {"status": 200, "json": {"keys": [jwk("main", n="!")]}},
        "one-broken-one-good": {"status": 200, "json": {"keys": [jwk("other", n=5), jwk("main")]}},
        "null-among-keys": {"status": 200, "json": {"keys": [None, jwk("main")]}},
        "charset": {
            "status": 200,
            "type": "application/json; charset=utf-8",
            "json": {"keys": [jwk("main")]},
        },
        "plain-text-type": {"status": 200, "type": "text/plain", "json": {"keys": [jwk("main")]}},
        **{name: name for name in ("failure", "401", "404", "429", "500", "503 text")},
        **{name: name for name in ("200 html", "200 broken json", "200 null", "200 list")},
        "401-other-code": {"status": 401, "json": {"errors": [{"code": "other", "message": "x"}]}},
        "500-key-invalid": {
            "status": 500,
            "json": {"errors": [{"code": "clerk_key_invalid", "message": "x"}]},
        },
    }
    for name, answer in sets.items():
        api = [["GET", "/v1/jwks", answer]]
        yield from _carried(f"jwks-{name.replace(' ', '-')}", token, api=api)
    yield from _where_keys_come_from(book, token)


def _where_keys_come_from(book: Book, token: str) -> Iterator[Json]:
    pem = public_pem("main")
    pems = {
        "pem": pem,
        "one-line": pem.replace("\n", " "),
        "no-newlines": pem.replace("\n", ""),
        "crlf": pem.replace("\n", "\r\n"),
        "literal-backslash-n": pem.replace("\n", "\\n"),
        "of-the-other-instance": public_pem("other"),
        "body-alone": "".join(pem.splitlines()[1:-1]),
    }
    for name, text in pems.items():
        yield from _carried(f"jwt-key-{name}", token, options={"jwt_key": text})
    unknown = book.session("header kid-unknown", header={"kid": "ins_unknown"})
    yield from _carried("jwt-key-unknown-kid", unknown, options={"jwt_key": pem})
    alone = {"jwt_key": pem, "secret_key": None}
    yield from _carried("jwt-key-alone", token, options=alone)
    yield case(
        "jwt-key-alone-header-only",
        headers=[bearer(token)],
        options={**alone, "publishable_key": None},
    )
    yield from _carried("no-publishable-key", token, options={"publishable_key": None})
    yield from _carried("no-secret-key", token, options={"secret_key": None})
    for name, key in {
        "malformed": "pk_test_x",
        "of-no-kind": "pk_stage_Y2xlcmsuZXhhbXBsZS5jb20k",
        "secret": "sk_test_Y2xlcmsuZXhhbXBsZS5jb20k",
        "unpadded": "pk_test_aGFwcHktaGlwcG8tMS5jbGVyay5hY2NvdW50cy5kZXYk",
    }.items():
        yield case(
            f"publishable-key-{name}", headers=[bearer(token)], options={"publishable_key": key}
        )
    for name, options in {
        "api-url": {"api_url": "https://api.example.com"},
        "api-url-slash": {"api_url": "https://api.example.com/"},
        "api-url-path": {"api_url": "https://api.example.com/clerk"},
        "api-version": {"api_version": "v2"},
    }.items():
        api = [["GET", path, "jwks"] for path in ("/clerk/v1/jwks", "/v2/jwks")]
        yield case(name, headers=[bearer(token)], options=options, api=api)


def _pages(book: Book) -> Iterator[Json]:
    """Yield requests with a cookie that cannot be redirected."""
    stale = {
        "expired": book.session("expired", iat=NOW - 70, exp=NOW - 10, nbf=NOW - 80),
        "early": book.session("early 30", nbf=NOW + 30),
        "future": book.session("issued 30", iat=NOW + 30),
        "forged": book.session("session of another key", key="other"),
    }
    for name, token in stale.items():
        browser = cookies(session=token, client_uat=str(NOW - 1000), clerk_db_jwt="dvb_1")
        for kind, method, fields in (
            ("post", "POST", [DOCUMENT]),
            ("head", "HEAD", [DOCUMENT]),
            ("fetch", "GET", [("sec-fetch-dest", "empty")]),
            ("html", "GET", [("accept", "text/html")]),
            ("json", "GET", [("accept", "application/json")]),
        ):
            headers = [browser, *fields]
            yield case(f"page-{name}-{kind}-cookie", method=method, headers=headers)
            headers = [bearer(token), *fields]
            yield case(f"page-{name}-{kind}-header", method=method, headers=headers)


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    yield from _claims(book)
    yield from _options(book)
    yield from _headers(book)
    yield from _signatures(book)
    yield from _keys(book)
    yield from _pages(book)
