"""A Clerk development instance on this machine: no account, no internet, no socket needed.

`LocalClerk.handle` answers requests as a function; `LocalServer` puts it on a port.
"""

from clerk_core.local.domain.seed import SeededUser
from clerk_core.local.instance import LocalClerk
from clerk_core.local.loopback import LoopbackServer
from clerk_core.local.server import WARNING_BANNER, LocalServer

__all__ = ["WARNING_BANNER", "LocalClerk", "LocalServer", "LoopbackServer", "SeededUser"]
