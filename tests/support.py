"""Builders that the tests share: keys, tokens, settings and answers, all around one `NOW`."""

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
"""The seconds that tests wait for what has to happen, on however slow a machine."""
NOW = 1_800_000_000.0
"""The present of the tests, in Unix seconds."""
ISSUER = f"https://{HOST}"


class _Absent:
    def __repr__(self) -> str:
        # Without an address: it stands in the names of tests.
        return "ABSENT"


ABSENT: object = _Absent()
"""Stands for a claim or a header parameter that the token is to lack."""


def jwk(key: RSAPrivateKey | None = None, kid: str = KID, **over: object) -> dict[str, object]:
    """The public half as a JSON Web Key; `over` replaces members or, with ABSENT, removes them."""
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
    """The answer to a request for the key set: these keys, or the instance's one."""
    return json_response({"keys": list(jwks) or [jwk()]})


def json_response(document: object, status: int = 200) -> HttpResponse:
    """An answer of the Backend API."""
    headers = [("content-type", "application/json")]
    return HttpResponse(status, headers, json.dumps(document).encode())


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def base64url_integer(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def settings(**over: Unpack[Options]) -> Settings:
    """A development instance's settings. They verify without a network, unless `jwt_key=None`."""
    options: Options = {
        "publishable_key": publishable_key(),
        "secret_key": SECRET_KEY,
        "jwt_key": public_pem(),
    }
    options.update(over)
    return Settings(**options)


def session_claims(over: Mapping[str, object] | None = None) -> dict[str, object]:
    """The claims of a session token that holds from NOW - 10 to NOW + 50 seconds."""
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
    """A session token signed by the instance. What is given replaces claims and header parameters,
    and the value ABSENT removes them.
    """
    parameters = {"alg": "RS256", "cat": SESSION_CATEGORY, "kid": KID, "typ": "JWT"}
    head = _present({**parameters, **(header or {})})
    return sign(json.dumps(head), json.dumps(session_claims(claims)), key)


def sign(header: str, claims: str, key: RSAPrivateKey | None = None) -> str:
    """A token of this very text, signed as RS256 whatever the header says."""
    signing_input = f"{base64url(header.encode())}.{base64url(claims.encode())}"
    rs256 = pyjwt.get_algorithm_by_name("RS256")
    signature: bytes = rs256.sign(signing_input.encode(), key or rsa_key())
    return f"{signing_input}.{base64url(signature)}"


def drive(flow: Flow[T], *answers: HttpResponse | TransportError) -> tuple[T, list[HttpRequest]]:
    """Run a flow by hand with these answers, one a request; its value and what it asked for.

    Fails when it asks for more, or for less, than there are answers.
    """
    asked: list[HttpRequest] = []
    remaining = list(answers)
    try:
        request = next(flow)
        while True:
            asked.append(request)
            assert remaining, f"nothing to answer {request!r} with"
            answer = remaining.pop(0)
            request = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
    except StopIteration as end:
        assert not remaining, f"{len(remaining)} answers were not asked for"
        value: T = end.value
        return value, asked
    finally:
        flow.close()


def without_asking(flow: Flow[T]) -> T:
    """The value of a flow that asks for nothing."""
    return drive(flow)[0]


def _present(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not ABSENT}


class Claims:
    """Waits until so many requests have asked who sends the call that they share."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, expected: int) -> None:
        self.all_are_here = threading.Event()
        numbers, claim = count(1), Flight.claim

        def counted(flight: Flight) -> bool:
            leads = claim(flight)
            if next(numbers) >= expected:
                self.all_are_here.set()
            return leads

        monkeypatch.setattr(Flight, "claim", counted)


def cpu_seconds(do: Callable[[], object]) -> float:
    """Return the time that a processor works, which does not depend on what else it has to do."""
    started = time.thread_time()
    do()
    return time.thread_time() - started
