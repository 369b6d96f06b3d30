"""Operations on agent tasks, with which an agent acts for a user."""

from collections.abc import Mapping

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import AgentTask


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
        extra: Extra = ...,
    ) -> AgentTask:
        """Create a task that an agent carries out for a user.

        The URL of the result starts a session.

        Args:
            on_behalf_of: The user: a mapping with either `user_id` or `identifier`, such as a
                verified email address.
            permissions: What the agent may do. `*`, for everything, is the only value so far.
            agent_name: The agent's name, which identifies it in this instance.
            task_description: What the task is, for the audit log.
            redirect_url: Where the user is sent afterwards: an absolute URL on a domain of the
                instance.
            session_max_duration_in_seconds: How long the session may last, in seconds; 30 minutes
                by default.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/agents/tasks/{agent_task_id}/revoke")
    def revoke(self, agent_task_id: str, *, extra: Extra = ...) -> AgentTask:
        """Revoke an agent task that has not been used.

        Args:
            agent_task_id: The task's ID.
            extra: Further fields to send.
        """
        ...
