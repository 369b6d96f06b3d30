"""The contract of adapters: what each of them does, whatever its framework."""

from __future__ import annotations

from clerk_core.testing.contract.asking import WhoIsAsking
from clerk_core.testing.contract.caching import Caching
from clerk_core.testing.contract.crowds import Crowds
from clerk_core.testing.contract.guards import Guards
from clerk_core.testing.contract.handshakes import Handshakes, ResponseHeaders
from clerk_core.testing.contract.installing import Installing
from clerk_core.testing.contract.places import Places, SigningIn
from clerk_core.testing.contract.programs import Programs
from clerk_core.testing.contract.users import CurrentUser, Secrets, Webhooks
from clerk_core.testing.contract.websockets import WebSockets

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
