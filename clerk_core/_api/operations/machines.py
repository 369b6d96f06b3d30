"""Operations on machines, which call each other with M2M tokens."""

from collections.abc import Iterator, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, Machine, MachineScope, MachineSecretKey


class Machines(Operations[M]):
    """Operations on machines."""

    @operation("GET", "/machines")
    def list(
        self,
        *,
        limit: int = ...,
        offset: int = ...,
        query: str = ...,
        order_by: str = ...,
        extra: Extra = ...,
    ) -> Page[Machine]:
        """Return the machines, the newest first.

        Args:
            limit: The maximum number of results; 10 by default.
            offset: The number of results to skip.
            query: The machine's ID, or a part of its name.
            order_by: `name` or `created_at`; `-created_at` by default, the newest first.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Machine]:
        """Iterate over the machines, the newest first."""
        ...

    @operation("POST", "/machines")
    def create(
        self,
        *,
        name: str,
        scoped_machines: Sequence[str] = ...,
        default_token_ttl: int = ...,
        extra: Extra = ...,
    ) -> Machine:
        """Create a machine; the result holds its `secret_key`.

        Args:
            name: The machine's name.
            scoped_machines: The IDs of the machines that it may call, at most 150.
            default_token_ttl: How long its tokens are valid, in seconds; an hour by default.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/machines/{machine_id}")
    def get(self, machine_id: str, *, extra: Extra = ...) -> Machine:
        """Return a machine and the machines that it may call.

        Args:
            machine_id: The machine's ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/machines/{machine_id}")
    def update(
        self, machine_id: str, *, name: str = ..., default_token_ttl: int = ..., extra: Extra = ...
    ) -> Machine:
        """Update a machine; omitted parameters are not changed.

        Args:
            machine_id: The machine's ID.
            name: The new name.
            default_token_ttl: How long its tokens are valid, in seconds.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/machines/{machine_id}")
    def delete(self, machine_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a machine.

        Args:
            machine_id: The machine's ID.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/machines/{machine_id}/secret_key")
    def get_secret_key(self, machine_id: str, *, extra: Extra = ...) -> MachineSecretKey:
        """Return the secret key of a machine.

        Args:
            machine_id: The machine's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/machines/{machine_id}/secret_key/rotate")
    def rotate_secret_key(
        self, machine_id: str, *, previous_token_ttl: int, extra: Extra = ...
    ) -> MachineSecretKey:
        """Replace the secret key of a machine and return the new one.

        Args:
            machine_id: The machine's ID.
            previous_token_ttl: How long the old key is still accepted, in seconds, 0 to 28,800.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/machines/{machine_id}/scopes")
    def create_scope(
        self, machine_id: str, *, to_machine_id: str, extra: Extra = ...
    ) -> MachineScope:
        """Let a machine call another one.

        Args:
            machine_id: The ID of the machine that calls.
            to_machine_id: The ID of the machine that is called.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/machines/{machine_id}/scopes/{other_machine_id}")
    def delete_scope(
        self, machine_id: str, other_machine_id: str, *, extra: Extra = ...
    ) -> MachineScope:
        """Stop a machine from calling another one.

        Args:
            machine_id: The ID of the machine that calls.
            other_machine_id: The ID of the machine that is called.
            extra: Further fields to send.
        """
        ...
