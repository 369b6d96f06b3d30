"""A local Clerk development instance for tests and development, without an account or network.

`LocalClerk.handle` answers requests in process, without a socket. `LocalServer` serves an instance
over HTTP.
"""

from clerk_core.local.domain.seed import SeededUser
from clerk_core.local.instance import LocalClerk
from clerk_core.local.loopback import LoopbackServer
from clerk_core.local.server import WARNING_BANNER, LocalServer

__all__ = ["WARNING_BANNER", "LocalClerk", "LocalServer", "LoopbackServer", "SeededUser"]
