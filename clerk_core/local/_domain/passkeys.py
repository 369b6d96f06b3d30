"""Create passkeys, and identify users by them.

It must not know HTTP, or how a credential is verified.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from clerk_core._json_values import is_object
from clerk_core.local._domain.errors import (
    ForbiddenError,
    InvalidStateError,
    InvalidValueError,
    not_found,
)
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._domain.verifications import status_of
from clerk_core.local._domain.webauthn import (
    ALGORITHMS,
    Expected,
    credential_id_of,
    encode,
    verify_assertion,
    verify_registration,
)
from clerk_core.local._storage.rows import JsonObject, Passkey, User, Verification, new_id
from clerk_core.local._storage.store import Store

PASSKEY = "passkey"
"""The strategy of passkeys."""

_LIFETIME = 10 * 60 * 1000
_MAX_PASSKEYS = 10


def check_enabled(settings: InstanceSettings) -> None:
    """Raise `ForbiddenError` if users have no passkeys."""
    if not settings.passkeys:
        raise ForbiddenError(
            "passkeys_not_enabled",
            "Passkeys are not enabled.",
            "Passkeys are not enabled. Set InstanceSettings(passkeys=True).",
        )


def passkeys_of(store: Store, user: User) -> list[Passkey]:
    """Return the passkeys that the user has created, oldest first."""
    return [one for one in store.all(Passkey, user_id=user.id) if one.credential_id is not None]


def find_passkey(store: Store, user: User, passkey_id: str) -> Passkey:
    """Return the passkey of this user with this id, or raise `NotFoundError`."""
    passkey = store.one(Passkey, id=passkey_id, user_id=user.id)
    if passkey is None:
        raise not_found("Passkey", passkey_id)
    return passkey


def start_passkey(
    store: Store, settings: InstanceSettings, user: User, rp_id: str, shown_name: str, now: int
) -> Passkey:
    """Store and return a passkey that the browser has to create.

    Args:
        store: The store.
        settings: The settings of the instance.
        user: The user.
        rp_id: The host of the application.
        shown_name: The name of the user that the browser shows.
        now: The current time in Unix milliseconds.

    Raises:
        ForbiddenError: Users have no passkeys, or the user has ten of them.
    """
    check_enabled(settings)
    own = passkeys_of(store, user)
    if len(own) >= _MAX_PASSKEYS:
        raise ForbiddenError("passkey_quota_exceeded", "You have reached the limit of 10 passkeys.")
    for pending in store.all(Passkey, user_id=user.id, credential_id=None):
        store.remove(pending)
    options: JsonObject = {
        "rp": {"id": rp_id, "name": settings.application_name},
        "user": {"id": encode(user.id.encode()), "name": shown_name, "displayName": shown_name},
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS],
        "timeout": _LIFETIME,
        "excludeCredentials": [_descriptor(one) for one in own],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }
    passkey = Passkey(
        id=new_id("idn"),
        user_id=user.id,
        name="Passkey",
        verification_id=_start(store, options, now).id,
        rp_id=rp_id,
        created_at=now,
        updated_at=now,
    )
    store.put(passkey)
    return passkey


def finish_passkey(store: Store, passkey: Passkey, text: str, origin: str, now: int) -> Passkey:
    """Store and return the passkey that the browser created.

    Raises:
        InvalidValueError: The credential is invalid, or another passkey.
        InvalidStateError: The passkey was created before, or the challenge has expired.
    """
    verification = _find(store, passkey.verification_id, now)
    expected = Expected(_challenge(verification), origin, passkey.rp_id)
    credential = verify_registration(text, expected)
    if store.one(Passkey, credential_id=credential.credential_id) is not None:
        raise InvalidValueError(
            "passkey_already_exists",
            "The passkey is registered already.",
            parameter="public_key_credential",
        )
    store.put(replace(verification, status="verified", attempts=1))
    passkey = replace(
        passkey,
        credential_id=credential.credential_id,
        public_key=credential.public_key,
        sign_count=credential.sign_count,
        transports=credential.transports,
        updated_at=now,
    )
    store.put(passkey)
    return passkey


def start_assertion(store: Store, user: User | None, rp_id: str, now: int) -> Verification:
    """Store and return the verification of a passkey, of this user or of whoever has one."""
    allowed = [] if user is None else [_descriptor(one) for one in passkeys_of(store, user)]
    options: JsonObject = {
        "rpId": rp_id,
        "timeout": _LIFETIME,
        "allowCredentials": allowed,
        "userVerification": "required",
    }
    return _start(store, options, now)


def finish_assertion(
    store: Store, verification: Verification, text: str, origin: str, now: int
) -> tuple[Verification, User]:
    """Return the verification and the user of the passkey with which a browser signed.

    Raises:
        InvalidValueError: The passkey is unknown, or did not sign the challenge.
        InvalidStateError: The challenge was used, or has expired.
    """
    verification = _find(store, verification.id, now)
    passkey = store.one(Passkey, credential_id=credential_id_of(text))
    user = store.one(User, id=passkey.user_id) if passkey else None
    if passkey is None or user is None or passkey.public_key is None:
        raise InvalidValueError(
            "passkey_not_registered",
            "This passkey is not registered.",
            parameter="public_key_credential",
        )
    expected = Expected(_challenge(verification), origin, passkey.rp_id)
    handle = encode(user.id.encode())
    count = verify_assertion(text, expected, passkey.public_key, passkey.sign_count, handle)
    store.put(replace(passkey, sign_count=count, last_used_at=now))
    return replace(verification, status="verified", attempts=1), user


def _start(store: Store, options: JsonObject, now: int) -> Verification:
    verification = Verification(
        id=new_id("ver"),
        strategy=PASSKEY,
        data={"options": {"challenge": encode(secrets.token_bytes(32)), **options}},
        expire_at=now + _LIFETIME,
        created_at=now,
    )
    store.put(verification)
    return verification


def _find(store: Store, verification_id: str, now: int) -> Verification:
    found = store.one(Verification, id=verification_id)
    status = "missing" if found is None else status_of(found, now)
    if found is None or found.strategy != PASSKEY or status != "unverified":
        raise InvalidStateError(
            "verification_expired", f"The verification of the passkey is {status}. Start anew."
        )
    return found


def _challenge(verification: Verification) -> str:
    options = verification.data["options"]
    return str(options["challenge"]) if is_object(options) else ""


def _descriptor(passkey: Passkey) -> JsonObject:
    named = {"type": "public-key", "id": passkey.credential_id}
    return {**named, "transports": passkey.transports}
