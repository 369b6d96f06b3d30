"""The contract of adapters: what each of them does, whatever its framework."""

from __future__ import annotations

from clerk_core.testing._contract.asking import WhoIsAsking
from clerk_core.testing._contract.caching import Caching
from clerk_core.testing._contract.crowds import Crowds
from clerk_core.testing._contract.guards import Guards
from clerk_core.testing._contract.handshakes import Handshakes, ResponseHeaders
from clerk_core.testing._contract.installing import Installing
from clerk_core.testing._contract.places import Places, SigningIn
from clerk_core.testing._contract.programs import Programs
from clerk_core.testing._contract.users import CurrentUser, Secrets, Webhooks
from clerk_core.testing._contract.websockets import WebSockets

__all__ = ["AdapterContract", "WebSockets"]


class AdapterContract(
    WhoIsAsking,
    Handshakes,
    ResponseHeaders,
    Caching,
    Guards,
    SigningIn,
    Places,
    CurrentUser,
    Webhooks,
    Secrets,
    Programs,
    Installing,
    Crowds,
):
    """Every behaviour of an adapter, as tests: derive from it, and say how to `make` a site."""
