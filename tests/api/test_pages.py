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


def test_page_is_a_sequence() -> None:
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


def test_slice_of_a_page_is_a_tuple() -> None:
    assert PAGE[:1] == (ADA,)
    assert PAGE[::-1] == (GRACE, ADA)
    assert PAGE[5:] == ()


def test_empty_page_is_falsy_whatever_its_total_count() -> None:
    assert not Page([], 7)
    assert PAGE


def test_total_count_is_none_if_the_api_omits_it() -> None:
    assert Page([ADA]).total_count is None
    assert (Page([], 0).total_count, PAGE.total_count) == (0, 7)


def test_pages_are_compared_by_value() -> None:
    assert Page([ADA, GRACE], 7) == PAGE
    assert hash(Page([ADA, GRACE], 7)) == hash(PAGE)
    assert Page([ADA, GRACE], 8) != PAGE
    assert Page([GRACE, ADA], 7) != PAGE
    assert PAGE == [ADA, GRACE]
    assert PAGE != [ADA]
    assert PAGE != (ADA, GRACE)
    assert PAGE != "page"


def test_repr_shows_only_identifiers() -> None:
    assert repr(PAGE) == "Page([User(id='user_1'), User(id='user_2')], total_count=7)"
    assert repr(Page([])) == "Page([], total_count=None)"


def test_page_copies_its_items() -> None:
    listed = [ADA]
    page = Page(listed)
    listed.append(GRACE)
    assert page == [ADA]


def test_pages_can_be_copied() -> None:
    for other in (copy.copy(PAGE), copy.deepcopy(PAGE)):
        assert other == PAGE
        assert type(other) is Page


def test_page_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(PAGE)


def test_page_cannot_be_encoded_as_json() -> None:
    loose: Any = PAGE
    with pytest.raises(TypeError):
        json.dumps(loose)
    with pytest.raises(TypeError):
        vars(loose)
