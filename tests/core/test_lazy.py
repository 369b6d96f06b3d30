from __future__ import annotations

from clerk_core._lazy import lazy


class Thing:
    def __init__(self) -> None:
        self.computed = 0

    @lazy
    def value(self) -> int:
        """A number."""
        self.computed += 1
        return self.computed


def test_lazy_property_is_computed_once_per_instance() -> None:
    one, other = Thing(), Thing()
    assert one.computed == 0
    assert [one.value, one.value, other.value] == [1, 1, 1]
    assert (one.computed, other.computed) == (1, 1)


def test_lazy_property_keeps_its_docstring_on_the_class() -> None:
    assert isinstance(Thing.value, lazy)
    assert Thing.value.__doc__ == "A number."
