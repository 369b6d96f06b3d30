"""Operations on API keys of users and organizations."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_core.backend.models import APIKey, DeletedObject
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class ApiKeysOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("POST", "/api_keys")
    def create_api_key(
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
    ) -> APIKey:
        """Create an API key for `subject`; only this answer and `get_api_key_secret` hold it."""

    @operation("GET", "/api_keys")
    def get_api_keys(
        self,
        *,
        subject: str,
        type: str = ...,
        include_invalid: str = ...,
        limit: float = ...,
        offset: float | None = ...,
        query: str = ...,
    ) -> Page[APIKey]:
        """The API keys of a user or an organization, a page at a time."""

    iterate_api_keys = Iterating(get_api_keys)

    @operation("GET", "/api_keys/{api_key_id}")
    def get_api_key(self, api_key_id: str) -> APIKey:
        """One API key, without its secret."""

    @operation("PATCH", "/api_keys/{api_key_id}")
    def update_api_key(
        self,
        api_key_id: str,
        *,
        claims: object = ...,
        scopes: Sequence[str] = ...,
        description: str | None = ...,
        subject: str = ...,
        seconds_until_expiration: float | None = ...,
    ) -> APIKey:
        """Change an API key; what is left out stays as it is."""

    @operation("DELETE", "/api_keys/{api_key_id}")
    def delete_api_key(self, api_key_id: str) -> DeletedObject:
        """Delete an API key for good."""

    @operation("GET", "/api_keys/{api_key_id}/secret")
    def get_api_key_secret(self, api_key_id: str) -> APIKey:
        """The secret of an API key, which is the key itself."""

    @operation("POST", "/api_keys/{api_key_id}/revoke")
    def revoke_api_key(self, api_key_id: str, *, revocation_reason: str | None = ...) -> APIKey:
        """Revoke an API key; it is no longer accepted, and stays in the list."""

    @operation("POST", "/api_keys/verify")
    def verify_api_key(self, *, secret: str) -> APIKey:
        """Tell whose API key `secret` is; one that does not hold is an error."""


class ApiKeys(ApiKeysOperations, SyncFace):
    """Operations on API keys of users and organizations."""


class AsyncApiKeys(ApiKeysOperations, AsyncFace):
    """Operations on API keys of users and organizations, to await."""
