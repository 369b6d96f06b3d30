"""What a user has to do before a new session is active.

https://clerk.com/docs/guides/configure/session-tasks. It must not know HTTP, or how a task is done.
"""

from __future__ import annotations

from clerk_core.local._domain.second_factors import is_enabled
from clerk_core.local._domain.session_content import SessionContent
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._storage.rows import Session, User
from clerk_core.local._storage.store import Store

RESET_PASSWORD = "reset-password"
SETUP_MFA = "setup-mfa"
CHOOSE_ORGANIZATION = "choose-organization"


def tasks_of(store: Store, settings: InstanceSettings, session: Session) -> list[str]:
    """Return the keys of the tasks of a session, the first one first; none if it is active."""
    user = store.one(User, id=session.user_id)
    if user is None:
        return []
    compromised_at = user.password_compromised_at
    # Sessions from before go on, unless the application revokes them.
    is_compromised = compromised_at is not None and compromised_at <= session.created_at
    lacks_factor = settings.second_factor_required and not is_enabled(store, user)
    lacks_organization = (
        settings.organizations
        and settings.force_organization_selection
        and session.organization_id is None
    )
    tasks = {
        RESET_PASSWORD: is_compromised,
        SETUP_MFA: lacks_factor,
        CHOOSE_ORGANIZATION: lacks_organization,
    }
    return [key for key, is_open in tasks.items() if is_open]


def content_of(store: Store, settings: InstanceSettings, session: Session) -> SessionContent:
    """Return what a token of the session says besides its claims: whether it is pending."""
    return SessionContent(is_pending=bool(tasks_of(store, settings, session)))
