"""The object `clerk` of Django's templates, in code that waits and in code that awaits."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, TypeAlias

from django.http import HttpRequest

from clerk_core.adapters import AsyncTemplateFunctions, TemplateFunctions
from clerk_core.django._requests import async_request_auth, request_auth


class _ByItem:
    """Finds attributes by item, which Django's templates ask for first."""

    def __getitem__(self, name: object) -> Any:
        try:
            return getattr(self, str(name))
        except AttributeError:
            finding: Any = super()
            return finding.__getitem__(name)


class DjangoTemplateFunctions(_ByItem, TemplateFunctions):
    """The object `clerk` of templates that are rendered in code that waits."""


class AsyncDjangoTemplateFunctions(_ByItem, AsyncTemplateFunctions):
    """The object `clerk` of templates that are rendered in code that awaits."""


AnyTemplateFunctions: TypeAlias = DjangoTemplateFunctions | AsyncDjangoTemplateFunctions


def template_functions(request: HttpRequest) -> AnyTemplateFunctions:
    """Return the object `clerk` for a template that is rendered now."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return DjangoTemplateFunctions(partial(request_auth, request))
    return AsyncDjangoTemplateFunctions(partial(async_request_auth, request))
