"""A local Clerk development instance for tests and development, without an account or network.

`LocalClerk.handle` answers requests in process, without a socket. `LocalServer` serves an instance
over HTTP.
"""

from clerk_core.local._domain.seed import Account, SeededUser
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._instance import LocalClerk
from clerk_core.local._server import LocalServer
from clerk_core.local._storage.rows import Message
from clerk_core.local._webhooks.deliveries import Attempt, Delivery, Endpoint
from clerk_core.local._webhooks.webhooks import Webhooks

__all__ = [
    "Account",
    "Attempt",
    "Delivery",
    "Endpoint",
    "InstanceSettings",
    "LocalClerk",
    "LocalServer",
    "Message",
    "SeededUser",
    "Webhooks",
]
