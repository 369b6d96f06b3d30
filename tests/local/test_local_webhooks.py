"""The instance sends signed webhooks for what happens in it, in the background."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from clerk_core import WebhookVerificationError, verify_webhook
from clerk_core._command_line import main
from clerk_core._webhooks import WebhookEvent
from clerk_core.errors import ConfigurationError
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from clerk_core.local._event_examples import example_event
from clerk_core.local._loopback import LoopbackServer
from clerk_core.local._webhooks import sender
from clerk_core.local._webhooks.deliveries import EVENT_TYPES
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Browser
from tests.support import PATIENCE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass
class Receiver:
    """An application that verifies webhooks.

    Attributes:
        local: The instance.
        statuses: The statuses of the next responses; after them, all are 200.
        events: The events that were accepted.
        requests: The headers of all requests.
        held: While it is clear, requests wait.
    """

    local: LocalClerk
    statuses: list[int] = field(default_factory=list[int])
    events: list[WebhookEvent] = field(default_factory=list[WebhookEvent])
    requests: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    held: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        headers = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        self.held.wait(PATIENCE)
        self.requests.append(headers)
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            secret = self.local.webhooks.secret
            self.events.append(verify_webhook(headers, body, secret=secret))
        start(f"{status} Status", [("location", self.url)])
        return []

    def received(self) -> list[str]:
        """Wait until nothing is pending, and return the types of the accepted events."""
        assert self.local.webhooks.wait(PATIENCE)
        return [event.type for event in self.events]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender.WebhookSender.__init__, "__defaults__", ((0.01, 0.01),))


@pytest.fixture
def local() -> Iterator[LocalClerk]:
    """Return an instance with the time of day, which the verification compares with."""
    with LocalClerk() as instance:
        yield instance


@pytest.fixture
def receiver(local: LocalClerk, people: tuple[SeededUser, ...]) -> Iterator[Receiver]:
    receiver = Receiver(local)
    receiver.held.set()
    with LoopbackServer(receiver) as server:
        receiver.url = f"{server.url}/webhooks"
        local.webhooks.add(receiver.url)
        yield receiver


def test_change_by_the_backend_api_sends_a_signed_webhook(
    backend: Backend, receiver: Receiver, ada: SeededUser
) -> None:
    backend.read("PATCH", f"/v1/users/{ada.user_id}", {"first_name": "Augusta"})

    assert receiver.received() == ["user.updated"]
    (event,) = receiver.events
    assert (event.data["id"], event.data["first_name"]) == (ada.user_id, "Augusta")
    assert str(event.instance_id).startswith("ins_")
    assert abs((event.timestamp or 0) / 1000 - time.time()) < PATIENCE


def test_sign_up_in_the_browser_sends_webhooks(local: LocalClerk, receiver: Receiver) -> None:
    js = ClerkJs(local).load()
    sign_up = js.post(
        "/v1/client/sign_ups",
        email_address="mary+clerk_test@example.com",
        password="mary-had-a-lamb",
    )
    path = f"/v1/client/sign_ups/{sign_up['id']}"
    js.post(f"{path}/prepare_verification", strategy="email_code")
    js.post(f"{path}/attempt_verification", strategy="email_code", code="424242")

    assert receiver.received() == ["email.created", "user.created", "session.created"]
    email, user, session = (event.data for event in receiver.events)
    assert email["to_email_address"] == "mary+clerk_test@example.com"
    assert email["data"] == {"otp_code": "424242"}
    addresses: Any = user["email_addresses"]
    assert addresses[0]["verification"]["status"] == "verified"
    owner: Any = session["user"]
    assert owner["id"] == user["id"]
    assert "Chrome" in str(receiver.events[1].event_attributes)


def test_call_that_changes_nothing_or_fails_sends_nothing(
    backend: Backend, receiver: Receiver, ada: SeededUser
) -> None:
    backend.read("GET", f"/v1/users/{ada.user_id}")
    body = {"email_address": ["new@example.com", "ada@example.com"]}
    assert backend.error("POST", "/v1/users", body)[0] == 422

    assert receiver.received() == []


def test_email_address_of_a_user_updates_the_user(local: LocalClerk, receiver: Receiver) -> None:
    ada = local.seed()[0]
    js = ClerkJs(local).load()
    js.sign_in(ada)
    receiver.received()
    receiver.events.clear()

    js.post("/v1/me/email_addresses", email_address="ada@work.example")

    assert receiver.received() == ["user.updated"]


def test_webhook_is_sent_again_until_it_is_accepted(
    backend: Backend,
    receiver: Receiver,
    ada: SeededUser,
    local: LocalClerk,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "clerk_core")
    receiver.statuses = [500, 302]
    backend.read("DELETE", f"/v1/users/{ada.user_id}")

    assert receiver.received() == ["user.deleted"]
    assert len({request["svix-id"] for request in receiver.requests}) == 1
    (delivery,) = local.webhooks.deliveries()
    assert [attempt.status for attempt in delivery.attempts] == [500, 302, 200]
    assert delivery.status == "delivered"
    assert caplog.text == ""
    assert receiver.events[0].data == {
        "object": "user",
        "id": ada.user_id,
        "deleted": True,
        "external_id": None,
    }


def test_webhook_is_given_up_and_can_be_sent_again(
    backend: Backend, receiver: Receiver, ada: SeededUser, local: LocalClerk
) -> None:
    receiver.statuses = [500, 500, 500]
    backend.read("POST", f"/v1/users/{ada.user_id}/ban")
    assert receiver.received() == []
    (delivery,) = local.webhooks.deliveries()
    assert delivery.status == "failed"

    local.webhooks.send_again(delivery.id)

    assert receiver.received() == ["user.updated"]
    assert local.webhooks.deliveries()[0].status == "delivered"
    assert receiver.requests[-1]["svix-id"] == delivery.id


def test_endpoint_that_is_down_does_not_fail_a_call(local: LocalClerk, backend: Backend) -> None:
    local.webhooks.add("http://localhost:1/webhooks?token=of-no-concern")
    backend.read("POST", "/v1/users", {"email_address": ["mary@example.com"]})

    assert local.webhooks.wait(PATIENCE)
    (delivery,) = local.webhooks.deliveries()
    assert delivery.status == "failed"
    assert [(one.status, one.problem) for one in delivery.attempts] == [
        (None, "Connection refused")
    ] * 3
    assert "of-no-concern" not in repr(delivery)


def test_slow_endpoint_delays_no_call_and_close_ends_the_thread(
    local: LocalClerk, backend: Backend, receiver: Receiver, ada: SeededUser
) -> None:
    receiver.held.clear()
    for number in range(3):
        backend.read("PATCH", f"/v1/users/{ada.user_id}", {"first_name": f"Ada {number}"})
    assert [one.status for one in local.webhooks.deliveries()] == ["pending"] * 3

    receiver.held.set()
    local.close()

    assert "webhooks" not in [thread.name for thread in threading.enumerate()]
    assert len(receiver.requests) <= 1


def test_no_thread_without_webhooks(local: LocalClerk, backend: Backend) -> None:
    backend.read("POST", "/v1/users", {"email_address": ["mary@example.com"]})

    assert "webhooks" not in [thread.name for thread in threading.enumerate()]


def test_only_the_last_deliveries_are_kept(
    local: LocalClerk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, backend: Backend
) -> None:
    monkeypatch.setattr(sender, "_KEPT", 3)
    for number in range(5):
        backend.read("POST", "/v1/users", {"email_address": [f"user{number}@example.com"]})
    local.webhooks.wait(PATIENCE)

    assert len(local.webhooks.deliveries()) == 3


def test_reset_forgets_deliveries_and_keeps_endpoints(
    local: LocalClerk, receiver: Receiver, ada: SeededUser, backend: Backend
) -> None:
    backend.read("POST", f"/v1/users/{ada.user_id}/ban")
    receiver.received()

    local.reset()
    assert "user.deleted" not in [one.event_type for one in local.webhooks.deliveries()]
    local.seed()
    receiver.received()
    assert "user.created" in [one.event_type for one in local.webhooks.deliveries()]


def test_endpoint_receives_only_the_events_that_it_names(
    local: LocalClerk, receiver: Receiver, backend: Backend
) -> None:
    local.webhooks.add("http://localhost:1/", events=["organization.created"])
    backend.read("POST", "/v1/organizations", {"name": "Acme"})
    receiver.received()
    backend.read("POST", "/v1/users", {"email_address": ["mary@example.com"]})
    receiver.received()

    other = [one for one in local.webhooks.deliveries() if one.endpoint.events]
    assert [one.event_type for one in other] == ["organization.created"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"url": "webhooks"}, "must be absolute"),
        ({"url": "ftp://localhost"}, "with http or https"),
        ({"url": "http://localhost", "events": ["user.creatd"]}, "Did you mean 'user.created'?"),
        ({"url": "http://localhost", "secret": "whsec_short"}, "not a complete signing secret"),
    ],
)
def test_wrong_endpoint_is_refused(
    local: LocalClerk, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        local.webhooks.add(**arguments)


def test_secret_is_that_of_the_data_file(tmp_path: Path) -> None:
    data = str(tmp_path / "clerk.sqlite")
    with LocalClerk(data) as first, LocalClerk(data) as second, LocalClerk() as other:
        assert first.webhooks.secret == second.webhooks.secret != other.webhooks.secret
        assert first.webhooks.secret.startswith("whsec_")


def test_configuration_adds_endpoints(tmp_path: Path) -> None:
    config = tmp_path / "clerk.toml"
    table = '[[webhooks]]\nurl = "http://localhost:1/"\nevents = ["user.created"]\n'
    config.write_text(f'{table}[[users]]\nemail_address = ["mary@example.com"]', "utf-8")
    with LocalClerk(config=config) as local:
        assert local.webhooks.wait(PATIENCE)
        assert [one.event_type for one in local.webhooks.deliveries()] == ["user.created"]

    config.write_text('[[webhooks]]\nurl = "localhost"', "utf-8")
    with pytest.raises(ConfigurationError, match=r"\[\[webhooks\]\] number 1: The URL"):
        LocalClerk(config=config)
    config.write_text("[[webhooks]]\nevents = []", "utf-8")
    with pytest.raises(ConfigurationError, match=r"\[\[webhooks\]\] number 1: url is required"):
        LocalClerk(config=config)


def test_page_shows_deliveries_and_sends_one_again(
    receiver: Receiver, backend: Backend, browser: Browser, ada: SeededUser, local: LocalClerk
) -> None:
    assert b"No webhook was sent yet." in browser.get("/webhooks").content
    backend.read("PATCH", f"/v1/users/{ada.user_id}", {"first_name": "<b>Ada</b>"})
    receiver.received()
    page = browser.get("/webhooks")
    (delivery,) = local.webhooks.deliveries()

    text = page.content.decode()
    assert "<strong>user.updated</strong>" in text
    assert "UTC: 200" in text
    assert "&lt;b&gt;Ada&lt;/b&gt;" in text
    assert browser.submit("/webhooks", page, delivery=delivery.id).status == 303
    assert receiver.received() == ["user.updated"] * 2
    assert browser.submit("/webhooks", page, delivery="msg_1").status == 404


def test_page_sends_nothing_without_the_token_of_the_form(
    receiver: Receiver, backend: Backend, browser: Browser, ada: SeededUser, local: LocalClerk
) -> None:
    backend.read("POST", f"/v1/users/{ada.user_id}/ban")
    receiver.received()
    (delivery,) = local.webhooks.deliveries()
    page = browser.get("/webhooks")
    forged = browser.submit("/webhooks", page, delivery=delivery.id, form_token="forged")

    assert forged.status == 403
    assert receiver.received() == ["user.updated"]


def test_webhooks_are_sent_by_a_server_without_logging_addresses(
    local: LocalClerk, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"Authorization": f"Bearer {local.secret_key}"}
    local.webhooks.add(f"{receiver.url}?token=of-no-concern")
    with caplog.at_level(logging.DEBUG), LocalServer(local) as server:
        httpx.post(f"{server.url}/v1/organizations", headers=headers, json={"name": "Acme"})
        assert receiver.received() == ["organization.created"] * 2
    assert "of-no-concern" not in caplog.text


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_each_event_has_an_example(event_type: str) -> None:
    document: Any = example_event(event_type)

    assert document["type"] == event_type
    assert document["data"]["id"]


def test_command_sends_one_webhook(
    receiver: Receiver, capsys: pytest.CaptureFixture[str], local: LocalClerk
) -> None:
    arguments = ["webhook", "send", "user.created", "--to", receiver.url]

    assert main([*arguments, "--secret", local.webhooks.secret]) == 0
    assert [event.type for event in receiver.events] == ["user.created"]
    assert receiver.events[0].data["first_name"] == "Ada"
    assert capsys.readouterr().out == f"user.created to {receiver.url}: 200\n"

    receiver.statuses = [400]
    assert main([*arguments, "--secret", local.webhooks.secret]) == 1
    assert capsys.readouterr().out.endswith(": 400\n")
    assert main([*arguments, "--secret", "whsec_"]) == 1
    assert "signing secret" in capsys.readouterr().err
    arguments[2] = "user.creatd"
    assert main([*arguments, "--secret", local.webhooks.secret]) == 1
    assert "Did you mean 'user.created'?" in capsys.readouterr().err


def test_webhook_with_another_secret_is_refused(receiver: Receiver) -> None:
    url, secret = receiver.url, "whsec_dGhlIHNlY3JldCBvZiBhbGwgdGVzdHM="
    receiver.local.webhooks.add(url, events=["role.created"], secret=secret)
    with pytest.raises(WebhookVerificationError):
        verify_webhook({}, b"", secret=secret)
    body = {"key": "org:reader", "name": "Reader"}
    Backend(receiver.local).read("POST", "/v1/organization_roles", body)

    assert receiver.received() == ["role.created"]
    statuses = {one.endpoint.secret: one.status for one in receiver.local.webhooks.deliveries()}
    assert statuses[secret] == "failed"
