"""Operations on the instance's proxy."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import ProxyCheck


class ProxyChecks(Operations[M]):
    """Operations on the instance's proxy."""

    @operation("POST", "/proxy_checks")
    def verify(
        self, *, domain_id: str = ..., proxy_url: str = ..., extra: Extra = ...
    ) -> ProxyCheck:
        """Check that a proxy leads to Clerk's Frontend API.

        Args:
            domain_id: The ID of the domain that the proxy is for.
            proxy_url: The URL of the proxy, such as `https://example.com/__clerk`.
            extra: Further fields to send.
        """
        ...
