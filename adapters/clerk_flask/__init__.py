"""Clerk for Flask: install with `Clerk(app)`, then ask `auth()` in any view.

It translates between Flask and `clerk_core` and decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from flask import Flask, Response, current_app, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from clerk_core import Auth, Options, RequestState, User
from clerk_core import Clerk as CoreClerk
from clerk_core.answering.access import refuse_access
from clerk_core.answering.redirects import sign_in_url
from clerk_core.edges.wsgi import request_from_environ
from clerk_core.words.settings import merge_options, options_in

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from clerk_core.outcome.authorization import Question

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
        options = merge_options(options_in(app.config), self._options)
        app.extensions["clerk"] = CoreClerk(**options)
        app.before_request(_redirect_if_needed)
        app.after_request(_add_headers)


def _kept() -> dict[str, Any]:
    # On the request, not on `g`: one app context may see several requests, of several users.
    return request.__dict__


def _state() -> RequestState[str | None]:
    kept = _kept()
    if "clerk_state" not in kept:
        kept["clerk_state"] = clerk_client().authenticate(request_from_environ(request.environ))
    state: RequestState[str | None] = kept["clerk_state"]
    return state


def _redirect_if_needed() -> Response | None:
    state = _state()
    return Response(status=307, headers=list(state.headers)) if state.redirect else None


def _add_headers(response: Response) -> Response:
    state: RequestState[str | None] | None = _kept().get("clerk_state")
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
    if "clerk_user" not in kept:
        user_id = auth().user_id
        kept["clerk_user"] = clerk_client().users.get(user_id) if user_id else None
    user: User | None = kept["clerk_user"]
    return user


def redirect_to_sign_in(return_back_url: str | None = None) -> BaseResponse:
    """A redirect to the sign-in page, and from there back to `return_back_url`, or to this URL."""
    return redirect(sign_in_url(_state(), return_back_url))


@overload
def require_auth(view: Callable[P, R], /) -> Callable[P, R | Response]: ...
@overload
def require_auth(
    **required: Unpack[Question],
) -> Callable[[Callable[P, R]], Callable[P, R | Response]]: ...
def require_auth(
    view: Callable[P, R] | None = None, /, **required: Unpack[Question]
) -> Callable[P, R | Response] | Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Let only signed-in users to a view: `@require_auth`, or `@require_auth(role="org:admin")`.

    `role`, `permission`, `feature`, `plan` and `reverification` are asked of `auth().has()`. Others
    get 401 or 403 as JSON, or the sign-in page where a browser asks for a document.
    """
    if view is None:
        return partial(_guard, required=required)
    return _guard(view, required)


def _guard(view: Callable[P, R], required: Question) -> Callable[P, R | Response]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        refused = refuse_access(_state(), required)
        if refused is not None:
            return Response(refused.content, refused.status, list(refused.headers))
        result: R = current_app.ensure_sync(view)(*args, **kwargs)
        return result

    return guarded
