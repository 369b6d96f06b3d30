"""Where an Auth object comes from: the request, how flows are run, and what may be shown of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._flow import Flow
from clerk_core._frozen import Frozen

Token = TypeVar("Token", covariant=True)
"""What `get_token` returns: the token, an awaitable of it, or the flow that fetches it."""

Performing: TypeAlias = Callable[[Flow[str | None]], Token]

_SHOWN_OF_A_SECRET = 7


class Origin(Frozen, Generic[Token]):
    """A request that was decided about. `reason` and `message` say why nobody is signed in."""

    __slots__ = ("credentials", "perform")

    credentials: Credentials
    perform: Performing[Token]

    def __init__(self, credentials: Credentials, perform: Performing[Token]) -> None:
        object.__setattr__(self, "credentials", credentials)
        object.__setattr__(self, "perform", perform)

    def debug(self) -> dict[str, object]:
        """What helps to find out why: of a secret or a token at most its first seven characters."""
        credentials, settings = self.credentials, self.credentials.settings
        secrets = {
            "secret_key": settings.secret_key,
            "machine_secret_key": settings.machine_secret_key,
            "jwt_key": settings.jwt_key,
            "token_in_header": credentials.token_in_header,
            "session_token_in_cookie": credentials.session_token_in_cookie,
            "refresh_token_in_cookie": credentials.refresh_token_in_cookie,
            "dev_browser_token": credentials.dev_browser_token,
            "handshake_token": credentials.handshake_token,
            "handshake_nonce": credentials.handshake_nonce,
        }
        return {
            "reason": getattr(self, "reason", None),
            "message": getattr(self, "message", None),
            "publishable_key": settings.publishable_key,
            "proxy_url": settings.proxy_url,
            "domain": settings.domain,
            "is_satellite": settings.is_satellite,
            "uses_suffixed_cookies": credentials.uses_suffixed_cookies,
            "client_uat": credentials.client_uat,
            **{name: _beginning(secret or "") for name, secret in secrets.items()},
        }


def _beginning(secret: str) -> str:
    return secret[: min(_SHOWN_OF_A_SECRET, len(secret) // 2)]


def settled(token: str | None) -> Flow[str | None]:
    """The flow of a token that is at hand, or of none: it asks for nothing."""
    yield from ()
    return token
