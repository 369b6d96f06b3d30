"""Run a case through clerk_core and describe the outcome in the format of the vectors.

`authenticate` is driven by hand: each request that it yields gets a canned response of the case, or
a `TransportError` if there is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from clerk_core import Keyring, Request, Settings, TransportError, authenticate
from clerk_core._authentication.response.redirects import sign_in_url, sign_up_url
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import ConfigurationError

Json = dict[str, Any]

VECTORS = Path(__file__).parent / "vectors"
_TOKEN = re.compile(r"<<token:([^>]+)>>")
_JWT_LIKE = re.compile(r"[\w+-]+\.[\w+-]+\.[\w+-]*", re.ASCII)


@cache
def tables() -> Json:
    """Return the tables that all groups refer to."""
    content: Json = json.loads((VECTORS / "tables.json").read_text(encoding="utf-8"))
    return content


@cache
def cases() -> tuple[Json, ...]:
    """Return every recorded case of every group."""
    files = sorted(VECTORS.glob("*.json"))
    return tuple(
        one
        for file in files
        if file.name != "tables.json"
        for one in json.loads(file.read_text(encoding="utf-8"))
    )


def fill(value: Any, case_id: str) -> Any:
    """Return a value with every placeholder replaced."""
    if isinstance(value, str):
        tokens = tables()["tokens"]
        return _TOKEN.sub(lambda found: tokens[found[1]], value).replace("<<case>>", case_id)
    if isinstance(value, list):
        return [fill(one, case_id) for one in value]
    if isinstance(value, dict):
        return {name: fill(one, case_id) for name, one in value.items()}
    return value


@cache
def _names() -> dict[str, str]:
    return {text: name for name, text in tables()["tokens"].items()}


def _named(found: re.Match[str]) -> str:
    name = _names().get(found[0])
    return found[0] if name is None else f"<<token:{name}>>"


def unfill(value: Any, case_id: str) -> Any:
    """Return a value as plain JSON with placeholders."""
    if isinstance(value, str):
        return _JWT_LIKE.sub(_named, value).replace(case_id, "<<case>>")
    if isinstance(value, list | tuple):
        return [unfill(one, case_id) for one in value]
    if isinstance(value, Mapping):
        return {name: unfill(one, case_id) for name, one in value.items()}
    return value


def options_of(case: Json) -> Json:
    """Return the options of `Settings`; null removes an option of the preset."""
    preset = tables()["presets"][case["options"]["preset"]]
    merged = {**preset, **case["options"]}
    del merged["preset"]
    filled: Json = fill(merged, case["id"])
    return {name: value for name, value in filled.items() if value is not None}


class _Api:
    """The canned Backend API of a case, which records the calls."""

    def __init__(self, case: Json) -> None:
        self._id = case["id"]
        self._canned = [*case.get("api", []), *tables()["api"]]
        self.calls: list[Json] = []

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return the response of the API, or raise `TransportError` for a network failure."""
        assert request.headers.get("clerk-api-version") == tables()["clerk_api_version"]
        self._keep(request)
        path = urlsplit(request.url).path
        found = next((one[2] for one in self._canned if one[:2] == [request.method, path]), None)
        given = tables()["answers"][found] if isinstance(found, str) else found
        if not given or given.get("failure"):
            raise TransportError("The network failed.", code="failed")
        given = fill(given, self._id)
        body = json.dumps(given["json"]) if "json" in given else given["text"]
        headers = [("content-type", given.get("type", "application/json"))]
        return HttpResponse(given["status"], headers, body.encode())

    def _keep(self, request: HttpRequest) -> None:
        call: Json = {
            "method": request.method,
            "url": request.url,
            "authorization": request.headers.get("authorization"),
        }
        if request.content:
            call["body"] = json.loads(request.content)
        for known in self.calls:
            if {**known, "times": 1} == {**call, "times": 1}:
                known["times"] = known.get("times", 1) + 1
                return
        self.calls.append(call)


def _drive(flow: Any, api: _Api) -> Any:
    """Run a flow with the canned API and return its result."""
    answer: HttpResponse | TransportError | None = None
    try:
        while True:
            if isinstance(answer, TransportError):
                request = flow.throw(answer)
            else:
                request = flow.send(answer)
            try:
                answer = api.answer(request)
            except TransportError as error:
                answer = error
    except StopIteration as end:
        return end.value


def _has(auth: Any, question: Json) -> bool | None:
    """Return the result of `has()`, or None if it raises TypeError."""
    try:
        answer: bool = auth.has(**question)
    except TypeError:
        return None
    return answer


def _auth(auth: Any) -> Json:
    kept: Json = {}
    for name in tables()["auth_attributes"]:
        value = getattr(auth, name, None)
        # The machines of `@clerk/backend` have no actor; those of this package do.
        is_ours = name == "actor" and auth.token_type != "session_token"
        if value is not None and not is_ours:
            kept[name] = value
    answers = {name: _has(auth, question) for name, question in tables()["questions"].items()}
    for member, wanted in (("has", True), ("malformed", None)):
        names = [name for name, answer in answers.items() if answer is wanted]
        if names:
            kept[member] = names
    return kept


def _secrets_shown(auth: Any, options: Json, token: str | None) -> list[str]:
    shown = repr(auth.debug())
    names = ("secret_key", "machine_secret_key", "jwt_key")
    secrets = {**{name: options.get(name) for name in names}, "token": token}
    return [name for name, text in secrets.items() if text and repr(text)[1:-1] in shown]


def _headers(pairs: Any) -> list[list[str]]:
    return [
        [name.lower(), "*" if name.lower() == "x-clerk-auth-message" else value]
        for name, value in pairs
    ]


def _redirect(case: Json, state: Any) -> str:
    url_of = {"sign-in": sign_in_url, "sign-up": sign_up_url}[case["redirect"]["to"]]
    return url_of(state, case["redirect"]["back"])


def _describe(case: Json, state: Any, options: Json) -> Json:
    outcome: Json = {
        "status": state.status,
        "reason": state.reason,
        "message": bool(state.message),
        "headers": _headers(state.headers),
        "token_type": state.token_type,
        "is_authenticated": state.is_authenticated,
    }
    if state.token is not None:
        outcome["token"] = state.token
    auth = state.auth()
    if state.status == "handshake":
        assert auth.is_authenticated is False
    else:
        outcome["auth"] = _auth(auth)
        shown = _secrets_shown(auth, options, state.token)
        if shown:
            outcome["debug_shows"] = shown
    if getattr(auth, "session_status", None) == "pending":
        outcome["pending"] = _auth(state.auth(treat_pending_as_signed_out=False))
    if "auth_for" in case:
        outcome["auth_for"] = [_auth(state.auth(accepts_token=one)) for one in case["auth_for"]]
    if "redirect" in case:
        outcome["redirect"] = _redirect(case, state)
    return outcome


def replay(case: Json) -> Json:
    """Return the outcome of clerk_core for a case, in the format of `expect`."""
    api = _Api(case)
    options = options_of(case)
    headers = [(name, value) for name, value in fill(case["headers"], case["id"])]
    request = Request(case.get("method", "GET"), fill(case["url"], case["id"]), headers)
    accepts = {} if "accepts" not in case else {"accepts_token": case["accepts"]}
    now = float(case.get("now") or tables()["now"])
    try:
        settings = Settings(**options)
        flow = authenticate(request, settings, now=now, keyring=Keyring(), **accepts)
        outcome = _describe(case, _drive(flow, api), options)
    except ConfigurationError:
        outcome = {"threw": "ConfigurationError"}
    if api.calls:
        outcome["calls"] = api.calls
    plain: Json = unfill(outcome, case["id"])
    return plain
