"""Operations on agent tasks, with which an agent acts for a user."""

from collections.abc import Mapping

from clerk_core.backend.models import AgentTask
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class AgentTasks(Operations[M]):
    """Operations on agent tasks."""

    @operation("POST", "/agents/tasks")
    def create(
        self,
        *,
        on_behalf_of: Mapping[str, object],
        permissions: str,
        agent_name: str,
        task_description: str,
        redirect_url: str,
        session_max_duration_in_seconds: int = ...,
    ) -> AgentTask:
        """Create a task; whoever opens its `url` is signed in for the user."""
        ...

    @operation("POST", "/agents/tasks/{agent_task_id}/revoke")
    def revoke(self, agent_task_id: str) -> AgentTask:
        """Revoke a task that nobody has begun yet."""
        ...
