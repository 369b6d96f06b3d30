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
from clerk_core._api.operation import Operation, Upload, operation
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
    """Operations on things."""

    @operation("GET", "/things")
    def list(
        self,
        *,
        query: str | None = ...,
        is_new: bool = ...,
        size: float = ...,
        tag: Sequence[str] = ...,
        color: Sequence[str] = ...,
    ) -> Page[User]:
        """The things, a page at a time."""

    @operation("GET", "/joined", joined=("color",))
    def joined(self, *, tag: Sequence[str] = ..., color: Sequence[str] = ...) -> Page[User]:
        """Those of a color."""

    @operation("GET", "/boxes/{box_id}/things/{thing_id}")
    def get(self, box_id: str, thing_id: str, *, expand: bool = ...) -> User:
        """One thing."""

    @operation("PATCH", "/things/{thing_id}")
    def update(
        self,
        thing_id: str,
        *,
        name: str | None = ...,
        count: int = ...,
        metadata: Mapping[str, object] = ...,
        items: Sequence[str] = ...,
    ) -> User:
        """Change a thing."""

    @operation("POST", "/things")
    def create(self, *, name: str, size: int, note: str = ...) -> User:
        """Make a thing."""

    @operation("POST", "/things/{thing_id}/close")
    def close(self, thing_id: str) -> User:
        """Close a thing; there is nothing to say with it."""

    @operation("POST", "/things/bulk", body="things")
    def create_all(self, things: Sequence[Mapping[str, object]]) -> Page[User]:
        """Make several things."""

    @operation("DELETE", "/things/{thing_id}")
    def delete(self, thing_id: str, *, at_once: bool = ...) -> DeletedObject:
        """Delete a thing."""

    @operation("PUT", "/things/{thing_id}/picture", multipart=True)
    def picture(self, thing_id: str, *, file: Upload = ..., by: str = ...) -> User:
        """Give a thing a picture."""

    @operation("POST", "/nothing")
    def nothing(self) -> None:
        """Nothing comes back."""

    @operation("GET", "/text")
    def text(self) -> str:
        """A text."""

    @operation("GET", "/json")
    def any_object(self) -> dict[str, object]:
        """Any object."""


Waiting: TypeAlias = Things[SyncMode]


def asked(call: Callable[[Waiting], object], answer: Answer | None = None) -> HttpRequest:
    """The one request of a call."""
    api = Api(answer or json_response({}))
    call(Things(api.sync))
    (request,) = api.asked
    return request


def given(call: Callable[[Waiting], object], document: object) -> Any:
    """What a call gives."""
    return call(Things(Api(json_response(document)).sync))


# What is said where


def test_identifiers_go_into_the_path_by_place_or_by_name() -> None:
    calls: list[Callable[[Waiting], object]] = [
        lambda things: things.get("a", "b"),
        lambda things: things.get("a", thing_id="b"),
        lambda things: things.get(thing_id="b", box_id="a"),
    ]
    for call in calls:
        request = asked(call)
        assert (request.method, path_of(request)) == ("GET", "/v1/boxes/a/things/b")
        assert query_of(request) == []
        assert body_of(request) is None


def test_an_identifier_stays_one_segment() -> None:
    request = asked(lambda things: things.get("../users?x=1", "ä/#\ud800"))
    assert request.url.removeprefix("https://api.clerk.com") == (
        "/v1/boxes/..%2Fusers%3Fx%3D1/things/%C3%A4%2F%23%3F"
    )


def test_a_get_says_it_in_the_query() -> None:
    request = asked(lambda things: things.list(query="a & b", is_new=True, size=1.5))
    assert request.method == "GET"
    assert query_of(request) == [("query", "a & b"), ("is_new", "true"), ("size", "1.5")]
    assert query_of(asked(lambda things: things.list(is_new=False))) == [("is_new", "false")]


@pytest.mark.parametrize("values", [["b", "a"], ("b", "a")])
def test_the_values_of_a_sequence_are_repeated(values: Sequence[str]) -> None:
    request = asked(lambda things: things.list(tag=values, color=["red"]))
    assert query_of(request) == [("tag", "b"), ("tag", "a"), ("color", "red")]
    assert query_of(asked(lambda things: things.list(tag=[], color=[""]))) == [("color", "")]


def test_the_values_of_a_set_are_repeated_too() -> None:
    loose: Any = {"a", "b"}
    request = asked(lambda things: things.list(tag=loose))
    assert sorted(query_of(request)) == [("tag", "a"), ("tag", "b")]


def test_joined_values_stand_in_one() -> None:
    request = asked(lambda things: things.joined(tag=["a", "b"], color=["red", "blue"]))
    assert query_of(request) == [("tag", "a"), ("tag", "b"), ("color", "red,blue")]
    assert query_of(asked(lambda things: things.joined(color=[]))) == []


def test_none_has_no_place_in_a_query() -> None:
    assert query_of(asked(lambda things: things.list(query=None))) == []
    assert query_of(asked(lambda things: things.list(tag=[None, "a"]))) == [("tag", "a")]  # type: ignore[list-item]


def test_a_delete_says_it_in_the_query() -> None:
    request = asked(lambda things: things.delete("x", at_once=True))
    assert (request.method, path_of(request)) == ("DELETE", "/v1/things/x")
    assert query_of(request) == [("at_once", "true")]
    assert request.content == b""


def test_all_else_says_it_in_a_body() -> None:
    metadata = {"deep": {"list": [1, None, True]}}
    request = asked(lambda things: things.update("x", count=0, metadata=metadata, items=("a", "b")))
    assert (request.method, path_of(request)) == ("PATCH", "/v1/things/x")
    assert query_of(request) == []
    assert body_of(request) == {"count": 0, "metadata": metadata, "items": ["a", "b"]}
    assert request.headers.get("content-type") == "application/json"


def test_none_is_sent_as_null_where_it_is_given_and_only_there() -> None:
    assert body_of(asked(lambda things: things.update("x", name=None))) == {"name": None}
    assert body_of(asked(lambda things: things.update("x", count=1))) == {"count": 1}


def test_an_operation_that_could_say_something_sends_an_object() -> None:
    assert asked(lambda things: things.update("x")).content == b"{}"


def test_an_operation_that_has_nothing_to_say_sends_no_body() -> None:
    for call in (lambda things: things.close("x"), lambda things: things.nothing()):
        request = asked(call)
        assert (request.method, request.content) == ("POST", b"")
        assert request.headers.get("content-type") is None


def test_an_argument_may_be_the_whole_body() -> None:
    request = asked(lambda things: things.create_all([{"name": "a"}, {"name": None}]))
    assert body_of(request) == [{"name": "a"}, {"name": None}]
    assert json.loads(asked(lambda things: things.create_all(things=[])).content) == []


def test_files_go_in_a_form() -> None:
    request = asked(lambda things: things.picture("x", file=("a.png", b"\x89"), by="user_1"))
    assert (request.method, path_of(request)) == ("PUT", "/v1/things/x/picture")
    kind = request.headers.get("content-type") or ""
    assert kind.startswith("multipart/form-data; boundary=")
    assert request.content.count(kind.partition("boundary=")[2].encode()) == 3
    for part in (b'name="file"; filename="a.png"', b"\x89", b'name="by"', b"user_1"):
        assert part in request.content
    assert b"thing_id" not in request.content


# Slips are told before anything is sent


SLIPS: list[tuple[str, Callable[[Any], object]]] = [
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
    ("a file is bytes", lambda things: things.picture("x", file=7)),
]


@pytest.mark.parametrize(("told", "slip"), SLIPS, ids=range(len(SLIPS)))
def test_a_slip_is_a_type_error_on_both_faces_and_nothing_is_sent(
    told: str, slip: Callable[[Any], object]
) -> None:
    api = Api()
    with pytest.raises(TypeError) as waited:
        slip(Things(api.sync))

    async def main() -> None:
        await cast("Awaitable[object]", slip(Things(api.awaited)))

    with pytest.raises(TypeError) as awaited:
        asyncio.run(main())
    assert api.asked == []
    for caught in (waited, awaited):
        assert told in str(caught.value)
        assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("identifier", ["", ".", "..", "..."])
def test_an_identifier_that_names_another_resource_is_refused(identifier: str) -> None:
    api = Api()
    things = Things(api.sync)
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
    assert api.asked == []


def test_without_a_secret_key_nothing_is_sent() -> None:
    api = Api(settings=Settings(jwt_key=public_pem()))
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        Things(api.sync).get("a", "b")
    assert api.asked == []


# What comes back


def test_a_resource_comes_back() -> None:
    assert given(lambda things: things.get("a", "b"), ADA) == User(ADA)
    assert given(lambda things: things.delete("a"), {"id": "a", "deleted": True}).deleted is True


@pytest.mark.parametrize("document", [None, [], 7, "user_1", True, {"id": 7}])
def test_json_that_is_no_resource_reads_as_an_empty_one(document: object) -> None:
    user = given(lambda things: things.get("a", "b"), document)
    assert type(user) is User
    assert (user.id, user.first_name) == ("", None)


def test_a_page_comes_back_of_a_list_or_of_an_object_around_it() -> None:
    call: Callable[[Waiting], object] = lambda things: things.list()  # noqa: E731
    assert given(call, [ADA]) == Page([User(ADA)])
    assert given(call, {"data": [ADA], "total_count": 7}) == Page([User(ADA)], 7)
    assert given(call, {"data": [ADA], "total_count": "7"}) == Page([User(ADA)])
    assert given(call, {"data": [ADA], "total_count": True}) == Page([User(ADA)])


@pytest.mark.parametrize("document", [None, {}, 7, "x", {"data": None}, {"data": {"id": "x"}}])
def test_json_that_is_no_list_reads_as_an_empty_page(document: object) -> None:
    assert given(lambda things: things.list(), document) == []


def test_an_entry_that_is_no_resource_keeps_its_place() -> None:
    page = given(lambda things: things.list(), [ADA, None, 7])
    assert [one.id for one in page] == ["user_1", "", ""]


def test_nothing_text_and_any_object_come_back() -> None:
    assert given(lambda things: things.nothing(), {"object": "x"}) is None
    assert given(lambda things: things.any_object(), {"a": [1]}) == {"a": [1]}
    assert given(lambda things: things.any_object(), [1]) == {}
    html = HttpResponse(200, [("content-type", "text/html")], "<p>Zoë".encode() + b"\xff")
    assert Things(Api(html).sync).text() == "<p>Zoë\ufffd"


# Both faces


CALLS: list[tuple[str, Callable[[Any], Any], object]] = [
    ("list", lambda things: things.list(query="a"), [ADA]),
    ("get", lambda things: things.get("a", "b"), ADA),
    ("update", lambda things: things.update("a", name=None), ADA),
    ("create_all", lambda things: things.create_all(things=[]), {"data": [ADA], "total_count": 1}),
    ("picture", lambda things: things.picture("a", file=b"x"), ADA),
    ("nothing", lambda things: things.nothing(), None),
]


@pytest.mark.parametrize(("name", "call", "document"), CALLS)
def test_both_faces_ask_for_the_same_and_give_the_same(
    name: str, call: Callable[[Any], Any], document: object
) -> None:
    api, async_api = Api(json_response(document)), Api(json_response(document))
    waited = call(Things(api.sync))
    awaitable = call(Things(async_api.awaited))

    async def main() -> object:
        return await awaitable

    assert asyncio.iscoroutine(awaitable)
    assert asyncio.run(main()) == waited
    assert api.asked == async_api.asked
    assert len(api.asked) == 1
    assert api.asked[0].method == getattr(Things, name).method


@pytest.mark.parametrize(
    "failure", [TransportError("refused"), json_response({"errors": [{"code": "x"}]}, 404)]
)
def test_both_faces_raise_the_same(failure: Answer) -> None:
    with pytest.raises((TransportError, ClerkAPIError)) as waited:
        Things(Api(failure).sync).close("x")

    async def main() -> None:
        await Things(Api(failure).awaited).close("x")

    with pytest.raises((TransportError, ClerkAPIError)) as awaited:
        asyncio.run(main())
    assert type(waited.value) is type(awaited.value)
    assert str(waited.value) == str(awaited.value)


@pytest.mark.parametrize("mode", [Api().sync, Api().awaited], ids=["sync", "async"])
def test_a_method_keeps_name_signature_and_documentation(mode: Any) -> None:
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
    ]


def test_a_method_that_is_awaited_is_known_to_be() -> None:
    assert asyncio.iscoroutinefunction(Things(Api().awaited).update)
    assert not asyncio.iscoroutinefunction(Things(Api().sync).update)


def test_an_operation_of_a_class_tells_what_it_is() -> None:
    declared = Things.update
    assert isinstance(declared, Operation)
    assert (declared.name, declared.method, declared.path) == (
        "update",
        "PATCH",
        "/things/{thing_id}",
    )
    assert declared.__doc__ == "Change a thing."


@pytest.mark.parametrize("mode", [SyncMode(None), AsyncMode(None)], ids=["sync", "async"])
def test_without_a_client_an_operation_says_how_it_is_called(mode: Any) -> None:
    with pytest.raises(TypeError, match=r"Clerk\(\)\.users"):
        Things(mode).close("x")


def test_an_operation_is_a_flow_without_a_face() -> None:
    flow = Things.get.flow(SETTINGS, "a", "b")
    assert Api(json_response(ADA)).run(flow) == User(ADA)


def test_no_repr_of_a_face_shows_a_secret() -> None:
    assert SECRET_KEY not in repr(Things(Api().sync))
    assert SECRET_KEY not in repr(Things(Api().sync).get)
    assert SECRET_KEY not in repr(Things(Api().awaited).get)
