"""`require_auth()` of FastAPI: a function whose result is a dependency.

What FastAPI would make of it where it is written wrong guards nothing, or lets nobody pass. So each
of these is an error when the route is defined.
"""

from __future__ import annotations

from typing import NoReturn

from fastapi.params import Security

from clerk_core.adapters import AcceptsToken, Requirement, Unpack
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
    """A dependency that lets only who is signed in pass, or of whom `has()` is true.

    Write `Annotated[Session, require_auth(role="org:admin")]` where the endpoint asks who it is,
    `dependencies=[require_auth()]` where not. `role`, `permission`, `feature`, `plan` and
    `reverification` can be required of a session; `accepts_token` may let programs in. Others get
    401 or 403 as JSON, or the sign-in page where a browser asks for a document. It is the
    dependency already: never write it inside of `Depends`.
    """

    def __call__(
        self,
        *misplaced: NoReturn,
        accepts_token: AcceptsToken = "session_token",
        **required: Unpack[Requirement],
    ) -> Security:
        """Return the dependency; raise `TypeError` for a malformed requirement."""
        if misplaced:
            raise TypeError(f"require_auth is a dependency in FastAPI, not a decorator. {_HOW}")
        # The document lists them beside the scheme.
        asked = tuple(f"{name}={value}" for name, value in required.items())
        return RequireAuthDependency(RequireAuth(accepts_token, required), scopes=asked)

    @property
    def __signature__(self) -> NoReturn:
        raise TypeError(f"require_auth must be called, and not put into Depends(). {_HOW}")

    @property
    def dependency(self) -> NoReturn:
        """Raise `TypeError`: FastAPI looks for it in what is no dependency yet."""
        raise TypeError(f"require_auth must be called. {_HOW}")
