"""Operations on the instance's proxy."""

from clerk_core.backend.models import ProxyCheck
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class ProxyChecks(Operations[M]):
    """Operations on the instance's proxy."""

    @operation("POST", "/proxy_checks")
    def verify(self, *, domain_id: str = ..., proxy_url: str = ...) -> ProxyCheck:
        """Check that a proxy leads to Clerk's Frontend API.

        Args:
            domain_id: The ID of the domain that the proxy is for.
            proxy_url: The URL of the proxy, such as `https://example.com/__clerk`.
        """
        ...
