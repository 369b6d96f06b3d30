"""Create sessions and tokens for tests, without a browser.

It must not know requests.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from clerk_core.errors import ClerkError
from clerk_core.local._domain.errors import DomainError
from clerk_core.local._domain.keys import InstanceKeys
from clerk_core.local._domain.machine_tokens import create_oauth_token
from clerk_core.local._domain.session_content import SessionContent
from clerk_core.local._domain.session_tasks import tasks_of
from clerk_core.local._domain.sessions import (
    create_session,
    find_active_session,
    find_client_by_id,
)
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._domain.tokens import SESSION_TOKEN_LIFETIME, session_token, template_token
from clerk_core.local._storage.store import Store

DEFAULT_ORIGIN = "http://localhost"
"""The origin of an application in the test clients of most frameworks."""


class Credentials:
    """The functions of an instance that create sessions and tokens."""

    _store: Store
    _keys: InstanceKeys
    _settings: InstanceSettings
    _clock: Callable[[], float]

    def _now(self) -> int:
        return int(self._clock() * 1000)

    def _changing(self) -> AbstractContextManager[None]:
        """Run a block in a transaction, and send the webhooks of its events."""
        raise NotImplementedError

    @contextmanager
    def _transaction(self) -> Generator[None, None, None]:
        """Run the block in a transaction; errors of the domain become errors for programs."""
        try:
            with self._changing():
                yield
        except DomainError as error:
            code = error.code.replace("_", "-")
            raise ClerkError(error.long_message, code=code) from None

    def create_session(self, user_id: str, organization_id: str | None = None) -> str:
        """Create a session for a user, without a browser.

        Args:
            user_id: The id of the user.
            organization_id: Id or slug of the active organization of the session.

        Returns:
            The id of the session.

        Raises:
            ClerkError: The user does not exist, cannot sign in, or is not a member of the
                organization.
        """
        with self._transaction():
            return create_session(self._store, user_id, organization_id, self._now()).id

    def session_token(
        self,
        session_id: str,
        *,
        expires_in_seconds: int = SESSION_TOKEN_LIFETIME,
        template: str | None = None,
        authorized_party: str | None = None,
        permissions: Sequence[str] | None = None,
        plan: str | None = None,
        features: Sequence[str] = (),
        factor_ages: tuple[int, int] | None = None,
        actor: str | None = None,
        is_pending: bool = False,
        claims: Mapping[str, object] | None = None,
    ) -> str:
        """Return a signed token for an active session.

        Send it in an `Authorization: Bearer` header or in the `__session` cookie.

        Args:
            session_id: The id of the session.
            expires_in_seconds: Lifetime in seconds; a negative value gives an expired token.
            template: Name of a JWT template; None gives a session token.
            authorized_party: Origin of the application that the token is issued to (`azp`), one
                of its `authorized_parties`. Defaults to the origin from which a browser last
                used the session, or else `http://localhost`.
            permissions: The permissions in the active organization, in place of the role's.
            plan: The plan, of the active organization or else of the user; `user:gold` or
                `org:gold` says whose it is.
            features: The features, in the same form.
            factor_ages: Minutes since the first and the second factor were verified; -1 for none.
            actor: The ID of the user who impersonates the user.
            is_pending: Whether the session has tasks to do, even if it has none.
            claims: Custom claims, which replace others of the same name. These last seven are not
                in tokens of a JWT template.

        Raises:
            ClerkError: The session is unknown or no longer active, or the template is unknown.
        """
        now = self._now()
        with self._transaction():
            session = find_active_session(self._store, session_id, now)
            is_pending = is_pending or bool(tasks_of(self._store, self._settings, session))
            content = SessionContent(
                permissions, plan, features, factor_ages, actor, is_pending, claims or {}
            )
            party = authorized_party or session.authorized_party or DEFAULT_ORIGIN
            session = replace(session, authorized_party=party)
            if template is None:
                return session_token(
                    self._store, self._keys, session, now, expires_in_seconds, content
                )
            return template_token(
                self._store, self._keys, session, template, now, expires_in_seconds
            )

    def cookies(self, session_id: str, token: str) -> dict[str, str]:
        """Return the cookies of a browser in which the session is active.

        Args:
            session_id: The id of the session.
            token: A token of the session.

        Raises:
            ClerkError: The session is unknown or no longer active.
        """
        with self._transaction():
            session = find_active_session(self._store, session_id, self._now())
            client = find_client_by_id(self._store, session.client_id)
        suffix = self._keys.publishable_key.cookie_suffix
        plain = {
            "__session": token,
            "__client_uat": str(client.updated_at // 1000),
            "__clerk_db_jwt": client.dev_browser,
        }
        suffixed = {f"{name}_{suffix}": value for name, value in plain.items()}
        return {**plain, **suffixed, f"__refresh_{suffix}": self.refresh_token(session_id)}

    def refresh_token(self, session_id: str) -> str:
        """Return the value of the `__refresh` cookie, which renews an expired session token."""
        return self._keys.refresh_token(session_id)

    def oauth_token(
        self,
        user_id: str,
        *,
        scopes: Sequence[str] = (),
        client_id: str = "local_oauth_application",
        expires_in_seconds: int = 3600,
    ) -> str:
        """Return an OAuth access token that a user granted to an application.

        Args:
            user_id: The id of the user.
            scopes: The granted scopes.
            client_id: The client id of the OAuth application.
            expires_in_seconds: Lifetime in seconds; a negative value gives an expired token.

        Raises:
            ClerkError: The user does not exist.
        """
        with self._transaction():
            now = self._now()
            expiration = now + expires_in_seconds * 1000
            made = create_oauth_token(
                self._store, user_id, list(scopes), client_id, expiration, now
            )
            return made.secret
