"""Every operation of Clerk's specification of the Frontend API is served, or refused by name."""

from __future__ import annotations

import pytest

from tests.local.frontend.operations import (
    PAGE,
    START,
    Answer,
    answers,
    error_of,
    is_refused,
    table,
)


@pytest.fixture(scope="module")
def found() -> list[Answer]:
    return list(answers())


def test_every_operation_is_served_or_refused_by_name(found: list[Answer]) -> None:
    assert len(found) == 202
    for operation, path, response in found:
        assert response.status < 500, operation
        # clerk-js takes 401 for the end of the session. Those of OAuth clients are no calls of it.
        assert response.status != 401 or path.startswith("/oauth/"), operation
        if is_refused(response):
            assert f"{operation.method} {path}" in error_of(response)["long_message"]


def test_documented_table_is_current(found: list[Answer]) -> None:
    _, _, documented = PAGE.read_text("utf-8").partition(START)

    assert START + documented == table(found)
