"""What the parts of the contract share: the adapter under test, and the instance it speaks to."""

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
    """An adapter under test, which its author tells of in a class derived from the contract.

    `awaits` says whether the framework awaits. `limits` are what the framework does not let an
    adapter do, each with the reason: `crash-headers`, that the response to an exception which
    nobody handles gets no headers. A limit that does not hold fails, too. `websocket_path` is a
    route that says who is asking where the request opens a WebSocket, `/` if that may be any.
    """

    awaits: ClassVar[bool] = False
    limits: ClassVar[Mapping[str, str]] = {}
    websocket_path: ClassVar[str] = "/"

    def make(self, **options: Any) -> Site:
        """Return an application with the routes of `clerk_core.testing`, with these options."""
        raise NotImplementedError

    def require_auth(self, **required: Any) -> object:
        """Return what the adapter's `require_auth` gives for these requirements."""
        raise NotImplementedError

    def is_limited(self, path: str) -> bool:
        """Return whether the adapter cannot reach the response of this route."""
        return path == "/crash" and "crash-headers" in self.limits

    @pytest.fixture(autouse=True)
    def settings_of_the_test(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let only the test configure Clerk, without a proxy."""
        for name in list(os.environ):
            if name.startswith("CLERK_") or name.lower().endswith("_proxy"):
                monkeypatch.delenv(name)
        monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", WEBHOOK_SECRET)

    @pytest.fixture(scope="class")
    @classmethod
    def running_instance(cls) -> Iterator[Instance]:
        """Run the instance's Backend API for the tests of the class."""
        with Instance() as running:
            yield running

    @pytest.fixture
    def instance(self, running_instance: Instance) -> Instance:
        """The instance, as new for each test."""
        running_instance.forget()
        return running_instance

    @pytest.fixture
    def build(self, instance: Instance) -> Iterator[Build]:
        """Makes an application; options replace those of a development instance."""
        with ExitStack() as opened:

            def built(**over: Any) -> Site:
                site = self.make(**{**instance.options(), **over})
                opened.callback(site.close)
                return site

            yield built

    @pytest.fixture
    def site(self, build: Build) -> Site:
        """An application of a development instance."""
        return build()


def is_successful(answer: Answer) -> bool:
    """Return whether the status is 2xx."""
    return 200 <= answer.status < 300


def query_of(url: str) -> dict[str, str]:
    """Return the query of a URL, each name with its first value.

    A handshake counts itself in the URL that it leads back to, which is left out.
    """
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    if "redirect_url" in query:
        query["redirect_url"] = _COUNT.sub("", query["redirect_url"])
    return query
