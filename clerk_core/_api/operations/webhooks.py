"""Operations on Svix, which delivers the webhooks."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import SvixURL


class Webhooks(Operations[M]):
    """Operations on Svix."""

    @operation("POST", "/webhooks/svix")
    def create_svix_app(self, *, extra: Extra = ...) -> SvixURL:
        """Create the Svix application of the instance, which sends webhooks.

        Args:
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/webhooks/svix")
    def delete_svix_app(self, *, extra: Extra = ...) -> None:
        """Delete the Svix application of the instance.

        Args:
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/webhooks/svix_url")
    def generate_svix_auth_url(self, *, extra: Extra = ...) -> SvixURL:
        """Create a URL of the Svix dashboard of the instance.

        Args:
            extra: Further fields to send.
        """
        ...
