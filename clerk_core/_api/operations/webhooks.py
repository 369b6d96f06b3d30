"""Operations on Svix, which delivers the webhooks."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import operation
from clerk_core.models import SvixURL


class Webhooks(Operations[M]):
    """Operations on Svix."""

    @operation("POST", "/webhooks/svix")
    def create_svix_app(self) -> SvixURL:
        """Create the Svix application of the instance, which sends webhooks."""
        ...

    @operation("DELETE", "/webhooks/svix")
    def delete_svix_app(self) -> None:
        """Delete the Svix application of the instance."""
        ...

    @operation("POST", "/webhooks/svix_url")
    def generate_svix_auth_url(self) -> SvixURL:
        """Create a URL of the Svix dashboard of the instance."""
        ...
