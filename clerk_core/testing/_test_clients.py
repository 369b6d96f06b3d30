"""Give a test client of any framework a token, in a header or as the cookies of a browser.

It imports no framework: each client is known by what it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http.cookies import SimpleCookie
from typing import Any, Literal, TypeAlias

Via: TypeAlias = Literal["header", "cookies"]
"""How a client sends its token."""

_NAME = "Authorization"
_ENVIRON_NAME = "HTTP_AUTHORIZATION"
_HOST = "localhost"


def has_default_headers(client: Any) -> bool:
    """Return whether a client can send the same header with each request."""
    return _headers_of(client) is not None or _environ_of(client) is not None


def put_token(client: Any, token: str) -> None:
    """Send a token in the `Authorization` header of each request."""
    headers, environ, value = _headers_of(client), _environ_of(client), f"Bearer {token}"
    if headers is not None:
        headers[_NAME] = value
    elif environ is not None:
        environ[_ENVIRON_NAME] = value
    else:
        kind = type(client).__name__
        raise TypeError(f"{kind} has no headers for all its requests. Use via='cookies'.")


def put_cookies(client: Any, cookies: Mapping[str, str]) -> None:
    """Send cookies with each request."""
    for name, value in cookies.items():
        _set_cookie(client, name, value)


def remove(client: Any, cookies: Iterable[str]) -> None:
    """Send neither the header nor these cookies any more."""
    headers = _headers_of(client)
    if headers is not None:
        headers.pop(_NAME, None)
    environ = _environ_of(client)
    if environ is not None:
        environ.pop(_ENVIRON_NAME, None)
    for name in cookies:
        _delete_cookie(client, name)


def _headers_of(client: Any) -> Any:
    """Return the default headers of a client of httpx, requests, Starlette or aiohttp, or None."""
    of_client = getattr(_session_of_aiohttp(client) or client, "headers", None)
    return of_client if hasattr(of_client, "pop") and hasattr(of_client, "update") else None


def _environ_of(client: Any) -> Any:
    """Return what a client of Flask or Django adds to each WSGI environ, or None."""
    if hasattr(client, "environ_base"):
        return client.environ_base
    # The asynchronous client of Django has no such headers, though it has the attribute.
    return None if hasattr(client, "_base_scope") else getattr(client, "defaults", None)


def _session_of_aiohttp(client: Any) -> Any:
    """Return the session of a test client of aiohttp, or None: it has the headers and cookies."""
    # Asking Django's client for its session would start one in the database.
    return None if _is_of_django(client) else getattr(client, "session", None)


def _is_of_django(client: Any) -> bool:
    return isinstance(getattr(client, "cookies", None), SimpleCookie)


def _jar_of_aiohttp(client: Any) -> Any:
    return getattr(_session_of_aiohttp(client), "cookie_jar", None)


def _set_cookie(client: Any, name: str, value: str) -> None:
    jar = _jar_of_aiohttp(client)
    if jar is not None:
        jar.update_cookies({name: value}, client.make_url("/"))
    elif _is_of_django(client):
        client.cookies[name] = value
    elif hasattr(client, "cookies"):
        client.cookies.set(name, value)
    elif hasattr(client, "environ_base"):
        client.set_cookie(name, value, domain=_HOST)
    elif hasattr(client, "set_cookie"):
        # Quart's.
        client.set_cookie(_HOST, name, value)
    else:
        raise TypeError(
            f"{type(client).__name__} is not a test client that can sign in. Send the headers of "
            "clerk_local.headers(user) with its requests."
        )


def _delete_cookie(client: Any, name: str) -> None:
    jar = _jar_of_aiohttp(client)
    if jar is not None:

        def has_name(cookie: Any) -> bool:
            return bool(cookie.key == name)

        jar.clear(has_name)
    elif _is_of_django(client):
        client.cookies.pop(name, None)
    elif hasattr(client, "cookies"):
        if name in client.cookies:
            del client.cookies[name]
    elif hasattr(client, "environ_base"):
        client.delete_cookie(name, domain=_HOST)
    elif hasattr(client, "delete_cookie"):
        client.delete_cookie(_HOST, name)
