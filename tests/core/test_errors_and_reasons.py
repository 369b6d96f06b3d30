from __future__ import annotations

import ast
import copy
import json
import pickle
import pkgutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import clerk_core
from clerk_core._messages import HttpResponse
from clerk_core._reasons import EXPLANATIONS, Reason
from clerk_core.errors import ClerkAPIError, ClerkError, ErrorDetail, NotFoundError, TransportError
from clerk_core.fastapi._dependency import Refused
from clerk_core.local._domain.errors import DomainError
from clerk_core.local._responses import ApiError

CLASSES: set[type[Exception]] = {
    kind
    for module in pkgutil.walk_packages(clerk_core.__path__, "clerk_core.")
    for kind in vars(import_module(module.name)).values()
    if isinstance(kind, type)
    and issubclass(kind, Exception)
    and kind.__module__.startswith("clerk_core")
    and kind is not Refused
}


def _made(kind: type[Exception]) -> Exception:
    """Return an error of this class with all that it can be told."""
    if issubclass(kind, ClerkAPIError):
        detail = ErrorDetail("a_code", "Do", "Do this.", {"param_name": "x"})
        return kind("Do this.", "a-code", 422, (detail,), trace_id="trace", retry_after=1.5)
    if issubclass(kind, ClerkError):
        return kind("Do this.", code="a-code")
    if issubclass(kind, ApiError):
        return kind(422, "a_code", "Do", "Do this.", parameter="x")
    if issubclass(kind, DomainError):
        return kind("a_code", "Do", "Do this.", parameter="x")
    return kind("Do this.")


ERRORS = [
    *(_made(kind) for kind in sorted(CLASSES, key=lambda kind: f"{kind.__module__}.{kind}")),
    NotFoundError("Do this.", code="a-code", status=404),
    TransportError(),
]
REBUILT: dict[str, Callable[[Any], Any]] = {
    "from its arguments": lambda error: type(error)(*error.args),
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "pickled by the first protocol": lambda error: pickle.loads(pickle.dumps(error, 0)),
    "pickled by the last protocol": lambda error: pickle.loads(pickle.dumps(error, -1)),
}


@pytest.mark.parametrize("rebuild", REBUILT.values(), ids=list(REBUILT))
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_that_is_rebuilt_is_the_same_error(
    error: Exception, rebuild: Callable[[Exception], Exception]
) -> None:
    same = rebuild(error)
    assert type(same) is type(error)
    assert str(same) == str(error)
    assert same.args == error.args
    assert vars(same) == vars(error)


def test_a_refusal_of_fastapi_is_rebuilt_from_its_arguments() -> None:
    refused = Refused(HttpResponse(401, [("x", "y")]))
    for same in (type(refused)(*refused.args), copy.copy(refused)):
        assert vars(same) == vars(refused)


@pytest.mark.parametrize(
    "error",
    [one for one in ERRORS if isinstance(one, ClerkError)],
    ids=lambda one: type(one).__name__,
)
def test_an_error_is_a_sentence_and_a_code(error: ClerkError) -> None:
    assert str(error) == f"{error.message} [{error.code}]"
    assert error.args[:2] == (error.message, error.code)


def test_errors_are_made_with_the_code_by_keyword() -> None:
    # Two classes of the local instance share their names with classes of this library.
    kinds = {kind.__name__ for kind in CLASSES if issubclass(kind, ClerkError)} - {
        kind.__name__ for kind in CLASSES if issubclass(kind, DomainError)
    }
    places = [
        f"{path}:{call.lineno}"
        for folder in ("clerk_core", "adapters")
        for path in sorted(Path(folder).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in kinds
        and len(call.args) > 1
    ]
    assert places == []


def test_a_transport_error_has_a_code_of_its_own() -> None:
    assert TransportError("refused").code == "no-answer"


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_is_its_slug_and_explains_itself(reason: Reason) -> None:
    assert str(reason) == reason.value == f"{reason}"
    assert reason == reason.value
    # One of the reference's reasons is a sentence, and stays one.
    if reason is not Reason.NO_TOKEN_IN_HEADER:
        assert reason.value == reason.value.lower().replace(" ", "-")
    assert EXPLANATIONS[reason].endswith(".")
    assert json.loads(json.dumps(reason)) == reason.value
    assert pickle.loads(pickle.dumps(reason)) is reason


def test_every_reason_has_an_explanation_and_no_other_text_has_one() -> None:
    assert list(EXPLANATIONS) == list(Reason)


def test_no_two_reasons_share_a_slug() -> None:
    assert len({reason.value for reason in Reason}) == len(Reason.__members__)
