"""The local Clerk instance: it finds which of its faces a request is for, and answers it.

No socket: `handle` is a function from request to response, and time is the clock it was given.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from clerk_core.local.api import routes as backend_api
from clerk_core.local.api.machines import calling_machine
from clerk_core.local.call import Call
from clerk_core.local.domain.errors import RefusalError
from clerk_core.local.domain.keys import InstanceKeys
from clerk_core.local.domain.machine_tokens import make_oauth_token
from clerk_core.local.domain.machines import SECRET_KEY_PREFIX
from clerk_core.local.domain.seed import SeededUser, seed, seed_roles
from clerk_core.local.domain.sessions import find_live_session, open_session
from clerk_core.local.domain.tokens import SESSION_TOKEN_LIFETIME, session_token, template_token
from clerk_core.local.frontend import routes as frontend_api
from clerk_core.local.portal import routes as account_portal
from clerk_core.local.responses import ApiError, error_response, not_served
from clerk_core.local.storage.store import Store
from clerk_core.words.errors import ClerkError
from clerk_core.words.messages import HttpRequest, HttpResponse
from clerk_core.words.settings import Options

_API_PATHS = (
    *("/v1/", "/npm/", "/oauth/", "/.well-known/"),
    # What Clerk's libraries ask for without a version.
    *("/api_keys", "/m2m_tokens", "/oauth_applications/"),
)


class LocalClerk:
    """A Clerk development instance in this process, for development and tests only.

    `data` is the path of the SQLite file that keeps users, sessions and keys; None keeps them in
    memory. `clock` tells Unix seconds. `url` is where browsers and backends reach the instance;
    `LocalServer` sets it. Raises `ConfigurationError` when the file cannot be used.

    Give `handle` as the `send` of a flow to run the flow against the instance.
    """

    def __init__(
        self,
        data: str | None = None,
        *,
        clock: Callable[[], float] = time.time,
        url: str = "http://localhost:4000",
    ) -> None:
        self._clock = clock
        self.url = url.rstrip("/")
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
        """Close the store. Closing again does nothing."""
        self._store.close()

    @property
    def publishable_key(self) -> str:
        """The publishable key (`pk_test_…`), the same for the life of the data file."""
        return self._keys.publishable_key.text

    @property
    def secret_key(self) -> str:
        """The secret key (`sk_test_…`), the same for the life of the data file."""
        return self._keys.secret_key

    @property
    def jwt_key(self) -> str:
        """The public key as PEM, to verify tokens without asking the instance."""
        return self._keys.public_pem

    def options(self) -> Options:
        """The keyword arguments of `Settings` for an application of this instance."""
        return {
            "publishable_key": self.publishable_key,
            "secret_key": self.secret_key,
            "api_url": self.url,
            "proxy_url": self.url,
            "sign_in_url": f"{self.url}/sign-in",
        }

    def seed(self) -> tuple[SeededUser, ...]:
        """Make sure that the users to try things with are there, with their known passwords."""
        with self._store.transaction():
            return seed(self._store, self._now())

    def create_session(self, user_id: str, organization_id: str | None = None) -> str:
        """Sign a user in without a browser; the id of the session.

        `organization_id` (or slug) is the organization that is active in it. Raises `ClerkError`
        for an unknown user, or one who is not a member.
        """
        try:
            with self._store.transaction():
                return open_session(self._store, user_id, organization_id, self._now()).id
        except RefusalError as error:
            raise _misuse(error) from None

    def session_token(
        self,
        session_id: str,
        *,
        expires_in_seconds: int = SESSION_TOKEN_LIFETIME,
        template: str | None = None,
    ) -> str:
        """A token of an active session, as an `Authorization: Bearer` header or cookie carries it.

        `expires_in_seconds` may be negative, for a token that has expired already. With `template`
        it is a token of that JWT template. Raises `ClerkError` for an ended or unknown session and
        an unknown template.
        """
        now = self._now()
        try:
            with self._store.transaction():
                session = find_live_session(self._store, session_id, now)
                if template is None:
                    return session_token(self._store, self._keys, session, now, expires_in_seconds)
                return template_token(
                    self._store, self._keys, session, template, now, expires_in_seconds
                )
        except RefusalError as error:
            raise _misuse(error) from None

    def refresh_token(self, session_id: str) -> str:
        """What the `__refresh` cookie of a session holds, to renew an expired token with."""
        return self._keys.refresh_token(session_id)

    def oauth_token(
        self,
        user_id: str,
        *,
        scopes: Sequence[str] = (),
        client_id: str = "local_oauth_application",
        expires_in_seconds: int = 3600,
    ) -> str:
        """An OAuth access token, as a user gives it to an application that acts in their name.

        `expires_in_seconds` may be negative. Raises `ClerkError` for an unknown user.
        """
        try:
            with self._store.transaction():
                now = self._now()
                expiration = now + expires_in_seconds * 1000
                made = make_oauth_token(
                    self._store, user_id, list(scopes), client_id, expiration, now
                )
                return made.secret
        except RefusalError as error:
            raise _misuse(error) from None

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer a request of a browser or a backend; may be called from several threads."""
        try:
            with self._store.transaction():
                return _answer(self._call(request))
        except RefusalError as error:
            return error_response(error)

    def _call(self, request: HttpRequest) -> Call:
        return Call(request, self._store, self._keys, self.url, self._now())

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _answer(call: Call) -> HttpResponse:
    path = call.path
    if not path.startswith(_API_PATHS):
        return account_portal.answer(call)
    if call.bearer is not None and call.bearer.startswith(SECRET_KEY_PREFIX):
        return _answer_to_machine(call)
    if call.bearer is None or not call.bearer.startswith("sk_"):
        return _answer_without_secret_key(call)
    if not call.keys.owns_secret_key(call.bearer):
        raise ApiError(
            401,
            "clerk_key_invalid",
            "The provided Clerk Secret Key is invalid.",
            "The secret key is not this local instance's. Set CLERK_SECRET_KEY to the one it "
            "printed when it started.",
        )
    found = backend_api.ROUTES.find(call)
    if found is None:
        raise not_served(call.request.method, path)
    return found()


def _answer_to_machine(call: Call) -> HttpResponse:
    if calling_machine(call) is None:
        raise ApiError(
            401,
            "machine_secret_key_invalid",
            "The provided machine secret key is invalid.",
            "No machine of this local instance has this secret key, or it was rotated.",
        )
    found = backend_api.ROUTES_OF_MACHINES.find(call)
    if found is None:
        raise not_served(call.request.method, call.path, "for machines")
    return found()


def _answer_without_secret_key(call: Call) -> HttpResponse:
    """The Frontend API shares paths with the Backend API, which wants its key."""
    found = frontend_api.ROUTES.find(call)
    if found is not None:
        return found()
    if backend_api.ROUTES.find(call) is not None:
        raise ApiError(
            401,
            "authorization_header_format_invalid",
            "Invalid Authorization header format",
            "The Backend API wants the header Authorization: Bearer, with the secret key.",
        )
    raise not_served(call.request.method, call.path)


def _misuse(error: RefusalError) -> ClerkError:
    return ClerkError(error.long_message, code=error.code.replace("_", "-"))
