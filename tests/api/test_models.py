"""Every model class, with responses generated from its annotations and then altered."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from clerk_core import models
from clerk_core.models._resource import Resource
from tests.sample import examples

KINDS: list[type[Resource]] = [getattr(models, name) for name in models.__all__]

_SCALARS: dict[object, st.SearchStrategy[Any]] = {
    str: st.text(max_size=6) | st.sampled_from(["active", "a-value-of-2031"]),
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63),
    float: st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 2**41),
}
_NUMBERS: list[object] = [0, 1, -1, 1.5, 2**70, 10**400]
_OBJECTS_AND_LISTS: list[object] = [
    {},
    {"id": 7},
    {"id": "x", "object": None, "meta": {}},
    [],
    [None, 7, {}, ["x"], "x"],
    [{"id": "x"}, [], True],
]
_ANY = st.sampled_from([None, True, "", "x", *_NUMBERS, *_OBJECTS_AND_LISTS])
_OBJECTS = st.dictionaries(st.text(max_size=3), _ANY, max_size=2)


def _fields(kind: type[Resource]) -> dict[str, object]:
    hints = get_type_hints(kind, localns=dict(vars(models)))
    return {name: hint for name, hint in hints.items() if not name.startswith("_")}


FIELDS = {kind: _fields(kind) for kind in KINDS}
"""The annotated fields of each class."""


def values_of(hint: Any, depth: int) -> st.SearchStrategy[Any]:
    """Generate JSON of the annotated type."""
    if get_origin(hint) is dict:
        return _OBJECTS
    if hint is object:
        return _ANY
    wanted = next(one for one in get_args(hint) if one is not type(None))
    values = _SCALARS[wanted] if wanted in _SCALARS else documents(wanted, depth - 1)
    return st.lists(values, max_size=2) if get_origin(hint) is tuple else values


@cache
def documents(kind: Any, depth: int = 2) -> st.SearchStrategy[dict[str, object]]:
    """Generate documents with fields missing, null, of another type, or unknown."""
    if depth <= 0:
        return st.fixed_dictionaries({}, optional={"id": st.text(max_size=3)})
    named = {name: values_of(hint, depth) | _ANY for name, hint in FIELDS[kind].items()}
    added = st.dictionaries(st.sampled_from(["a_new_field", "another"]), _ANY, max_size=1)
    known = st.fixed_dictionaries({}, optional={"id": _SCALARS[str] | _ANY, **named})
    return st.builds(lambda one, other: {**one, **other}, added, known)


def check(resource: Resource, document: dict[str, object]) -> None:
    """Check that every field has its annotated type and the value of the document."""
    assert resource.raw == document
    given_id = document.get("id")
    assert resource.id == (given_id if isinstance(given_id, str) else "")
    for name, hint in FIELDS[type(resource)].items():
        check_field(getattr(resource, name), hint, document.get(name))


def check_field(found: Any, hint: Any, said: Any) -> None:
    if get_origin(hint) is dict:
        assert found == (said if isinstance(said, dict) else {})
    elif hint is object:
        assert found == said
    elif get_origin(hint) is tuple:
        check_list(found, get_args(hint)[0], said)
    else:
        (wanted,) = (one for one in get_args(hint) if one is not type(None))
        check_one(found, wanted, said)


def check_list(found: Any, wanted: Any, said: Any) -> None:
    assert type(found) is tuple
    fitting = [one for one in (said if isinstance(said, list) else []) if fits(one, wanted)]
    assert len(found) == len(fitting)
    for inner, one in zip(found, fitting, strict=True):
        check_one(inner, wanted, one)


def check_one(found: Any, wanted: Any, said: Any) -> None:
    if not fits(said, wanted):
        assert found is None
    elif issubclass(wanted, Resource):
        assert type(found) is wanted
        check(found, said)
    else:
        assert type(found) is wanted
        assert found == pytest.approx(said, rel=1e-15) if wanted is float else found == said


def fits(said: Any, wanted: Any) -> bool:
    if issubclass(wanted, Resource):
        return isinstance(said, dict)
    if wanted is float:
        return type(said) is float or (type(said) is int and abs(said) < 2**1000)
    return type(said) is wanted


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@examples(40, allowing=list(HealthCheck))
@given(data=st.data())
def test_any_document_is_accepted_and_fields_match_their_annotations(
    kind: type[Resource], data: st.DataObject
) -> None:
    any_kind: Any = kind
    document = data.draw(documents(any_kind))
    kept = copy.deepcopy(document)
    resource = kind(document)
    check(resource, kept)
    assert repr(resource) == f"{kind.__name__}(id={resource.id!r})"
    for name in document:
        resource.at(name)
    assert document == kept


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_class_reads_a_complete_document(kind: type[Resource]) -> None:
    right = {name: value_of(hint, 3) for name, hint in FIELDS[kind].items()}
    resource = kind({"id": "x", **right})
    check(resource, {"id": "x", **right})
    assert all(getattr(resource, name) not in (None, (), {}) for name in right)


def value_of(hint: Any, depth: int) -> Any:
    """Return a value of the annotated type."""
    if get_origin(hint) is dict or hint is object:
        return {"a": [1]}
    wanted = next(one for one in get_args(hint) if one is not type(None))
    examples: dict[object, object] = {str: "x", bool: True, int: 7, float: 1.5}
    value = examples.get(wanted, {})
    if wanted not in examples and depth:
        value = {name: value_of(inner, depth - 1) for name, inner in FIELDS[wanted].items()}
    return [value] if get_origin(hint) is tuple else value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_class_has_docstring_slots_and_supported_types(kind: type[Resource]) -> None:
    assert kind.__doc__
    assert kind is Resource or kind.__doc__ is not Resource.__doc__
    assert not hasattr(kind({}), "__dict__")
    for hint in FIELDS[kind].values():
        wanted = [one for one in get_args(hint) if one not in (type(None), ...)]
        assert (
            get_origin(hint) is dict
            or hint is object
            or (len(wanted) == 1 and (wanted[0] in _SCALARS or issubclass(wanted[0], Resource)))
        )


def test_no_field_shadows_a_common_attribute() -> None:
    for kind in KINDS:
        assert not FIELDS[kind].keys() & {"id", "raw", "at"}


def test_all_classes_are_exported() -> None:
    defined = {
        name
        for name, one in vars(models).items()
        if isinstance(one, type) and issubclass(one, Resource)
    }
    assert defined == set(models.__all__)
    assert len(KINDS) == len(set(KINDS))
