"""What deciding about one request costs, as ratios to one bare RSA-2048 verification.

Run: uv run python benchmarks/authenticate.py

Every line is measured in this one process, in rounds that take turns, so that a busy machine slows
all of them alike; the best round counts. Nothing is fetched: the key is at hand, as it is for all
requests of an application but the first.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from itertools import cycle

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from clerk_core import HttpRequest, HttpResponse, Keyring, Request, Settings, authenticate, run

HOST = "bench-mark-1.clerk.accounts.dev"
CALLS = 2000
ROUNDS = 15

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


def mint(number: int) -> str:
    """A session token of the shape and size that Clerk issues."""
    claims = {
        "azp": "http://localhost:3000",
        "exp": int(NOW) + 3600,
        "fva": [5, -1],
        "iat": int(NOW),
        "iss": f"https://{HOST}",
        "jti": f"{number:020}",
        "nbf": int(NOW) - 10,
        "o": {"id": "org_2bench", "rol": "admin", "slg": "bench", "per": "read", "fpm": "1,1"},
        "fea": "o:projects,o:billing",
        "sid": "sess_2benchbenchbenchbenchbench",
        "sts": "active",
        "sub": "user_2benchbenchbenchbenchbench",
        "v": 2,
    }
    headers = {"kid": "ins_2bench", "cat": "cl_B7d4PD111AAA"}
    return jwt.encode(claims, KEY, algorithm="RS256", headers=headers)


TOKEN = mint(0)
TOKENS = cycle([mint(number) for number in range(CALLS)])
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


def decide(headers: list[tuple[str, str]], keyring: Keyring) -> None:
    """One request, from its headers to signed in."""
    request = Request("GET", "http://localhost:3000/dashboard", headers)
    state = run(authenticate(request, SETTINGS, now=NOW, keyring=keyring), never)
    assert state.is_authenticated, state


def with_header(token: str) -> list[tuple[str, str]]:
    """The headers of a script that sends its token."""
    return [("host", "localhost:3000"), ("accept", "*/*"), ("authorization", f"Bearer {token}")]


def with_cookies(token: str) -> list[tuple[str, str]]:
    """The headers of a browser with the cookies that Clerk sets, and one of somebody else."""
    suffix = SETTINGS.cookie_suffix
    values = {"__session": token, "__client_uat": str(int(NOW) - 60), "__clerk_db_jwt": "dvb_2b"}
    pairs = [pair for n, v in values.items() for pair in (f"{n}={v}", f"{n}_{suffix}={v}")]
    return [*BROWSER, ("cookie", "; ".join(["theme=dark", *pairs]))]


def subjects() -> dict[str, Callable[[], object]]:
    """What is measured, by the name that is printed."""
    public = KEY.public_key()
    signing_input, _, encoded = TOKEN.rpartition(".")
    signed, signature = signing_input.encode(), base64.urlsafe_b64decode(encoded + "==")
    scheme, algorithm = padding.PKCS1v15(), hashes.SHA256()
    warm = Keyring()
    cold = {"keyring": Keyring()}

    def never_seen(headers: Callable[[str], list[tuple[str, str]]]) -> Callable[[], None]:
        def once() -> None:
            token = next(TOKENS)
            if token == TOKEN:
                cold["keyring"] = Keyring()
                cold["keyring"].read_pem(PEM)
            decide(headers(token), cold["keyring"])

        return once

    return {
        "bare RSA verification (cryptography)": lambda: public.verify(
            signature, signed, scheme, algorithm
        ),
        "PyJWT decode": lambda: jwt.decode(TOKEN, public, algorithms=["RS256"]),
        "header token, never seen": never_seen(with_header),
        "header token, same again": lambda: decide(with_header(TOKEN), warm),
        "cookie token, never seen": never_seen(with_cookies),
        "cookie token, same again": lambda: decide(with_cookies(TOKEN), warm),
    }


def main() -> None:
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


if __name__ == "__main__":
    main()
