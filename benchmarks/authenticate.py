"""What deciding about one request costs, as ratios to one bare RSA-2048 verification.

Run: uv run python benchmarks/authenticate.py
Clerk's official SDK is measured beside it, where it is installed.

Every line is measured in this one process, in rounds that take turns, so that a busy machine slows
all of them alike; the best round counts. Nothing is fetched: the key is at hand, as it is for all
requests of an application but the first.
"""

from __future__ import annotations

import base64
import time
import tracemalloc
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from itertools import cycle
from types import SimpleNamespace
from typing import TypeAlias

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from clerk_core import HttpRequest, HttpResponse, Keyring, Request, Settings, authenticate, run
from clerk_core._authentication.request.token_kinds import TokenType
from clerk_core._authentication.tokens.cache import MAX_LENGTH, MAX_TOKENS

HOST = "bench-mark-1.clerk.accounts.dev"
CALLS = 2000
ROUNDS = 15
OFFICIAL = "clerk_backend_api"

NOW = time.time()
KEY = rsa.generate_private_key(65537, 2048)
PEM = (
    KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
SETTINGS = Settings(
    publishable_key="pk_test_" + base64.b64encode(f"{HOST}$".encode()).decode().rstrip("="),
    secret_key="sk_test_benchmark",
    jwt_key=PEM,
)

Pairs: TypeAlias = "list[tuple[str, str]]"
Call: TypeAlias = Callable[[], object]


def mint(number: int, claims: Mapping[str, object], **header: str) -> str:
    """A token of the instance that holds for an hour, no two alike."""
    times = {"exp": int(NOW) + 3600, "iat": int(NOW), "nbf": int(NOW) - 10}
    everything = {**claims, **times, "iss": f"https://{HOST}", "jti": f"{number:020}"}
    return jwt.encode(everything, KEY, algorithm="RS256", headers={"kid": "ins_2bench", **header})


def mint_session(number: int) -> str:
    """A session token of the shape and size that Clerk issues."""
    claims = {
        "azp": "http://localhost:3000",
        "fva": [5, -1],
        "o": {"id": "org_2bench", "rol": "admin", "slg": "bench", "per": "read", "fpm": "1,1"},
        "fea": "o:projects,o:billing",
        "sid": "sess_2benchbenchbenchbenchbench",
        "sts": "active",
        "sub": "user_2benchbenchbenchbenchbench",
        "v": 2,
    }
    return mint(number, claims, cat="cl_B7d4PD111AAA")


def mint_m2m(number: int) -> str:
    """A machine-to-machine token."""
    claims = {"sub": "mch_2benchbenchbenchbenchbench", "aud": ["mch_2a"], "scopes": "mch_2a mch_2b"}
    return mint(number, claims, cat="cl_B7d4PD333AAA")


def mint_oauth(number: int) -> str:
    """An OAuth access token (RFC 9068)."""
    claims = {"sub": "user_2benchbenchbench", "client_id": "client_2b", "scope": "openid profile"}
    return mint(number, claims, typ="at+jwt")


TOKEN = mint_session(0)
BROWSER = [
    ("host", "localhost:3000"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36"),
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("accept-encoding", "gzip, deflate, br"),
    ("accept-language", "en-GB,en;q=0.9"),
    ("sec-fetch-dest", "document"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-site", "same-origin"),
]


def never(request: HttpRequest) -> HttpResponse:
    """A benchmark that sent something would measure the network."""
    raise AssertionError(request)


def decide(
    headers: Pairs, keyring: Keyring, accepts: TokenType = "session_token", signed_in: bool = True
) -> None:
    """One request, from its headers to its outcome."""
    request = Request("GET", "http://localhost:3000/dashboard", headers)
    flow = authenticate(request, SETTINGS, now=NOW, accepts_token=accepts, keyring=keyring)
    state = run(flow, never)
    assert state.is_authenticated is signed_in, state


def with_header(token: str) -> Pairs:
    """The headers of a script that sends its token."""
    return [("host", "localhost:3000"), ("accept", "*/*"), ("authorization", f"Bearer {token}")]


def with_cookies(token: str) -> Pairs:
    """The headers of a browser with the cookies that Clerk sets, and one of somebody else."""
    suffix = SETTINGS.cookie_suffix
    values = {"__session": token, "__client_uat": str(int(NOW) - 60), "__clerk_db_jwt": "dvb_2b"}
    pairs = [pair for n, v in values.items() for pair in (f"{n}={v}", f"{n}_{suffix}={v}")]
    return [*BROWSER, ("cookie", "; ".join(["theme=dark", *pairs]))]


def never_seen(
    headers: Callable[[str], Pairs],
    minted: Callable[[int], str] = mint_session,
    accepts: TokenType = "session_token",
) -> Call:
    """Decides about a token that the keyring has never seen."""
    requests = [headers(minted(number)) for number in range(CALLS)]
    following, cold = cycle(requests), Keyring()

    def once() -> None:
        nonlocal cold
        request = next(following)
        if request is requests[0]:
            cold = Keyring()
            cold.read_pem(PEM)
        decide(request, cold, accepts)

    return once


def again(headers: Pairs, accepts: TokenType = "session_token", signed_in: bool = True) -> Call:
    """Decides about the same request again and again."""
    warm = Keyring()
    return lambda: decide(headers, warm, accepts, signed_in)


def bare_verification() -> Call:
    """What nobody can save who verifies a signature."""
    public, scheme, algorithm = KEY.public_key(), padding.PKCS1v15(), hashes.SHA256()
    signing_input, _, encoded = TOKEN.rpartition(".")
    signed, signature = signing_input.encode(), base64.urlsafe_b64decode(encoded + "==")
    return lambda: public.verify(signature, signed, scheme, algorithm)


def official(headers: Pairs) -> Call:
    """The official SDK, as its users call it with a `jwt_key`; its Requestish wants a mapping."""
    security = import_module(f"{OFFICIAL}.security")
    options = security.types.AuthenticateRequestOptions(secret_key="sk_test_benchmark", jwt_key=PEM)
    # A plain dict is the cheapest; it looks up one name in either case.
    named = {**dict(headers), **{name.title(): value for name, value in headers}}

    def once() -> None:
        state = security.authenticate_request(SimpleNamespace(headers=named), options)
        assert state.is_signed_in, state

    return once


def subjects() -> dict[str, Call]:
    """What is measured, by the name that is printed."""
    public = KEY.public_key()
    measured: dict[str, Call] = {
        "bare RSA verification (cryptography)": bare_verification(),
        "PyJWT decode": lambda: jwt.decode(TOKEN, public, algorithms=["RS256"]),
        "header token, never seen": never_seen(with_header),
        "header token, same again": again(with_header(TOKEN)),
        "cookie token, never seen": never_seen(with_cookies),
        "cookie token, same again": again(with_cookies(TOKEN)),
        "M2M JWT, never seen": never_seen(with_header, mint_m2m, "m2m_token"),
        "M2M JWT, same again": again(with_header(mint_m2m(0)), "m2m_token"),
        "OAuth JWT, never seen": never_seen(with_header, mint_oauth, "oauth_token"),
        "OAuth JWT, same again": again(with_header(mint_oauth(0)), "oauth_token"),
        "signed out, a script": again([("accept", "*/*")], signed_in=False),
        "signed out, a browser": again(with_cookies(""), signed_in=False),
    }
    if find_spec(OFFICIAL) is not None:
        measured["official SDK, header token"] = official(with_header(TOKEN))
        measured["official SDK, cookie token"] = official(with_cookies(TOKEN))
    return measured


def show_times() -> None:
    """Measure in turns and print a table."""
    measured = subjects()
    best = dict.fromkeys(measured, float("inf"))
    for _ in range(ROUNDS):
        for name, call in measured.items():
            started = time.perf_counter()
            for _ in range(CALLS):
                call()
            best[name] = min(best[name], (time.perf_counter() - started) / CALLS)
    bare, decode = best["bare RSA verification (cryptography)"], best["PyJWT decode"]
    print(f"{'':40}{'microseconds':>14}{'to bare RSA':>14}{'to PyJWT':>12}")
    for name, seconds in best.items():
        print(f"{name:40}{seconds * 1e6:14.1f}{seconds / bare:14.2f}{seconds / decode:12.2f}")
    if find_spec(OFFICIAL) is None:
        print(f"{'official SDK':40}{'not installed':>14}  (clerk-backend-api)")


def show_memory() -> None:
    """Fill the store of remembered tokens beyond its bound and print what it takes."""
    keyring = Keyring()
    decide(with_header(TOKEN), keyring)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    sizes = {}
    for number in range(MAX_TOKENS + 200):
        decide(with_header(mint_session(number)), keyring)
        sizes[number] = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    full, most = sizes[MAX_TOKENS - 1], max(sizes.values())
    assert len(keyring.remembered) == MAX_TOKENS
    print(
        f"\nRemembered tokens: at most {MAX_TOKENS} of at most {MAX_LENGTH} characters. Full of "
        f"tokens of {len(TOKEN)} characters: {full / 1024:.0f} KiB, {full / MAX_TOKENS:.0f} bytes "
        f"each; {most / 1024:.0f} KiB at most after 200 more."
    )


if __name__ == "__main__":
    show_times()
    show_memory()
