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
from clerk_core._reasons import EXPLANATIONS, Reason
from clerk_core.adapters import Refusal
from clerk_core.errors import ClerkAPIError, ClerkError, ErrorDetail, NotFoundError, TransportError
from clerk_core.local._domain.errors import DomainError
from clerk_core.local._domain.oauth_errors import OAuthError
from clerk_core.local._responses import ApiError
from clerk_core.starlette import Refused
from tests.adapters.django_project import set_up

# Modules of Django cannot be inspected without settings.
set_up()
CLASSES: set[type[Exception]] = {
    kind
    for module in pkgutil.walk_packages(clerk_core.__path__, "clerk_core.")
    # It has no errors, and the oldest dependencies have no MCP.
    if module.name != "clerk_core.mcp"
    for kind in vars(import_module(module.name)).values()
    if isinstance(kind, type)
    and issubclass(kind, Exception)
    and kind.__module__.startswith("clerk_core")
    # Exceptions of frameworks with a response; private ones are never seen by an application.
    and not kind.__name__.startswith(("Refused", "_"))
}


def _example(kind: type[Exception]) -> Exception:
    """Return an error of this class with every argument set."""
    if issubclass(kind, ClerkAPIError):
        detail = ErrorDetail("a_code", "Do", "Do this.", {"param_name": "x"})
        return kind("Do this.", "a-code", 422, (detail,), trace_id="trace", retry_after=1.5)
    if issubclass(kind, ClerkError):
        return kind("Do this.", code="a-code")
    if issubclass(kind, ApiError):
        return kind(422, "a_code", "Do", "Do this.", parameter="x")
    if issubclass(kind, DomainError):
        return kind("a_code", "Do", "Do this.", parameter="x")
    if issubclass(kind, OAuthError):
        return kind("a_code", "Do this.")
    return kind("Do this.")


ERRORS = [
    *(_example(kind) for kind in sorted(CLASSES, key=lambda kind: f"{kind.__module__}.{kind}")),
    NotFoundError("Do this.", code="a-code", status=404),
    TransportError(),
]
REBUILD: dict[str, Callable[[Any], Any]] = {
    "from args": lambda error: type(error)(*error.args),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle protocol 0": lambda error: pickle.loads(pickle.dumps(error, 0)),
    "highest pickle protocol": lambda error: pickle.loads(pickle.dumps(error, -1)),
}


@pytest.mark.parametrize("rebuild", REBUILD.values(), ids=list(REBUILD))
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_survive_copying_and_pickling(
    error: Exception, rebuild: Callable[[Exception], Exception]
) -> None:
    rebuilt = rebuild(error)
    assert type(rebuilt) is type(error)
    assert str(rebuilt) == str(error)
    assert rebuilt.args == error.args
    assert vars(rebuilt) == vars(error)


def test_fastapi_refusal_can_be_copied() -> None:
    refused = Refused(Refusal(401, (("x", "y"),)))
    for rebuilt in (type(refused)(*refused.args), copy.copy(refused)):
        assert vars(rebuilt) == vars(refused)


@pytest.mark.parametrize(
    "error",
    [one for one in ERRORS if isinstance(one, ClerkError)],
    ids=lambda one: type(one).__name__,
)
def test_error_text_is_message_and_code(error: ClerkError) -> None:
    assert str(error) == f"{error.message} [{error.code}]"
    assert error.args[:2] == (error.message, error.code)


def test_error_codes_are_passed_by_keyword() -> None:
    # Two classes of the local instance have the same names as public classes.
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


def test_transport_error_has_a_default_code() -> None:
    assert TransportError("refused").code == "no-answer"


@pytest.mark.parametrize("reason", Reason)
def test_reason_is_its_slug_and_has_an_explanation(reason: Reason) -> None:
    assert str(reason) == reason.value == f"{reason}"
    assert reason == reason.value
    # One reason is a sentence in @clerk/backend, and here too.
    if reason is not Reason.NO_TOKEN_IN_HEADER:
        assert reason.value == reason.value.lower().replace(" ", "-")
    assert EXPLANATIONS[reason].endswith(".")
    assert json.loads(json.dumps(reason)) == reason.value
    assert pickle.loads(pickle.dumps(reason)) is reason


def test_explanations_cover_exactly_the_reasons() -> None:
    assert list(EXPLANATIONS) == list(Reason)


def test_reason_slugs_are_unique() -> None:
    assert len({reason.value for reason in Reason}) == len(Reason.__members__)
