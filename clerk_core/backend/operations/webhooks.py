"""Operations on Svix, which delivers the webhooks."""

from clerk_core.backend.models import SvixURL
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class Webhooks(Operations[M]):
    """Operations on Svix."""

    @operation("POST", "/webhooks/svix")
    def create_svix_app(self) -> SvixURL:
        """Connect the instance to Svix; `svix_url` opens its dashboard."""
        ...

    @operation("DELETE", "/webhooks/svix")
    def delete_svix_app(self) -> None:
        """Disconnect the instance from Svix; no webhook is delivered any more."""
        ...

    @operation("POST", "/webhooks/svix_url")
    def generate_svix_auth_url(self) -> SvixURL:
        """A URL, `svix_url`, that opens the dashboard of Svix."""
        ...
