"""Flask, Django, plain WSGI and plain ASGI pass the contract of `clerk_core.testing.contract`."""

from __future__ import annotations

from typing import Any

from clerk_core import asgi, wsgi
from clerk_core import django as clerk_django
from clerk_core import flask as clerk_flask
from clerk_core.testing.contract import AdapterContract, AsgiSite, Site, WebSockets
from tests.adapters import asgi_site, django_site, flask_site, wsgi_site

LIMITS = {"crash-headers": "The server sends the response when an application raises."}


class TestFlask(AdapterContract):
    websocket_path = "/socket"

    def make(self, **options: Any) -> Site:
        return flask_site.build(**options)

    def require_auth(self, **required: Any) -> object:
        return clerk_flask.require_auth(**required)


class TestDjango(AdapterContract):
    def make(self, **options: Any) -> Site:
        return django_site.build_wsgi("sync_views", **options)

    def require_auth(self, **required: Any) -> object:
        return clerk_django.require_auth(**required)


class TestDjangoWithAsyncViews(TestDjango):
    def make(self, **options: Any) -> Site:
        return django_site.build_wsgi("async_views", **options)


class TestDjangoUnderAsgi(TestDjango):
    awaits = True

    def make(self, **options: Any) -> Site:
        return django_site.build_asgi("sync_views", **options)


class TestDjangoUnderAsgiWithAsyncViews(TestDjango):
    awaits = True

    def make(self, **options: Any) -> Site:
        return django_site.build_asgi("async_views", **options)


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
