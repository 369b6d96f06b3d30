"""Each broken adapter fails the test of the contract that covers its fault."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest

from clerk_core import Clerk, WsgiMiddleware
from clerk_core.testing import _held_connection as held
from clerk_core.testing._contract import caching, installing
from clerk_core.testing._instance import Instance
from clerk_core.testing.contract import AdapterContract, WsgiSite
from clerk_core.wsgi import KEY, RequireAuth, request_from_environ, respond
from tests.adapters import wsgi_site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Correct(AdapterContract):
    """An adapter that passes the contract; each subclass breaks one thing."""

    middleware: type[WsgiMiddleware] = WsgiMiddleware
    installed: list[WsgiMiddleware]

    def make(self, **options: Any) -> WsgiSite:
        app = self.middleware(self.application(options), **options)
        self.installed = [*getattr(self, "installed", ()), app]
        return WsgiSite(self.wrap(app), app.close)

    def application(self, options: Any) -> WSGIApplication:
        return wsgi_site.site

    def wrap(self, app: WSGIApplication) -> WSGIApplication:
        return app

    def require_auth(self, **required: Any) -> object:
        return RequireAuth(wsgi_site.site, **required)


def with_headers(app: WSGIApplication, change: Any) -> WSGIApplication:
    """Return the application with `change` applied to the headers of each response."""

    def changed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            return start_response(status, change(headers), exc_info)

        return app(environ, start)

    return changed


class OneClientForAllTenants(Correct):
    """Return one client for every tenant."""

    def application(self, options: Any) -> WSGIApplication:
        own = {name: value for name, value in options.items() if name != "options_for"}
        key = Clerk(**own).settings.publishable_key

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["PATH_INFO"] != "/client":
                return wsgi_site.site(environ, start_response)
            document = wsgi_site.document({"publishable_key": key})
            return respond(document, environ, start_response)

        return app


class LosesCookies(Correct):
    """Set only the last of several cookies of one name."""

    def wrap(self, app: WSGIApplication) -> WSGIApplication:
        def fold(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
            cookies = {v.partition("=")[0]: v for name, v in headers if name == "set-cookie"}
            others = [pair for pair in headers if pair[0] != "set-cookie"]
            return [*others, *(("set-cookie", value) for value in cookies.values())]

        return with_headers(app, fold)


class ReplacesHeaders(Correct):
    """Replace the header of the view if another has its name."""

    def wrap(self, app: WSGIApplication) -> WSGIApplication:
        def replace(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
            cookies = [pair for pair in headers if pair[0] == "set-cookie"]
            return [*{name: v for name, v in headers if name != "set-cookie"}.items(), *cookies]

        return with_headers(app, replace)


class AcceptsUnknownRequirements(Correct):
    """Accept any requirement in `require_auth`."""

    def require_auth(self, **required: Any) -> object:
        return required


class NeverCloses(Correct):
    """Close nothing in `close`."""

    def make(self, **options: Any) -> WsgiSite:
        return WsgiSite(super().make(**options).app, lambda: None)


class ModifyingMiddleware(WsgiMiddleware):
    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request_auth = environ[KEY] = self.installation.request_auth(request_from_environ(environ))

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            headers.extend(request_auth.headers)
            return start_response(status, headers, exc_info)

        return wsgi_site.site(environ, start)


class ModifiesHeaders(Correct):
    """Add headers to the application's own list, and set no `Cache-Control`."""

    middleware = ModifyingMiddleware


class RunsPreflights(Correct):
    """Let preflights through the guard."""

    def application(self, options: Any) -> WSGIApplication:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] == "OPTIONS":
                return wsgi_site.index(environ, start_response)
            return wsgi_site.site(environ, start_response)

        return app


class RetriesOptionsFor(Correct):
    """Call `options_for` again after it fails."""

    def wrap(self, app: WSGIApplication) -> WSGIApplication:
        def retry(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            try:
                return app(environ, start_response)
            except LookupError:
                return app(environ, start_response)

        return retry


BROKEN = [
    (OneClientForAllTenants, "test_clerk_client_belongs_to_instance_of_request"),
    (LosesCookies, "test_cookies_with_the_same_name_are_all_set"),
    (ReplacesHeaders, "test_response_keeps_headers_of_view"),
    (
        AcceptsUnknownRequirements,
        "test_require_auth_rejects_unknown_requirement",
    ),
    (NeverCloses, "test_closing_the_application_closes_its_connections"),
    (
        ModifiesHeaders,
        "test_reused_response_object_keeps_no_headers_of_earlier_requests",
    ),
    (ModifiesHeaders, "test_response_with_clerk_cookie_is_private_and_not_cacheable"),
    (ModifiesHeaders, "test_shared_cache_does_not_share_sessions"),
    (RunsPreflights, "test_preflight_succeeds_and_runs_no_guarded_view"),
    (RetriesOptionsFor, "test_options_for_error_is_raised_once"),
]


def run(contract: Correct, name: str, instance: Instance, caplog: pytest.LogCaptureFixture) -> None:
    """Run one test of the contract with one set of its parameters."""

    def build(**over: Any) -> WsgiSite:
        return contract.make(**{**instance.options(), **over})

    arguments = {
        "build": build,
        "site": build(),
        "instance": instance,
        "caplog": caplog,
        "kind": "live",
        "make_cookies": caching.returning_from_handshake,
        "path": "/options",
        "required": {"roles": "org:admin"},
    }
    test = getattr(contract, name)
    try:
        test(
            **{parameter: arguments[parameter] for parameter in inspect.signature(test).parameters}
        )
    finally:
        for app in contract.installed:
            app.close()


@pytest.mark.parametrize(("broken", "name"), BROKEN)
def test_broken_adapter_fails_the_contract(
    broken: type[Correct],
    name: str,
    instance: Instance,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (held, installing):
        monkeypatch.setattr(module, "PATIENCE", 1)
    # Undo what a broken adapter adds to this list.
    monkeypatch.setattr(wsgi_site, "kept_headers", list(wsgi_site.kept_headers))

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run(broken(), name, instance, caplog)


@pytest.mark.parametrize("name", sorted({name for _, name in BROKEN}))
def test_correct_adapter_passes_the_contract(
    name: str, instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    run(Correct(), name, instance, caplog)


class Lenient(Correct):
    """Answer a preflight with 204, and let the server drop the body for HEAD."""

    def application(self, options: Any) -> WSGIApplication:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] == "OPTIONS":
                start_response("204 No Content", [])
                return []
            return wsgi_site.site({**environ, "REQUEST_METHOD": "GET"}, start_response)

        return app


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_contract_checks_response_as_the_server_sends_it(instance: Instance, method: str) -> None:
    site = Lenient().make(**instance.options())

    Correct().test_other_methods_are_authenticated_like_get(site, method)
    Correct().test_only_get_starts_a_handshake(site)
