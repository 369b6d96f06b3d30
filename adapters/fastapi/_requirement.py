"""`require_auth()` of FastAPI: a function that returns a dependency.

Written in the wrong place, it would guard nothing, or admit nobody. So each of these mistakes is an
error when the route is defined.
"""

from __future__ import annotations

from typing import NoReturn

from fastapi.params import Security

from clerk_core.adapters import GuardOptions, Unpack, read_access, security_scopes
from clerk_core.fastapi._dependency import RequireAuth

_HOW = (
    "Write dependencies=[require_auth()], or Annotated[Session, require_auth()] if the endpoint "
    "needs the user."
)


class RequireAuthDependency(Security):
    """The dependency that `require_auth()` returns."""

    def __call__(self, *_: object) -> NoReturn:
        """Raise `TypeError`: it is not a decorator."""
        raise TypeError(f"require_auth() is a dependency in FastAPI, not a decorator. {_HOW}")

    @property
    def __signature__(self) -> NoReturn:
        raise TypeError(
            f"require_auth() is a dependency already; do not put it into Depends(). {_HOW}"
        )


class RequireAuthFunction:
    """Returns a dependency that admits signed-in users only, or with requirements.

    Write `Annotated[Session, require_auth(role="org:admin")]` for a parameter of the endpoint, or
    `dependencies=[require_auth()]`. It is a dependency already: do not put it into `Depends`. API
    clients get a JSON 401 or 403, browsers are redirected to sign in.
    """

    def __call__(self, *misplaced: NoReturn, **options: Unpack[GuardOptions]) -> Security:
        """Return the dependency.

        Args:
            options: `accepts_token` for other kinds of token than a session's; `scopes` for machine
                tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

        Raises:
            TypeError: An option is malformed.
        """
        if misplaced:
            raise TypeError(f"require_auth is a dependency in FastAPI, not a decorator. {_HOW}")
        access = read_access(options, "require_auth")
        # As scopes, so that the OpenAPI document lists them.
        return RequireAuthDependency(RequireAuth(options), scopes=security_scopes(access))

    @property
    def __signature__(self) -> NoReturn:
        raise TypeError(f"require_auth must be called, and not put into Depends(). {_HOW}")

    @property
    def dependency(self) -> NoReturn:
        """Raise `TypeError`: FastAPI reads it if `require_auth` was not called."""
        raise TypeError(f"require_auth must be called. {_HOW}")
