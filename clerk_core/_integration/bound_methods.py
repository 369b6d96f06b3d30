"""Make functions of an adapter from methods of the request's object, with their types.

`function_of(find, BaseRequestAuth.sign_in_url)` finds the object of the current request and calls
the method; `function_of_request` is given the framework's request.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, overload

from clerk_core._messages import Response

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
Found = TypeVar("Found")
Connection = TypeVar("Connection")


@overload
def function_of(
    find: Callable[[], Found], method: Callable[Concatenate[Found, P], R]
) -> Callable[P, R]: ...
@overload
def function_of(
    find: Callable[[], Found],
    method: Callable[Concatenate[Found, P], Response],
    translate: Callable[[Response], T],
) -> Callable[P, T]: ...
def function_of(
    find: Callable[[], Any],
    method: Callable[..., Any],
    translate: Callable[[Any], Any] | None = None,
) -> Callable[..., Any]:
    """Return a function that calls a method of the current request's object.

    Args:
        find: Returns the object of the current request; raises if there is none.
        method: The method, such as `BaseRequestAuth.sign_in_url`.
        translate: Returns the response of the method as one of the framework.
    """

    @wraps(method)
    def function(*args: Any, **kwargs: Any) -> Any:
        result = method(find(), *args, **kwargs)
        return result if translate is None else translate(result)

    return _as_function(function, method, [])


@overload
def function_of_request(
    find: Callable[[Connection], Found], method: Callable[Concatenate[Found, P], R]
) -> Callable[Concatenate[Connection, P], R]: ...
@overload
def function_of_request(
    find: Callable[[Connection], Found],
    method: Callable[Concatenate[Found, P], Response],
    translate: Callable[[Response], T],
) -> Callable[Concatenate[Connection, P], T]: ...
def function_of_request(
    find: Callable[[Any], Any],
    method: Callable[..., Any],
    translate: Callable[[Any], Any] | None = None,
) -> Callable[..., Any]:
    """Return a function that calls a method of the object of the request that it is given.

    Args:
        find: Returns the object of the framework's request; raises if there is none.
        method: The method, such as `BaseRequestAuth.sign_in_url`.
        translate: Returns the response of the method as one of the framework.
    """

    @wraps(method)
    def function(request: Any, /, *args: Any, **kwargs: Any) -> Any:
        result = method(find(request), *args, **kwargs)
        return result if translate is None else translate(result)

    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_ONLY)
    return _as_function(function, method, [request])


def _as_function(
    function: Any, method: Callable[..., Any], first: list[inspect.Parameter]
) -> Callable[..., Any]:
    signature = inspect.signature(method)
    of_method = list(signature.parameters.values())[1:]
    function.__signature__ = signature.replace(parameters=[*first, *of_method])
    function.__qualname__ = method.__name__
    del function.__wrapped__
    made: Callable[..., Any] = function
    return made
