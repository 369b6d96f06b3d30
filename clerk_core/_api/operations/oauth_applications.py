"""Operations on OAuth applications that sign in with this instance."""

from collections.abc import Iterator, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, Upload, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, OAuthApplication


class OAuthApplications(Operations[M]):
    """Operations on OAuth applications that sign in with this instance."""

    @operation("GET", "/oauth_applications")
    def list(
        self,
        *,
        limit: int = ...,
        offset: int = ...,
        order_by: str = ...,
        name_query: str = ...,
        extra: Extra = ...,
    ) -> Page[OAuthApplication]:
        """Return the OAuth applications that sign in with this instance.

        Args:
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            order_by: `created_at` or `name`; `+created_at` by default.
            name_query: A part of the name, or the whole `client_id`.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[OAuthApplication]:
        """Iterate over the OAuth applications that sign in with this instance."""
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
        extra: Extra = ...,
    ) -> OAuthApplication:
        """Create an OAuth application; the result holds its `client_secret`.

        Args:
            name: The application's name.
            redirect_uris: Where users may be sent after signing in.
            callback_url: The same, as a single URL.
            scopes: What it may read, with spaces between: `profile`, `email`, `public_metadata`,
                `private_metadata`.
            consent_screen_enabled: Whether users are asked for consent; true by default.
            pkce_required: Whether PKCE is required; false by default.
            public: Whether the client cannot keep a secret, and uses PKCE in its stead.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/oauth_applications/{oauth_application_id}")
    def get(self, oauth_application_id: str, *, extra: Extra = ...) -> OAuthApplication:
        """Return an OAuth application.

        Args:
            oauth_application_id: The application's ID.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> OAuthApplication:
        """Update an OAuth application; omitted parameters are not changed.

        Args:
            oauth_application_id: The application's ID.
            name: The new name.
            redirect_uris: Where users may be sent after signing in.
            callback_url: The same, as a single URL.
            scopes: What it may read, with spaces between: `profile`, `email`, `public_metadata`,
                `private_metadata`.
            consent_screen_enabled: Whether users are asked for consent.
            pkce_required: Whether PKCE is required.
            public: Whether the client cannot keep a secret, and uses PKCE in its stead.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/oauth_applications/{oauth_application_id}")
    def delete(self, oauth_application_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete an OAuth application permanently.

        Args:
            oauth_application_id: The application's ID.
            extra: Further fields to send.
        """
        ...

    @operation("PUT", "/oauth_applications/{oauth_application_id}/logo", multipart=True)
    def upload_logo(
        self,
        oauth_application_id: str,
        *,
        file: Upload,
        uploader_user_id: str = ...,
        extra: Extra = ...,
    ) -> OAuthApplication:
        """Set the logo of an OAuth application.

        Args:
            oauth_application_id: The application's ID.
            file: A JPEG, PNG, GIF or WebP image of at most 10 MB.
            uploader_user_id: The ID of the user who is named as its uploader.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/oauth_applications/{oauth_application_id}/rotate_secret")
    def rotate_secret(self, oauth_application_id: str, *, extra: Extra = ...) -> OAuthApplication:
        """Replace the client secret of an OAuth application and return the new one.

        Args:
            oauth_application_id: The application's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/oauth_applications/{oauth_application_id}/revoke_token")
    def revoke_token(self, oauth_application_id: str, *, token: str, extra: Extra = ...) -> None:
        """Revoke all tokens of the grant that a token belongs to. JWTs cannot be revoked.

        Args:
            oauth_application_id: The application's ID.
            token: An opaque access token, or a refresh token.
            extra: Further fields to send.
        """
        ...
