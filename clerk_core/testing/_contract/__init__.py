"""Define the contract of adapters: the behavior of all adapters in all frameworks."""

from __future__ import annotations

from clerk_core.testing._contract.authentication import Authentication
from clerk_core.testing._contract.caching import Caching
from clerk_core.testing._contract.concurrency import Concurrency
from clerk_core.testing._contract.frontend_api_proxy import FrontendApiProxy
from clerk_core.testing._contract.guards import Guards
from clerk_core.testing._contract.handshakes import Handshakes, ResponseHeaders
from clerk_core.testing._contract.installing import Installing
from clerk_core.testing._contract.machine_tokens import MachineTokens
from clerk_core.testing._contract.oauth_resource import OAuthResource
from clerk_core.testing._contract.pages import CurrentOrganization, Links, SigningOut
from clerk_core.testing._contract.urls import SigningIn, Urls
from clerk_core.testing._contract.users import CurrentUser, Secrets, Webhooks
from clerk_core.testing._contract.websockets import WebSockets

__all__ = ["AdapterContract", "WebSockets"]


class AdapterContract(
    Authentication,
    Handshakes,
    ResponseHeaders,
    Caching,
    Guards,
    SigningIn,
    Links,
    SigningOut,
    CurrentOrganization,
    Urls,
    FrontendApiProxy,
    OAuthResource,
    CurrentUser,
    Webhooks,
    Secrets,
    MachineTokens,
    Installing,
    Concurrency,
):
    """The tests of an adapter. Derive a class that implements `make`."""
