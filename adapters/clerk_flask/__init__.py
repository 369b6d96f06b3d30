"""Clerk for Flask: install with `Clerk(app)`, then ask `auth()` in any view.

It translates between Flask and `clerk_core` and decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, Protocol, TypeVar, overload

from flask import Flask, Response, current_app, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from clerk_core import AnyAuth, Auth, MachineAuth, Options, User
from clerk_core import Clerk as CoreClerk
from clerk_core.answering.redirects import sign_in_url
from clerk_core.answering.visitor import Visitor
from clerk_core.edges.clerk import DEADLINE
from clerk_core.edges.wsgi import request_from_environ
from clerk_core.outcome.authorization import Question, check_question
from clerk_core.reading.token_kinds import AcceptsToken, MachineTokenType
from clerk_core.words.settings import merge_options, options_in

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Clerk", "auth", "clerk_client", "current_user", "redirect_to_sign_in", "require_auth"]

P = ParamSpec("P")
R = TypeVar("R")


class Clerk:
    """The Flask extension: `Clerk(app)`, or `Clerk()` and later `init_app(app)`.

    Options are those of `clerk_core.Settings`; what is left out comes from `app.config`, each as
    `CLERK_` and its name (`CLERK_SECRET_KEY`, `CLERK_AUTHORIZED_PARTIES`, …), and then from the
    environment. `timeout` is the deadline of every call of Clerk's API, in seconds.
    """

    def __init__(
        self, app: Flask | None = None, *, timeout: float = DEADLINE, **options: Unpack[Options]
    ) -> None:
        self._timeout = timeout
        self._options = options
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Install into an application; raises `ConfigurationError` when a key is missing."""
        options = merge_options(options_in(app.config), self._options)
        client = CoreClerk(timeout=self._timeout, **options)
        if "clerk" not in app.extensions:
            # First: an application's own guard must not stop a handshake on its way.
            app.before_request_funcs.setdefault(None, []).insert(0, _redirect_if_needed)
            app.after_request(_add_headers)
        app.extensions["clerk"] = client


def _visitor() -> Visitor[str | None]:
    # Kept on the request, not on `g`: one app context may see several requests, of several users.
    # And by client: a request may meet several applications, of several instances.
    client = clerk_client()
    kept: dict[CoreClerk, Visitor[str | None]] = request.__dict__.setdefault("clerk", {})
    if client not in kept:
        kept[client] = client.visitor(request_from_environ(request.environ))
    return kept[client]


def _redirect_if_needed() -> Response | None:
    state = clerk_client().run(_visitor().state())
    return Response(status=307, headers=list(state.headers)) if state.redirect else None


def _add_headers(response: Response) -> Response:
    response.headers.extend(_visitor().headers)
    return response


@overload
def auth(
    *,
    accepts_token: Literal["session_token"] = "session_token",
    treat_pending_as_signed_out: bool = True,
) -> Auth: ...
@overload
def auth(*, accepts_token: MachineTokenType) -> MachineAuth: ...
@overload
def auth(*, accepts_token: AcceptsToken, treat_pending_as_signed_out: bool = True) -> AnyAuth: ...
def auth(
    *, accepts_token: AcceptsToken = "session_token", treat_pending_as_signed_out: bool = True
) -> AnyAuth:
    """Who makes the current request, and what they may do: by default a user, in a session.

    `accepts_token` is `session_token`, `api_key`, `m2m_token` or `oauth_token`, a list of them, or
    `any`. A machine token costs a call of the Backend API, made once a request and only when asked.
    """
    return clerk_client().run(
        _visitor().auth(accepts_token, treat_pending_as_signed_out=treat_pending_as_signed_out)
    )


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
    return clerk_client().run(_visitor().current_user())


def redirect_to_sign_in(return_back_url: str | None = None) -> BaseResponse:
    """A redirect to the sign-in page, and from there back to `return_back_url`, or to this URL."""
    state = clerk_client().run(_visitor().state())
    return redirect(sign_in_url(state, return_back_url))


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
        refused = clerk_client().run(_visitor().refuse(required))
        if refused is not None:
            return Response(refused.content, refused.status, list(refused.headers))
        return current_app.ensure_sync(view)(*args, **kwargs)

    return guarded
