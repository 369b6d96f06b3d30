"""Flask, plain WSGI and plain ASGI pass the contract of `clerk_core.testing.contract`."""

from __future__ import annotations

from typing import Any

from clerk_core import asgi, wsgi
from clerk_core import flask as clerk_flask
from clerk_core.testing.contract import AdapterContract, AsgiSite, Site, WebSockets
from tests.adapters import asgi_site, flask_site, wsgi_site

LIMITS = {"crash-headers": "The server sends the response when an application raises."}


class TestFlask(AdapterContract):
    websocket_path = "/socket"

    def make(self, **options: Any) -> Site:
        return flask_site.build(**options)

    def require_auth(self, **required: Any) -> object:
        return clerk_flask.require_auth(**required)


class TestWsgi(AdapterContract):
    limits = LIMITS

    def make(self, **options: Any) -> Site:
        return wsgi_site.build(**options)

    def require_auth(self, **required: Any) -> object:
        return wsgi.RequireAuth(wsgi_site.site, **required)


class TestAsgi(AdapterContract, WebSockets):
    awaits = True
    limits = LIMITS

    def make(self, **options: Any) -> AsgiSite:
        return asgi_site.build(**options)

    make_sockets = make

    def require_auth(self, **required: Any) -> object:
        return asgi.RequireAuth(asgi_site.site, **required)
