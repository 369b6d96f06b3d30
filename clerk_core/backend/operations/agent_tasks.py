"""Operations on agent tasks, with which an agent acts for a user."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_core.backend.models import AgentTask
from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class AgentTasksOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

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

    @operation("POST", "/agents/tasks/{agent_task_id}/revoke")
    def revoke(self, agent_task_id: str) -> AgentTask:
        """Revoke a task that nobody has begun yet."""


class AgentTasks(AgentTasksOperations, SyncFace):
    """Operations on agent tasks."""


class AsyncAgentTasks(AgentTasksOperations, AsyncFace):
    """Operations on agent tasks, to await."""
