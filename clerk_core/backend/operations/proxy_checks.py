"""Operations on the instance's proxy."""

from __future__ import annotations

from clerk_core.backend.models import ProxyCheck
from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class ProxyChecksOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("POST", "/proxy_checks")
    def verify(self, *, domain_id: str = ..., proxy_url: str = ...) -> ProxyCheck:
        """Try whether a proxy reaches Clerk; `successful` of the answer tells."""


class ProxyChecks(ProxyChecksOperations, SyncFace):
    """Operations on the instance's proxy."""


class AsyncProxyChecks(ProxyChecksOperations, AsyncFace):
    """Operations on the instance's proxy, to await."""
