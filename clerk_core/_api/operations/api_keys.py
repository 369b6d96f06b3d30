"""Operations on API keys of users and organizations."""

from collections.abc import Iterator, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import APIKey, DeletedObject


class APIKeys(Operations[M]):
    """Operations on API keys of users and organizations."""

    @operation("POST", "/api_keys")
    def create(
        self,
        *,
        name: str,
        subject: str,
        type: str = ...,
        description: str | None = ...,
        claims: object = ...,
        scopes: Sequence[str] = ...,
        created_by: str | None = ...,
        seconds_until_expiration: float | None = ...,
        extra: Extra = ...,
    ) -> APIKey:
        """Create an API key; only this response and `get_secret` contain its secret.

        Args:
            name: The key's name, at least three characters.
            subject: The ID of the user or organization that the key is for.
            type: The kind of key; `api_key` by default.
            description: What the key is for, at most 255 characters.
            claims: Custom claims, which are returned when the key is verified.
            scopes: What the key permits.
            created_by: The ID of the user who creates the key.
            seconds_until_expiration: The key's lifetime in seconds; unlimited by default.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/api_keys")
    def list(
        self,
        *,
        subject: str,
        type: str = ...,
        include_invalid: str = ...,
        limit: float = ...,
        offset: float | None = ...,
        query: str = ...,
        extra: Extra = ...,
    ) -> Page[APIKey]:
        """Return the API keys of a user or an organization.

        Args:
            subject: The ID of the user or organization.
            type: The kind of key; `api_key` by default.
            include_invalid: `true` to return revoked and expired keys as well; `false` by default.
            limit: The maximum number of results, 1 to 100; 10 by default.
            offset: The number of results to skip.
            query: A part of the name.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[APIKey]:
        """Iterate over the API keys of a user or an organization."""
        ...

    @operation("GET", "/api_keys/{api_key_id}")
    def get(self, api_key_id: str, *, extra: Extra = ...) -> APIKey:
        """Return an API key, without its secret.

        Args:
            api_key_id: The key's ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/api_keys/{api_key_id}")
    def update(
        self,
        api_key_id: str,
        *,
        claims: object = ...,
        scopes: Sequence[str] = ...,
        description: str | None = ...,
        subject: str = ...,
        seconds_until_expiration: float | None = ...,
        extra: Extra = ...,
    ) -> APIKey:
        """Update an API key; omitted parameters are not changed.

        Args:
            api_key_id: The key's ID.
            claims: The new claims.
            scopes: The new scopes.
            description: The new description, at most 255 characters.
            subject: The ID of the user or organization that the key is for from now on.
            seconds_until_expiration: The new lifetime in seconds; None for an unlimited one.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/api_keys/{api_key_id}")
    def delete(self, api_key_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete an API key permanently.

        Args:
            api_key_id: The key's ID.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/api_keys/{api_key_id}/secret")
    def get_secret(self, api_key_id: str, *, extra: Extra = ...) -> APIKey:
        """Return the secret of an API key, which is what clients send.

        Args:
            api_key_id: The key's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/api_keys/{api_key_id}/revoke")
    def revoke(
        self, api_key_id: str, *, revocation_reason: str | None = ..., extra: Extra = ...
    ) -> APIKey:
        """Revoke an API key. It is no longer accepted, and stays in the list of invalid keys.

        Args:
            api_key_id: The key's ID.
            revocation_reason: Why it is revoked, for your records.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/api_keys/verify")
    def verify(self, *, secret: str, extra: Extra = ...) -> APIKey:
        """Verify an API key and return it. A key that does not hold raises `NotFoundError`.

        Args:
            secret: The key as the client sent it.
            extra: Further fields to send.
        """
        ...

    # The names of these in Clerk's own Python client.
    create_api_key = create
    get_api_keys = list
    get_api_key = get
    update_api_key = update
    delete_api_key = delete
    get_api_key_secret = get_secret
    revoke_api_key = revoke
    verify_api_key = verify
