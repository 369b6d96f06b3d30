from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Sequence
from typing import Any

import pytest

from clerk_core._api.pages import Page
from clerk_core.models import User

ADA = User({"id": "user_1", "private_metadata": {"card": "s3cr3t"}})
GRACE = User({"id": "user_2"})
PAGE = Page([ADA, GRACE], 7)


def test_a_page_is_a_sequence() -> None:
    assert isinstance(PAGE, Sequence)
    assert len(PAGE) == 2
    assert list(PAGE) == [ADA, GRACE]
    assert list(reversed(PAGE)) == [GRACE, ADA]
    assert (PAGE[0], PAGE[-1]) == (ADA, GRACE)
    assert ADA in PAGE
    assert PAGE.index(GRACE) == 1
    assert PAGE.count(ADA) == 1
    with pytest.raises(IndexError):
        PAGE[2]


def test_a_slice_of_a_page_is_a_tuple() -> None:
    assert PAGE[:1] == (ADA,)
    assert PAGE[::-1] == (GRACE, ADA)
    assert PAGE[5:] == ()


def test_an_empty_page_is_false_whatever_there_is_in_all() -> None:
    assert not Page([], 7)
    assert PAGE


def test_the_total_is_none_where_the_api_does_not_tell_it() -> None:
    assert Page([ADA]).total_count is None
    assert (Page([], 0).total_count, PAGE.total_count) == (0, 7)


def test_pages_are_equal_by_what_is_in_them() -> None:
    assert Page([ADA, GRACE], 7) == PAGE
    assert hash(Page([ADA, GRACE], 7)) == hash(PAGE)
    assert Page([ADA, GRACE], 8) != PAGE
    assert Page([GRACE, ADA], 7) != PAGE
    assert PAGE == [ADA, GRACE]
    assert PAGE != [ADA]
    assert PAGE != (ADA, GRACE)
    assert PAGE != "page"


def test_no_repr_shows_more_than_identifiers() -> None:
    assert repr(PAGE) == "Page([User(id='user_1'), User(id='user_2')], total_count=7)"
    assert repr(Page([])) == "Page([], total_count=None)"


def test_a_page_keeps_what_it_was_made_of() -> None:
    listed = [ADA]
    page = Page(listed)
    listed.append(GRACE)
    assert page == [ADA]


def test_pages_survive_copying() -> None:
    for other in (copy.copy(PAGE), copy.deepcopy(PAGE)):
        assert other == PAGE
        assert type(other) is Page


def test_a_page_is_not_pickled_with_what_is_in_it() -> None:
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(PAGE)


def test_a_page_is_not_turned_into_json_by_accident() -> None:
    loose: Any = PAGE
    with pytest.raises(TypeError):
        json.dumps(loose)
    with pytest.raises(TypeError):
        vars(loose)
