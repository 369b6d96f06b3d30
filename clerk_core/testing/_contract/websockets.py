"""WebSockets: authenticated when they are opened, from a header, a cookie, or where it is allowed.

The application accepts a WebSocket at `/ws`, sends `who` as JSON and leaves; at `/ws/guarded` it
does so behind `require_auth`, and at `/ws/user` it sends the current user's first name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Protocol, TypeAlias

import pytest

from clerk_core.testing._clients import Connected
from clerk_core.testing._contract.base import ContractBase
from clerk_core.testing._instance import Instance
from clerk_core.testing._site import Site
from clerk_core.testing._tokens import (
    PAGE,
    bearer,
    browser_cookies,
    cookie,
    other_rsa_key,
    tampered,
    token,
)


class SocketSite(Site, Protocol):
    """A site whose WebSockets can be opened."""

    def connect(
        self, path: str, *headers: tuple[str, str], subprotocols: Sequence[str] = ()
    ) -> Connected:
        """Open a WebSocket, hear the first thing that is said, and leave."""
        ...


BuildSockets: TypeAlias = Callable[..., SocketSite]


class WebSockets(ContractBase):
    """Derive from it, and say how to `make_sockets`: a site as `make` makes, with WebSockets."""

    def make_sockets(self, **options: Any) -> SocketSite:
        """Return an application with the WebSockets of this module, with these options."""
        raise NotImplementedError

    @pytest.fixture
    def build_sockets(self, instance: Instance) -> Iterator[BuildSockets]:
        """Makes an application; options replace those of a development instance."""
        with ExitStack() as opened:

            def built(**over: Any) -> SocketSite:
                site = self.make_sockets(**{**instance.options(), **over})
                opened.callback(site.close)
                return site

            yield built

    @pytest.fixture
    def sockets(self, build_sockets: BuildSockets) -> SocketSite:
        """An application of a development instance."""
        return build_sockets()

    def test_a_socket_knows_who_opens_it(self, sockets: SocketSite) -> None:
        header = sockets.connect("/ws", bearer("user_7"))
        browser = sockets.connect("/ws", cookie(browser_cookies(token("user_8"))))

        assert header.json()["user_id"] == "user_7"
        assert browser.json()["user_id"] == "user_8"

    def test_a_socket_that_nobody_signed_in_opens_is_nobodys(self, sockets: SocketSite) -> None:
        for headers in ((), (PAGE,), (bearer(key=other_rsa_key()),), (("authorization", "x"),)):
            connected = sockets.connect("/ws", *headers)
            assert connected.accepted
            assert connected.json()["user_id"] is None

    def test_a_guarded_socket_is_not_opened_to_a_stranger(self, sockets: SocketSite) -> None:
        assert not sockets.connect("/ws/guarded").accepted
        assert not sockets.connect("/ws/guarded", bearer(key=other_rsa_key())).accepted
        assert sockets.connect("/ws/guarded", bearer("user_7")).json()["user_id"] == "user_7"

    def test_a_socket_asks_for_its_user(self, sockets: SocketSite) -> None:
        assert sockets.connect("/ws/user", bearer("user_7")).said == "First of user_7"

    def test_the_page_of_another_origin_opens_no_socket_in_its_visitors_name(
        self, build_sockets: BuildSockets
    ) -> None:
        shown = cookie(browser_cookies(token("user_7", azp="http://app.example")))
        foreign, own = ("origin", "http://app.example"), ("origin", "http://localhost")
        sockets = build_sockets()
        trusting = build_sockets(authorized_parties=["http://app.example"])

        assert sockets.connect("/ws", shown, foreign).json()["user_id"] is None
        assert sockets.connect("/ws", shown, ("origin", "null")).json()["user_id"] is None
        assert sockets.connect("/ws", shown, own).json()["user_id"] == "user_7"
        assert trusting.connect("/ws", shown, foreign).json()["user_id"] == "user_7"

    def test_a_token_in_the_query_counts_only_where_that_is_allowed(
        self, build_sockets: BuildSockets
    ) -> None:
        shown = token("user_7")
        allowing = build_sockets(websocket_query="token")

        assert build_sockets().connect(f"/ws?token={shown}").json()["user_id"] is None
        assert allowing.connect(f"/ws?token={shown}").json()["user_id"] == "user_7"
        assert allowing.connect(f"/ws?token={tampered(shown)}").json()["user_id"] is None
        assert allowing.visit(f"/?token={shown}").user_id is None

    def test_a_token_beside_a_subprotocol_counts_only_where_that_is_allowed(
        self, build_sockets: BuildSockets
    ) -> None:
        offered = ["clerk", token("user_7")]
        allowing = build_sockets(websocket_subprotocol="clerk")

        connected = allowing.connect("/ws", subprotocols=offered)

        assert connected.json()["user_id"] == "user_7"
        assert connected.subprotocol == "clerk"
        assert build_sockets().connect("/ws", subprotocols=offered).json()["user_id"] is None
        assert allowing.connect("/ws", subprotocols=["clerk"]).json()["user_id"] is None
