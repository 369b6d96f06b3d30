"""Every adapter of this distribution keeps the contract that it ships."""

from __future__ import annotations

from typing import Any

from clerk_core.testing import AdapterContract, AsgiSite, Site, WebSockets
from tests.adapters import asgi_site, flask_site, wsgi_site

LIMITS = {"crash-headers": "The server answers for an application that raises."}


class TestFlask(AdapterContract):
    def make(self, **options: Any) -> Site:
        return flask_site.build(**options)


class TestWsgi(AdapterContract):
    limits = LIMITS

    def make(self, **options: Any) -> Site:
        return wsgi_site.build(**options)


class TestAsgi(AdapterContract, WebSockets):
    awaits = True
    limits = LIMITS

    def make(self, **options: Any) -> AsgiSite:
        return asgi_site.build(**options)

    make_sockets = make
