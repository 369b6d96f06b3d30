"""The operations of this client and the official one, and the requests that they send."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any

import clerk_backend_api
import httpx
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header

from clerk_core._api.operation import Operation
from clerk_core._client import Clerk
from docs.extensions.operations import methods, other_names, resources
from tests.official import arguments
from tests.official.names import OF_THE_CALL, as_official
from tests.support import SECRET_KEY, publishable_key

API = "https://api.example"


@dataclass(frozen=True)
class Sent:
    """The parts of a request that both clients have in common; `headers` are not compared."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: object
    headers: Mapping[str, str] = field(compare=False)


class _Recorded(Exception):  # noqa: N818 - control flow, not an error
    def __init__(self, request: httpx.Request) -> None:
        self.request = request


class _Recorder(httpx.BaseTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        raise _Recorded(request)


OURS = Clerk(
    secret_key=SECRET_KEY, publishable_key=publishable_key(), api_url=API, transport=_Recorder()
)
OFFICIAL = clerk_backend_api.Clerk(
    bearer_auth=SECRET_KEY, server_url=f"{API}/v1", client=httpx.Client(transport=_Recorder())
)


def _methods(resource: str) -> dict[str, Callable[..., Any]]:
    found = inspect.getmembers(getattr(OFFICIAL, resource), inspect.ismethod)
    return {
        f"{resource}.{name}": method
        for name, method in found
        if not name.startswith(("_", "do_request")) and not name.endswith("_async")
    }


METHODS: dict[str, Callable[..., Any]] = {
    name: method
    for resource in inspect.get_annotations(clerk_backend_api.Clerk)
    if not resource.startswith("_")
    for name, method in _methods(resource).items()
}
"""The synchronous methods of the official client, by the same names."""


def _official_name(resource: str, kind: type, method: Operation[..., Any]) -> str:
    for name in other_names(kind, method):
        if f"{resource}.{name}" in METHODS:
            return f"{resource}.{name}"
    return f"{resource}.{method.name}"


DECLARED: dict[str, Operation[..., Any]] = {
    _official_name(resource, kind, method): method
    for resource, kind in resources()
    for _, method in methods(kind)
    if isinstance(method, Operation)
}
"""Our operations as `resource.name`, with the official name if there is one."""

BOTH = sorted(DECLARED.keys() & METHODS.keys())


@cache
def our_parameters(name: str) -> arguments.Parameters:
    return arguments.declared(DECLARED[name])


@cache
def official_parameters(name: str) -> arguments.Parameters:
    return arguments.official(METHODS[name], DECLARED[name].body)


def is_in_path(name: str, parameter: str) -> bool:
    return f"{{{parameter}}}" in DECLARED[name].path


def our_request(name: str, given: Mapping[str, object]) -> Sent:
    resource, method = name.split(".")
    parameters = DECLARED[name].declared.parameters
    identifiers = [given[one] for one in parameters if is_in_path(name, one)]
    named = {one: value for one, value in given.items() if not is_in_path(name, one)}
    return _sent(getattr(getattr(OURS, resource), method), *identifiers, **named)


def official_request(name: str, given: Mapping[str, object]) -> Sent:
    """Return the request of the official client; raises its error for rejected arguments."""
    parameters = inspect.signature(METHODS[name]).parameters.keys() - OF_THE_CALL
    return _sent(METHODS[name], **as_official(given, parameters, DECLARED[name].body))


def _sent(call: Callable[..., object], *args: object, **named: object) -> Sent:
    try:
        call(*args, **named)
    except _Recorded as recorded:
        request = recorded.request
    else:
        raise AssertionError("nothing was sent")
    path, _, _ = request.url.raw_path.decode().partition("?")
    query = tuple(sorted(request.url.params.multi_items()))
    return Sent(request.method, path, query, _body(request), dict(request.headers))


def _body(request: httpx.Request) -> object:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if not request.content:
        return None
    if kind == "application/json":
        return json.loads(request.content)
    assert kind == "multipart/form-data"
    content = BytesIO(request.content)
    boundary = options["boundary"].encode()
    form, files = MultiPartParser().parse(content, boundary, len(request.content))
    return {**form.to_dict(flat=False), **{name: _file(one) for name, one in files.items()}}


def _file(uploaded: FileStorage) -> tuple[str | None, str, bytes]:
    with uploaded.stream as stream:
        return uploaded.filename, uploaded.mimetype, stream.read()
