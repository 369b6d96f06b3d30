"""Define the local Clerk instance: its data, its keys, and functions for tests.

It must not know sockets: `handle` maps a request to a response, and the clock is a parameter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from clerk_core._compat import Self
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.settings import Options
from clerk_core.local._call import Call
from clerk_core.local._configuration.entries import add_webhooks, apply
from clerk_core.local._configuration.file import Configuration
from clerk_core.local._credentials import Credentials
from clerk_core.local._dispatch import dispatch, normalized, with_cors_headers
from clerk_core.local._domain.errors import DomainError
from clerk_core.local._domain.keys import InstanceKeys
from clerk_core.local._domain.messages import messages
from clerk_core.local._domain.seed import Account, SeededUser, accounts, seed, seed_roles
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._events import event_documents
from clerk_core.local._responses import error_response
from clerk_core.local._storage.rows import JsonObject, Message, Secret
from clerk_core.local._storage.store import Store
from clerk_core.local._webhooks.sender import WebhookSender
from clerk_core.local._webhooks.webhooks import Webhooks


class LocalClerk(Credentials):
    """An in-process Clerk development instance, for development and tests only.

    Pass `handle` as the `send` function of a flow to run the flow against the instance.

    Args:
        data: Path of the SQLite file with users, sessions and keys; None stores them in memory.
        clock: Returns the current time in Unix seconds.
        url: Base URL of the instance; `LocalServer` sets it.
        settings: The settings of the instance, which Clerk's dashboard would change.
        config: Path of a TOML file with settings, users, organizations and more, see
            docs/local-instance-command.md. What is missing is created. The argument `settings`
            replaces the settings of the file.
        scripts: A `node_modules` folder with `@clerk/clerk-js` and `@clerk/ui`, which the instance
            serves to pages.
        allowed_origins: Origins of web pages, such as `https://app.test`, that may call the
            Frontend API. Those of this machine (`http://localhost:…`) always may.

    Raises:
        ConfigurationError: A file cannot be used.
    """

    def __init__(
        self,
        data: str | None = None,
        *,
        clock: Callable[[], float] = time.time,
        url: str = "http://localhost:4000",
        settings: InstanceSettings | None = None,
        config: str | PathLike[str] | None = None,
        scripts: str | PathLike[str] | None = None,
        allowed_origins: Iterable[str] = (),
    ) -> None:
        self._clock = clock
        self._configuration = Configuration() if config is None else Configuration.read(config)
        self._settings = settings or self._configuration.settings
        self._scripts = Path(scripts) if scripts is not None else None
        self._allowed_origins = frozenset((*allowed_origins, *self._configuration.allowed_origins))
        self.url: str = url.rstrip("/")
        sender = WebhookSender(clock)
        self._webhooks = Webhooks(lambda: self._keys.webhook_secret, sender)
        self._store = Store(data)
        try:
            with self._store.transaction():
                self._keys = InstanceKeys.load(self._store)
            add_webhooks(self._configuration, self._webhooks)
            with self._changing():
                self._prepare()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"LocalClerk(url={self.url!r}, publishable_key={self.publishable_key!r})"

    def close(self) -> None:
        """Close the store, and stop sending webhooks. Calling this more than once has no effect."""
        self._webhooks.close()
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

    @property
    def webhooks(self) -> Webhooks:
        """The webhooks of the instance: add endpoints, and see what was sent."""
        return self._webhooks

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
        """Delete all data but the keys: users, organizations, sessions, tokens and messages.

        What the configuration file names is created anew.
        """
        self._webhooks.clear()
        with self._changing():
            self._store.clear(kept=Secret)
            self._prepare()

    def _prepare(self) -> None:
        seed_roles(self._store, self._now())
        apply(self._configuration, self._store, self._call_backend, self._now())

    def _call_backend(self, method: str, path: str, content: bytes) -> HttpResponse:
        headers = [("authorization", f"Bearer {self.secret_key}")]
        return dispatch(self._call(HttpRequest(method, f"{self.url}{path}", headers, content)))

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
        with self._changing():
            return seed(self._store, self._now())

    def accounts(self) -> tuple[Account, ...]:
        """Return the users with public passwords: the test users and those of the configuration."""
        with self._store.transaction():
            return accounts(self._store)

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
            with self._changing(call):
                response = dispatch(call)
        except DomainError as error:
            response = error_response(error)
        return with_cors_headers(call, response)

    @contextmanager
    def _changing(self, call: Call | None = None) -> Generator[None, None, None]:
        documents: list[JsonObject] = []
        with self._store.transaction():
            yield
            if self._webhooks.has_endpoints:
                documents = event_documents(call or self._call(HttpRequest("POST", self.url)))
        # After the transaction, because an application may ask for what it is told of.
        self._send(documents)

    def _send(self, documents: Iterable[JsonObject]) -> None:
        for document in documents:
            self._webhooks.send(document)

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
                self._webhooks,
            )
        )
