"""Operations on API keys of users and organizations."""

from collections.abc import Iterator, Sequence

from clerk_core.backend.models import APIKey, DeletedObject
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class ApiKeys(Operations[M]):
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
    ) -> APIKey:
        """Create an API key for `subject`; only this answer and `get_secret` hold it."""
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
    ) -> Page[APIKey]:
        """The API keys of a user or an organization, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[APIKey]:
        """Iterate over all pages of `list`."""
        ...

    @operation("GET", "/api_keys/{api_key_id}")
    def get(self, api_key_id: str) -> APIKey:
        """One API key, without its secret."""
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
    ) -> APIKey:
        """Change an API key; what is left out stays as it is."""
        ...

    @operation("DELETE", "/api_keys/{api_key_id}")
    def delete(self, api_key_id: str) -> DeletedObject:
        """Delete an API key for good."""
        ...

    @operation("GET", "/api_keys/{api_key_id}/secret")
    def get_secret(self, api_key_id: str) -> APIKey:
        """The secret of an API key, which is the key itself."""
        ...

    @operation("POST", "/api_keys/{api_key_id}/revoke")
    def revoke(self, api_key_id: str, *, revocation_reason: str | None = ...) -> APIKey:
        """Revoke an API key; it is no longer accepted, and stays in the list."""
        ...

    @operation("POST", "/api_keys/verify")
    def verify(self, *, secret: str) -> APIKey:
        """Tell whose API key `secret` is; one that does not hold is an error."""
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
