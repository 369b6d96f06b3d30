"""Attacks on tokens (RFC 8725): each refused for the right reason, within bounded work."""

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
from tests.authentication.steps.support import bearing, browser_cookies, page
from tests.robustness.faces import JWKS, Api, State
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


def never(request: HttpRequest) -> HttpResponse:
    raise AssertionError(f"nothing is to be asked for, and {request!r} was")


def shown(token: str, using: Settings = LOCAL, **how: Any) -> State:
    """What becomes of a token in the header. The key is at hand; nothing is asked for."""
    flow = authenticate(bearing(f"Bearer {token}"), using, now=NOW, keyring=Keyring(), **how)
    return run(flow, never)


def in_cookie(token: str) -> State:
    """The same of a token in a cookie."""
    return run(authenticate(page("/", browser_cookies(token)), LOCAL, now=NOW), never)


def refused(token: str) -> str:
    """Why a token is refused, in the header and in the cookie alike."""
    state, by_cookie = shown(token), in_cookie(token)
    assert state.status == by_cookie.status == "signed-out"
    assert state.reason == by_cookie.reason
    assert not state.auth().is_authenticated
    assert token.partition(".")[2] not in f"{state.headers} {state!r} {state.auth()!r}"
    return str(state.reason)


def unsigned(header: Mapping[str, object], signature: bytes = b"") -> str:
    """A token of somebody who has no key."""
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
def test_no_spelling_of_none_and_no_other_algorithm_is_taken(algorithm: object) -> None:
    header = {**HEADER, "alg": algorithm}
    _, _, stolen = mint().split(".")

    assert refused(unsigned(header)) == "token-invalid-algorithm"
    assert refused(unsigned(header, b"x" * 256)) == "token-invalid-algorithm"
    assert refused(unsigned(header).rstrip(".") + f".{stolen}") == "token-invalid-algorithm"
    # Even Clerk's own signature does not make it one.
    assert refused(mint(header={"alg": algorithm})) == "token-invalid-algorithm"


def test_a_token_that_names_no_algorithm_is_refused() -> None:
    assert refused(mint(header={"alg": ABSENT})) == "token-invalid-algorithm"


@pytest.mark.parametrize("algorithm", ["RS384", "RS512"])
def test_the_key_is_used_for_the_algorithm_it_was_published_for(algorithm: str) -> None:
    other = pyjwt.encode(session_claims(), rsa_key(), algorithm, headers={"kid": KID})

    assert refused(other) == "token-verification-failed"


def test_an_unsigned_token_of_a_good_header_is_refused() -> None:
    assert refused(unsigned(HEADER)) == "token-invalid-signature"
    assert refused(unsigned(HEADER, b"\0" * 256)) == "token-invalid-signature"
    assert refused(mint().rpartition(".")[0]) == "token-invalid"


def _public_key_as_secret() -> list[bytes]:
    """The forms in which an attacker may have the public key."""
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
def test_the_public_key_is_never_a_secret_to_sign_with(algorithm: str) -> None:
    expected = "token-invalid-signature" if algorithm == "RS256" else "token-invalid-algorithm"
    for secret in _public_key_as_secret():
        signing_input = unsigned({**HEADER, "alg": algorithm}).rstrip(".")
        digest = getattr(hashlib, f"sha{algorithm[2:]}")
        signature = hmac.new(secret, signing_input.encode(), digest).digest()
        assert refused(f"{signing_input}.{base64url(signature)}") == expected


# --- keys that a token brings along, or names ----------------------------------------------------

THEIRS: dict[str, object] = jwk(other_rsa_key(), KID)
BROUGHT: dict[str, dict[str, object]] = {
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


@pytest.mark.parametrize("brought", BROUGHT)
def test_no_key_that_a_token_brings_along_is_used_or_fetched(brought: str) -> None:
    forged = mint(header=BROUGHT[brought], key=other_rsa_key())

    assert refused(forged) == "token-invalid-signature"
    api, keyring = Api(), Keyring()
    for _ in range(3):
        flow = authenticate(bearing(forged), REMOTE, now=NOW, keyring=keyring)
        assert run(flow, api.send).reason == "token-invalid-signature"
    assert api.asked == [JWKS]


@pytest.mark.parametrize("named", [["exp"], ["b64"], [], "exp", None, {}, ["alg", "jwk"]])
def test_an_extension_that_must_be_understood_is_refused_though_signed(named: object) -> None:
    assert refused(mint(header={"crit": named})) == "token-invalid"
    assert refused(mint(header={"crit": named, "b64": False})) == "token-invalid"


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
def test_a_kid_is_looked_up_and_nothing_else_is_done_with_it(kid: object) -> None:
    api, keyring = Api(), Keyring()
    run(authenticate(bearing(mint()), REMOTE, now=NOW, keyring=keyring), api.send)
    for key in (rsa_key(), other_rsa_key()):
        shown_token = mint(header={"kid": kid}, key=key)
        state = run(
            authenticate(bearing(shown_token), REMOTE, now=NOW + 11, keyring=keyring), api.send
        )
        assert (state.status, state.reason) == ("signed-out", "jwk-kid-mismatch")
        for name, value in state.headers:
            assert (name + value).isprintable()
    assert set(api.asked) == {JWKS}
    assert len(api.asked) <= 2


# --- two readers, two tokens ---------------------------------------------------------------------


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
def test_a_name_that_stands_twice_is_refused_though_signed(
    header: str | None, claims: str | None
) -> None:
    token = sign(header or json.dumps(HEADER), claims or json.dumps(session_claims()))

    assert refused(token) == "token-invalid"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "9" * 5000, "0x1", "01", "+1"])
def test_a_number_that_is_none_is_refused_though_signed(number: str) -> None:
    claims = json.dumps(session_claims({"exp": "NUMBER"})).replace('"NUMBER"', number)

    assert refused(sign(json.dumps(HEADER), claims)) == "token-invalid"


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e999999999", "true", '"9999999999"', "[]"])
@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_a_time_that_is_none_is_refused_though_signed(name: str, number: str) -> None:
    claims = json.dumps(session_claims({name: "NUMBER"})).replace('"NUMBER"', number)
    token = sign(json.dumps(HEADER), claims)

    assert shown(token).reason == "token-verification-failed"
    assert not in_cookie(token).is_authenticated


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_a_huge_time_is_compared_like_any_other(name: str) -> None:
    for number in (10**400, -(10**400), 1e308):
        assert shown(mint({name: number})).status in ("signed-in", "signed-out")
    assert not shown(mint({"exp": -(10**400)})).is_authenticated
    assert not shown(mint({"nbf": 10**400})).is_authenticated
    assert not shown(mint({"iat": 10**400})).is_authenticated


# --- shapes that are no token --------------------------------------------------------------------


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
def test_what_is_no_compact_token_is_refused(shape: str) -> None:
    state = shown(shapes()[shape])

    assert not state.is_authenticated
    assert state.reason in ("token-invalid", "token-invalid-signature")
    assert not in_cookie(shapes()[shape].replace(" ", "")).is_authenticated


# --- bounded work --------------------------------------------------------------------------------

KIB, MIB = 1024, 1024 * 1024


def of_claims(claims: bytes, header: bytes = json.dumps(HEADER).encode()) -> str:
    return f"{base64url(header)}.{base64url(claims)}.{base64url(b'x' * 256)}"


@cache
def bombs() -> dict[str, str]:
    """Tokens that mean work: beyond the limit on length, and just below it."""
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


def oddities() -> dict[str, Request]:
    """Requests of 64 KiB, which is what servers let pass at most, that mean work beside a token."""
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


# Some milliseconds; what grows with the square of the input takes minutes. In seconds.
BOUNDED = 3.0


@pytest.mark.parametrize("bomb", bombs())
def test_a_bomb_is_refused_within_bounded_work(bomb: str) -> None:
    token = bombs()[bomb]
    for accepts in ACCEPTING:
        state = shown(token, accepts_token=accepts)
        assert not state.is_authenticated
        assert sum(len(name + value) for name, value in state.headers) < 1000
        assert cpu_seconds(partial(shown, token, accepts_token=accepts)) < BOUNDED
    assert not in_cookie(token).is_authenticated
    assert cpu_seconds(lambda: in_cookie(token)) < BOUNDED


@pytest.mark.parametrize("oddity", oddities())
def test_a_request_full_of_something_is_decided_within_bounded_work(oddity: str) -> None:
    request = oddities()[oddity]
    sync = {"organization_patterns": ["/orgs/:slug/(.*)", "/:a/:b/:id+", "/(.*)/x/:slug*"]}
    using = settings(organization_sync_options=sync)

    assert cpu_seconds(lambda: run(authenticate(request, using, now=NOW), never)) < BOUNDED


@pytest.mark.parametrize("bomb", ["1 MiB", "15,000 lists", "64 KiB of dots"])
def test_bombs_are_not_kept(bomb: str) -> None:
    keyring = Keyring()
    for number in range(5):
        token = f"{bombs()[bomb]}{number}"
        run(authenticate(bearing(token), LOCAL, now=NOW, keyring=keyring), never)
    assert len(keyring.remembered) == 0


# --- every change to a good token ----------------------------------------------------------------


@cache
def good() -> str:
    token = mint()
    assert shown(token).is_authenticated
    assert in_cookie(token).is_authenticated
    return token


def test_a_token_with_any_byte_replaced_is_never_signed_in() -> None:
    token, keyring = good(), Keyring()
    run(authenticate(bearing(token), LOCAL, now=NOW, keyring=keyring), never)
    for position, byte in enumerate(token):
        for other in f"{ALPHABET}.=~ %\xe9":
            if other != byte:
                changed = f"{token[:position]}{other}{token[position + 1 :]}"
                # The good one is remembered, which must not help.
                flow = authenticate(bearing(f"Bearer {changed}"), LOCAL, now=NOW, keyring=keyring)
                assert not run(flow, never).is_authenticated, (position, other)


def test_a_token_with_any_byte_left_out_doubled_or_put_in_is_never_signed_in() -> None:
    token = good()
    for position in range(len(token) + 1):
        head, tail = token[:position], token[position:]
        for changed in (head + tail[1:], head + tail[:1] * 2 + tail[1:], f"{head}A{tail}", head):
            if changed != token:
                assert not shown(changed).is_authenticated, position
        padded = f"{head}={tail}"
        assert not shown(padded).is_authenticated or padded.rstrip("=") == token


def test_a_token_with_any_bit_flipped_under_its_encoding_is_never_signed_in() -> None:
    parts = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in good().split(".")]
    for number, part in enumerate(parts):
        for position in range(len(part)):
            for bit in range(8):
                flipped = bytearray(part)
                flipped[position] ^= 1 << bit
                changed = [*parts[:number], bytes(flipped), *parts[number + 1 :]]
                token = ".".join(map(base64url, changed))
                assert not shown(token).is_authenticated, (number, position, bit)


VALUES = st.sampled_from(
    [*HEADER.values(), "user_2", int(NOW) + 10**6, "at+jwt", "cl_B7d4PD333AAA", "mch_1", True, None]
) | st.text(max_size=5)
FIELDS = st.dictionaries(
    st.sampled_from([*HEADER, *session_claims(), "crit", "jwk", "o", "aud"]), VALUES, min_size=1
)


@examples(300)
@given(FIELDS, FIELDS, st.booleans(), st.sampled_from(ACCEPTING), st.booleans())
def test_a_token_with_any_field_changed_is_never_signed_in(
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
        token = f"{token.rpartition('.')[0]}.{good().rpartition('.')[2]}"

    state = shown(token, accepts_token=accepts)

    assert not state.is_authenticated
    assert not state.auth(accepts).is_authenticated
    assert not in_cookie(token).is_authenticated


@examples(200)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 400), VALUES), max_size=4), st.data())
def test_parts_of_good_tokens_never_make_another(
    splices: list[tuple[int, int, object]], data: st.DataObject
) -> None:
    tokens = [good(), other_good(), mint({"exp": int(NOW) - 60})]
    parts = [list(token.split(".")) for token in tokens]
    picked = [parts[data.draw(st.integers(0, 2))][number] for number in range(3)]
    for number, position, _ in splices:
        donor = parts[position % 3][number]
        picked[number] = picked[number][:position] + donor[position:]
    token = ".".join(picked)

    assert shown(token).is_authenticated is (token in tokens[:2])


@cache
def other_good() -> str:
    return mint({"sub": "user_2", "sid": "sess_2"})
