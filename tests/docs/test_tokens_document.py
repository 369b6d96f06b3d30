"""The examples of docs/tokens.md run with the tokens of an instance."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import token
from tests.docs.examples import blocks_of_tokens


@pytest.fixture
def keys(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with Instance() as instance:
        for name, value in instance.options().items():
            monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
        yield


def names_of(block: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(block, names)
    return names


def test_examples_know_users_and_machines(keys: None, capsys: pytest.CaptureFixture[str]) -> None:
    waiting, awaiting = map(names_of, blocks_of_tokens())

    assert waiting["user_of"](token("user_7")) == "user_7"
    assert waiting["user_of"](token("user_7", exp=1)) is None
    assert capsys.readouterr().out == "refused: token-expired\n"
    assert asyncio.run(awaiting["subject_of"]("ak_1")) == "user_9"
