"""Implement the M2M token operations of the Backend API.

Requests carry the secret key of a machine or of the instance. Opaque tokens are stored; JWTs are
not. It must not know browsers.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._json_values import is_object
from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, page_response
from clerk_core.local._api.machines import calling_machine
from clerk_core.local._api.parameters import (
    check_field_names,
    check_query_names,
    expiration,
    optional_text,
    required_text,
    revocation_reason,
    whole_number,
)
from clerk_core.local._api.resources import token_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.machine_tokens import (
    find_by_secret,
    find_token,
    is_expired,
    is_valid,
    new_token,
    revoke,
)
from clerk_core.local._responses import (
    ApiError,
    invalid_parameter,
    json_response,
    missing_parameter,
)
from clerk_core.local._storage.rows import JsonObject, Machine, MachineToken

_KIND = "m2m_token"
_FORMATS = ("opaque", "jwt")
_RESERVED_CLAIMS = ("iss", "sub", "exp", "nbf", "iat", "jti", "scopes")
_CREATED = 201


def _resource(token: MachineToken, now: int) -> JsonObject:
    return {
        "object": "machine_to_machine_token",
        "claims": token.claims,
        "last_used_at": token.last_used_at,
        **token_resource(token, now),
    }


def _create_token(call: Call) -> HttpResponse:
    machine = calling_machine(call)
    if machine is None:
        raise ApiError(
            401,
            "machine_secret_key_required",
            "A machine secret key is required",
            "Create an M2M token with the secret key of the machine that will use it.",
        )
    body = call.body()
    check_field_names(
        body,
        ("token_format", "seconds_until_expiration", "claims", "min_remaining_ttl_seconds"),
    )
    form = optional_text(body, "token_format") or "opaque"
    if form not in _FORMATS:
        raise invalid_parameter("token_format", " or ".join(_FORMATS))
    token = _new_token(call, machine, body)
    if form == "jwt":
        token = replace(token, secret=_jwt(call, token))
    else:
        token = _reusable_token(call, token, body) or token
        call.store.put(token)
    return json_response({**_resource(token, call.now), "token": token.secret}, _CREATED)


def _new_token(call: Call, machine: Machine, body: JsonObject) -> MachineToken:
    claims = body.get("claims")
    if claims is not None and not is_object(claims):
        raise invalid_parameter("claims", "an object")
    reserved = sorted(set(_RESERVED_CLAIMS) & set(claims or ()))
    if reserved:
        raise invalid_parameter("claims", f"without {', '.join(reserved)}")
    return replace(
        new_token(_KIND, machine.id, call.now),
        claims=claims,
        scopes=machine.scopes,
        expiration=expiration(body, machine.default_token_ttl, call.now),
    )


def _reusable_token(call: Call, wanted: MachineToken, body: JsonObject) -> MachineToken | None:
    """Return a stored token with the same claims and enough remaining lifetime, or None."""
    remaining = whole_number(body, "min_remaining_ttl_seconds", 0)
    if not remaining:
        return None
    until = call.now + remaining * 1000
    if wanted.expiration is not None and until >= wanted.expiration:
        raise ApiError(
            400,
            "form_param_value_invalid",
            "min_remaining_ttl_seconds is invalid",
            "min_remaining_ttl_seconds must be less than the lifetime of the token.",
            parameter="min_remaining_ttl_seconds",
        )
    for token in call.store.all(MachineToken, kind=_KIND, subject=wanted.subject):
        same = (token.claims, token.scopes) == (wanted.claims, wanted.scopes)
        if same and is_valid(token, until):
            return token
    return None


def _jwt(call: Call, token: MachineToken) -> str:
    issued_at = call.now // 1000
    lifetime = (token.expiration or call.now) - call.now
    own = token.claims if is_object(token.claims) else {}
    standard: JsonObject = {
        "iss": call.keys.issuer,
        "sub": token.subject,
        "jti": token.id,
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + lifetime // 1000,
        "scopes": " ".join(token.scopes),
    }
    return call.keys.sign({**own, **standard}, "m2m")


def _list_tokens(call: Call) -> HttpResponse:
    check_query_names(call, ("subject", "revoked", "expired", *PAGING))
    subject = call.argument("subject")
    if not subject:
        raise missing_parameter("subject")
    machine = calling_machine(call)
    if machine is not None and machine.id != subject:
        raise ApiError(403, "forbidden", "A machine can only list its own tokens.")
    tokens = [
        token
        for token in call.store.all(MachineToken, kind=_KIND, subject=subject)
        if (not token.revoked or call.argument("revoked") == "true")
        and (not is_expired(token, call.now) or call.argument("expired") == "true")
    ]
    return page_response(call, tokens[::-1], lambda one: _resource(one, call.now), "m2m_tokens")


def _revoke_token(call: Call, token_id: str) -> HttpResponse:
    token = find_token(call.store, _KIND, token_id)
    machine = calling_machine(call)
    if machine is not None and machine.id != token.subject:
        raise not_found("M2M token", token_id)
    token = revoke(call.store, token, revocation_reason(call), call.now)
    return json_response(_resource(token, call.now))


def _verify_token(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("token",))
    secret = required_text(body, "token")
    claims = call.keys.claims_of(secret, "m2m")
    if claims is None:
        token = find_by_secret(call.store, _KIND, secret, call.now)
    else:
        token = _read_jwt(claims)
    machine = calling_machine(call)
    if machine is not None and machine.id not in token.scopes:
        raise not_found("M2M token", "mt_…")
    return json_response(_resource(token, call.now))


def _read_jwt(claims: JsonObject) -> MachineToken:
    def milliseconds(name: str) -> int:
        value = claims.get(name)
        return value * 1000 if isinstance(value, int) else 0

    own = {name: value for name, value in claims.items() if name not in _RESERVED_CLAIMS}
    return MachineToken(
        id=str(claims.get("jti")),
        kind=_KIND,
        subject=str(claims.get("sub")),
        claims=own or None,
        scopes=str(claims.get("scopes") or "").split(),
        secret="",
        expiration=milliseconds("exp"),
        created_at=milliseconds("iat"),
        updated_at=milliseconds("iat"),
    )


_ALL = "/v1/m2m_tokens"

ROUTES: tuple[Route, ...] = (
    ("POST", _ALL, _create_token),
    ("GET", _ALL, _list_tokens),
    ("POST", f"{_ALL}/verify", _verify_token),
    ("POST", f"{_ALL}/<token_id>/revoke", _revoke_token),
)
