"""Equal options get the same client, different options get different clients."""

from __future__ import annotations

import copy
import random
import threading
from collections.abc import Callable, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core import OrganizationSyncOptions
from clerk_core._integration import clients as module
from clerk_core._integration.clients import Clients
from clerk_core._settings.options import OPTIONS
from tests.support import PATIENCE


class Client:
    """A client that keeps the options it was made with."""

    def __init__(self, options: Any) -> None:
        self.options = options


def new_clients(make: Callable[[Any], Client] = Client) -> Clients[Client]:
    return Clients(lambda options, sharing: make(options), depend_on_request=True)


# --- equal and different options -----------------------------------------------------------------

Sync = OrganizationSyncOptions
# Values that are easily confused: equal in Python, or with the same content.
SIMILAR: list[list[Any]] = [
    [1, True, 1.0, "1", "True", -1],
    [0, False, 0.0, "", None, [], (), set(), {}],
    ["a", ["a"], ("a",), {"a"}, frozenset("a"), {"a": None}, ["a", "a"]],
    [["a", "b"], ["b", "a"], ("a", "b"), {"a", "b"}, {"b", "a"}, [["a", "b"]]],
    [{"a": "b"}, {("a", "b")}, [("a", "b")], {"a": ["b"]}, {"a": ("b",)}, {"b": "a"}],
    [Sync(("/a",)), Sync((), ("/a",)), Sync(("/a",), ("/a",)), Sync(), {"a": ["/a"]}],
]
SIMILAR_OPTIONS: Any = st.sampled_from(SIMILAR).flatmap(
    lambda values: st.lists(
        st.fixed_dictionaries(
            {"audience": st.sampled_from(values)}, optional={"issuer": st.sampled_from(values)}
        ).map(copy.deepcopy),
        min_size=2,
        max_size=12,
    )
)
ANY_OPTIONS: Any = st.dictionaries(
    st.sampled_from(sorted(OPTIONS)), st.sampled_from(SIMILAR).flatmap(st.sampled_from)
).map(copy.deepcopy)


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are of the same type and equal; a list may be a tuple."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_same(one[n], other[n]) for n in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, Set) and isinstance(other, Set):
        return one == other
    return type(one) is type(other) and bool(one == other)


@given(ANY_OPTIONS, st.randoms())
def test_equal_options_get_the_same_client(options: Any, dice: random.Random) -> None:
    clients = new_clients()
    pairs: Any = list(copy.deepcopy(options).items())
    dice.shuffle(pairs)
    shuffled: Any = dict(pairs)

    client = clients.of(options)

    assert clients.of(shuffled) is client
    assert clients.of(cast("Any", MappingProxyType(shuffled))) is client


@given(SIMILAR_OPTIONS)
def test_different_options_get_different_clients(several: list[Any]) -> None:
    check_clients(several)


def test_similar_values_get_different_clients() -> None:
    check_clients([{"audience": value} for values in SIMILAR for value in values])


def check_clients(several: list[Any]) -> None:
    """Check that exactly the options that are the same share a client."""
    clients = new_clients()
    made = [(options, clients.of(options)) for options in several]
    for options, client in made:
        assert is_same(client.options, options)
        for others, other in made:
            assert (client is other) is is_same(options, others)


@given(SIMILAR_OPTIONS)
def test_changed_options_get_another_client(several: list[Any]) -> None:
    clients, (options, others, *_) = new_clients(), several
    before, client = copy.deepcopy(options), clients.of(options)

    options.clear()
    options.update(others)

    assert (clients.of(options) is client) is is_same(before, others)
    assert clients.of(before) is client


def test_changed_list_gets_another_client() -> None:
    clients, parties = new_clients(), ["https://a.example"]
    first = clients.of({"authorized_parties": parties})

    parties.append("https://b.example")

    assert clients.of({"authorized_parties": parties}) is not first
    assert clients.of({"authorized_parties": ["https://a.example"]}) is first
    assert first.options == {"authorized_parties": ("https://a.example",)}


def test_options_that_change_during_creation_of_a_client_are_not_mixed() -> None:
    shared: Any = {"secret_key": "sk_test_a"}

    def make(options: Any) -> Client:
        # Another thread prepares its own request.
        shared["secret_key"] = "sk_test_b"
        return Client(options)

    clients = new_clients(make)
    client = clients.of(shared)

    assert client.options == {"secret_key": "sk_test_a"}
    assert clients.of({"secret_key": "sk_test_a"}) is client
    assert clients.of(shared) is not client


class Text(str):
    """A text that is equal to every other."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    def __str__(self) -> str:
        return "***"


def test_instances_of_str_subclasses_are_compared_by_their_characters() -> None:
    clients = new_clients()
    first = clients.of({"secret_key": Text("sk_test_a")})

    assert clients.of({"secret_key": Text("sk_test_b")}) is not first
    assert clients.of({"secret_key": "sk_test_a"}) is first


@pytest.mark.parametrize(
    "value", [object(), iter(["a"]), b"a", bytearray(b"a"), ["a", object()], {"a": iter("a")}]
)
def test_incomparable_value_raises_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="options_for must return texts, numbers"):
        new_clients().of({"authorized_parties": value})  # type: ignore[typeddict-item]


def test_failed_creation_of_a_client_is_not_cached() -> None:
    errors: list[Exception] = [ValueError("no such tenant")]

    def make(options: Any) -> Client:
        if errors:
            raise errors.pop()
        return Client(options)

    clients = new_clients(make)
    with pytest.raises(ValueError, match="no such tenant"):
        clients.of({"domain": "a.example"})

    assert clients.of({"domain": "a.example"}).options == {"domain": "a.example"}


# --- number of clients ---------------------------------------------------------------------------


def test_the_least_recently_used_client_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CLIENTS", 3)
    clients = new_clients()
    a, b, c = (clients.of({"domain": name}) for name in "abc")

    assert clients.of({"domain": "a"}) is a
    clients.of({"domain": "d"})

    assert clients.of({"domain": "a"}) is a
    assert clients.of({"domain": "c"}) is c
    assert clients.of({"domain": "b"}) is not b
    for number in range(10):
        clients.of({"domain": f"tenant-{number}"})
    assert len(clients._made.value) == 3


def test_ten_thousand_tenants_keep_their_clients() -> None:
    clients = new_clients()

    def visit_all() -> list[Client]:
        return [clients.of({"secret_key": f"sk_test_{number}"}) for number in range(10_000)]

    assert visit_all() == visit_all()


def test_options_are_not_kept_longer_than_their_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CLIENTS", 1)
    clients = new_clients()
    clients.of({"domain": "first"})
    clients.of({"secret_key": "sk_test_a"})
    clients.of({"secret_key": "sk_test_b"})

    assert "sk_test_a" not in repr(clients._made.value)
    assert "sk_test_b" in repr(clients._made.value)


def test_threads_that_evict_each_others_clients_get_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_CLIENTS", 3)
    clients, threads = new_clients(), 8
    start = threading.Barrier(threads)

    def visit(seed: int) -> None:
        dice = random.Random(seed)
        start.wait(PATIENCE)
        for _ in range(2000):
            options: Any = {"domain": f"tenant-{dice.randrange(6)}"}
            assert clients.of(options).options == options

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(visit, range(threads)))
    assert len(clients._made.value) <= 3 + threads
