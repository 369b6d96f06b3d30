"""Operations on OAuth applications that sign in with this instance."""

from collections.abc import Iterator, Sequence

from clerk_core.backend.models import DeletedObject, OAuthApplication
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import Upload, operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class OauthApplications(Operations[M]):
    """Operations on OAuth applications that sign in with this instance."""

    @operation("GET", "/oauth_applications")
    def list(
        self, *, limit: int = ..., offset: int = ..., order_by: str = ..., name_query: str = ...
    ) -> Page[OAuthApplication]:
        """The OAuth applications, the newest first, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[OAuthApplication]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/oauth_applications")
    def create(
        self,
        *,
        name: str,
        redirect_uris: Sequence[str] | None = ...,
        callback_url: str | None = ...,
        scopes: str | None = ...,
        consent_screen_enabled: bool | None = ...,
        pkce_required: bool | None = ...,
        public: bool | None = ...,
    ) -> OAuthApplication:
        """Create an OAuth application; its `client_secret` is in the answer."""
        ...

    @operation("GET", "/oauth_applications/{oauth_application_id}")
    def get(self, oauth_application_id: str) -> OAuthApplication:
        """One OAuth application, without its secret."""
        ...

    @operation("PATCH", "/oauth_applications/{oauth_application_id}")
    def update(
        self,
        oauth_application_id: str,
        *,
        name: str | None = ...,
        redirect_uris: Sequence[str] | None = ...,
        callback_url: str | None = ...,
        scopes: str | None = ...,
        consent_screen_enabled: bool | None = ...,
        pkce_required: bool | None = ...,
        public: bool | None = ...,
    ) -> OAuthApplication:
        """Change an OAuth application; what is left out stays as it is."""
        ...

    @operation("DELETE", "/oauth_applications/{oauth_application_id}")
    def delete(self, oauth_application_id: str) -> DeletedObject:
        """Delete an OAuth application for good."""
        ...

    @operation("PUT", "/oauth_applications/{oauth_application_id}/logo", multipart=True)
    def upload_logo(
        self, oauth_application_id: str, *, file: Upload, uploader_user_id: str = ...
    ) -> OAuthApplication:
        """Give an OAuth application a logo, an image of at most 10 MB."""
        ...

    @operation("POST", "/oauth_applications/{oauth_application_id}/rotate_secret")
    def rotate_secret(self, oauth_application_id: str) -> OAuthApplication:
        """Replace the client secret; the new one is in the answer."""
        ...

    @operation("POST", "/oauth_applications/{oauth_application_id}/revoke_token")
    def revoke_token(self, oauth_application_id: str, *, token: str) -> None:
        """Revoke an access token and its refresh token, by either; a JWT cannot be."""
        ...
