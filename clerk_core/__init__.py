"""Clerk authentication for Python web applications: who is asking, and what may they do.

Importing this module loads no framework, no plugin and no HTTP client: `Clerk` and `AsyncClerk`,
which need one, are loaded when they are first named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_core.answering.redirects import sign_in_url, sign_up_url
from clerk_core.answering.webhooks import WebhookEvent, WebhookVerificationError
from clerk_core.backend.errors import ClerkAPIError
from clerk_core.backend.models import User
from clerk_core.deciding.authenticate import authenticate
from clerk_core.edges.webhooks import verify_webhook
from clerk_core.outcome.authorization import Reverification
from clerk_core.outcome.state import Handshake, RequestState, SignedIn, SignedOut
from clerk_core.verifying.keyring import Keyring
from clerk_core.words.errors import ClerkError, ConfigurationError, TransportError
from clerk_core.words.flow import Flow, run, run_async
from clerk_core.words.messages import Headers, HttpRequest, HttpResponse, Request
from clerk_core.words.reasons import Reason
from clerk_core.words.settings import Options, OrganizationSyncOptions, Settings
from clerk_core.words.version import __version__

if TYPE_CHECKING:
    from clerk_core.edges.clerk import AnyAuth, AsyncAuth, AsyncClerk, Auth, Clerk, MachineAuth

__all__ = [
    "AnyAuth",
    "AsyncAuth",
    "AsyncClerk",
    "Auth",
    "Clerk",
    "ClerkAPIError",
    "ClerkError",
    "ConfigurationError",
    "Flow",
    "Handshake",
    "Headers",
    "HttpRequest",
    "HttpResponse",
    "Keyring",
    "MachineAuth",
    "Options",
    "OrganizationSyncOptions",
    "Reason",
    "Request",
    "RequestState",
    "Reverification",
    "Settings",
    "SignedIn",
    "SignedOut",
    "TransportError",
    "User",
    "WebhookEvent",
    "WebhookVerificationError",
    "__version__",
    "authenticate",
    "run",
    "run_async",
    "sign_in_url",
    "sign_up_url",
    "verify_webhook",
]

_WITH_HTTP_CLIENT = ("AnyAuth", "AsyncAuth", "AsyncClerk", "Auth", "Clerk", "MachineAuth")


def __getattr__(name: str) -> object:
    if name not in _WITH_HTTP_CLIENT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from clerk_core.edges import clerk

    return getattr(clerk, name)


def __dir__() -> list[str]:
    return __all__
