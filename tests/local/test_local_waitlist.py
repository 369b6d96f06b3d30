"""The waitlist: join it in a browser, and decide about entries in the Backend API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clerk_core import Clerk
from clerk_core.local import InstanceSettings, LocalClerk
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Clock

MARY = "mary@example.com"


@pytest.fixture
def local(clock: Clock) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=InstanceSettings(sign_up_mode="waitlist")) as instance:
        yield instance


@pytest.fixture
def js(local: LocalClerk) -> ClerkJs:
    return ClerkJs(local).load()


def ticket_of(local: LocalClerk) -> str:
    return (local.messages(MARY)[0].url or "").partition("ticket=")[2]


def test_person_joins_is_invited_and_signs_up(local: LocalClerk, js: ClerkJs, clerk: Clerk) -> None:
    refused = js.error("POST", "/v1/client/sign_ups", email_address=MARY)
    assert refused[:2] == (403, "sign_up_restricted_waitlist")
    joined = js.post("/v1/waitlist", email_address=MARY)
    assert joined["object"] == "waitlist_entry"
    assert local.messages(MARY)[0].subject == "You are on the waitlist of Local application"
    (entry,) = clerk.waitlist_entries.list()
    assert (entry.id, entry.email_address, entry.status) == (joined["id"], MARY, "pending")

    invited = clerk.waitlist_entries.invite(entry.id)
    assert invited.status == "invited"
    fields = {"strategy": "ticket", "ticket": ticket_of(local), "password": "mary-had-a-lamb"}
    assert js.post("/v1/client/sign_ups", **fields)["status"] == "complete"

    assert [one.status for one in clerk.waitlist_entries.list()] == ["completed"]


def test_person_is_on_the_list_once(js: ClerkJs, backend: Backend) -> None:
    ids = {js.post("/v1/waitlist", email_address=one)["id"] for one in (MARY, MARY.upper())}

    assert len(ids) == 1
    assert backend.read("GET", "/v1/waitlist_entries")["total_count"] == 1


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "form_param_missing"),
        ("mary", "form_param_format_invalid"),
        ("ada@example.com", "form_identifier_exists"),
    ],
)
def test_wrong_address_does_not_join(
    local: LocalClerk, js: ClerkJs, address: str, code: str
) -> None:
    local.seed()

    assert js.error("POST", "/v1/waitlist", email_address=address) == (422, code, "email_address")


def test_nobody_joins_without_a_waitlist(clock: Clock) -> None:
    with LocalClerk(clock=clock) as local:
        refused = ClerkJs(local).load().error("POST", "/v1/waitlist", email_address=MARY)
    assert refused == (403, "waitlist_not_enabled", "")


def test_rejected_person_cannot_use_the_invitation(
    local: LocalClerk, js: ClerkJs, clerk: Clerk
) -> None:
    entry = clerk.waitlist_entries.create(email_address=MARY)
    clerk.waitlist_entries.invite(entry.id)
    ticket = ticket_of(local)
    assert clerk.waitlist_entries.reject(entry.id).status == "rejected"

    fields = {"strategy": "ticket", "ticket": ticket, "password": "mary-had-a-lamb"}
    assert js.error("POST", "/v1/client/sign_ups", **fields)[0] == 400
    # Who is invited later can sign up.
    clerk.waitlist_entries.invite(entry.id)
    fields["ticket"] = ticket_of(local)
    assert js.post("/v1/client/sign_ups", **fields)["status"] == "complete"
    for decision in ("invite", "reject"):
        path = f"/v1/waitlist_entries/{entry.id}/{decision}"
        assert Backend(local).error("POST", path, {})[0] in (400, 422)


def test_entries_are_created_listed_and_deleted(local: LocalClerk, backend: Backend) -> None:
    bodies = [{"email_address": f"user{number}@example.com"} for number in range(3)]
    created = backend.call("POST", "/v1/waitlist_entries/bulk", bodies)
    assert created.status == 200
    listed = backend.read("GET", "/v1/waitlist_entries?order_by=email_address&query=user1")
    (entry,) = listed["data"]
    assert entry["invitation"] is None
    backend.read("POST", f"/v1/waitlist_entries/{entry['id']}/invite", {})
    pending = backend.read("GET", "/v1/waitlist_entries?status=pending")
    assert pending["total_count"] == 2
    deleted = backend.read("DELETE", f"/v1/waitlist_entries/{entry['id']}")
    assert deleted == {"object": "waitlist_entry", "id": entry["id"], "deleted": True}
    assert backend.error("POST", f"/v1/waitlist_entries/{entry['id']}/reject")[0] == 404
    silent = {"email_address": MARY, "notify": False}
    backend.read("POST", "/v1/waitlist_entries", silent)
    assert local.messages(MARY) == []
    assert backend.error("POST", "/v1/waitlist_entries", {"email": MARY})[2] == "email"
    assert backend.error("GET", "/v1/waitlist_entries?colour=red")[2] == "colour"
