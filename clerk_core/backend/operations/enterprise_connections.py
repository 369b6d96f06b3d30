"""Operations on enterprise connections, by SAML or OpenID Connect."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import (
    DeletedObject,
    EnterpriseConnection,
    EnterpriseConnectionTestRun,
)
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class EnterpriseConnections(Operations[M]):
    """Operations on enterprise connections."""

    @operation("GET", "/enterprise_connections")
    def list(
        self, *, limit: int = ..., offset: int = ..., organization_id: str = ..., active: bool = ...
    ) -> Page[EnterpriseConnection]:
        """The enterprise connections, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[EnterpriseConnection]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/enterprise_connections")
    def create(
        self,
        *,
        name: str,
        provider: str,
        domains: Sequence[str],
        organization_id: str | None = ...,
        allow_organization_account_linking: bool | None = ...,
        active: bool | None = ...,
        saml: Mapping[str, object] | None = ...,
        oidc: Mapping[str, object] | None = ...,
        custom_attributes: Sequence[Mapping[str, object]] = ...,
    ) -> EnterpriseConnection:
        """Create an enterprise connection."""
        ...

    @operation("GET", "/enterprise_connections/{enterprise_connection_id}")
    def get(self, enterprise_connection_id: str) -> EnterpriseConnection:
        """One enterprise connection."""
        ...

    @operation("PATCH", "/enterprise_connections/{enterprise_connection_id}")
    def update(
        self,
        enterprise_connection_id: str,
        *,
        name: str | None = ...,
        domains: Sequence[str] | None = ...,
        active: bool | None = ...,
        sync_user_attributes: bool | None = ...,
        disable_additional_identifications: bool | None = ...,
        allow_organization_account_linking: bool | None = ...,
        organization_id: str | None = ...,
        saml: Mapping[str, object] | None = ...,
        oidc: Mapping[str, object] | None = ...,
        custom_attributes: Sequence[Mapping[str, object]] | None = ...,
    ) -> EnterpriseConnection:
        """Change an enterprise connection; what is left out stays as it is."""
        ...

    @operation("DELETE", "/enterprise_connections/{enterprise_connection_id}")
    def delete(self, enterprise_connection_id: str) -> DeletedObject:
        """Delete an enterprise connection for good."""
        ...

    @operation("GET", "/enterprise_connections/{enterprise_connection_id}/test_runs")
    def list_test_runs(
        self,
        enterprise_connection_id: str,
        *,
        status: Sequence[str] = ...,
        limit: int = ...,
        offset: int = ...,
    ) -> Page[EnterpriseConnectionTestRun]:
        """The trial sign-ins through a connection, a page at a time."""
        ...

    @paginate(list_test_runs)
    def iterate_test_runs(self) -> Iterator[EnterpriseConnectionTestRun]:
        """Iterate over all pages of `list_test_runs`."""
        ...

    @operation("POST", "/enterprise_connections/{enterprise_connection_id}/test_runs")
    def create_test_run(self, enterprise_connection_id: str) -> EnterpriseConnectionTestRun:
        """Begin a trial sign-in; it takes place at the `url` of the answer, which soon ends."""
        ...
