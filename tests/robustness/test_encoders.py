"""Encoders, repr and pickle reveal no secret of the library's objects."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import json
import pickle
import pprint
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from fastapi.encoders import jsonable_encoder
from flask import Flask
from flask.json.provider import DefaultJSONProvider
from litestar.serialization import encode_json
from pydantic_core import to_json
from quart import Quart
from starlette.responses import JSONResponse

from clerk_core import (
    AsgiMiddleware,
    AsyncClerk,
    Clerk,
    HttpRequest,
    HttpResponse,
    Keyring,
    Request,
    Settings,
    User,
    WsgiMiddleware,
    authenticate,
    run,
    verify_webhook,
)
from clerk_core._api.pages import Page
from clerk_core._integration.installation import AsyncInstallation, Installation
from clerk_core.testing._tokens import browser_cookies, cookie, public_pem, publishable_key, token
from tests.core.test_webhooks import BODY, SECRET, headers
from tests.support import NOW

CANARY = "c4n4ry"
SECRET_KEY = f"sk_test_{CANARY}{CANARY}{CANARY}{CANARY}"
# Made when the tests are collected, and used whenever their turn comes.
SESSION = token("user_1", note=CANARY, exp=int(time.time()) + 7200)
OPTIONS: dict[str, Any] = {
    "publishable_key": publishable_key(),
    "secret_key": SECRET_KEY,
    "machine_secret_key": f"ak_{CANARY}{CANARY}{CANARY}",
    "jwt_key": public_pem(),
}
HEADERS = [cookie(browser_cookies(SESSION)), ("x-secret", CANARY)]
REQUEST = Request("GET", f"http://localhost/?secret={CANARY}", HEADERS)
MACHINE = Request("GET", "http://localhost/", [("authorization", f"Bearer ak_{CANARY}")])
VERIFIED = {"id": "ak_1", "subject": "user_1", "scopes": [], "claims": {"note": CANARY}}
DOCUMENT = {"id": "user_1", "private_metadata": {"note": CANARY}}


def decided(request: Request, accepts_token: Any = "session_token") -> Any:
    keyring = Keyring()
    flow = authenticate(
        request, Settings(**OPTIONS), now=time.time(), accepts_token=accepts_token, keyring=keyring
    )
    found = json.dumps(VERIFIED).encode()
    state = run(flow, lambda sent: HttpResponse(200, [("content-type", "application/json")], found))
    assert state.is_authenticated
    # Compute lazy attributes.
    state.debug()
    return state, keyring


def request_auths() -> tuple[Any, Any]:
    visit = Installation(**OPTIONS).request_auth(REQUEST)

    async def awaited() -> Any:
        return await AsyncInstallation(**OPTIONS).request_auth(REQUEST)

    return visit, asyncio.run(awaited())


def wsgi_application(*arguments: object) -> Any:
    """Serve as an application."""


def public_objects() -> Iterator[tuple[str, object]]:
    state, keyring = decided(REQUEST)
    machine, machine_keyring = decided(MACHINE, "api_key")
    yield "Request", REQUEST
    yield "Request.headers", REQUEST.headers
    yield "HttpRequest", HttpRequest("POST", f"https://x/?{CANARY}", HEADERS, CANARY.encode())
    yield "HttpResponse", HttpResponse(200, HEADERS, CANARY.encode())
    yield "Settings", Settings(**OPTIONS)
    yield "SignedIn", state
    yield "SignedIn of a machine", machine
    yield "SessionAuth", state.auth()
    yield "MachineAuth", machine.auth()
    yield "Credentials", state.credentials
    yield "Keyring", keyring
    yield "Keyring of a machine", machine_keyring
    signed_out = Settings(**{**OPTIONS, "jwt_key": None, "publishable_key": None})
    nobody = run(authenticate(REQUEST, signed_out, now=NOW), lambda sent: HttpResponse(500))
    yield "SignedOut", nobody
    yield "SignedOutAuth", nobody.auth()
    visit, async_visit = request_auths()
    yield "RequestAuth", visit
    yield "AsyncRequestAuth", async_visit
    user = User(DOCUMENT)
    yield "User", user
    yield "Page", Page([user])
    yield "WebhookEvent", verify_webhook(headers(BODY), BODY, SECRET, now=NOW)
    yield from created_objects()


def created_objects() -> Iterator[tuple[str, object]]:
    yield "Clerk", Clerk(**OPTIONS)
    yield "AsyncClerk", AsyncClerk(**OPTIONS)
    tenants: Mapping[str, Any] = {"options_for": lambda request: {}}
    for kind in (Installation, AsyncInstallation):
        yield kind.__name__, kind(**OPTIONS)
        yield f"{kind.__name__} of tenants", kind(**OPTIONS, **tenants)
    yield "WsgiMiddleware", WsgiMiddleware(wsgi_application, **OPTIONS)
    yield "AsgiMiddleware", AsgiMiddleware(wsgi_application, **OPTIONS)


@pytest.fixture(scope="module")
def objects() -> dict[str, Any]:
    return dict(public_objects())


def attributes(value: object) -> object:
    """Return attributes or text, as a simple custom encoder does."""
    return getattr(value, "__dict__", None) or str(value)


ENCODERS: dict[str, Callable[[Any], object]] = {
    **{
        f"pickle {number}": partial(pickle.dumps, protocol=number)
        for number in range(pickle.HIGHEST_PROTOCOL + 1)
    },
    "repr": repr,
    "str": str,
    "format": format,
    "pprint": pprint.pformat,
    "vars": vars,
    "asdict": dataclasses.asdict,
    "astuple": dataclasses.astuple,
    "json": json.dumps,
    "json of vars": lambda value: json.dumps(value, default=vars),
    "json of attributes": lambda value: json.dumps({"value": value}, default=attributes),
    "json of str": lambda value: json.dumps(value, default=str),
    "jsonable_encoder": jsonable_encoder,
    "jsonable_encoder of a list": lambda value: jsonable_encoder({"values": [value]}),
    "pydantic": to_json,
    "pydantic of str": lambda value: to_json(value, fallback=str),
    "Flask": DefaultJSONProvider(Flask("app")).dumps,
    "Quart": Quart("app").json.dumps,
    "Litestar": encode_json,
    "Starlette": lambda value: JSONResponse(value).body,
    "getstate": lambda value: value.__getstate__(),
    "reduce": lambda value: value.__reduce__(),
    "copy": lambda value: repr(copy.copy(value)),
    "deepcopy": lambda value: repr(copy.deepcopy(value)),
}


# Objects that encoders may iterate: `Headers` is a sequence of pairs.
ITERABLE = {"Request.headers": ("jsonable_encoder", "jsonable_encoder of a list")}


@pytest.mark.parametrize("encoder", ENCODERS)
def test_encoder_reveals_no_secret(objects: dict[str, Any], encoder: str) -> None:
    shown = {
        name: _encoded(ENCODERS[encoder], value)
        for name, value in objects.items()
        if encoder not in ITERABLE.get(name, ())
    }
    for secret in (CANARY, SESSION, SESSION.rpartition(".")[2]):
        assert [name for name, text in shown.items() if secret.encode() in text] == []


def _encoded(encode: Callable[[Any], object], value: object) -> bytes:
    try:
        encoded = encode(value)
    except Exception as error:
        # The error must not reveal a secret, either.
        encoded = repr(error)
    return encoded if isinstance(encoded, bytes) else repr(encoded).encode()


def test_objects_hold_secrets(objects: dict[str, Any]) -> None:
    # Otherwise the test above would have no effect.
    assert CANARY in str(list(REQUEST.headers))
    assert CANARY in str(objects["SessionAuth"].session_claims)
    assert CANARY in str(objects["MachineAuth"].claims)
    assert CANARY in str(objects["User"].raw)
    assert CANARY in str(objects["Settings"].secret_key)
