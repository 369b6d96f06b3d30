"""Define the base of all parts of the contract: the adapter under test and its instance."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any, ClassVar, TypeAlias
from urllib.parse import parse_qs, urlsplit

import pytest

from clerk_core.testing._instance import Instance
from clerk_core.testing._site import WEBHOOK_SECRET, Answer, Site

_COUNT = re.compile(r"[?&]__clerk_redirect_count=[0-9-]+$")

Build: TypeAlias = Callable[..., Site]


class ContractBase:
    """The base of the contract. Derived classes describe the adapter under test.

    Attributes:
        awaits: Whether the framework is asynchronous.
        limits: The reasons for limitations of the framework, by name: `crash-headers` means that
            responses to unhandled exceptions have no headers of Clerk. A test fails if a limitation
            does not exist.
        websocket_path: A route that describes `auth()` for requests that open a WebSocket.
    """

    awaits: ClassVar[bool] = False
    limits: ClassVar[Mapping[str, str]] = {}
    websocket_path: ClassVar[str] = "/"

    def make(self, **options: Any) -> Site:
        """Return an application with these options and the routes of `testing.contract`."""
        raise NotImplementedError

    def require_auth(self, **required: Any) -> object:
        """Call the adapter's `require_auth` with these requirements and return its result."""
        raise NotImplementedError

    def is_limited(self, path: str) -> bool:
        """Return whether the adapter cannot change the response of this route."""
        return path == "/crash" and "crash-headers" in self.limits

    @pytest.fixture(autouse=True)
    def contract_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Remove the settings of Clerk and of proxies from the environment."""
        for name in list(os.environ):
            if name.startswith("CLERK_") or name.lower().endswith("_proxy"):
                monkeypatch.delenv(name)
        monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", WEBHOOK_SECRET)

    @pytest.fixture(scope="class")
    @classmethod
    def running_instance(cls) -> Iterator[Instance]:
        """Run the Backend API of an instance during the tests of a class."""
        with Instance() as running:
            yield running

    @pytest.fixture
    def instance(self, running_instance: Instance) -> Instance:
        """Return the instance without what earlier tests stored in it."""
        running_instance.forget()
        return running_instance

    @pytest.fixture
    def build(self, instance: Instance) -> Iterator[Build]:
        """Yield a function that creates an application; its options override the default ones."""
        with ExitStack() as sites:

            def make(**over: Any) -> Site:
                site = self.make(**{**instance.options(), **over})
                sites.callback(site.close)
                return site

            yield make

    @pytest.fixture
    def site(self, build: Build) -> Site:
        """Return an application of a development instance."""
        return build()


def is_successful(answer: Answer) -> bool:
    """Return whether the status is 2xx."""
    return 200 <= answer.status < 300


def query_of(url: str) -> dict[str, str]:
    """Return the query of a URL, each name with its first value.

    The count that a handshake adds to its return URL is removed.
    """
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    if "redirect_url" in query:
        query["redirect_url"] = _COUNT.sub("", query["redirect_url"])
    return query
