from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest

from clerk_core.backend import sessions, users
from clerk_core.backend.errors import ClerkAPIError
from clerk_core.backend.faces import (
    AsyncSessions,
    AsyncUsers,
    Operation,
    Sessions,
    Users,
)
from clerk_core.backend.models import Session, User
from clerk_core.words.errors import TransportError
from clerk_core.words.flow import Flow, run, run_async
from clerk_core.words.messages import HttpRequest, HttpResponse
from tests.support import SECRET_KEY, drive, json_response, settings

SETTINGS = settings()
BASE = "https://api.clerk.com/v1"
ADA = {"id": "user_1", "first_name": "Ada", "private_metadata": {"x": 1}}
ENDED = {"id": "sess_1", "user_id": "user_1", "status": "revoked"}


def request_of(flow: Flow[Any], answer: HttpResponse) -> tuple[Any, str, str, Any]:
    """The value of a flow with one request, and that request's method, path and body."""
    value, (request,) = drive(flow, answer)
    assert request.url.startswith(BASE)
    body = json.loads(request.content) if request.content else None
    return value, request.method, request.url.removeprefix(BASE), body


# Users


def test_a_user_is_got() -> None:
    found = request_of(users.get(SETTINGS, "user_1"), json_response(ADA))
    assert found == (User(ADA), "GET", "/users/user_1", None)


def test_users_are_listed_in_parts() -> None:
    flow = users.list_(SETTINGS, limit=2, offset=4)
    found = request_of(flow, json_response([ADA, {"id": "user_2"}]))
    assert found == ([User(ADA), User({"id": "user_2"})], "GET", "/users?limit=2&offset=4", None)
    first = request_of(users.list_(SETTINGS), json_response([]))
    assert first == ([], "GET", "/users?limit=10&offset=0", None)


@pytest.mark.parametrize("document", [None, {}, [], 7, "user_1", {"id": 7}, {"data": ADA}])
def test_an_answer_without_the_promised_resource_is_an_error(document: object) -> None:
    flows: list[Flow[Any]] = [
        users.get(SETTINGS, "user_1"),
        users.create(SETTINGS),
        users.update(SETTINGS, "user_1", first_name="Ada"),
        sessions.get(SETTINGS, "sess_1"),
        sessions.revoke(SETTINGS, "sess_1"),
    ]
    if document != []:
        flows.append(users.list_(SETTINGS))
    for flow in flows:
        with pytest.raises(ClerkAPIError) as caught:
            drive(flow, json_response(document))
        assert (caught.value.status, caught.value.code) == (200, "unexpected-response")
    with pytest.raises(ClerkAPIError):
        drive(users.list_(SETTINGS), json_response([ADA, document]))


def test_a_user_is_created() -> None:
    flow = users.create(SETTINGS, email_address=["ada@example.com"], private_metadata={"x": 1})
    body = {"email_address": ["ada@example.com"], "private_metadata": {"x": 1}}
    assert request_of(flow, json_response(ADA)) == (User(ADA), "POST", "/users", body)


def test_a_user_is_changed_where_something_is_given() -> None:
    flow = users.update(SETTINGS, "user_1", first_name="Ada", last_name=None)
    body = {"first_name": "Ada", "last_name": None}
    assert request_of(flow, json_response(ADA)) == (User(ADA), "PATCH", "/users/user_1", body)


def test_a_user_is_deleted() -> None:
    flow = users.delete(SETTINGS, "user_1")
    deleted = json_response({"id": "user_1", "deleted": True})
    assert request_of(flow, deleted) == (None, "DELETE", "/users/user_1", None)


@pytest.mark.parametrize(
    "flow",
    [
        lambda: users.create(SETTINGS, fist_name="Ada"),  # type: ignore[call-arg]
        lambda: users.update(SETTINGS, "user_1", fist_name="Ada"),  # type: ignore[call-arg]
        lambda: users.update(SETTINGS, "user_1", email_address=["a@example.com"]),  # type: ignore[call-arg]
        lambda: users.list_(SETTINGS, limitt=5),  # type: ignore[call-arg]
        lambda: users.get(SETTINGS, "user_1", expand=True),  # type: ignore[call-arg]
        lambda: sessions.create_token(SETTINGS, "sess_1", expires=60),  # type: ignore[call-arg]
    ],
)
def test_an_unknown_keyword_is_a_type_error_before_any_request(
    flow: Callable[[], Flow[object]],
) -> None:
    with pytest.raises(TypeError) as caught:
        drive(flow())
    assert "Ada" not in str(caught.value)
    assert "example.com" not in str(caught.value)


@pytest.mark.parametrize("identifier", ["", "..", "."])
def test_an_identifier_that_names_another_resource_is_refused_before_any_request(
    identifier: str,
) -> None:
    flows: list[Flow[Any]] = [
        users.get(SETTINGS, identifier),
        users.update(SETTINGS, identifier, first_name="x"),
        users.delete(SETTINGS, identifier),
        sessions.get(SETTINGS, identifier),
        sessions.revoke(SETTINGS, identifier),
        sessions.create_token(SETTINGS, identifier),
        sessions.create_token_from_template(SETTINGS, "sess_1", identifier),
    ]
    for flow in flows:
        with pytest.raises(ValueError, match="identifier"):
            drive(flow)


def test_an_identifier_stays_one_segment() -> None:
    found = request_of(users.get(SETTINGS, "../sessions?x=1"), json_response(ADA))
    assert found[2] == "/users/..%2Fsessions%3Fx%3D1"
    assert request_of(users.get(SETTINGS, "\ud800"), json_response(ADA))[2] == "/users/%3F"


def test_a_user_with_an_unknown_kind_of_verification_is_read() -> None:
    strange = {
        "id": "user_1",
        "email_addresses": [{"id": "idn_1", "verification": {"object": "verification_of_2031"}}],
        "external_accounts": [{"verification": {"object": 7}}],
        "created_at": 1.5,
    }
    value = request_of(users.get(SETTINGS, "user_1"), json_response(strange))[0]
    assert value.raw == strange
    assert value.email_addresses[0].id == "idn_1"


# Sessions


def test_a_session_is_got_and_revoked() -> None:
    assert request_of(sessions.get(SETTINGS, "sess_1"), json_response(ENDED)) == (
        Session(ENDED),
        "GET",
        "/sessions/sess_1",
        None,
    )
    assert request_of(sessions.revoke(SETTINGS, "sess_1"), json_response(ENDED)) == (
        Session(ENDED),
        "POST",
        "/sessions/sess_1/revoke",
        None,
    )


def test_a_session_token_is_made() -> None:
    answer = json_response({"object": "token", "jwt": "a.b.c"})
    plain = request_of(sessions.create_token(SETTINGS, "sess_1"), answer)
    assert plain == ("a.b.c", "POST", "/sessions/sess_1/tokens", {})
    short = request_of(sessions.create_token(SETTINGS, "sess_1", expires_in_seconds=60), answer)
    assert short == ("a.b.c", "POST", "/sessions/sess_1/tokens", {"expires_in_seconds": 60})


def test_a_token_is_made_from_a_template() -> None:
    answer = json_response({"jwt": "a.b.c"})
    flow = sessions.create_token_from_template(SETTINGS, "sess_1", "a/b", expires_in_seconds=5)
    assert request_of(flow, answer) == (
        "a.b.c",
        "POST",
        "/sessions/sess_1/tokens/a%2Fb",
        {"expires_in_seconds": 5},
    )


@pytest.mark.parametrize("document", [None, [], {}, "a.b.c", {"jwt": None}, {"jwt": ["a.b.c"]}])
def test_an_answer_without_a_token_is_an_error_that_shows_none(document: object) -> None:
    with pytest.raises(ClerkAPIError) as caught:
        drive(sessions.create_token(SETTINGS, "sess_1"), json_response(document))
    assert (caught.value.status, caught.value.code) == (200, "unexpected-response")
    assert "POST /sessions/sess_1/tokens" in str(caught.value)
    assert "a.b.c" not in f"{caught.value!r}{caught.value}"
    assert SECRET_KEY not in f"{caught.value!r}{caught.value}"


# Both faces


class Api:
    def __init__(self, *answers: HttpResponse | TransportError) -> None:
        self.answers = list(answers)
        self.asked: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, TransportError):
            raise answer
        return answer

    async def send_async(self, request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return self.send(request)

    def perform(self, flow: Flow[Any]) -> Any:
        return run(flow, self.send)

    async def perform_async(self, flow: Flow[Any]) -> Any:
        return await run_async(flow, self.send_async)


CALLS: list[tuple[str, str, tuple[str, ...], dict[str, Any], object]] = [
    ("users", "get", ("user_1",), {}, ADA),
    ("users", "list", (), {"limit": 1}, [ADA]),
    ("users", "create", (), {"email_address": ["a@example.com"]}, ADA),
    ("users", "update", ("user_1",), {"first_name": "Ada"}, ADA),
    ("users", "delete", ("user_1",), {}, {"deleted": True}),
    ("sessions", "get", ("sess_1",), {}, ENDED),
    ("sessions", "revoke", ("sess_1",), {}, ENDED),
    ("sessions", "create_token", ("sess_1",), {"expires_in_seconds": 9}, {"jwt": "a.b.c"}),
    ("sessions", "create_token_from_template", ("sess_1", "t"), {}, {"jwt": "a.b.c"}),
]
SYNC: dict[str, type[Any]] = {"users": Users, "sessions": Sessions}
ASYNC: dict[str, type[Any]] = {"users": AsyncUsers, "sessions": AsyncSessions}


@pytest.mark.parametrize(("face", "name", "args", "kwargs", "document"), CALLS)
def test_both_faces_ask_for_the_same_and_give_the_same(
    face: str, name: str, args: tuple[str, ...], kwargs: dict[str, Any], document: object
) -> None:
    api, async_api = Api(json_response(document)), Api(json_response(document))
    waited = getattr(SYNC[face](SETTINGS, api.perform), name)(*args, **kwargs)
    awaitable = getattr(ASYNC[face](SETTINGS, async_api.perform_async), name)(*args, **kwargs)

    async def main() -> object:
        return await awaitable

    assert inspect.isawaitable(awaitable)
    assert asyncio.run(main()) == waited
    assert api.asked == async_api.asked
    assert len(api.asked) == 1


def test_every_operation_of_a_face_is_tried_above() -> None:
    for faces in (SYNC, ASYNC):
        for face, kind in faces.items():
            tried = {name for other, name, *_ in CALLS if other == face}
            offered = {name for name in dir(kind) if isinstance(getattr(kind, name), Operation)}
            assert offered == tried


@pytest.mark.parametrize(
    "failure", [TransportError("refused"), json_response({"errors": [{"code": "x"}]}, 404)]
)
def test_both_faces_raise_the_same(failure: HttpResponse | TransportError) -> None:
    with pytest.raises((TransportError, ClerkAPIError)) as waited:
        Users(SETTINGS, Api(failure).perform).get("user_1")

    async def main() -> None:
        await AsyncUsers(SETTINGS, Api(failure).perform_async).get("user_1")

    with pytest.raises((TransportError, ClerkAPIError)) as awaited:
        asyncio.run(main())
    assert type(waited.value) is type(awaited.value)
    assert str(waited.value) == str(awaited.value)


def test_an_unknown_keyword_is_a_type_error_on_both_faces_and_nothing_is_sent() -> None:
    api = Api()
    with pytest.raises(TypeError):
        Users(SETTINGS, api.perform).update("user_1", nickname="x")  # type: ignore[call-arg]

    async def main() -> None:
        await AsyncUsers(SETTINGS, api.perform_async).update("user_1", nickname="x")  # type: ignore[call-arg]

    with pytest.raises(TypeError):
        asyncio.run(main())
    assert api.asked == []


def test_operations_keep_name_and_documentation() -> None:
    listing = Users(SETTINGS, Api().perform).list
    assert listing.__name__ == "list"
    assert listing.__doc__ == users.list_.__doc__
    assert Users.list.__doc__ == users.list_.__doc__


def test_no_repr_of_a_face_shows_a_secret() -> None:
    assert SECRET_KEY not in repr(Users(SETTINGS, Api().perform))
    assert SECRET_KEY not in repr(AsyncSessions(SETTINGS, Api().perform_async))
