"""Builders shared by the tests: keys, tokens, settings and responses, all at the time `NOW`."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING, TypeVar

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from clerk_core._flight import Flight
from clerk_core._flow import Flow
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.settings import Options, Settings
from clerk_core.errors import TransportError
from clerk_core.testing._tokens import HOST as HOST
from clerk_core.testing._tokens import KID as KID
from clerk_core.testing._tokens import SECRET_KEY as SECRET_KEY
from clerk_core.testing._tokens import SESSION_CATEGORY as SESSION_CATEGORY
from clerk_core.testing._tokens import other_rsa_key as other_rsa_key
from clerk_core.testing._tokens import public_pem as public_pem
from clerk_core.testing._tokens import publishable_key as publishable_key
from clerk_core.testing._tokens import rsa_key as rsa_key
from clerk_core.testing._tokens import tampered as tampered

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")

PATIENCE = 30.0
"""The seconds that tests wait for an event, even on a slow machine."""
NOW = 1_800_000_000.0
"""The current time of the tests, in Unix seconds."""
ISSUER = f"https://{HOST}"


class _Absent:
    def __repr__(self) -> str:
        # No memory address, since this appears in the names of tests.
        return "ABSENT"


ABSENT: object = _Absent()
"""Marks a claim or a header parameter that the token must not have."""


def jwk(key: RSAPrivateKey | None = None, kid: str = KID, **over: object) -> dict[str, object]:
    """Return the public key as a JSON Web Key.

    The arguments replace members; the value ABSENT removes them.
    """
    numbers = (key or rsa_key()).public_key().public_numbers()
    members: dict[str, object] = {
        "use": "sig",
        "kty": "RSA",
        "kid": kid,
        "alg": "RS256",
        "n": base64url_integer(numbers.n),
        "e": base64url_integer(numbers.e),
    }
    return _present({**members, **over})


def key_set(*jwks: Mapping[str, object]) -> HttpResponse:
    """Return the response to a request for the key set: these keys, or the instance's only key."""
    return json_response({"keys": list(jwks) or [jwk()]})


def json_response(document: object, status: int = 200) -> HttpResponse:
    """Return a response of the Backend API."""
    headers = [("content-type", "application/json")]
    return HttpResponse(status, headers, json.dumps(document).encode())


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def base64url_integer(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def settings(**over: Unpack[Options]) -> Settings:
    """Return settings of a development instance, which need no network unless `jwt_key=None`."""
    options: Options = {
        "publishable_key": publishable_key(),
        "secret_key": SECRET_KEY,
        "jwt_key": public_pem(),
    }
    options.update(over)
    return Settings(**options)


def session_claims(over: Mapping[str, object] | None = None) -> dict[str, object]:
    """Return the claims of a session token that is valid from NOW - 10 to NOW + 50 seconds."""
    claims: dict[str, object] = {
        "azp": "http://localhost:5000",
        "exp": int(NOW) + 50,
        "fva": [1, -1],
        "iat": int(NOW) - 10,
        "iss": ISSUER,
        "jti": "0123456789abcdef0123",
        "nbf": int(NOW) - 20,
        "sid": "sess_1",
        "sts": "active",
        "sub": "user_1",
        "v": 2,
    }
    return _present({**claims, **(over or {})})


def mint(
    claims: Mapping[str, object] | None = None,
    header: Mapping[str, object] | None = None,
    key: RSAPrivateKey | None = None,
) -> str:
    """Return a session token signed by the instance.

    The arguments replace claims and header parameters; the value ABSENT removes them.
    """
    parameters = {"alg": "RS256", "cat": SESSION_CATEGORY, "kid": KID, "typ": "JWT"}
    head = _present({**parameters, **(header or {})})
    return sign(json.dumps(head), json.dumps(session_claims(claims)), key)


def sign(header: str, claims: str, key: RSAPrivateKey | None = None) -> str:
    """Return a token of exactly this text, signed with RS256 regardless of the header."""
    signing_input = f"{base64url(header.encode())}.{base64url(claims.encode())}"
    rs256 = pyjwt.get_algorithm_by_name("RS256")
    signature: bytes = rs256.sign(signing_input.encode(), key or rsa_key())
    return f"{signing_input}.{base64url(signature)}"


def drive(flow: Flow[T], *answers: HttpResponse | TransportError) -> tuple[T, list[HttpRequest]]:
    """Run a flow with one answer for each request, and return its value and its requests.

    Fails if the number of answers differs from the number of requests.
    """
    requests: list[HttpRequest] = []
    remaining = list(answers)
    try:
        request = next(flow)
        while True:
            requests.append(request)
            assert remaining, f"no answer for {request!r}"
            answer = remaining.pop(0)
            request = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
    except StopIteration as end:
        assert not remaining, f"{len(remaining)} answers were not used"
        value: T = end.value
        return value, requests
    finally:
        flow.close()


def run_without_requests(flow: Flow[T]) -> T:
    """Run a flow that sends no request, and return its value."""
    return drive(flow)[0]


def _present(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not ABSENT}


class FlightClaims:
    """Set `all_claimed` once `expected` requests have called `Flight.claim`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, expected: int) -> None:
        self.all_claimed = threading.Event()
        numbers, claim = count(1), Flight.claim

        def claim_and_count(flight: Flight) -> bool:
            is_leader = claim(flight)
            if next(numbers) >= expected:
                self.all_claimed.set()
            return is_leader

        monkeypatch.setattr(Flight, "claim", claim_and_count)


def cpu_seconds(do: Callable[[], object]) -> float:
    """Return the CPU time of a call, which does not depend on the load of the machine."""
    started = time.thread_time()
    do()
    return time.thread_time() - started
