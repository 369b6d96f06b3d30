"""The contract fails for adapters that are broken in one way each, and for no other reason."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest

from clerk_core import Clerk, WsgiMiddleware
from clerk_core.testing import AdapterContract, WsgiSite
from clerk_core.testing import _held_connection as held
from clerk_core.testing._contract import caching, installing
from clerk_core.testing._instance import Instance
from clerk_core.wsgi import KEY, RequireAuth, request_from_environ, respond
from tests.adapters import wsgi_site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Whole(AdapterContract):
    """An adapter that keeps the contract; the others are broken in one way."""

    middleware: type[WsgiMiddleware] = WsgiMiddleware
    installed: list[WsgiMiddleware]

    def make(self, **options: Any) -> WsgiSite:
        app = self.middleware(self.application(options), **options)
        self.installed = [*getattr(self, "installed", ()), app]
        return WsgiSite(self.around(app), app.close)

    def application(self, options: Any) -> WSGIApplication:
        return wsgi_site.site

    def around(self, app: WSGIApplication) -> WSGIApplication:
        return app

    def require_auth(self, **required: Any) -> object:
        return RequireAuth(wsgi_site.site, **required)


def with_headers(app: WSGIApplication, change: Any) -> WSGIApplication:
    """The application, with what `change` makes of the list of headers of each response."""

    def changed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            return start_response(status, change(headers), exc_info)

        return app(environ, start)

    return changed


class WithOneClient(Whole):
    """`clerk_client()` is the same for every tenant."""

    def application(self, options: Any) -> WSGIApplication:
        own = {name: value for name, value in options.items() if name != "options_for"}
        key = Clerk(**own).settings.publishable_key

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["PATH_INFO"] != "/client":
                return wsgi_site.site(environ, start_response)
            document = wsgi_site.document({"publishable_key": key})
            return respond(document, environ, start_response)

        return app


class FoldingCookies(Whole):
    """Of several cookies of one name only the last is set."""

    def around(self, app: WSGIApplication) -> WSGIApplication:
        def fold(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
            cookies = {v.partition("=")[0]: v for name, v in headers if name == "set-cookie"}
            others = [pair for pair in headers if pair[0] != "set-cookie"]
            return [*others, *(("set-cookie", value) for value in cookies.values())]

        return with_headers(app, fold)


class ReplacingHeaders(Whole):
    """A header of the view is replaced where another has its name."""

    def around(self, app: WSGIApplication) -> WSGIApplication:
        def replace(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
            cookies = [pair for pair in headers if pair[0] == "set-cookie"]
            return [*{name: v for name, v in headers if name != "set-cookie"}.items(), *cookies]

        return with_headers(app, replace)


class NotChecking(Whole):
    """`require_auth` takes any requirement."""

    def require_auth(self, **required: Any) -> object:
        return required


class NotClosing(Whole):
    """`close` closes nothing."""

    def make(self, **options: Any) -> WsgiSite:
        return WsgiSite(super().make(**options).app, lambda: None)


class ExtendingMiddleware(WsgiMiddleware):
    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        visit = environ[KEY] = self.installation.request_auth(request_from_environ(environ))

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            headers.extend(visit.headers)
            return start_response(status, headers, exc_info)

        return wsgi_site.site(environ, start)


class Extending(Whole):
    """Headers are added to the application's own list, and caches are told nothing."""

    middleware = ExtendingMiddleware


class Running(Whole):
    """A preflight passes the guard."""

    def application(self, options: Any) -> WSGIApplication:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] == "OPTIONS":
                return wsgi_site.index(environ, start_response)
            return wsgi_site.site(environ, start_response)

        return app


class AskingTwice(Whole):
    """`options_for` is asked again where it failed."""

    def around(self, app: WSGIApplication) -> WSGIApplication:
        def again(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            try:
                return app(environ, start_response)
            except LookupError:
                return app(environ, start_response)

        return again


BROKEN = [
    (WithOneClient, "test_clerk_client_is_that_of_the_requests_instance"),
    (FoldingCookies, "test_cookies_of_one_name_are_all_set"),
    (ReplacingHeaders, "test_a_response_keeps_the_headers_of_the_view"),
    (NotChecking, "test_a_requirement_that_does_not_exist_is_refused_when_it_is_written"),
    (NotClosing, "test_closing_the_application_closes_its_connections"),
    (Extending, "test_a_response_that_a_view_keeps_carries_nothing_from_one_visitor_to_the_next"),
    (Extending, "test_a_response_that_sets_a_cookie_of_clerk_is_private_and_not_stored"),
    (Extending, "test_a_caching_proxy_gives_the_session_of_one_visitor_to_no_other"),
    (Running, "test_a_preflight_succeeds_and_runs_no_guarded_view"),
    (AskingTwice, "test_an_error_of_options_for_is_raised_once"),
]


def run(contract: Whole, name: str, instance: Instance, caplog: pytest.LogCaptureFixture) -> None:
    """Run one test of the contract with one set of its parameters."""

    def build(**over: Any) -> WsgiSite:
        return contract.make(**{**instance.options(), **over})

    given = {
        "build": build,
        "site": build(),
        "instance": instance,
        "caplog": caplog,
        "kind": "live",
        "arriving": caching.back_from_a_handshake,
        "path": "/options",
        "required": {"roles": "org:admin"},
    }
    test = getattr(contract, name)
    try:
        test(**{parameter: given[parameter] for parameter in inspect.signature(test).parameters})
    finally:
        for app in contract.installed:
            app.close()


@pytest.mark.parametrize(("broken", "name"), BROKEN)
def test_a_broken_adapter_does_not_keep_the_contract(
    broken: type[Whole],
    name: str,
    instance: Instance,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (held, installing):
        monkeypatch.setattr(module, "PATIENCE", 1)
    # What a broken adapter adds to it is gone with the test.
    monkeypatch.setattr(wsgi_site, "kept_headers", list(wsgi_site.kept_headers))

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run(broken(), name, instance, caplog)


@pytest.mark.parametrize("name", sorted({name for _, name in BROKEN}))
def test_an_adapter_that_is_not_broken_keeps_the_contract(
    name: str, instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    run(Whole(), name, instance, caplog)


class Lenient(Whole):
    """Answers a preflight with 204, and leaves it to the server to send no body for HEAD."""

    def application(self, options: Any) -> WSGIApplication:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] == "OPTIONS":
                start_response("204 No Content", [])
                return []
            return wsgi_site.site({**environ, "REQUEST_METHOD": "GET"}, start_response)

        return app


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_what_a_server_would_send_is_judged(instance: Instance, method: str) -> None:
    site = Lenient().make(**instance.options())

    Whole().test_other_methods_are_answered_like_get(site, method)
    Whole().test_no_other_method_than_get_is_sent_to_a_handshake(site)
