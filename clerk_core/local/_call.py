"""Parse a request to the instance, and find its handler in a table of routes.

It must not know what any path means.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn, TypeAlias
from urllib.parse import parse_qs, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie
from werkzeug.routing import Map, Rule

from clerk_core._json import nests_deeper
from clerk_core._json_values import is_object, is_objects
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local._domain.keys import InstanceKeys
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._responses import ApiError
from clerk_core.local._storage.rows import JsonObject
from clerk_core.local._storage.store import Store
from clerk_core.local._webhooks.webhooks import Webhooks

_MAX_BODY_DEPTH = 100


@dataclass(frozen=True)
class Call:
    """A request and the state that its handler needs.

    Attributes:
        request: The HTTP request.
        store: The database.
        keys: The signing keys of the instance.
        url: The base URL of the instance.
        now: The current time in Unix milliseconds.
        settings: The settings of the instance.
        scripts: The folder with Clerk's JavaScript packages, or None.
        allowed_origins: Origins of web pages that may call the Frontend API, besides those of
            this machine.
        webhooks: The webhooks of the instance.
    """

    request: HttpRequest
    store: Store
    keys: InstanceKeys
    url: str
    now: int
    settings: InstanceSettings
    scripts: Path | None
    allowed_origins: frozenset[str]
    webhooks: Webhooks

    @property
    def path(self) -> str:
        """The path of the request, percent-encoded."""
        return urlsplit(self.request.url).path

    @property
    def raw_query(self) -> str:
        """The query string of the request, percent-encoded."""
        return urlsplit(self.request.url).query

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """The parameters of the query string."""
        return _parameters(self.raw_query)

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """The fields of a form-encoded body."""
        return _parameters(self.request.content.decode("utf-8", "replace"))

    @cached_property
    def fields(self) -> JsonObject:
        """The first value of each field of a form-encoded body."""
        return {name: values[0] for name, values in self.form.items()}

    def argument(self, name: str) -> str | None:
        """Return the first query parameter with this name, or None."""
        return self.query.get(name, [None])[0]

    def field(self, name: str) -> str:
        """Return the first form field with this name, or an empty string."""
        return self.form.get(name, [""])[0]

    def cookie(self, name: str) -> str | None:
        """Return the first cookie with this name, or None."""
        return parse_cookie(self.request.headers.get("cookie")).get(name)

    @cached_property
    def bearer(self) -> str | None:
        """The credential of an `Authorization: Bearer` header."""
        scheme, _, credential = (self.request.headers.get("authorization") or "").partition(" ")
        return credential.strip() if scheme.lower() == "bearer" else None

    def body(self) -> JsonObject:
        """Return the body as a JSON object; an empty body is an empty object.

        Raises:
            ApiError: 400 if the body is not a JSON object.
        """
        body: object = self._document() if self.request.content.strip() else {}
        if not is_object(body):
            raise _malformed_body()
        return body

    def bodies(self) -> list[JsonObject]:
        """Return the body as a list of JSON objects.

        Raises:
            ApiError: 400 if the body is not a list of JSON objects.
        """
        listed = self._document()
        if not is_objects(listed):
            raise _malformed_body()
        return listed

    def _document(self) -> object:
        try:
            document: object = json.loads(self.request.content, parse_constant=_reject_constant)
            # JSON allows a lone surrogate, but SQLite cannot store it.
            json.dumps(document, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise _malformed_body() from None
        if nests_deeper(document, _MAX_BODY_DEPTH):
            raise _malformed_body()
        return document


def _parameters(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return {}


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _malformed_body() -> ApiError:
    return ApiError(
        400,
        "request_body_invalid",
        "Request body invalid",
        "The request body must be a JSON object, or a list of objects for bulk operations.",
    )


Handler: TypeAlias = Callable[..., HttpResponse]
Route: TypeAlias = tuple[str, str, Handler]
"""Method, path and handler."""


class Routes:
    """A table of handlers by method and path.

    A handler takes the call, and the variable parts of its path as keyword arguments.
    """

    def __init__(self, table: Iterable[Route]) -> None:
        self.table: tuple[Route, ...] = tuple(table)
        rules = [
            Rule(path, methods=[method], endpoint=handler) for method, path, handler in self.table
        ]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False).bind("localhost")

    def find(self, call: Call) -> Callable[[], HttpResponse] | None:
        """Return the handler of the call as a function without parameters, or None."""
        try:
            handler, parts = self._map.match(call.path, call.request.method)
        except HTTPException:
            return None
        return lambda: handler(call, **parts)
