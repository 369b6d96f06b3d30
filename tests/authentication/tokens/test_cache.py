from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from clerk_core._authentication.request.jwt import Jwt, MalformedJwtError
from clerk_core._authentication.tokens import cache
from clerk_core._authentication.tokens.cache import MAX_LENGTH, MAX_TOKENS, TokenCache
from clerk_core._authentication.tokens.keys import SigningKey
from tests.support import mint, rsa_key

KEY = SigningKey(rsa_key().public_key(), "RS256")
SAME = SigningKey(rsa_key().public_key(), "RS256")
JWT = Jwt({}, {}, b"", b"")


def test_a_remembered_token_counts_under_its_very_key() -> None:
    tokens = TokenCache()
    assert not tokens.holds("a", KEY)
    tokens.remember("a", JWT, KEY)
    assert tokens.holds("a", KEY)
    assert KEY == SAME
    assert not tokens.holds("a", SAME)
    assert not tokens.holds("b", KEY)


def test_a_remembered_token_is_taken_apart_once() -> None:
    tokens = TokenCache()
    jwt = tokens.decode(mint())
    assert tokens.decode(mint()) is not jwt
    tokens.remember(mint(), jwt, KEY)
    assert tokens.decode(mint()) is jwt


def test_what_is_no_token_is_refused() -> None:
    with pytest.raises(MalformedJwtError):
        TokenCache().decode("nonsense")


def test_a_token_remembered_again_counts_under_the_newer_key() -> None:
    tokens = TokenCache()
    tokens.remember("a", JWT, KEY)
    tokens.remember("a", JWT, SAME)
    assert tokens.holds("a", SAME)
    assert not tokens.holds("a", KEY)
    assert len(tokens) == 1


def test_the_oldest_is_forgotten_first_and_the_number_is_bounded() -> None:
    tokens = TokenCache()
    for number in range(MAX_TOKENS + 10):
        tokens.remember(str(number), JWT, KEY)
    assert len(tokens) == MAX_TOKENS
    assert not tokens.holds("9", KEY)
    assert tokens.holds("10", KEY)
    assert tokens.holds(str(MAX_TOKENS + 9), KEY)


def test_a_long_token_is_not_remembered() -> None:
    tokens = TokenCache()
    tokens.remember("a" * (MAX_LENGTH + 1), JWT, KEY)
    assert len(tokens) == 0
    tokens.remember("a" * MAX_LENGTH, JWT, KEY)
    assert len(tokens) == 1


def test_threads_share_the_memory_and_it_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_TOKENS", 8)
    tokens = TokenCache()

    def fill(thread: int) -> None:
        for number in range(500):
            tokens.remember(f"{thread} {number}", JWT, KEY)
            tokens.holds(f"{thread} {number}", KEY)

    with ThreadPoolExecutor(8) as pool:
        for filled in [pool.submit(fill, thread) for thread in range(8)]:
            filled.result(10)
    assert len(tokens) <= 8 + 8


class Emptied(dict[str, object]):
    """Another thread took everything between two looks."""

    def __len__(self) -> int:
        return MAX_TOKENS if super().__len__() == 0 and not self.seen else super().__len__()

    seen = False

    def __iter__(self):  # type: ignore[no-untyped-def]
        self.seen = True
        return iter(())


def test_memory_that_another_thread_has_emptied_has_room() -> None:
    tokens = TokenCache()
    tokens._verified = Emptied()  # type: ignore[assignment]
    tokens.remember("a", JWT, KEY)
    assert tokens.holds("a", KEY)
