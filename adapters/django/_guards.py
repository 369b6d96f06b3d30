"""`require_auth` for views of all kinds and for URLconfs, and the mixin for class-based views."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ClassVar, TypeGuard, TypeVar, cast, overload

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.views import View

from clerk_core.adapters import Guard, GuardOptions, Unpack, guard_view
from clerk_core.django._refusals import redirect_or_raise
from clerk_core.django._requests import async_request_auth, request_auth

T = TypeVar("T", bound="Callable[..., Any] | tuple[Any, ...]")


@overload
def require_auth(view: T, /) -> T: ...
@overload
def require_auth(**options: Unpack[GuardOptions]) -> Guard: ...
def require_auth(view: Any = None, /, **options: Unpack[GuardOptions]) -> Any:
    """Admit signed-in users only, or with requirements: `@require_auth(role="org:admin")`.

    API clients get a JSON 401 or 403; browsers are redirected to sign in, or get a page. Handlers
    of the root URLconf, `handler401`, `handler403` and `handler503`, take precedence over the JSON
    and the page.

    Args:
        view: A function, a coroutine function, a class of views, or what `include()` returns.
        options: `accepts_token` for other kinds of token than a session's; `scopes` for machine
            tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: An option is malformed.
    """
    return guard_view(_guard, view, options, _is_view)


class RequireAuthMixin(View):
    """Admits signed-in users only to a class-based view, or those with `required_auth`.

    Put it before other base classes: `class Reports(RequireAuthMixin, ListView)`.

    Attributes:
        required_auth: The options of `require_auth`, such as `{"role": "org:admin"}`.
    """

    required_auth: ClassVar[GuardOptions] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Raises where the class is defined if an option is malformed.
        require_auth(**cls.required_auth)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Handle a request, unless it is refused."""
        return _dispatch(super().dispatch, self, self.required_auth, request, args, kwargs)


def _is_view(view: object) -> bool:
    return callable(view) or _is_included(view)


def _is_included(view: object) -> TypeGuard[tuple[Any, Any, Any]]:
    return isinstance(view, tuple) and len(cast("tuple[object, ...]", view)) == len(
        ("urlconf", "app_name", "namespace")
    )


def _guard(view: Any, options: GuardOptions) -> Any:
    if _is_included(view):
        urlconf, app_name, namespace = view
        patterns = getattr(urlconf, "urlpatterns", urlconf)
        return [_guard_pattern(pattern, options) for pattern in patterns], app_name, namespace
    if isinstance(view, type):
        return _guard_class(view, options)
    return _guard_function(view, options)


def _guard_pattern(
    pattern: URLPattern | URLResolver, options: GuardOptions
) -> URLPattern | URLResolver:
    if isinstance(pattern, URLPattern):
        callback = _guard_function(pattern.callback, options)
        return URLPattern(pattern.pattern, callback, pattern.default_args, pattern.name)
    patterns = [_guard_pattern(inner, options) for inner in pattern.url_patterns]
    return URLResolver(
        pattern.pattern,
        patterns,
        pattern.default_kwargs,
        pattern.app_name,
        pattern.namespace,
    )


def _guard_class(view: Any, options: GuardOptions) -> Any:
    dispatch = view.dispatch

    @wraps(dispatch)
    def guarded(self: View, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _dispatch(dispatch.__get__(self), self, options, request, args, kwargs)

    view.dispatch = guarded
    return view


def _dispatch(
    dispatch: Callable[..., Any],
    view: View,
    options: GuardOptions,
    request: HttpRequest,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    if view.view_is_async:

        async def respond() -> HttpResponseBase:
            refused = await async_request_auth(request).refuse(**options)
            if refused is not None:
                return redirect_or_raise(request, refused)
            response: HttpResponseBase | Awaitable[HttpResponseBase] = dispatch(
                request, *args, **kwargs
            )
            return response if isinstance(response, HttpResponseBase) else await response

        return respond()
    refused = request_auth(request).refuse(**options)
    if refused is not None:
        return redirect_or_raise(request, refused)
    return dispatch(request, *args, **kwargs)


def _guard_function(view: Callable[..., Any], options: GuardOptions) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        request = _request_in(args)
        refused = request_auth(request).refuse(**options)
        return view(*args, **kwargs) if refused is None else redirect_or_raise(request, refused)

    @wraps(view)
    async def guarded_coroutine(*args: Any, **kwargs: Any) -> Any:
        request = _request_in(args)
        refused = await async_request_auth(request).refuse(**options)
        if refused is not None:
            return redirect_or_raise(request, refused)
        return await view(*args, **kwargs)

    return guarded_coroutine if _is_async(view) else guarded


def _is_async(view: Callable[..., Any]) -> bool:
    # `method_decorator` passes on a method in a partial; `dispatch` itself is never a coroutine.
    owner = getattr(getattr(view, "func", view), "__self__", None)
    return iscoroutinefunction(view) or (isinstance(owner, View) and bool(owner.view_is_async))


def _request_in(args: tuple[Any, ...]) -> HttpRequest:
    """Return the request among the arguments of a view, or of a method of a view."""
    for argument in args:
        # A request of Django REST framework contains that of Django.
        if isinstance(getattr(argument, "_request", argument), HttpRequest):
            request: HttpRequest = argument
            return request
    raise TypeError("require_auth() is for views, whose first argument is the request")
