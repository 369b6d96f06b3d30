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


def test_cached_token_is_valid_only_for_its_key_object() -> None:
    tokens = TokenCache()
    assert not tokens.holds("a", KEY)
    tokens.remember("a", JWT, KEY)
    assert tokens.holds("a", KEY)
    assert KEY == SAME
    assert not tokens.holds("a", SAME)
    assert not tokens.holds("b", KEY)


def test_cached_token_is_decoded_once() -> None:
    tokens = TokenCache()
    jwt = tokens.decode(mint())
    assert tokens.decode(mint()) is not jwt
    tokens.remember(mint(), jwt, KEY)
    assert tokens.decode(mint()) is jwt


def test_malformed_token_is_rejected() -> None:
    with pytest.raises(MalformedJwtError):
        TokenCache().decode("nonsense")


def test_token_cached_again_is_valid_for_the_newer_key() -> None:
    tokens = TokenCache()
    tokens.remember("a", JWT, KEY)
    tokens.remember("a", JWT, SAME)
    assert tokens.holds("a", SAME)
    assert not tokens.holds("a", KEY)
    assert len(tokens) == 1


def test_oldest_token_is_evicted_from_the_full_cache() -> None:
    tokens = TokenCache()
    for number in range(MAX_TOKENS + 10):
        tokens.remember(str(number), JWT, KEY)
    assert len(tokens) == MAX_TOKENS
    assert not tokens.holds("9", KEY)
    assert tokens.holds("10", KEY)
    assert tokens.holds(str(MAX_TOKENS + 9), KEY)


def test_long_token_is_not_cached() -> None:
    tokens = TokenCache()
    tokens.remember("a" * (MAX_LENGTH + 1), JWT, KEY)
    assert len(tokens) == 0
    tokens.remember("a" * MAX_LENGTH, JWT, KEY)
    assert len(tokens) == 1


def test_cache_shared_by_threads_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
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
    """A dictionary that another thread empties between two accesses."""

    def __len__(self) -> int:
        return MAX_TOKENS if super().__len__() == 0 and not self.seen else super().__len__()

    seen = False

    def __iter__(self):  # type: ignore[no-untyped-def]
        self.seen = True
        return iter(())


def test_cache_emptied_by_another_thread_accepts_a_token() -> None:
    tokens = TokenCache()
    tokens._verified = Emptied()  # type: ignore[assignment]
    tokens.remember("a", JWT, KEY)
    assert tokens.holds("a", KEY)
