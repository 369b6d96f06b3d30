"""Operations on the instance's proxy."""

from clerk_core.backend.models import ProxyCheck
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class ProxyChecks(Operations[M]):
    """Operations on the instance's proxy."""

    @operation("POST", "/proxy_checks")
    def verify(self, *, domain_id: str = ..., proxy_url: str = ...) -> ProxyCheck:
        """Try whether a proxy reaches Clerk; `successful` of the answer tells."""
        ...
