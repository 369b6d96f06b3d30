from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._api.operations.api_keys import APIKeys
from clerk_core._api.operations.users import Users
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import ClerkAPIError, ServerError, TransportError
from clerk_core.models import APIKey, User
from tests.api.api import Answer, Api, collect, query_of
from tests.sample import examples
from tests.support import json_response, settings

SETTINGS = settings()
SIZE = 100
"""How many things a page has."""


def numbered(count: int) -> list[object]:
    return [{"id": f"user_{number}"} for number in range(count)]


def serving(things: Sequence[object], **around: object) -> Api:
    """An API with a list that has pages."""

    def answer(request: HttpRequest) -> HttpResponse:
        asked = dict(query_of(request))
        start = int(asked["offset"])
        page = list(things[start : start + int(asked["limit"])])
        return json_response({"data": page, **around} if around else page)

    return Api(by=answer)


def asked_for(api: Api) -> list[tuple[str, str]]:
    """The offset and the limit of every request."""
    queries = [dict(query_of(request)) for request in api.asked]
    return [(query["offset"], query["limit"]) for query in queries]


def iterated(api: Api, **options: Any) -> list[User]:
    """All things, which both faces ask for in the same way."""
    api.asked.clear()
    waited = list(Users(api.sync).iterate(**options))
    asked = list(api.asked)
    api.asked.clear()
    iterator = Users(api.awaited).iterate(**options)
    assert asyncio.run(collect(iterator)) == waited
    assert api.asked == asked
    return waited


@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE, 2 * SIZE + 7])
def test_every_thing_comes_once_and_in_order(count: int) -> None:
    api = serving(numbered(count))
    assert iterated(api) == [User(one) for one in numbered(count)]
    # A full page does not tell that it is the last one.
    starts = range(0, count + 1, SIZE)
    assert asked_for(api) == [(str(start), str(SIZE)) for start in starts]


def test_an_object_around_the_list_is_no_difference() -> None:
    assert len(iterated(serving(numbered(150), total_count=150))) == 150


@pytest.mark.parametrize("limit", [1, 5, SIZE, SIZE + 1, 2 * SIZE, 250])
def test_a_limit_is_how_many_come_at_most(limit: int) -> None:
    api = serving(numbered(230))
    assert iterated(api, limit=limit) == [User(one) for one in numbered(230)[:limit]]
    size = min(limit, SIZE)
    assert asked_for(api) == [(str(at), str(size)) for at in range(0, min(limit, 230), size)]


@pytest.mark.parametrize("limit", [0, -1])
def test_who_wants_nothing_asks_for_nothing(limit: int) -> None:
    api = serving(numbered(3))
    assert iterated(api, limit=limit) == []
    assert api.asked == []


def test_an_offset_is_where_to_begin() -> None:
    api = serving(numbered(130))
    assert iterated(api, offset=120) == [User(one) for one in numbered(130)[120:]]
    assert iterated(api, offset=10, limit=5) == [User(one) for one in numbered(130)[10:15]]
    assert iterated(api, offset=500) == []


def test_a_limit_may_be_a_float_as_some_operations_declare_it() -> None:
    api = serving(numbered(30))
    found = list(APIKeys(api.sync).iterate(subject="user_1", limit=5.0))
    assert found == [APIKey(one) for one in numbered(5)]
    assert asked_for(api) == [("0", "5")]


def test_every_page_is_asked_for_with_what_was_given() -> None:
    api = serving(numbered(130))
    iterated(api, query="ada", email_address=["a", "b"], order_by="-created_at")
    for request in api.asked:
        said = [pair for pair in query_of(request) if pair[0] not in ("limit", "offset")]
        assert said == [
            ("query", "ada"),
            ("email_address", "a"),
            ("email_address", "b"),
            ("order_by", "-created_at"),
        ]


@pytest.mark.parametrize("created", [1, 30, SIZE - 1])
def test_what_is_created_meanwhile_makes_no_duplicates_and_no_gaps(created: int) -> None:
    things = numbered(250)

    def newest_first(request: HttpRequest) -> HttpResponse:
        asked = dict(query_of(request))
        start = int(asked["offset"])
        page = things[start : start + int(asked["limit"])]
        things[:0] = [{"id": f"new_{len(things)}_{number}"} for number in range(created)]
        return json_response(page)

    found = [one.id for one in Users(Api(by=newest_first).sync).iterate(limit=250)]
    assert found == [f"user_{number}" for number in range(250)]


@examples(60)
@given(count=st.integers(0, 320), limit=st.none() | st.integers(0, 350), offset=st.integers(0, 330))
def test_in_a_stable_order_it_is_a_slice_of_the_whole(
    count: int, limit: int | None, offset: int
) -> None:
    things = numbered(count)
    options: Any = {"offset": offset} if limit is None else {"offset": offset, "limit": limit}
    end = None if limit is None else offset + limit
    found = list(Users(serving(things).sync).iterate(**options))
    assert found == [User(one) for one in things[offset:end]]


def test_things_without_an_identifier_all_come() -> None:
    things: list[object] = [{"first_name": str(number)} for number in range(120)]
    assert len(iterated(serving([None, None, *things]))) == 122


@pytest.mark.parametrize("count", [3, SIZE, 230])
def test_a_list_without_pages_ends_all_the_same(count: int) -> None:
    api = Api(by=lambda request: json_response(numbered(count)))
    assert iterated(api) == [User(one) for one in numbered(count)]
    assert len(api.asked) <= 2
    assert iterated(api, limit=2) == [User(one) for one in numbered(2)]


FAILURES: list[tuple[Answer, type[Exception]]] = [
    (json_response({}, 503), ServerError),
    (TransportError("reset"), TransportError),
    (HttpResponse(200, content=b"<html>"), ClerkAPIError),
]


@pytest.mark.parametrize(("failure", "kind"), FAILURES, ids=range(len(FAILURES)))
def test_an_error_half_way_comes_after_what_came_before(
    failure: Answer, kind: type[Exception]
) -> None:
    first = json_response(numbered(SIZE))
    found: list[User] = []
    with pytest.raises(kind):
        found.extend(Users(Api(first, failure).sync).iterate())
    assert len(found) == SIZE

    async def main() -> None:
        async for one in Users(Api(first, failure).awaited).iterate():
            found.append(one)

    with pytest.raises(kind):
        asyncio.run(main())
    assert len(found) == 2 * SIZE


SLIPS: list[Callable[[Any], object]] = [
    lambda users: users.iterate(limitt=5),
    lambda users: users.iterate("user_1"),
    lambda users: users.iterate_organization_memberships(),
]


@pytest.mark.parametrize("slip", SLIPS, ids=range(len(SLIPS)))
def test_a_slip_is_told_where_it_was_made(slip: Callable[[Any], object]) -> None:
    api = Api()
    for users in (Users(api.sync), Users(api.awaited)):
        with pytest.raises(TypeError):
            slip(users)
    assert api.asked == []


def test_nothing_is_asked_before_something_is_wanted() -> None:
    api = serving(numbered(SIZE + 1))
    iterator = Users(api.sync).iterate()
    Users(api.awaited).iterate()
    assert api.asked == []
    assert next(iterator).id == "user_0"
    assert len(api.asked) == 1


def test_an_identifier_goes_into_the_path() -> None:
    api = serving(numbered(1))
    users = Users(api.sync)
    assert len(list(users.iterate_organization_memberships("user_1"))) == 1
    assert "/v1/users/user_1/organization_memberships?" in api.asked[0].url


def test_each_iterator_has_a_place_of_its_own() -> None:
    users = Users(serving(numbered(5)).sync)
    one, other = users.iterate(), users.iterate()
    assert next(one) == next(other)
    assert (len(list(one)), len(list(other))) == (4, 4)
