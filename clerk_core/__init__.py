"""Clerk authentication for Python web applications: who is asking, and what may they do.

Importing this module loads no framework, no plugin, no HTTP client, no cryptography and nothing of
the Backend API: `Clerk`, `AsyncClerk` and `User` are loaded when they are first named, and what
reads keys when the first one is read.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from clerk_core.answering.access import reverification_error
from clerk_core.answering.redirects import sign_in_url, sign_up_url
from clerk_core.answering.response_headers import merge_headers
from clerk_core.answering.webhooks import WebhookEvent, WebhookVerificationError
from clerk_core.backend.errors import (
    ClerkAPIError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    ServerError,
    UnauthorizedError,
    UnprocessableError,
)
from clerk_core.deciding.authenticate import authenticate
from clerk_core.edges.webhooks import verify_webhook
from clerk_core.outcome.authorization import Reverification
from clerk_core.outcome.state import Handshake, RequestState, SignedIn, SignedOut
from clerk_core.verifying.keyring import Keyring
from clerk_core.words.errors import (
    ClerkError,
    ConfigurationError,
    TokenVerificationError,
    TransportError,
)
from clerk_core.words.flow import Flow, run, run_async
from clerk_core.words.messages import Headers, HttpRequest, HttpResponse, Request
from clerk_core.words.reasons import EXPLANATIONS, Reason
from clerk_core.words.settings import Options, OrganizationSyncOptions, Settings
from clerk_core.words.version import __version__

if TYPE_CHECKING:
    from clerk_core.backend.models import User
    from clerk_core.edges.asgi import AsgiMiddleware
    from clerk_core.edges.clerk import (
        AnyAuth,
        AsyncAnyAuth,
        AsyncAuth,
        AsyncClerk,
        AsyncMachineAuth,
        Auth,
        Clerk,
        MachineAuth,
    )
    from clerk_core.edges.install import install
    from clerk_core.edges.visit import AsyncVisit, Visit
    from clerk_core.edges.wsgi import WsgiMiddleware

__all__ = [
    "EXPLANATIONS",
    "AnyAuth",
    "AsgiMiddleware",
    "AsyncAnyAuth",
    "AsyncAuth",
    "AsyncClerk",
    "AsyncMachineAuth",
    "AsyncVisit",
    "Auth",
    "Clerk",
    "ClerkAPIError",
    "ClerkError",
    "ConfigurationError",
    "Flow",
    "ForbiddenError",
    "Handshake",
    "Headers",
    "HttpRequest",
    "HttpResponse",
    "Keyring",
    "MachineAuth",
    "NotFoundError",
    "Options",
    "OrganizationSyncOptions",
    "RateLimitedError",
    "Reason",
    "Request",
    "RequestState",
    "Reverification",
    "ServerError",
    "Settings",
    "SignedIn",
    "SignedOut",
    "TokenVerificationError",
    "TransportError",
    "UnauthorizedError",
    "UnprocessableError",
    "User",
    "Visit",
    "WebhookEvent",
    "WebhookVerificationError",
    "WsgiMiddleware",
    "__version__",
    "authenticate",
    "install",
    "merge_headers",
    "reverification_error",
    "run",
    "run_async",
    "sign_in_url",
    "sign_up_url",
    "verify_webhook",
]

# Where each name is that needs an HTTP client, looks for plugins, or comes with all models.
_LATER = {
    "AnyAuth": "edges.clerk",
    "AsgiMiddleware": "edges.asgi",
    "AsyncAnyAuth": "edges.clerk",
    "AsyncAuth": "edges.clerk",
    "AsyncClerk": "edges.clerk",
    "AsyncMachineAuth": "edges.clerk",
    "AsyncVisit": "edges.visit",
    "Auth": "edges.clerk",
    "Clerk": "edges.clerk",
    "MachineAuth": "edges.clerk",
    "User": "backend.models",
    "Visit": "edges.visit",
    "WsgiMiddleware": "edges.wsgi",
    "install": "edges.install",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f"clerk_core.{_LATER[name]}")
    except AttributeError as error:
        # As an AttributeError, `from clerk_core import …` would drop it and deny that name.
        origin = getattr(getattr(error, "obj", None), "__file__", None)
        hint = f" Rename {origin} if it is not the package of that name." if origin else ""
        raise ImportError(f"{__name__}.{name} cannot be imported: {error}.{hint}") from error
    return getattr(module, name)


def __dir__() -> list[str]:
    return __all__
