"""A local Clerk development instance for tests and development, without an account or network.

`LocalClerk.handle` answers requests in process, without a socket. `LocalServer` serves an instance
over HTTP.
"""

from clerk_core.local._domain.seed import SeededUser
from clerk_core.local._instance import LocalClerk
from clerk_core.local._loopback import LoopbackServer
from clerk_core.local._server import WARNING_BANNER, LocalServer

__all__ = ["WARNING_BANNER", "LocalClerk", "LocalServer", "LoopbackServer", "SeededUser"]
