"""Define the local Clerk instance: its data, its keys, and functions for tests.

It must not know sockets: `handle` maps a request to a response, and the clock is a parameter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.settings import Options
from clerk_core.errors import ClerkError
from clerk_core.local._call import Call
from clerk_core.local._dispatch import dispatch, normalized, with_cors_headers
from clerk_core.local._domain.errors import DomainError
from clerk_core.local._domain.keys import InstanceKeys
from clerk_core.local._domain.machine_tokens import create_oauth_token
from clerk_core.local._domain.messages import messages
from clerk_core.local._domain.seed import SeededUser, seed, seed_roles
from clerk_core.local._domain.session_content import SessionContent
from clerk_core.local._domain.sessions import (
    create_session,
    find_active_session,
    find_client_by_id,
)
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._domain.tokens import SESSION_TOKEN_LIFETIME, session_token, template_token
from clerk_core.local._responses import error_response
from clerk_core.local._storage.rows import Message, Secret
from clerk_core.local._storage.store import Store

DEFAULT_ORIGIN = "http://localhost"
"""The origin of an application in the test clients of most frameworks."""


class LocalClerk:
    """An in-process Clerk development instance, for development and tests only.

    Pass `handle` as the `send` function of a flow to run the flow against the instance.

    Args:
        data: Path of the SQLite file with users, sessions and keys; None stores them in memory.
        clock: Returns the current time in Unix seconds.
        url: Base URL of the instance; `LocalServer` sets it.
        settings: The settings of the instance, which Clerk's dashboard would change.
        scripts: A `node_modules` folder with `@clerk/clerk-js` and `@clerk/ui`, which the instance
            serves to pages.
        allowed_origins: Origins of web pages, such as `https://app.test`, that may call the
            Frontend API. Those of this machine (`http://localhost:…`) always may.

    Raises:
        ConfigurationError: The file cannot be used.
    """

    def __init__(
        self,
        data: str | None = None,
        *,
        clock: Callable[[], float] = time.time,
        url: str = "http://localhost:4000",
        settings: InstanceSettings | None = None,
        scripts: str | PathLike[str] | None = None,
        allowed_origins: Iterable[str] = (),
    ) -> None:
        self._clock = clock
        self._settings = settings or InstanceSettings()
        self._scripts = Path(scripts) if scripts is not None else None
        self._allowed_origins = frozenset(allowed_origins)
        self.url: str = url.rstrip("/")
        self._store = Store(data)
        try:
            with self._store.transaction():
                self._keys = InstanceKeys.load(self._store)
                seed_roles(self._store, self._now())
        except BaseException:
            self._store.close()
            raise

    def __enter__(self) -> LocalClerk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"LocalClerk(url={self.url!r}, publishable_key={self.publishable_key!r})"

    def close(self) -> None:
        """Close the store. Calling this more than once has no effect."""
        self._store.close()

    @property
    def publishable_key(self) -> str:
        """The publishable key (`pk_test_…`); it never changes for the same data file."""
        return self._keys.publishable_key.text

    @property
    def secret_key(self) -> str:
        """The secret key (`sk_test_…`); it never changes for the same data file."""
        return self._keys.secret_key

    @property
    def jwt_key(self) -> str:
        """The PEM public key, for verifying tokens without a network request."""
        return self._keys.public_pem

    def options(self) -> Options:
        """Return the options that configure `Clerk` or an adapter for this instance."""
        return {
            "publishable_key": self.publishable_key,
            "secret_key": self.secret_key,
            "api_url": self.url,
            "fapi_url": self.url,
            "proxy_url": self.url,
            "sign_in_url": f"{self.url}/sign-in",
        }

    def reset(self) -> None:
        """Delete all data but the keys: users, organizations, sessions, tokens and messages."""
        with self._store.transaction():
            self._store.clear(kept=Secret)
            seed_roles(self._store, self._now())

    def rotate_keys(self) -> None:
        """Sign new tokens with a new key. The key set has only this key from now on.

        Applications fetch the new key when they see a token of it, and refuse tokens of the old one
        as soon as they have fetched the key set anew.
        """
        with self._store.transaction():
            self._keys = self._keys.rotated(self._store)

    def seed(self) -> tuple[SeededUser, ...]:
        """Create the test users, roles and organization if missing, and reset the passwords.

        Returns:
            The test users with their passwords.
        """
        with self._store.transaction():
            return seed(self._store, self._now())

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
        try:
            with self._store.transaction():
                return create_session(self._store, user_id, organization_id, self._now()).id
        except DomainError as error:
            raise _to_clerk_error(error) from None

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
            is_pending: Whether the session has tasks to do.
            claims: Custom claims, which replace others of the same name. These last seven are not
                in tokens of a JWT template.

        Raises:
            ClerkError: The session is unknown or no longer active, or the template is unknown.
        """
        now = self._now()
        content = SessionContent(
            permissions, plan, features, factor_ages, actor, is_pending, claims or {}
        )
        try:
            with self._store.transaction():
                session = find_active_session(self._store, session_id, now)
                party = authorized_party or session.authorized_party or DEFAULT_ORIGIN
                session = replace(session, authorized_party=party)
                if template is None:
                    return session_token(
                        self._store, self._keys, session, now, expires_in_seconds, content
                    )
                return template_token(
                    self._store, self._keys, session, template, now, expires_in_seconds
                )
        except DomainError as error:
            raise _to_clerk_error(error) from None

    def cookies(self, session_id: str, token: str) -> dict[str, str]:
        """Return the cookies of a browser in which the session is active.

        Args:
            session_id: The id of the session.
            token: A token of the session.

        Raises:
            ClerkError: The session is unknown or no longer active.
        """
        try:
            with self._store.transaction():
                session = find_active_session(self._store, session_id, self._now())
                client = find_client_by_id(self._store, session.client_id)
        except DomainError as error:
            raise _to_clerk_error(error) from None
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
        try:
            with self._store.transaction():
                now = self._now()
                expiration = now + expires_in_seconds * 1000
                made = create_oauth_token(
                    self._store, user_id, list(scopes), client_id, expiration, now
                )
                return made.secret
        except DomainError as error:
            raise _to_clerk_error(error) from None

    def messages(self, recipient: str | None = None) -> list[Message]:
        """Return the emails and text messages that Clerk would have sent, newest first.

        Args:
            recipient: Only those to this email address or phone number.

        Returns:
            Messages with `recipient`, `subject`, `body`, `code` and `url`.
        """
        with self._store.transaction():
            return messages(self._store, recipient)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Return the response to a request from a browser or a backend.

        This method is thread-safe. It returns errors as responses with an error status.
        """
        call = self._call(request)
        try:
            with self._store.transaction():
                response = dispatch(call)
        except DomainError as error:
            response = error_response(error)
        return with_cors_headers(call, response)

    def _call(self, request: HttpRequest) -> Call:
        return normalized(
            Call(
                request,
                self._store,
                self._keys,
                self.url,
                self._now(),
                self._settings,
                self._scripts,
                self._allowed_origins,
            )
        )

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _to_clerk_error(error: DomainError) -> ClerkError:
    return ClerkError(error.long_message, code=error.code.replace("_", "-"))
