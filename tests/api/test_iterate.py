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
"""The number of items on a page."""


def user_list(count: int) -> list[object]:
    return [{"id": f"user_{number}"} for number in range(count)]


def serving(items: Sequence[object], **around: object) -> Api:
    """Return an API that serves a paginated list."""

    def answer(request: HttpRequest) -> HttpResponse:
        query = dict(query_of(request))
        start = int(query["offset"])
        page = list(items[start : start + int(query["limit"])])
        return json_response({"data": page, **around} if around else page)

    return Api(by=answer)


def pages_requested(api: Api) -> list[tuple[str, str]]:
    """Return the offset and the limit of every request."""
    queries = [dict(query_of(request)) for request in api.requests]
    return [(query["offset"], query["limit"]) for query in queries]


def iterate(api: Api, **options: Any) -> list[User]:
    """Return all items, and check that sync and async iteration send the same requests."""
    api.requests.clear()
    sync_result = list(Users(api.sync_mode).iterate(**options))
    requests = list(api.requests)
    api.requests.clear()
    iterator = Users(api.async_mode).iterate(**options)
    assert asyncio.run(collect(iterator)) == sync_result
    assert api.requests == requests
    return sync_result


@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE, 2 * SIZE + 7])
def test_every_item_is_yielded_once_in_order(count: int) -> None:
    api = serving(user_list(count))
    assert iterate(api) == [User(one) for one in user_list(count)]
    # A full page may or may not be the last one.
    starts = range(0, count + 1, SIZE)
    assert pages_requested(api) == [(str(start), str(SIZE)) for start in starts]


def test_list_may_be_wrapped_in_an_object() -> None:
    assert len(iterate(serving(user_list(150), total_count=150))) == 150


@pytest.mark.parametrize("limit", [1, 5, SIZE, SIZE + 1, 2 * SIZE, 250])
def test_limit_is_the_maximum_in_all(limit: int) -> None:
    api = serving(user_list(230))
    assert iterate(api, limit=limit) == [User(one) for one in user_list(230)[:limit]]
    size = min(limit, SIZE)
    assert pages_requested(api) == [(str(at), str(size)) for at in range(0, min(limit, 230), size)]


@pytest.mark.parametrize("limit", [0, -1])
def test_nonpositive_limit_sends_no_request(limit: int) -> None:
    api = serving(user_list(3))
    assert iterate(api, limit=limit) == []
    assert api.requests == []


def test_offset_skips_items() -> None:
    api = serving(user_list(130))
    assert iterate(api, offset=120) == [User(one) for one in user_list(130)[120:]]
    assert iterate(api, offset=10, limit=5) == [User(one) for one in user_list(130)[10:15]]
    assert iterate(api, offset=500) == []


def test_limit_may_be_a_float() -> None:
    api = serving(user_list(30))
    found = list(APIKeys(api.sync_mode).iterate(subject="user_1", limit=5.0))
    assert found == [APIKey(one) for one in user_list(5)]
    assert pages_requested(api) == [("0", "5")]


def test_every_page_request_has_the_given_parameters() -> None:
    api = serving(user_list(130))
    iterate(api, query="ada", email_address=["a", "b"], order_by="-created_at")
    for request in api.requests:
        said = [pair for pair in query_of(request) if pair[0] not in ("limit", "offset")]
        assert said == [
            ("query", "ada"),
            ("email_address", "a"),
            ("email_address", "b"),
            ("order_by", "-created_at"),
        ]


@pytest.mark.parametrize("created", [1, 30, SIZE - 1])
def test_items_created_during_iteration_cause_no_duplicates_or_gaps(created: int) -> None:
    items = user_list(250)

    def newest_first(request: HttpRequest) -> HttpResponse:
        query = dict(query_of(request))
        start = int(query["offset"])
        page = items[start : start + int(query["limit"])]
        items[:0] = [{"id": f"new_{len(items)}_{number}"} for number in range(created)]
        return json_response(page)

    found = [one.id for one in Users(Api(by=newest_first).sync_mode).iterate(limit=250)]
    assert found == [f"user_{number}" for number in range(250)]


@examples(60)
@given(count=st.integers(0, 320), limit=st.none() | st.integers(0, 350), offset=st.integers(0, 330))
def test_iteration_equals_a_slice_of_a_stable_list(
    count: int, limit: int | None, offset: int
) -> None:
    items = user_list(count)
    options: Any = {"offset": offset} if limit is None else {"offset": offset, "limit": limit}
    end = None if limit is None else offset + limit
    found = list(Users(serving(items).sync_mode).iterate(**options))
    assert found == [User(one) for one in items[offset:end]]


def test_items_without_an_identifier_are_all_yielded() -> None:
    items: list[object] = [{"first_name": str(number)} for number in range(120)]
    assert len(iterate(serving([None, None, *items]))) == 122


@pytest.mark.parametrize("count", [3, SIZE, 230])
def test_iteration_ends_when_the_api_ignores_offset(count: int) -> None:
    api = Api(by=lambda request: json_response(user_list(count)))
    assert iterate(api) == [User(one) for one in user_list(count)]
    assert len(api.requests) <= 2
    assert iterate(api, limit=2) == [User(one) for one in user_list(2)]


FAILURES: list[tuple[Answer, type[Exception]]] = [
    (json_response({}, 503), ServerError),
    (TransportError("reset"), TransportError),
    (HttpResponse(200, content=b"<html>"), ClerkAPIError),
]


@pytest.mark.parametrize(("failure", "kind"), FAILURES, ids=range(len(FAILURES)))
def test_error_on_a_later_page_is_raised_after_the_earlier_items(
    failure: Answer, kind: type[Exception]
) -> None:
    first = json_response(user_list(SIZE))
    found: list[User] = []
    with pytest.raises(kind):
        found.extend(Users(Api(first, failure).sync_mode).iterate())
    assert len(found) == SIZE

    async def main() -> None:
        async for one in Users(Api(first, failure).async_mode).iterate():
            found.append(one)

    with pytest.raises(kind):
        asyncio.run(main())
    assert len(found) == 2 * SIZE


WRONG_CALLS: list[Callable[[Any], object]] = [
    lambda users: users.iterate(limitt=5),
    lambda users: users.iterate("user_1"),
    lambda users: users.iterate_organization_memberships(),
]


@pytest.mark.parametrize("wrong_call", WRONG_CALLS, ids=range(len(WRONG_CALLS)))
def test_wrong_arguments_raise_type_error_at_the_call(wrong_call: Callable[[Any], object]) -> None:
    api = Api()
    for users in (Users(api.sync_mode), Users(api.async_mode)):
        with pytest.raises(TypeError):
            wrong_call(users)
    assert api.requests == []


def test_no_request_is_sent_before_the_first_item() -> None:
    api = serving(user_list(SIZE + 1))
    iterator = Users(api.sync_mode).iterate()
    Users(api.async_mode).iterate()
    assert api.requests == []
    assert next(iterator).id == "user_0"
    assert len(api.requests) == 1


def test_identifier_is_part_of_the_path() -> None:
    api = serving(user_list(1))
    users = Users(api.sync_mode)
    assert len(list(users.iterate_organization_memberships("user_1"))) == 1
    assert "/v1/users/user_1/organization_memberships?" in api.requests[0].url


def test_iterators_are_independent() -> None:
    users = Users(serving(user_list(5)).sync_mode)
    one, other = users.iterate(), users.iterate()
    assert next(one) == next(other)
    assert (len(list(one)), len(list(other))) == (4, 4)
