"""The routes of an application of Starlette or FastAPI. It imports neither.

Included routers of FastAPI are known by the method that lists their routes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def routes_of(app: object) -> Iterator[Any]:
    """Yield all routes, including those of mounted applications and included routers."""
    for route in getattr(app, "routes", None) or ():
        # A router that FastAPI includes lists its routes with this method.
        included = getattr(route, "effective_route_contexts", None)
        for one in included() if included else [route]:
            yield (one := getattr(one, "starlette_route", None) or one)
            yield from routes_of(one)


def endpoints_of(app: object) -> Iterator[object]:
    """Yield the endpoints of all routes: functions, classes and mounted applications."""
    for route in routes_of(app):
        yield getattr(route, "endpoint", None) or getattr(route, "app", None)
