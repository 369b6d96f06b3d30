"""Whether something else answers a CORS preflight in Flask and Quart. It imports neither.

A guard answers a preflight with 204 if nothing else does; see `response/refusal.py`.
https://flask.palletsprojects.com/en/stable/api/#view-function-options
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from clerk_core._messages import Response


class _Request(Protocol):
    @property
    def url_rule(self) -> Any: ...


class _Application(Protocol):
    @property
    def config(self) -> Mapping[str, Any]: ...
    @property
    def view_functions(self) -> Mapping[str, Callable[..., Any]]: ...


def is_preflight_answered_by_view(preflight: Response, view: object, app: _Application) -> bool:
    """Return whether a decorator of this view answers OPTIONS without calling the view.

    `cross_origin` of Flask-CORS and `route_cors` of Quart-CORS do, and set these attributes.
    """
    return (
        preflight.status == 204
        and getattr(view, "provide_automatic_options", None) is False
        and "OPTIONS" in getattr(view, "required_methods", ())
        # Not a view that sets them itself: its body must not run.
        and hasattr(view, "__wrapped__")
        # With this setting, Flask-CORS calls the view.
        and bool(app.config.get("CORS_AUTOMATIC_OPTIONS", True))
    )


def is_preflight_answered_after_guard(
    preflight: Response, view: object, request: _Request, app: _Application
) -> bool:
    """Return whether the framework or a decorator answers OPTIONS after the guard returns None.

    So it is if `view` is a guarded `before_request` function, not the view of the route.
    """
    # A WebSocket is never a preflight, and has no such rule.
    if preflight.status != 204 or request.url_rule is None:
        return False
    if request.url_rule.provide_automatic_options:
        return True
    routed = app.view_functions.get(request.url_rule.endpoint)
    return is_preflight_answered_by_view(preflight, routed, app) and not _is_inside(view, routed)


def _is_inside(view: object, decorated: object) -> bool:
    while decorated is not None and decorated is not view:
        decorated = getattr(decorated, "__wrapped__", None)
    return decorated is view
