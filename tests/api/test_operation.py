# A declaration has no body; see _api/operation.py.
# mypy: disable-error-code="empty-body"

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import pytest

from clerk_core._api.modes import AsyncMode, M, Operations, SyncMode
from clerk_core._api.operation import Extra, Operation, Upload, operation
from clerk_core._api.pages import Page
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.settings import Settings
from clerk_core.errors import ClerkAPIError, ConfigurationError, TransportError
from clerk_core.models import DeletedObject, User
from tests.api.api import Answer, Api, body_of, path_of, query_of
from tests.support import SECRET_KEY, json_response, public_pem, settings

SETTINGS = settings()
ADA = {"id": "user_1", "first_name": "Ada", "private_metadata": {"x": 1}}


class Things(Operations[M]):
    """Operations of a fictional resource."""

    @operation("GET", "/things")
    def list(
        self,
        *,
        query: str | None = ...,
        is_new: bool = ...,
        size: float = ...,
        tag: Sequence[str] = ...,
        color: Sequence[str] = ...,
        extra: Extra = ...,
    ) -> Page[User]:
        """Return a page of things."""

    @operation("GET", "/joined", joined=("color",))
    def joined(self, *, tag: Sequence[str] = ..., color: Sequence[str] = ...) -> Page[User]:
        """Return things of a color."""

    @operation("GET", "/boxes/{box_id}/things/{thing_id}")
    def get(self, box_id: str, thing_id: str, *, expand: bool = ...) -> User:
        """Return a thing."""

    @operation("PATCH", "/things/{thing_id}")
    def update(
        self,
        thing_id: str,
        *,
        name: str | None = ...,
        count: int = ...,
        metadata: Mapping[str, object] = ...,
        items: Sequence[str] = ...,
        extra: Extra = ...,
    ) -> User:
        """Change a thing."""

    @operation("POST", "/things")
    def create(self, *, name: str, size: int, note: str = ...) -> User:
        """Create a thing."""

    @operation("POST", "/things/{thing_id}/rename")
    def rename(self, thing_id: str, *, extra: Extra = ...) -> User:
        """Rename a thing."""

    @operation("POST", "/things/{thing_id}/move")
    def move(self, thing_id: str, *, from_: str) -> User:
        """Move a thing."""

    @operation("POST", "/things/{thing_id}/close")
    def close(self, thing_id: str) -> User:
        """Close a thing."""

    @operation("POST", "/things/bulk", body="things")
    def create_all(self, things: Sequence[Mapping[str, object]]) -> Page[User]:
        """Create several things."""

    @operation("DELETE", "/things/{thing_id}")
    def delete(self, thing_id: str, *, at_once: bool = ...) -> DeletedObject:
        """Delete a thing."""

    @operation("PUT", "/things/{thing_id}/picture", multipart=True)
    def picture(self, thing_id: str, *, file: Upload = ..., by: str = ...) -> User:
        """Set the picture of a thing."""

    @operation("POST", "/nothing")
    def nothing(self) -> None:
        """Return nothing."""

    @operation("GET", "/text")
    def text(self) -> str:
        """Return text."""

    @operation("GET", "/json")
    def any_object(self) -> dict[str, object]:
        """Return any object."""


SyncThings: TypeAlias = Things[SyncMode]


def request_of(call: Callable[[SyncThings], object], answer: Answer | None = None) -> HttpRequest:
    """Return the only request that a call sends."""
    api = Api(answer or json_response({}))
    call(Things(api.sync_mode))
    (request,) = api.requests
    return request


def result_of(call: Callable[[SyncThings], object], document: object) -> Any:
    """Return the result of a call."""
    return call(Things(Api(json_response(document)).sync_mode))


# Requests


def test_identifiers_in_the_path_may_be_positional_or_named() -> None:
    calls: list[Callable[[SyncThings], object]] = [
        lambda things: things.get("a", "b"),
        lambda things: things.get("a", thing_id="b"),
        lambda things: things.get(thing_id="b", box_id="a"),
    ]
    for call in calls:
        request = request_of(call)
        assert (request.method, path_of(request)) == ("GET", "/v1/boxes/a/things/b")
        assert query_of(request) == []
        assert body_of(request) is None


def test_identifier_stays_one_path_segment() -> None:
    request = request_of(lambda things: things.get("../users?x=1", "ä/#\ud800"))
    assert request.url.removeprefix("https://api.clerk.com") == (
        "/v1/boxes/..%2Fusers%3Fx%3D1/things/%C3%A4%2F%23%3F"
    )


def test_get_sends_parameters_in_the_query() -> None:
    request = request_of(lambda things: things.list(query="a & b", is_new=True, size=1.5))
    assert request.method == "GET"
    assert query_of(request) == [("query", "a & b"), ("is_new", "true"), ("size", "1.5")]
    assert query_of(request_of(lambda things: things.list(is_new=False))) == [("is_new", "false")]


@pytest.mark.parametrize("values", [["b", "a"], ("b", "a")])
def test_sequence_values_are_repeated(values: Sequence[str]) -> None:
    request = request_of(lambda things: things.list(tag=values, color=["red"]))
    assert query_of(request) == [("tag", "b"), ("tag", "a"), ("color", "red")]
    assert query_of(request_of(lambda things: things.list(tag=[], color=[""]))) == [("color", "")]


def test_set_values_are_repeated() -> None:
    loose: Any = {"a", "b"}
    request = request_of(lambda things: things.list(tag=loose))
    assert sorted(query_of(request)) == [("tag", "a"), ("tag", "b")]


def test_joined_values_are_comma_separated() -> None:
    request = request_of(lambda things: things.joined(tag=["a", "b"], color=["red", "blue"]))
    assert query_of(request) == [("tag", "a"), ("tag", "b"), ("color", "red,blue")]
    assert query_of(request_of(lambda things: things.joined(color=[]))) == []


def test_none_is_left_out_of_the_query() -> None:
    assert query_of(request_of(lambda things: things.list(query=None))) == []
    assert query_of(request_of(lambda things: things.list(tag=[None, "a"]))) == [("tag", "a")]  # type: ignore[list-item]


def test_delete_sends_parameters_in_the_query() -> None:
    request = request_of(lambda things: things.delete("x", at_once=True))
    assert (request.method, path_of(request)) == ("DELETE", "/v1/things/x")
    assert query_of(request) == [("at_once", "true")]
    assert request.content == b""


def test_other_methods_send_parameters_in_the_body() -> None:
    metadata = {"deep": {"list": [1, None, True]}}
    request = request_of(
        lambda things: things.update("x", count=0, metadata=metadata, items=("a", "b"))
    )
    assert (request.method, path_of(request)) == ("PATCH", "/v1/things/x")
    assert query_of(request) == []
    assert body_of(request) == {"count": 0, "metadata": metadata, "items": ["a", "b"]}
    assert request.headers.get("content-type") == "application/json"


def test_none_is_sent_as_null_only_if_given() -> None:
    assert body_of(request_of(lambda things: things.update("x", name=None))) == {"name": None}
    assert body_of(request_of(lambda things: things.update("x", count=1))) == {"count": 1}


def test_operation_with_optional_parameters_sends_an_empty_object() -> None:
    assert request_of(lambda things: things.update("x")).content == b"{}"


def test_operation_without_parameters_sends_no_body() -> None:
    for call in (lambda things: things.close("x"), lambda things: things.nothing()):
        request = request_of(call)
        assert (request.method, request.content) == ("POST", b"")
        assert request.headers.get("content-type") is None


def test_argument_may_be_the_whole_body() -> None:
    request = request_of(lambda things: things.create_all([{"name": "a"}, {"name": None}]))
    assert body_of(request) == [{"name": "a"}, {"name": None}]
    assert json.loads(request_of(lambda things: things.create_all(things=[])).content) == []


def test_files_are_sent_in_a_multipart_form() -> None:
    request = request_of(lambda things: things.picture("x", file=("a.png", b"\x89"), by="user_1"))
    assert (request.method, path_of(request)) == ("PUT", "/v1/things/x/picture")
    kind = request.headers.get("content-type") or ""
    assert kind.startswith("multipart/form-data; boundary=")
    assert request.content.count(kind.partition("boundary=")[2].encode()) == 3
    for part in (b'name="file"; filename="a.png"', b"\x89", b'name="by"', b"user_1"):
        assert part in request.content
    assert b"thing_id" not in request.content


# Errors before anything is sent


WRONG_CALLS: list[tuple[str, Callable[[Any], object]]] = [
    (
        "Things.update() got an unexpected keyword argument 'nam'. Did you mean 'name'?",
        lambda things: things.update("x", nam="s3cr3t"),
    ),
    (
        "Things.update() got an unexpected keyword argument 'zzz'",
        lambda things: things.update("x", zzz="s3cr3t"),
    ),
    (
        "Things.list() got an unexpected keyword argument 'qery'. Did you mean 'query'?",
        lambda things: things.list(qery=1, limitt=1),
    ),
    ("Things.create() missing required arguments 'name', 'size'", lambda things: things.create()),
    (
        "Things.create() missing required argument 'size'",
        lambda things: things.create(name="s3cr3t"),
    ),
    ("Things.get() missing required argument 'thing_id'", lambda things: things.get("s3cr3t")),
    ("Things.create_all() missing required argument 'things'", lambda things: things.create_all()),
    (
        "Things.update() got multiple values for argument 'thing_id'",
        lambda things: things.update("s3cr3t", thing_id="x"),
    ),
    (
        "Things.get() takes 2 positional arguments but 3 were given",
        lambda things: things.get("a", "b", "s3cr3t"),
    ),
    (
        "Things.create() takes 0 positional arguments but 1 was given",
        lambda things: things.create("s3cr3t"),
    ),
    (
        "Things.update() takes 1 positional argument but 2 were given",
        lambda things: things.update("x", "s3cr3t"),
    ),
    ("thing_id must be a string, not int", lambda things: things.close(7)),
    ("thing_id must be a string, not NoneType", lambda things: things.close(None)),
    ("a file must be bytes", lambda things: things.picture("x", file=7)),
]


@pytest.mark.parametrize(("message", "wrong_call"), WRONG_CALLS, ids=range(len(WRONG_CALLS)))
def test_wrong_arguments_raise_type_error_and_send_nothing(
    message: str, wrong_call: Callable[[Any], object]
) -> None:
    api = Api()
    with pytest.raises(TypeError) as sync_error:
        wrong_call(Things(api.sync_mode))

    async def main() -> None:
        await cast("Awaitable[object]", wrong_call(Things(api.async_mode)))

    with pytest.raises(TypeError) as async_error:
        asyncio.run(main())
    assert api.requests == []
    for caught in (sync_error, async_error):
        assert message in str(caught.value)
        assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("identifier", ["", ".", "..", "..."])
def test_empty_and_dot_identifiers_are_rejected(identifier: str) -> None:
    api = Api()
    things = Things(api.sync_mode)
    calls: list[Callable[[], object]] = [
        lambda: things.get(identifier, "x"),
        lambda: things.get("x", identifier),
        lambda: things.update(identifier, name="x"),
        lambda: things.delete(thing_id=identifier),
        lambda: things.picture(identifier, file=b""),
    ]
    for call in calls:
        with pytest.raises(
            ValueError, match=rf"^\w+_id must be an identifier, not '{identifier}'$"
        ):
            call()
    assert api.requests == []


def test_call_without_secret_key_sends_nothing() -> None:
    api = Api(settings=Settings(jwt_key=public_pem()))
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        Things(api.sync_mode).get("a", "b")
    assert api.requests == []


# Results


def test_resource_is_returned() -> None:
    assert result_of(lambda things: things.get("a", "b"), ADA) == User(ADA)
    assert (
        result_of(lambda things: things.delete("a"), {"id": "a", "deleted": True}).deleted is True
    )


@pytest.mark.parametrize("document", [None, [], 7, "user_1", True, {"id": 7}])
def test_json_of_another_type_is_an_empty_resource(document: object) -> None:
    user = result_of(lambda things: things.get("a", "b"), document)
    assert type(user) is User
    assert (user.id, user.first_name) == ("", None)


def test_page_is_returned_for_a_list_or_an_object_with_data() -> None:
    call: Callable[[SyncThings], object] = lambda things: things.list()  # noqa: E731
    assert result_of(call, [ADA]) == Page([User(ADA)])
    assert result_of(call, {"data": [ADA], "total_count": 7}) == Page([User(ADA)], 7)
    assert result_of(call, {"data": [ADA], "total_count": "7"}) == Page([User(ADA)])
    assert result_of(call, {"data": [ADA], "total_count": True}) == Page([User(ADA)])


@pytest.mark.parametrize("document", [None, {}, 7, "x", {"data": None}, {"data": {"id": "x"}}])
def test_json_without_a_list_is_an_empty_page(document: object) -> None:
    assert result_of(lambda things: things.list(), document) == []


def test_invalid_entry_of_a_page_keeps_its_position() -> None:
    page = result_of(lambda things: things.list(), [ADA, None, 7])
    assert [one.id for one in page] == ["user_1", "", ""]


def test_none_text_and_any_object_are_returned() -> None:
    assert result_of(lambda things: things.nothing(), {"object": "x"}) is None
    assert result_of(lambda things: things.any_object(), {"a": [1]}) == {"a": [1]}
    assert result_of(lambda things: things.any_object(), [1]) == {}
    html = HttpResponse(200, [("content-type", "text/html")], "<p>Zoë".encode() + b"\xff")
    assert Things(Api(html).sync_mode).text() == "<p>Zoë\ufffd"


# Sync and async


CALLS: list[tuple[str, Callable[[Any], Any], object]] = [
    ("list", lambda things: things.list(query="a"), [ADA]),
    ("get", lambda things: things.get("a", "b"), ADA),
    ("update", lambda things: things.update("a", name=None), ADA),
    ("create_all", lambda things: things.create_all(things=[]), {"data": [ADA], "total_count": 1}),
    ("picture", lambda things: things.picture("a", file=b"x"), ADA),
    ("nothing", lambda things: things.nothing(), None),
]


@pytest.mark.parametrize(("name", "call", "document"), CALLS)
def test_sync_and_async_send_and_return_the_same(
    name: str, call: Callable[[Any], Any], document: object
) -> None:
    api, async_api = Api(json_response(document)), Api(json_response(document))
    sync_result = call(Things(api.sync_mode))
    awaitable = call(Things(async_api.async_mode))

    async def main() -> object:
        return await awaitable

    assert asyncio.iscoroutine(awaitable)
    assert asyncio.run(main()) == sync_result
    assert api.requests == async_api.requests
    assert len(api.requests) == 1
    assert api.requests[0].method == getattr(Things, name).method


@pytest.mark.parametrize(
    "failure", [TransportError("refused"), json_response({"errors": [{"code": "x"}]}, 404)]
)
def test_sync_and_async_raise_the_same(failure: Answer) -> None:
    with pytest.raises((TransportError, ClerkAPIError)) as sync_error:
        Things(Api(failure).sync_mode).close("x")

    async def main() -> None:
        await Things(Api(failure).async_mode).close("x")

    with pytest.raises((TransportError, ClerkAPIError)) as async_error:
        asyncio.run(main())
    assert type(sync_error.value) is type(async_error.value)
    assert str(sync_error.value) == str(async_error.value)


@pytest.mark.parametrize("mode", [Api().sync_mode, Api().async_mode], ids=["sync", "async"])
def test_method_keeps_name_signature_and_docstring(mode: Any) -> None:
    method = Things(mode).update
    assert (method.__name__, method.__qualname__) == ("update", "Things.update")
    assert method.__doc__ == "Change a thing."
    assert method == Things.__dict__["update"].__get__(method.__self__, Things)
    assert list(inspect.signature(method).parameters) == [
        "thing_id",
        "name",
        "count",
        "metadata",
        "items",
        "extra",
    ]


def test_async_method_is_a_coroutine_function() -> None:
    assert asyncio.iscoroutinefunction(Things(Api().async_mode).update)
    assert not asyncio.iscoroutinefunction(Things(Api().sync_mode).update)


def test_operation_on_the_class_describes_itself() -> None:
    declared = Things.update
    assert isinstance(declared, Operation)
    assert (declared.name, declared.method, declared.path) == (
        "update",
        "PATCH",
        "/things/{thing_id}",
    )
    assert declared.__doc__ == "Change a thing."


@pytest.mark.parametrize("mode", [SyncMode(None), AsyncMode(None)], ids=["sync", "async"])
def test_operation_without_a_client_explains_how_to_call_it(mode: Any) -> None:
    with pytest.raises(TypeError, match=r"Clerk\(\)\.users"):
        Things(mode).close("x")


def test_operation_can_be_used_as_a_flow() -> None:
    flow = Things.get.flow(SETTINGS, "a", "b")
    assert Api(json_response(ADA)).run(flow) == User(ADA)


def test_repr_of_operations_hides_the_secret_key() -> None:
    assert SECRET_KEY not in repr(Things(Api().sync_mode))
    assert SECRET_KEY not in repr(Things(Api().sync_mode).get)
    assert SECRET_KEY not in repr(Things(Api().async_mode).get)


# Further fields


def test_extra_fields_are_sent_in_the_body_or_the_query() -> None:
    extra = {"new_field": 1}
    update = request_of(lambda things: things.update("a", name="x", extra=extra))
    listing = request_of(lambda things: things.list(query="x", extra={"new_filter": ["a", "b"]}))
    create = request_of(lambda things: things.rename("a", extra=extra))

    assert body_of(update) == {"name": "x", "new_field": 1}
    assert query_of(listing) == [("query", "x"), ("new_filter", "a"), ("new_filter", "b")]
    assert body_of(create) == {"new_field": 1}
    assert extra == {"new_field": 1}


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"name": "x"}, r"Things.update\(\) has a parameter 'name': pass it there, not in extra"),
        ({"thing_id": "b"}, "has a parameter 'thing_id'"),
        ([("a", 1)], "argument 'extra' must be a mapping"),
        ({1: 1}, "must have names that are str"),
    ],
)
def test_extra_fields_that_cannot_be_sent_are_refused(extra: Any, message: str) -> None:
    api = Api(json_response({}))

    with pytest.raises(TypeError, match=message):
        Things(api.sync_mode).update("a", extra=extra)
    assert api.requests == []


def test_parameter_with_a_keyword_as_its_name_is_sent_without_its_suffix() -> None:
    request = request_of(lambda things: things.move("a", from_="x"))

    assert body_of(request) == {"from": "x"}
