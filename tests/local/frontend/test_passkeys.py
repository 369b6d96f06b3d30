"""Passkeys: create, use, name and delete them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from clerk_core import Clerk
from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from clerk_core.local._domain.cbor import read_cbor
from tests.local.frontend.authenticator import USER_PRESENT, Authenticator, cbor
from tests.local.frontend.clerk_js import ClerkJs, another_browser
from tests.local.local_helpers import Clock

PASSKEYS, SIGN_INS = "/v1/me/passkeys", "/v1/client/sign_ins"
INVALID = (422, "passkey_credential_invalid", "public_key_credential")


@pytest.fixture
def settings() -> InstanceSettings:
    return InstanceSettings(passkeys=True, authenticator_app=True)


@pytest.fixture
def local(clock: Clock, settings: InstanceSettings) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=settings) as instance:
        yield instance


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def register(js: ClerkJs, device: Authenticator) -> dict[str, Any]:
    """Create a passkey and return it."""
    made = js.post(PASSKEYS)
    return js.post(f"{PASSKEYS}/{made['id']}/attempt_verification", **credential(made, device))


def credential(made: dict[str, Any], device: Authenticator) -> dict[str, str]:
    created = device.create(made["verification"]["nonce"])
    return {"strategy": "passkey", "public_key_credential": created}


def start(local: LocalClerk, **fields: str) -> tuple[ClerkJs, dict[str, Any]]:
    js = ClerkJs(local).load()
    return js, js.post(SIGN_INS, **({"strategy": "passkey"} | fields))


def assertion(attempt: dict[str, Any], device: Authenticator) -> dict[str, str]:
    signed = device.sign(attempt["first_factor_verification"]["nonce"])
    return {"strategy": "passkey", "public_key_credential": signed}


def attempt_path(attempt: dict[str, Any]) -> str:
    return f"{SIGN_INS}/{attempt['id']}/attempt_first_factor"


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_passkey_is_created_and_signs_in(
    local: LocalClerk, signed_in: ClerkJs, algorithm: str
) -> None:
    device = (
        Authenticator()
        if algorithm == "ES256"
        else Authenticator(key=rsa.generate_private_key(65537, 2048))
    )
    made = register(signed_in, device)
    assert made["verification"]["status"] == "verified"
    assert [one["id"] for one in signed_in.get("/v1/me")["passkeys"]] == [made["id"]]

    js, attempt = start(local)
    done = js.post(attempt_path(attempt), **assertion(attempt, device))

    assert done["status"] == "complete"
    js.activate(done["created_session_id"])
    assert js.get("/v1/me")["passkeys"][0]["last_used_at"] is not None
    assert js.client["last_authentication_strategy"] == "passkey"


def test_passkey_is_a_first_factor_of_a_known_user(
    local: LocalClerk, signed_in: ClerkJs, ada: SeededUser, device: Authenticator
) -> None:
    register(signed_in, device)
    js, attempt = start(local, strategy="", identifier=ada.email_address)
    assert {"strategy": "passkey"} in attempt["supported_first_factors"]

    path = f"{SIGN_INS}/{attempt['id']}/prepare_first_factor"
    prepared = js.post(path, strategy="passkey")
    done = js.post(attempt_path(attempt), **assertion(prepared, device))

    assert done["status"] == "complete"


def test_passkey_of_another_user_is_refused(
    local: LocalClerk, signed_in: ClerkJs, grace: SeededUser, device: Authenticator
) -> None:
    register(signed_in, device)
    js, attempt = start(local, strategy="", identifier=grace.email_address)
    path = f"{SIGN_INS}/{attempt['id']}/prepare_first_factor"
    prepared = js.post(path, strategy="passkey")

    refused = js.error("POST", attempt_path(attempt), **assertion(prepared, device))

    assert refused[0] == 422
    assert js.get("/v1/client")["sessions"] == []


def test_passkey_is_named_and_deleted(
    signed_in: ClerkJs, grace: SeededUser, device: Authenticator
) -> None:
    path = f"{PASSKEYS}/{register(signed_in, device)['id']}"
    assert signed_in.call("PATCH", path, {"name": "Laptop"})["name"] == "Laptop"
    other = another_browser(signed_in.local, grace)
    for method in ("GET", "PATCH", "DELETE"):
        assert other.error(method, path)[0] == 404

    assert signed_in.call("DELETE", path)["deleted"] is True

    assert signed_in.get("/v1/me")["passkeys"] == []
    js, attempt = start(signed_in.local)
    refused = js.error("POST", attempt_path(attempt), **assertion(attempt, device))
    assert refused == (422, "passkey_not_registered", "public_key_credential")


def test_application_deletes_a_passkey(
    clerk: Clerk, signed_in: ClerkJs, ada: SeededUser, device: Authenticator
) -> None:
    passkey_id = register(signed_in, device)["id"]

    clerk.users.delete_passkey(ada.user_id, passkey_id)

    assert signed_in.get("/v1/me")["passkeys"] == []


@pytest.mark.parametrize("wrong", ["origin", "flags", "challenge"])
def test_registration_is_verified(signed_in: ClerkJs, device: Authenticator, wrong: str) -> None:
    made = signed_in.post(PASSKEYS)
    if wrong == "origin":
        device.origin = "http://localhost:6000"
    if wrong == "flags":
        device.flags = USER_PRESENT
    if wrong == "challenge":
        other = another_browser(signed_in.local, signed_in.local.seed()[1])
        made["verification"]["nonce"] = other.post(PASSKEYS)["verification"]["nonce"]
    path = f"{PASSKEYS}/{made['id']}/attempt_verification"

    refused = signed_in.error("POST", path, **credential(made, device))

    assert refused == INVALID
    assert signed_in.get("/v1/me")["passkeys"] == []


@pytest.mark.parametrize("wrong", ["origin", "flags", "challenge", "signature", "counter", "user"])
def test_assertion_is_verified(
    local: LocalClerk, signed_in: ClerkJs, device: Authenticator, wrong: str
) -> None:
    device.count = 7
    register(signed_in, device)
    js, attempt = start(local)
    signed = attempt
    if wrong == "origin":
        device.origin = "http://localhost:6000"
    if wrong == "flags":
        device.flags = USER_PRESENT
    if wrong == "challenge":
        _, signed = start(local)
    if wrong == "signature":
        device.key = ec.generate_private_key(ec.SECP256R1())
    if wrong == "user":
        device.user_handle = "dXNlcl94"
    if wrong == "counter":
        device.count = 3

    refused = js.error("POST", attempt_path(attempt), **assertion(signed, device))

    assert refused == INVALID
    assert js.get("/v1/client")["sessions"] == []


def test_assertion_is_used_once_and_expires(
    local: LocalClerk, signed_in: ClerkJs, device: Authenticator, clock: Clock
) -> None:
    register(signed_in, device)
    js, attempt = start(local)
    signed = assertion(attempt, device)
    js.post(attempt_path(attempt), **signed)
    assert js.error("POST", attempt_path(attempt), **signed)[0] == 400

    late, attempt = start(local)
    signed = assertion(attempt, device)
    clock.now += 11 * 60
    expired = late.error("POST", attempt_path(attempt), **signed)
    assert expired == (400, "verification_expired", "")


def test_credential_is_registered_once(
    signed_in: ClerkJs, grace: SeededUser, device: Authenticator
) -> None:
    register(signed_in, device)
    other = another_browser(signed_in.local, grace)
    made = other.post(PASSKEYS)
    path = f"{PASSKEYS}/{made['id']}/attempt_verification"

    refused = other.error("POST", path, **credential(made, device))

    assert refused == (422, "passkey_already_exists", "public_key_credential")


def test_malformed_credentials_are_refused(
    local: LocalClerk, signed_in: ClerkJs, device: Authenticator
) -> None:
    path = f"{PASSKEYS}/{signed_in.post(PASSKEYS)['id']}/attempt_verification"
    js, attempt = start(local)
    for text in (
        "x",
        "[]",
        "{}",
        '{"type": "public-key"}',
        '{"type": "public-key", "rawId": "AA", "response": {}}',
        '{"type": "public-key", "rawId": "!", "response": {"clientDataJSON": "AA"}}',
        "[" * 100_000,
    ):
        fields = {"strategy": "passkey", "public_key_credential": text}
        assert signed_in.error("POST", path, **fields)[0] == 422
        assert js.error("POST", attempt_path(attempt), **fields)[0] == 422


def test_passkeys_need_a_recent_sign_in(
    signed_in: ClerkJs, clock: Clock, device: Authenticator
) -> None:
    made = register(signed_in, device)
    clock.now += 11 * 60

    for method, path in (("POST", PASSKEYS), ("DELETE", f"{PASSKEYS}/{made['id']}")):
        assert signed_in.error(method, path)[:2] == (403, "session_reverification_required")


@pytest.mark.parametrize("settings", [InstanceSettings()], ids=["off"])
def test_instance_without_passkeys(local: LocalClerk, signed_in: ClerkJs) -> None:
    assert signed_in.error("POST", PASSKEYS)[:2] == (403, "passkeys_not_enabled")
    js = ClerkJs(local).load()
    assert js.error("POST", SIGN_INS, strategy="passkey")[:2] == (403, "passkeys_not_enabled")


def test_cbor_is_read() -> None:
    value = {1: -7, "x": b"bytes", -300: {"text": "é"}}

    assert read_cbor(cbor(value) + b"rest") == (value, b"rest")
    assert read_cbor(b"\x83\x00\xf5\xf6") == ([0, True, None], b"")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x42a", b"\x5f", b"\xfb", b"\xc0\x00", b"\xa2\x00\x00\x00\x00", b"\x81" * 50, b"\x1c"],
)
def test_other_cbor_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"incomplete|not supported|invalid key|too deep"):
        read_cbor(data)
