from __future__ import annotations

import ast
import copy
import json
import pickle
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import clerk_core
import clerk_fastapi.dependency
from clerk_core.answering.webhooks import WebhookVerificationError
from clerk_core.backend import errors
from clerk_core.backend.errors import ClerkAPIError, ErrorDetail
from clerk_core.demo.check import StepFailedError
from clerk_core.local.responses import ApiError
from clerk_core.reading.jwt import MalformedJwtError
from clerk_core.words.errors import ClerkError, ConfigurationError, TransportError
from clerk_core.words.messages import HttpResponse
from clerk_core.words.reasons import EXPLANATIONS, Reason

DETAIL = ErrorDetail("a_code", "Do", "Do this.", {"param_name": "x"})
OF_THE_API = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ClerkAPIError)
]
ERRORS: list[Exception] = [
    ClerkError("Do this.", code="a-code"),
    ConfigurationError("Do this.", code="a-code"),
    WebhookVerificationError("Do this.", code="a-code"),
    TransportError("Do this.", code="a-code"),
    TransportError(),
    *(kind("Do this.", code="a-code", status=404) for kind in OF_THE_API),
    ClerkAPIError(
        "Do this.", code="a-code", status=422, errors=(DETAIL,), trace_id="t", retry_after=1.5
    ),
    ApiError(422, "a_code", "Do", "Do this.", parameter="x"),
    MalformedJwtError("too long"),
    StepFailedError("it did not hold"),
]
REBUILT: dict[str, Callable[[Any], Any]] = {
    "from its arguments": lambda error: type(error)(*error.args),
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "pickled by the first protocol": lambda error: pickle.loads(pickle.dumps(error, 0)),
    "pickled by the last protocol": lambda error: pickle.loads(pickle.dumps(error, -1)),
}


def modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(clerk_core.__path__, "clerk_core."):
        yield module.name


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


def test_every_class_of_errors_is_rebuilt_here() -> None:
    kinds = {
        kind
        for name in modules()
        for kind in vars(import_module(name)).values()
        if isinstance(kind, type)
        and issubclass(kind, Exception)
        and kind.__module__.startswith("clerk_core")
    }
    assert kinds == {type(error) for error in ERRORS}


def test_a_refusal_of_fastapi_is_rebuilt_from_its_arguments() -> None:
    refused = clerk_fastapi.dependency.Refused(HttpResponse(401, [("x", "y")]))
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
    kinds = {type(error).__name__ for error in ERRORS if isinstance(error, ClerkError)}
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
