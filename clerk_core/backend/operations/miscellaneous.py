"""Operations on pages that Clerk serves."""

from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class Miscellaneous(Operations[M]):
    """Operations on pages that Clerk serves."""

    @operation("GET", "/public/interstitial")
    def get_public_interstitial(
        self,
        *,
        frontendApi: str = ...,
        frontend_api: str = ...,
        publishable_key: str = ...,
        proxy_url: str = ...,
        domain: str = ...,
        sign_in_url: str = ...,
        use_domain_for_script: bool = ...,
    ) -> str:
        """The HTML of a page that loads Clerk's JavaScript."""
        ...
