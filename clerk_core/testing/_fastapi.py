"""Replace who makes the requests of a FastAPI application, without any instance.

FastAPI evaluates annotations of dependencies, and cannot do so for those that name what is imported
inside of a function, as strings. So this module has no `from __future__ import annotations`.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, get_args

from clerk_core._auth import AsyncMachineAuth, AsyncSessionAuth, AsyncSignedOutAuth
from clerk_core._authentication.response.refusal import refuse_access
from clerk_core._authentication.result.access import read_access

if TYPE_CHECKING:
    from fastapi import FastAPI


@contextmanager
def override_auth(
    app: "FastAPI", auth: AsyncSessionAuth | AsyncMachineAuth | AsyncSignedOutAuth
) -> Generator[None, None, None]:
    """Let all requests of an application be of one user or machine, inside of a `with` block.

    Dependencies such as `SignedIn` and `require_auth(role=…)` get this Auth object, or refuse it as
    they would refuse a request. The functions `auth(request)` and `current_user(request)` are not
    replaced.

    Args:
        app: The application.
        auth: The Auth object, such as `fake_async_auth(role="org:admin")`.
    """
    before = app.dependency_overrides
    app.dependency_overrides = _Overrides(before, auth)
    try:
        yield
    finally:
        app.dependency_overrides = before


class _Overrides(dict[Callable[..., Any], Callable[..., Any]]):
    """The overrides of an application, with one for each guard that FastAPI asks about.

    A dictionary of all guards would lack those of routers that are included later.
    """

    def __init__(self, before: dict[Callable[..., Any], Callable[..., Any]], auth: Any) -> None:
        from clerk_core.fastapi import Auth

        super().__init__(before)
        (of_request,) = get_args(Auth)[1:]
        self.setdefault(of_request.dependency, lambda: auth)
        self._auth = auth

    def __contains__(self, call: object) -> bool:
        return super().__contains__(call) or _is_guard(call)

    def get(self, call: Any, default: Any = None) -> Any:
        if not super().__contains__(call) and _is_guard(call):
            self[call] = _override(call, self._auth)
        return super().get(call, default)


def _is_guard(call: object) -> bool:
    from clerk_core.fastapi._dependency import RequireAuth

    return isinstance(call, RequireAuth)


def _override(guard: Any, auth: Any) -> Callable[..., Any]:
    from fastapi.requests import HTTPConnection

    from clerk_core.starlette import refused_exception

    access = read_access(guard._options, "require_auth")

    async def admit(request: HTTPConnection) -> Any:
        refused = refuse_access(auth._state, access)
        if refused is not None:
            raise refused_exception(request.scope, refused)
        return auth

    return admit
