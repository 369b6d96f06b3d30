"""Attacks on tokens (RFC 8725) are rejected for the right reason, with bounded work."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import zlib
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from clerk_core import Keyring, Request, authenticate, run
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.settings import Settings
from tests.authentication.steps.support import api_request, browser_cookies, page
from tests.robustness.entry_points import JWKS, Api, State
from tests.sample import examples
from tests.support import (
    ABSENT,
    KID,
    NOW,
    SECRET_KEY,
    SESSION_CATEGORY,
    base64url,
    base64url_integer,
    cpu_seconds,
    jwk,
    mint,
    other_rsa_key,
    public_pem,
    rsa_key,
    session_claims,
    settings,
    sign,
)

LOCAL = settings()
REMOTE = settings(jwt_key=None)
HEADER: dict[str, object] = {"alg": "RS256", "cat": SESSION_CATEGORY, "kid": KID, "typ": "JWT"}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
ACCEPTING = ["session_token", "any", "m2m_token", "oauth_token", ["session_token", "m2m_token"]]


def no_requests(request: HttpRequest) -> HttpResponse:
    raise AssertionError(f"unexpected request: {request!r}")


def in_header(token: str, using: Settings = LOCAL, **how: Any) -> State:
    """Return the state for a token in the header. The key is configured; no request is sent."""
    flow = authenticate(api_request(f"Bearer {token}"), using, now=NOW, keyring=Keyring(), **how)
    return run(flow, no_requests)


def in_cookie(token: str) -> State:
    """Return the state for a token in a cookie."""
    return run(authenticate(page("/", browser_cookies(token)), LOCAL, now=NOW), no_requests)


def reason_for(token: str) -> str:
    """Return the reason why a token is rejected, which is the same in header and cookie."""
    state, by_cookie = in_header(token), in_cookie(token)
    assert state.status == by_cookie.status == "signed-out"
    assert state.reason == by_cookie.reason
    assert not state.auth().is_authenticated
    assert token.partition(".")[2] not in f"{state.headers} {state!r} {state.auth()!r}"
    return str(state.reason)


def unsigned(header: Mapping[str, object], signature: bytes = b"") -> str:
    """Return a token that is not signed by a key."""
    parts = (json.dumps(header).encode(), json.dumps(session_claims()).encode(), signature)
    return ".".join(map(base64url, parts))


# --- the algorithm -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "algorithm",
    [
        *("none", "None", "NONE", "nOnE", " none", "none ", "none\x00", "", " "),
        *(None, [], ["none"], ["RS256"], {}, {"RS256": 1}, True, 0, 256),
        *("HS256", "HS384", "HS512", "rs256", "Rs256", "RS256 ", "RS256\x00", "RS1", "RS255"),
        *("PS256", "PS384", "ES256", "ES256K", "EdDSA", "dir", "RSA-OAEP", "A256GCM"),
    ],
    ids=json.dumps,
)
def test_only_rs256_is_accepted_as_algorithm(algorithm: object) -> None:
    header = {**HEADER, "alg": algorithm}
    _, _, stolen = mint().split(".")

    assert reason_for(unsigned(header)) == "token-invalid-algorithm"
    assert reason_for(unsigned(header, b"x" * 256)) == "token-invalid-algorithm"
    assert reason_for(unsigned(header).rstrip(".") + f".{stolen}") == "token-invalid-algorithm"
    # A valid signature does not change that.
    assert reason_for(mint(header={"alg": algorithm})) == "token-invalid-algorithm"


def test_token_without_algorithm_is_rejected() -> None:
    assert reason_for(mint(header={"alg": ABSENT})) == "token-invalid-algorithm"


@pytest.mark.parametrize("algorithm", ["RS384", "RS512"])
def test_key_is_used_only_for_its_published_algorithm(algorithm: str) -> None:
    other = pyjwt.encode(session_claims(), rsa_key(), algorithm, headers={"kid": KID})

    assert reason_for(other) == "token-verification-failed"


def test_unsigned_token_is_rejected() -> None:
    assert reason_for(unsigned(HEADER)) == "token-invalid-signature"
    assert reason_for(unsigned(HEADER, b"\0" * 256)) == "token-invalid-signature"
    assert reason_for(mint().rpartition(".")[0]) == "token-invalid"


def _public_key_as_secret() -> list[bytes]:
    """Return the encodings in which an attacker may have the public key."""
    public, pem = rsa_key().public_key(), public_pem()
    return [
        pem.encode(),
        pem.strip().encode(),
        pem.replace("\n", "\r\n").encode(),
        "".join(pem.split("\n")[1:-2]).encode(),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        public.public_bytes(Encoding.DER, PublicFormat.PKCS1),
        json.dumps(jwk()).encode(),
        base64url_integer(public.public_numbers().n).encode(),
        b"",
        SECRET_KEY.encode(),
    ]


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512", "RS256"])
def test_public_key_is_never_used_as_hmac_secret(algorithm: str) -> None:
    expected = "token-invalid-signature" if algorithm == "RS256" else "token-invalid-algorithm"
    for secret in _public_key_as_secret():
        signing_input = unsigned({**HEADER, "alg": algorithm}).rstrip(".")
        digest = getattr(hashlib, f"sha{algorithm[2:]}")
        signature = hmac.new(secret, signing_input.encode(), digest).digest()
        assert reason_for(f"{signing_input}.{base64url(signature)}") == expected


# --- keys embedded in or named by a token --------------------------------------------------------

THEIRS: dict[str, object] = jwk(other_rsa_key(), KID)
EMBEDDED: dict[str, dict[str, object]] = {
    "jwk": {"jwk": THEIRS},
    "jwk as text": {"jwk": json.dumps(THEIRS)},
    "jku": {"jku": "http://127.0.0.1:9/jwks.json"},
    "jku of the host": {"jku": "https://api.clerk.com@127.0.0.1:9/jwks.json"},
    "x5u": {"x5u": "http://127.0.0.1:9/cert.pem"},
    "x5c": {"x5c": [base64.b64encode(public_pem(other_rsa_key()).encode()).decode()]},
    "x5t": {"x5t": "dGh1bWI", "x5t#S256": "dGh1bWI"},
    "p2c": {"p2s": "c2FsdA", "p2c": 2_000_000_000},
    "epk": {"epk": THEIRS, "enc": "A256GCM"},
}


@pytest.mark.parametrize("embedded", EMBEDDED)
def test_key_embedded_in_a_token_is_never_used_or_fetched(embedded: str) -> None:
    forged = mint(header=EMBEDDED[embedded], key=other_rsa_key())

    assert reason_for(forged) == "token-invalid-signature"
    api, keyring = Api(), Keyring()
    for _ in range(3):
        flow = authenticate(api_request(forged), REMOTE, now=NOW, keyring=keyring)
        assert run(flow, api.send).reason == "token-invalid-signature"
    assert api.requests == [JWKS]


@pytest.mark.parametrize("named", [["exp"], ["b64"], [], "exp", None, {}, ["alg", "jwk"]])
def test_critical_header_extension_is_rejected(named: object) -> None:
    assert reason_for(mint(header={"crit": named})) == "token-invalid"
    assert reason_for(mint(header={"crit": named, "b64": False})) == "token-invalid"


KIDS: list[object] = [
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/dev/null",
    "file:///etc/passwd",
    "http://127.0.0.1:9/jwks",
    "' OR '1'='1",
    "x' UNION SELECT 'secret' --",
    "'; DROP TABLE keys; --",
    "$(sleep 5)",
    "| sleep 5",
    "%2e%2e%2f",
    "\x00",
    f"{KID}\x00",
    f" {KID}",
    f"{KID}\r\nx: y",
    KID.upper(),
    "__proto__",
    "__class__",
    "key set",
    "",
    "k" * 20_000,
    "\ud800",
    None,
    True,
    0,
    1e308,
    [KID],
    {KID: KID},
    ABSENT,
]


@pytest.mark.parametrize("kid", KIDS, ids=lambda kid: repr(kid)[:30])
def test_kid_is_only_used_for_lookup(kid: object) -> None:
    api, keyring = Api(), Keyring()
    run(authenticate(api_request(mint()), REMOTE, now=NOW, keyring=keyring), api.send)
    for key in (rsa_key(), other_rsa_key()):
        shown_token = mint(header={"kid": kid}, key=key)
        state = run(
            authenticate(api_request(shown_token), REMOTE, now=NOW + 11, keyring=keyring), api.send
        )
        assert (state.status, state.reason) == ("signed-out", "jwk-kid-mismatch")
        for name, value in state.headers:
            assert (name + value).isprintable()
    assert set(api.requests) == {JWKS}
    assert len(api.requests) <= 2


# --- ambiguous tokens ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ('{"alg":"none","alg":"RS256"}', None),
        ('{"alg":"RS256","alg":"none"}', None),
        ('{"alg":"RS256","kid":"a","kid":"b"}', None),
        (None, '{"sub":"user_1","sub":"user_2","exp":9999999999}'),
        (None, '{"sub":"user_1","exp":1,"exp":9999999999}'),
        (None, '{"sub":"user_1","exp":9999999999,"o":{"rol":"admin","rol":"member"}}'),
        (None, '{"sub":"user_1","s\\u0075b":"user_2","exp":9999999999}'),
    ],
)
def test_duplicate_member_is_rejected(header: str | None, claims: str | None) -> None:
    token = sign(header or json.dumps(HEADER), claims or json.dumps(session_claims()))

    assert reason_for(token) == "token-invalid"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "9" * 5000, "0x1", "01", "+1"])
def test_invalid_json_number_is_rejected(number: str) -> None:
    claims = json.dumps(session_claims({"exp": "NUMBER"})).replace('"NUMBER"', number)

    assert reason_for(sign(json.dumps(HEADER), claims)) == "token-invalid"


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e999999999", "true", '"9999999999"', "[]"])
@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_invalid_time_claim_is_rejected(name: str, number: str) -> None:
    claims = json.dumps(session_claims({name: "NUMBER"})).replace('"NUMBER"', number)
    token = sign(json.dumps(HEADER), claims)

    assert in_header(token).reason == "token-verification-failed"
    assert not in_cookie(token).is_authenticated


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_huge_time_claim_is_compared_correctly(name: str) -> None:
    for number in (10**400, -(10**400), 1e308):
        assert in_header(mint({name: number})).status in ("signed-in", "signed-out")
    assert not in_header(mint({"exp": -(10**400)})).is_authenticated
    assert not in_header(mint({"nbf": 10**400})).is_authenticated
    assert not in_header(mint({"iat": 10**400})).is_authenticated


# --- malformed tokens ----------------------------------------------------------------------------


def shapes() -> dict[str, str]:
    header, claims, signature = mint().split(".")
    flattened = {"protected": header, "payload": claims, "signature": signature}
    general = {"payload": claims, "signatures": [{"protected": header, "signature": signature}]}
    compressed = base64url(zlib.compress(b'{"sub":"user_1"}'))
    return {
        "two parts": f"{header}.{claims}",
        "four parts": f"{header}.{claims}.{signature}.",
        "five parts": f"{header}.{claims}.{signature}.{signature}.{signature}",
        "three dots": "...",
        "two dots": "..",
        "flattened": json.dumps(flattened),
        "general": json.dumps(general),
        "nested": f"{header}.{base64url(mint().encode())}.{signature}",
        "standard base64": f"{header}.{claims}.{signature[:-1]}+",
        "white space": f"{header}.{claims}.{signature[:20]}\n{signature[20:]}",
        "padding within": f"{header}=.{claims}.{signature}",
        "outside ASCII": f"{header}.{claims}.{signature[:-1]}\u0430",
        "UTF-16": f"{base64url(json.dumps(HEADER).encode('utf-16'))}.{claims}.{signature}",
        "deflated": f"{header}.{compressed}.{signature}",
    }


@pytest.mark.parametrize("shape", shapes())
def test_malformed_token_is_rejected(shape: str) -> None:
    state = in_header(shapes()[shape])

    assert not state.is_authenticated
    assert state.reason in ("token-invalid", "token-invalid-signature")
    assert not in_cookie(shapes()[shape].replace(" ", "")).is_authenticated


# --- bounded work --------------------------------------------------------------------------------

KIB, MIB = 1024, 1024 * 1024


def of_claims(claims: bytes, header: bytes = json.dumps(HEADER).encode()) -> str:
    return f"{base64url(header)}.{base64url(claims)}.{base64url(b'x' * 256)}"


@cache
def oversized_tokens() -> dict[str, str]:
    """Return tokens that are expensive to parse, above and just below the length limit."""
    zeros = base64.urlsafe_b64encode(gzip.compress(b"\0" * 16 * MIB)).decode()
    objects = b",".join(b'"%d":{}' % number for number in range(4500))
    return {
        "1 MiB": "a" * MIB,
        "1 MiB of dots": "." * MIB,
        "1 MiB in three parts": ".".join(["a" * 349_000] * 3),
        "1 MiB of spaces": " ".join(["a"] * 500_000),
        "1 MiB of claims": of_claims(b'{"a":"' + b"a" * MIB + b'"}'),
        "1 MiB under an opaque prefix": "mt_" + "a.a" * 349_000,
        "64 KiB of dots": "." * 64 * KIB,
        "64 KiB of signature": mint() + "A" * 62 * KIB,
        "open brackets": of_claims(b'{"a":' + b"[" * 45_000),
        "closed brackets": of_claims(b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"),
        "open braces": of_claims(b'{"a":' * 9_000),
        "900 deep": of_claims(b'{"a":' + b"[" * 900 + b"]" * 900 + b"}"),
        "deep header": of_claims(b"{}", b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"),
        "15,000 lists": of_claims(b'{"a":[' + b"[]," * 15_000 + b"[]]}"),
        "4,500 objects": of_claims(b"{" + objects + b"}"),
        "4,500 objects in the header": of_claims(b"{}", b"{" + objects + b"}"),
        "60 deep, 370 times": of_claims(
            b'{"a":[' + b",".join([b"[" * 60 + b"]" * 60] * 370) + b"]}"
        ),
        "one number": of_claims(b'{"exp":' + b"9" * 45_000 + b"}"),
        "ten numbers": of_claims(b'{"exp":[' + b",".join([b"9" * 4300] * 10) + b"]}"),
        "one fraction": of_claims(b'{"exp":0.' + b"9" * 45_000 + b"e-9}"),
        "escapes": of_claims(b'{"a":"' + b"\\u0041" * 7_500 + b'"}'),
        "spaces": of_claims(b" " * 45_000 + b"{}" + b" " * 2_000),
        "zipped header": of_claims(b"{}", b'{"alg":"RS256","zip":"DEF"}'),
        "zipped claims": f"{base64url(json.dumps(HEADER).encode())}.{zeros[:60_000]}.AAAA",
    }


def oversized_requests() -> dict[str, Request]:
    """Return expensive requests of 64 KiB, the usual limit of servers."""
    token, url = mint(), "http://localhost:5000/"
    return {
        "escapes in a cookie": page("/", browser_cookies("%41" * 21_000)),
        "half escapes in a cookie": page("/", browser_cookies("%41" * 21_000 + "%")),
        "cookies": page("/", browser_cookies(token, x=";a=" * 21_000)),
        "semicolons": page("/", browser_cookies(token, x=";" * 64_000)),
        "cookie headers": Request("GET", url, [("cookie", "a=b")] * 6_000),
        "digits of client_uat": page("/", browser_cookies(token, __client_uat="9" * 64_000)),
        "spaces of client_uat": page("/", browser_cookies(token, __client_uat="\xa0" * 60_000)),
        "parameters": page("/?" + "__clerk=1&" * 6_000, browser_cookies(token)),
        "escapes in a query": page("/?" + "%5f" * 21_000, browser_cookies(token)),
        "a path": page("/" + "a/" * 32_000, browser_cookies(token)),
        "dots of a path": page("/" + "../" * 21_000, browser_cookies(token)),
        "hosts": page("/", browser_cookies(token), x_forwarded_host="a," * 32_000),
        "a host": page("/", browser_cookies(token), x_forwarded_host="a." * 32_000),
        "a referrer": page("/", browser_cookies(token), referer="http://" + "a." * 32_000),
    }


# Seconds. Linear work takes milliseconds, quadratic work minutes.
BOUNDED = 3.0


@pytest.mark.parametrize("name", oversized_tokens())
def test_oversized_token_is_rejected_with_bounded_work(name: str) -> None:
    token = oversized_tokens()[name]
    for accepts in ACCEPTING:
        state = in_header(token, accepts_token=accepts)
        assert not state.is_authenticated
        assert sum(len(name + value) for name, value in state.headers) < 1000
        assert cpu_seconds(partial(in_header, token, accepts_token=accepts)) < BOUNDED
    assert not in_cookie(token).is_authenticated
    assert cpu_seconds(lambda: in_cookie(token)) < BOUNDED


@pytest.mark.parametrize("name", oversized_requests())
def test_oversized_request_is_authenticated_with_bounded_work(name: str) -> None:
    request = oversized_requests()[name]
    sync = {"organization_patterns": ["/orgs/:slug/(.*)", "/:a/:b/:id+", "/(.*)/x/:slug*"]}
    using = settings(organization_sync_options=sync)

    assert cpu_seconds(lambda: run(authenticate(request, using, now=NOW), no_requests)) < BOUNDED


@pytest.mark.parametrize("name", ["1 MiB", "15,000 lists", "64 KiB of dots"])
def test_oversized_tokens_are_not_cached(name: str) -> None:
    keyring = Keyring()
    for number in range(5):
        token = f"{oversized_tokens()[name]}{number}"
        run(authenticate(api_request(token), LOCAL, now=NOW, keyring=keyring), no_requests)
    assert len(keyring.remembered) == 0


# --- modified tokens -----------------------------------------------------------------------------


@cache
def valid_token() -> str:
    token = mint()
    assert in_header(token).is_authenticated
    assert in_cookie(token).is_authenticated
    return token


def test_token_with_a_replaced_byte_is_never_accepted() -> None:
    token, keyring = valid_token(), Keyring()
    run(authenticate(api_request(token), LOCAL, now=NOW, keyring=keyring), no_requests)
    for position, byte in enumerate(token):
        for other in f"{ALPHABET}.=~ %\xe9":
            if other != byte:
                changed = f"{token[:position]}{other}{token[position + 1 :]}"
                # The valid token is cached, which must not affect the changed one.
                flow = authenticate(
                    api_request(f"Bearer {changed}"), LOCAL, now=NOW, keyring=keyring
                )
                assert not run(flow, no_requests).is_authenticated, (position, other)


def test_token_with_a_removed_doubled_or_inserted_byte_is_never_accepted() -> None:
    token = valid_token()
    for position in range(len(token) + 1):
        head, tail = token[:position], token[position:]
        for changed in (head + tail[1:], head + tail[:1] * 2 + tail[1:], f"{head}A{tail}", head):
            if changed != token:
                assert not in_header(changed).is_authenticated, position
        padded = f"{head}={tail}"
        assert not in_header(padded).is_authenticated or padded.rstrip("=") == token


def test_token_with_a_flipped_bit_is_never_accepted() -> None:
    parts = [
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in valid_token().split(".")
    ]
    for number, part in enumerate(parts):
        for position in range(len(part)):
            for bit in range(8):
                flipped = bytearray(part)
                flipped[position] ^= 1 << bit
                changed = [*parts[:number], bytes(flipped), *parts[number + 1 :]]
                token = ".".join(map(base64url, changed))
                assert not in_header(token).is_authenticated, (number, position, bit)


VALUES = st.sampled_from(
    [*HEADER.values(), "user_2", int(NOW) + 10**6, "at+jwt", "cl_B7d4PD333AAA", "mch_1", True, None]
) | st.text(max_size=5)
FIELDS = st.dictionaries(
    st.sampled_from([*HEADER, *session_claims(), "crit", "jwk", "o", "aud"]), VALUES, min_size=1
)


@examples(300)
@given(FIELDS, FIELDS, st.booleans(), st.sampled_from(ACCEPTING), st.booleans())
def test_token_with_a_changed_field_is_never_accepted(
    header: dict[str, object],
    claims: dict[str, object],
    is_header_kept: bool,
    accepts: Any,
    is_signed_by_another: bool,
) -> None:
    changed_header = HEADER if is_header_kept else {**HEADER, **header}
    changed_claims = session_claims(claims)
    token = sign(json.dumps(changed_header), json.dumps(changed_claims), other_rsa_key())
    if not is_signed_by_another:
        if (changed_header, changed_claims) == (HEADER, session_claims()):
            return
        token = f"{token.rpartition('.')[0]}.{valid_token().rpartition('.')[2]}"

    state = in_header(token, accepts_token=accepts)

    assert not state.is_authenticated
    assert not state.auth(accepts).is_authenticated
    assert not in_cookie(token).is_authenticated


@examples(200)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 400), VALUES), max_size=4), st.data())
def test_spliced_tokens_are_never_accepted(
    splices: list[tuple[int, int, object]], data: st.DataObject
) -> None:
    tokens = [valid_token(), other_valid_token(), mint({"exp": int(NOW) - 60})]
    parts = [list(token.split(".")) for token in tokens]
    picked = [parts[data.draw(st.integers(0, 2))][number] for number in range(3)]
    for number, position, _ in splices:
        donor = parts[position % 3][number]
        picked[number] = picked[number][:position] + donor[position:]
    token = ".".join(picked)

    assert in_header(token).is_authenticated is (token in tokens[:2])


@cache
def other_valid_token() -> str:
    return mint({"sub": "user_2", "sid": "sess_2"})
