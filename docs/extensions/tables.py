"""Make the tables of options, reasons, errors and differences, where a page asks for one.

A page contains, for example, the directive `made-from-code` with the argument `options`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import get_args

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from clerk_core import (
    EXPLANATIONS,
    AsyncInstallOptions,
    InstallOptions,
    Reason,
    Settings,
    WebhookEventType,
    errors,
)
from clerk_core._api.operation import Operation
from clerk_core._settings.options import OPTIONS
from docs.extensions.docstrings import read_docstring
from docs.extensions.operations import methods, resources, shown
from tests.conformance.differences import DIFFERENCES

_NORMAL = "Nothing: this is part of normal operation."
_CURES: Mapping[str, str] = {
    Reason.SESSION_TOKEN_EXPIRED: "Load the page again, or let clerk-js renew the token.",
    Reason.TOKEN_TYPE_MISMATCH: "Send another token, or set `accepts_token` of the endpoint.",
    Reason.UNEXPECTED_ERROR: "Read the log of the application, and run `clerk-core doctor`.",
    Reason.TOKEN_VERIFICATION_FAILED: "Send a token of Clerk; `clerk-core verify` explains it.",
    Reason.REFRESH_DECODE_FAILED: "Sign in again.",
    Reason.REFRESH_MISSING_SID: "Sign in again.",
    Reason.REFRESH_UNEXPECTED_ERROR: "Sign in again; tell Clerk if it happens again.",
    Reason.REFRESH_UNEXPECTED_API_ERROR: "Sign in again; tell Clerk if it happens again.",
    Reason.FORBIDDEN: "Give the user what the view requires, or require something else.",
    Reason.NO_REFRESH_COOKIE: "Sign in again if the session has expired.",
}


def options() -> Iterator[str]:
    """Yield the table of all options, with their environment variables and defaults."""
    yield "| option | meaning |\n| --- | --- |"
    meanings = {
        **read_docstring(InstallOptions.__doc__).entries,
        **read_docstring(AsyncInstallOptions.__doc__).entries,
        **read_docstring(Settings.__doc__).entries,
    }
    for name in {**InstallOptions.__annotations__, **AsyncInstallOptions.__annotations__}:
        option = OPTIONS.get(name)
        meaning = meanings[name]
        if option and option.has_variable:
            meaning += f" Variable: `CLERK_{name.upper()}`."
        if option and isinstance(option.default, (str, int)):
            meaning += f" Default: `{option.default!r}`."
        yield f"| `{name}` | {_cell(meaning)} |"


def cause_and_cure(reason: Reason) -> tuple[str, str]:
    """Return what a reason means and what to do about it."""
    cause, _, cure = EXPLANATIONS[reason].partition(". ")
    return f"{cause.rstrip('.')}.", cure or _CURES.get(reason, _NORMAL)


def reasons() -> Iterator[str]:
    """Yield the table of all reasons."""
    yield "| reason | cause | cure |\n| --- | --- | --- |"
    for reason in Reason:
        cause, cure = cause_and_cure(reason)
        yield f"| `{reason.value}` | {_cell(cause)} | {_cell(cure)} |"


def exceptions() -> Iterator[str]:
    """Yield the table of all exceptions."""
    yield "| exception | derives from | meaning |\n| --- | --- | --- |"
    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, Exception):
            text = read_docstring(kind.__doc__).text.split("\n\n")[0].replace("\n", " ")
            base = kind.__bases__[0].__name__
            yield f"| {{py:obj}}`{name} <clerk_core.{name}>` | `{base}` | {_cell(text)} |"


def differences() -> Iterator[str]:
    """Yield the table of what this library decides otherwise than `@clerk/backend`."""
    yield "| clerk-core | `@clerk/backend` | reason |\n| --- | --- | --- |"
    for one in DIFFERENCES:
        ours = one.ours[0].upper() + one.ours[1:]
        yield f"| {_cell(ours)}. | {_cell(one.reference)} | {_cell(one.reason)} |"


def operations() -> Iterator[str]:
    """Yield the table of all operations of the Backend API."""
    yield "| operation | request | result |\n| --- | --- | --- |"
    for resource, kind in resources():
        for name, method in methods(kind):
            if isinstance(method, Operation):
                link = f"backend-api/{resource}.md#{name.replace('_', '-')}"
                result = shown(method.declared.return_annotation)
                request = f"`{method.method} {method.path}`"
                yield f"| [`{resource}.{name}`]({link}) | {request} | `{_cell(result)}` |"


def events() -> Iterator[str]:
    """Yield the types of webhooks, those of one resource in a line."""
    yield "| resource | types |\n| --- | --- |"
    types = sorted(get_args(WebhookEventType))
    for resource, found in groupby(types, key=lambda one: one.partition(".")[0]):
        yield f"| `{resource}` | {', '.join(f'`{one}`' for one in found)} |"


TABLES: Mapping[str, Callable[[], Iterator[str]]] = {
    "options": options,
    "reasons": reasons,
    "exceptions": exceptions,
    "differences": differences,
    "operations": operations,
    "events": events,
}


def _cell(text: str) -> str:
    return inspect.cleandoc(text).replace("|", r"\|")


class _Table(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        text = "\n".join(TABLES[self.arguments[0]]())
        parent = nodes.container()
        self.state.nested_parse(StringList(text.splitlines(), ""), 0, parent)
        return parent.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive to Sphinx."""
    app.add_directive("made-from-code", _Table)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
