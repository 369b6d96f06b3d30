"""The programs of docs/moving-from-clerk-backend-api.md agree on who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization as form

from clerk_core import Clerk
from clerk_core.local import LocalClerk, LocalServer
from tests.docs.examples import programs, run


@pytest.fixture
def local(clean_environment: None) -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local):
        yield local


def pem(local: LocalClerk) -> str:
    """Return the public key of an instance."""
    with Clerk(**local.options()) as clerk:
        (key,) = clerk.jwks.get().keys
    public: Any = jwt.PyJWK(dict(key.raw)).key
    kind = form.PublicFormat.SubjectPublicKeyInfo
    return str(public.public_bytes(form.Encoding.PEM, kind), "ascii")


@pytest.mark.parametrize("name", ["before", "after"])
def test_program_knows_the_user(
    name: str, local: LocalClerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = run(programs("moving-from-clerk-backend-api")[name], monkeypatch)
    ada = local.seed()[0].user_id
    secret_key, jwt_key = local.options()["secret_key"], pem(local)

    def user_of(**said: Any) -> object:
        token = local.session_token(local.create_session(ada), **said)
        headers = {"authorization": f"Bearer {token}"}
        request = httpx.Request("GET", "http://localhost/", headers=headers)
        return names["user_of"](request, secret_key, jwt_key)

    assert user_of() == ada
    assert user_of(expires_in_seconds=-60) is None
