"""Operations on machines, which call each other with M2M tokens."""

from collections.abc import Iterator, Sequence

from clerk_core.backend.models import DeletedObject, Machine, MachineScope, MachineSecretKey
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class Machines(Operations[M]):
    """Operations on machines."""

    @operation("GET", "/machines")
    def list(
        self, *, limit: int = ..., offset: int = ..., query: str = ..., order_by: str = ...
    ) -> Page[Machine]:
        """The machines, the newest first, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Machine]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/machines")
    def create(
        self, *, name: str, scoped_machines: Sequence[str] = ..., default_token_ttl: int = ...
    ) -> Machine:
        """Create a machine; its `secret_key` is in the answer."""
        ...

    @operation("GET", "/machines/{machine_id}")
    def get(self, machine_id: str) -> Machine:
        """One machine, and those that it may call."""
        ...

    @operation("PATCH", "/machines/{machine_id}")
    def update(self, machine_id: str, *, name: str = ..., default_token_ttl: int = ...) -> Machine:
        """Change a machine; what is left out stays as it is."""
        ...

    @operation("DELETE", "/machines/{machine_id}")
    def delete(self, machine_id: str) -> DeletedObject:
        """Delete a machine for good."""
        ...

    @operation("GET", "/machines/{machine_id}/secret_key")
    def get_secret_key(self, machine_id: str) -> MachineSecretKey:
        """The secret key of a machine."""
        ...

    @operation("POST", "/machines/{machine_id}/secret_key/rotate")
    def rotate_secret_key(self, machine_id: str, *, previous_token_ttl: int) -> MachineSecretKey:
        """Replace a machine's secret key; the old one holds `previous_token_ttl` seconds."""
        ...

    @operation("POST", "/machines/{machine_id}/scopes")
    def create_scope(self, machine_id: str, *, to_machine_id: str) -> MachineScope:
        """Let a machine call another one."""
        ...

    @operation("DELETE", "/machines/{machine_id}/scopes/{other_machine_id}")
    def delete_scope(self, machine_id: str, other_machine_id: str) -> MachineScope:
        """Let a machine no longer call another one."""
        ...
