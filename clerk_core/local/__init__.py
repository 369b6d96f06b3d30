"""A local Clerk development instance for tests and development, without an account or network.

`LocalClerk.handle` answers requests in process, without a socket. `LocalServer` serves an instance
over HTTP.
"""

from clerk_core.local._domain.seed import Account, SeededUser
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._instance import LocalClerk
from clerk_core.local._server import LocalServer
from clerk_core.local._storage.rows import Message

__all__ = ["Account", "InstanceSettings", "LocalClerk", "LocalServer", "Message", "SeededUser"]
