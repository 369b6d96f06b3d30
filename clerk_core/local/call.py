"""One call to the instance: what it asks, read once, and what is needed to answer it.

Also the table that finds who answers a path. It may not know what any path means.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn, TypeAlias
from urllib.parse import parse_qs, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie
from werkzeug.routing import Map, Rule

from clerk_core.local.domain.keys import InstanceKeys
from clerk_core.local.responses import ApiError
from clerk_core.local.storage.rows import JsonObject
from clerk_core.local.storage.store import Store
from clerk_core.words.depth import nests_deeper
from clerk_core.words.messages import HttpRequest, HttpResponse

_DEEPEST_BODY = 100


@dataclass(frozen=True)
class Call:
    """A request with the instance it is put to. `url` is the instance's, `now` in milliseconds."""

    request: HttpRequest
    store: Store
    keys: InstanceKeys
    url: str
    now: int

    @property
    def path(self) -> str:
        """The path of the request, as it was sent."""
        return urlsplit(self.request.url).path

    @property
    def raw_query(self) -> str:
        """The query string of the request, as it was sent."""
        return urlsplit(self.request.url).query

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """The parameters of the query string."""
        return _parameters(self.raw_query)

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """The fields of a urlencoded body."""
        return _parameters(self.request.content.decode("utf-8", "replace"))

    def argument(self, name: str) -> str | None:
        """The first query parameter of this name; None if there is none."""
        return self.query.get(name, [None])[0]

    def field(self, name: str) -> str:
        """The first form field of this name; empty if there is none."""
        return self.form.get(name, [""])[0]

    def cookie(self, name: str) -> str | None:
        """The first cookie of this name."""
        return parse_cookie(self.request.headers.get("cookie")).get(name)

    @cached_property
    def bearer(self) -> str | None:
        """The credential of an `Authorization: Bearer` header."""
        scheme, _, credential = (self.request.headers.get("authorization") or "").partition(" ")
        return credential.strip() if scheme.lower() == "bearer" else None

    def body(self) -> JsonObject:
        """The JSON object of the body, empty without one; raises `ApiError` (400) otherwise."""
        body = self._document() if self.request.content.strip() else {}
        if not isinstance(body, dict):
            raise _malformed_body()
        return body

    def bodies(self) -> list[JsonObject]:
        """The JSON objects of a body that is a list of them; raises `ApiError` (400) otherwise."""
        listed = self._document()
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise _malformed_body()
        return listed

    def _document(self) -> object:
        try:
            document: object = json.loads(self.request.content, parse_constant=_refuse_constant)
            # Half a surrogate pair passes as JSON and can be stored nowhere.
            json.dumps(document, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise _malformed_body() from None
        if nests_deeper(document, _DEEPEST_BODY):
            raise _malformed_body()
        return document


def _parameters(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return {}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _malformed_body() -> ApiError:
    return ApiError(
        400,
        "request_body_invalid",
        "Request body invalid",
        "The request body must be a JSON object, or a list of them where the operation says so.",
    )


Handler: TypeAlias = Callable[..., HttpResponse]
Route: TypeAlias = tuple[str, str, Handler]
"""Method, path and handler."""


class Routes:
    """Who answers what: made from triples of method, path and handler.

    A handler takes the call and, by name, the variable parts of its path.
    """

    def __init__(self, table: Iterable[Route]) -> None:
        self.table = tuple(table)
        rules = [
            Rule(path, methods=[method], endpoint=handler) for method, path, handler in self.table
        ]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False).bind("localhost")

    def find(self, call: Call) -> Callable[[], HttpResponse] | None:
        """What answers the call; None where nothing does."""
        try:
            handler, parts = self._map.match(call.path, call.request.method)
        except HTTPException:
            return None
        return lambda: handler(call, **parts)
