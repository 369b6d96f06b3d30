"""Test WebSockets, which are authenticated by headers, cookies or subprotocols.

The application accepts a WebSocket at `/ws`, sends `describe_auth(auth())` as JSON and closes it.
At `/ws/guarded`, it does the same with `require_auth`. At `/ws/user`, it sends the first name of
`current_user()`.
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
        """Open a WebSocket, receive its first message and close it."""
        ...


BuildSockets: TypeAlias = Callable[..., SocketSite]


class WebSockets(ContractBase):
    """The tests of WebSockets. Derive a class that implements `make_sockets`."""

    def make_sockets(self, **options: Any) -> SocketSite:
        """Return an application like that of `make`, with the WebSockets of this module."""
        raise NotImplementedError

    @pytest.fixture
    def build_sockets(self, instance: Instance) -> Iterator[BuildSockets]:
        """Yield a function that creates an application; its options override the default ones."""
        with ExitStack() as sites:

            def make(**over: Any) -> SocketSite:
                site = self.make_sockets(**{**instance.options(), **over})
                sites.callback(site.close)
                return site

            yield make

    @pytest.fixture
    def sockets(self, build_sockets: BuildSockets) -> SocketSite:
        """Return an application of a development instance."""
        return build_sockets()

    def test_websocket_has_user_of_its_handshake(self, sockets: SocketSite) -> None:
        header = sockets.connect("/ws", bearer("user_7"))
        browser = sockets.connect("/ws", cookie(browser_cookies(token("user_8"))))

        assert header.json()["user_id"] == "user_7"
        assert browser.json()["user_id"] == "user_8"

    def test_websocket_without_valid_token_is_signed_out(self, sockets: SocketSite) -> None:
        for headers in ((), (PAGE,), (bearer(key=other_rsa_key()),), (("authorization", "x"),)):
            connected = sockets.connect("/ws", *headers)
            assert connected.accepted
            assert connected.json()["user_id"] is None

    def test_guarded_websocket_refuses_signed_out_request(self, sockets: SocketSite) -> None:
        assert not sockets.connect("/ws/guarded").accepted
        assert not sockets.connect("/ws/guarded", bearer(key=other_rsa_key())).accepted
        assert sockets.connect("/ws/guarded", bearer("user_7")).json()["user_id"] == "user_7"

    def test_websocket_can_get_current_user(self, sockets: SocketSite) -> None:
        assert sockets.connect("/ws/user", bearer("user_7")).said == "First of user_7"

    def test_websocket_from_other_origin_ignores_session_cookie(
        self, build_sockets: BuildSockets
    ) -> None:
        session = cookie(browser_cookies(token("user_7", azp="http://app.example")))
        foreign, own = ("origin", "http://app.example"), ("origin", "http://localhost")
        sockets = build_sockets()
        trusting = build_sockets(authorized_parties=["http://app.example"])

        assert sockets.connect("/ws", session, foreign).json()["user_id"] is None
        assert sockets.connect("/ws", session, ("origin", "null")).json()["user_id"] is None
        assert sockets.connect("/ws", session, own).json()["user_id"] == "user_7"
        assert trusting.connect("/ws", session, foreign).json()["user_id"] == "user_7"

    def test_query_token_is_accepted_only_if_enabled(self, build_sockets: BuildSockets) -> None:
        jwt = token("user_7")
        allowing = build_sockets(websocket_query="token")

        assert build_sockets().connect(f"/ws?token={jwt}").json()["user_id"] is None
        assert allowing.connect(f"/ws?token={jwt}").json()["user_id"] == "user_7"
        assert allowing.connect(f"/ws?token={tampered(jwt)}").json()["user_id"] is None
        assert allowing.visit(f"/?token={jwt}").user_id is None

    def test_subprotocol_token_is_accepted_only_if_enabled(
        self, build_sockets: BuildSockets
    ) -> None:
        offered = ["clerk", token("user_7")]
        allowing = build_sockets(websocket_subprotocol="clerk")

        connected = allowing.connect("/ws", subprotocols=offered)

        assert connected.json()["user_id"] == "user_7"
        assert connected.subprotocol == "clerk"
        assert build_sockets().connect("/ws", subprotocols=offered).json()["user_id"] is None
        assert allowing.connect("/ws", subprotocols=["clerk"]).json()["user_id"] is None
