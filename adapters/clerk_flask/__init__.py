"""Clerk for Flask: install with `Clerk(app)`, then ask `auth()` in any view.

It translates between Flask and `clerk_core` and decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, overload

from flask import Flask, Response, current_app, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from clerk_core import Auth, Options, RequestState, User
from clerk_core import Clerk as CoreClerk
from clerk_core.answering.access import refuse_access
from clerk_core.answering.redirects import sign_in_url
from clerk_core.edges.wsgi import request_from_environ
from clerk_core.outcome.authorization import Question, check_question
from clerk_core.words.settings import merge_options, options_in

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Clerk", "auth", "clerk_client", "current_user", "redirect_to_sign_in", "require_auth"]

P = ParamSpec("P")
R = TypeVar("R")


class Clerk:
    """The Flask extension: `Clerk(app)`, or `Clerk()` and later `init_app(app)`.

    Options are those of `clerk_core.Settings`; what is left out comes from `app.config` and then
    from the environment, both under Clerk's names (`CLERK_SECRET_KEY`, …).
    """

    def __init__(self, app: Flask | None = None, **options: Unpack[Options]) -> None:
        self._options = options
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Install into an application; raises `ConfigurationError` when a key is missing."""
        client = CoreClerk(**merge_options(options_in(app.config), self._options))
        if "clerk" not in app.extensions:
            # First: an application's own guard must not stop a handshake on its way.
            app.before_request_funcs.setdefault(None, []).insert(0, _redirect_if_needed)
            app.after_request(_add_headers)
        app.extensions["clerk"] = client


def _kept() -> dict[str, Any]:
    # On the request, not on `g`: one app context may see several requests, of several users. And by
    # client: a request may meet several applications, of several instances.
    kept: dict[CoreClerk, dict[str, Any]] = request.__dict__.setdefault("clerk", {})
    return kept.setdefault(clerk_client(), {})


def _state() -> RequestState[str | None]:
    kept = _kept()
    if "state" not in kept:
        kept["state"] = clerk_client().authenticate(request_from_environ(request.environ))
    state: RequestState[str | None] = kept["state"]
    return state


def _redirect_if_needed() -> Response | None:
    state = _state()
    return Response(status=307, headers=list(state.headers)) if state.redirect else None


def _add_headers(response: Response) -> Response:
    state: RequestState[str | None] | None = _kept().get("state")
    if state is not None and state.redirect is None:
        response.headers.extend(state.headers)
    return response


def auth(*, treat_pending_as_signed_out: bool = True) -> Auth:
    """Who makes the current request, and what they may do."""
    return _state().auth(treat_pending_as_signed_out=treat_pending_as_signed_out)


def clerk_client() -> CoreClerk:
    """The current application's client of the Backend API."""
    try:
        client: CoreClerk = current_app.extensions["clerk"]
    except KeyError:
        raise RuntimeError("Clerk is not installed in this app. Call Clerk(app) first.") from None
    return client


def current_user() -> User | None:
    """The user who makes the current request, asked for once a request; None signed out.

    Raises `ClerkAPIError` and `TransportError` as any call of the Backend API does.
    """
    kept = _kept()
    if "user" not in kept:
        user_id = auth().user_id
        kept["user"] = clerk_client().users.get(user_id) if user_id else None
    user: User | None = kept["user"]
    return user


def redirect_to_sign_in(return_back_url: str | None = None) -> BaseResponse:
    """A redirect to the sign-in page, and from there back to `return_back_url`, or to this URL."""
    return redirect(sign_in_url(_state(), return_back_url))


class _Guard(Protocol):
    """Guards a view, be it a function or a coroutine function."""

    @overload
    def __call__(
        self, view: Callable[P, Coroutine[Any, Any, R]], /
    ) -> Callable[P, R | Response]: ...
    @overload
    def __call__(self, view: Callable[P, R], /) -> Callable[P, R | Response]: ...


@overload
def require_auth(view: Callable[P, Coroutine[Any, Any, R]], /) -> Callable[P, R | Response]: ...
@overload
def require_auth(view: Callable[P, R], /) -> Callable[P, R | Response]: ...
@overload
def require_auth(**required: Unpack[Question]) -> _Guard: ...
def require_auth(view: Callable[..., Any] | None = None, /, **required: Unpack[Question]) -> Any:
    """Let only signed-in users to a view: `@require_auth`, or `@require_auth(role="org:admin")`.

    `role`, `permission`, `feature`, `plan` and `reverification` are asked of `auth().has()`. Others
    get 401 or 403 as JSON, or the sign-in page where a browser asks for a document. Raises
    `TypeError` for a question that does not exist.
    """
    check_question(required)
    return partial(_guard, required=required) if view is None else _guard(view, required)


def _guard(view: Callable[..., Any], required: Question) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Any:
        refused = refuse_access(_state(), required)
        if refused is not None:
            return Response(refused.content, refused.status, list(refused.headers))
        return current_app.ensure_sync(view)(*args, **kwargs)

    return guarded
