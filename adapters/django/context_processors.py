"""The context processor: `clerk` in every template. Name it in the options of `TEMPLATES`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from clerk_core.django._templates import template_functions


def clerk(request: HttpRequest) -> dict[str, Any]:
    """Return `clerk` for a template: components, links, and who is signed in."""
    return {"clerk": template_functions(request)}
