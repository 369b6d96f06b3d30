"""Operations on pages that Clerk serves."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation


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
        extra: Extra = ...,
    ) -> str:
        """Return the HTML of a page that loads Clerk's JavaScript.

        Args:
            frontendApi: The deprecated name of `frontend_api`.
            frontend_api: The Frontend API of the instance.
            publishable_key: The publishable key of the instance.
            proxy_url: The URL at which the Frontend API is proxied.
            domain: The domain of the application.
            sign_in_url: The URL of the sign-in page.
            use_domain_for_script: Whether the script is loaded from the domain.
            extra: Further fields to send.
        """
        ...
