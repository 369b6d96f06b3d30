"""Make an event happen in an instance of its own, to send a realistic webhook without any data.

It must not know how a webhook is sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from urllib.parse import urlencode

from clerk_core._json_values import is_object
from clerk_core._messages import HttpRequest
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._instance import LocalClerk
from clerk_core.local._storage.rows import JsonObject


def example_event(event_type: str) -> JsonObject | None:
    """Return the document of an event of this type, or None if no such event happens."""
    with _Recorder() as recorder:
        recorder.make_everything_happen()
        return recorder.documents.get(event_type)


class _Recorder(LocalClerk):
    """An instance that keeps the first event of each type."""

    def __init__(self) -> None:
        self.documents: dict[str, JsonObject] = {}
        super().__init__(settings=InstanceSettings(phone_number="on", organization_domains=True))
        self.webhooks.add("http://localhost")

    def _send(self, documents: Iterable[JsonObject]) -> None:
        for document in documents:
            self.documents.setdefault(str(document["type"]), document)

    def make_everything_happen(self) -> None:
        ada = self._backend("POST", "/users", _ADA)
        grace = self._backend("POST", "/users", _GRACE)
        self._backend("PATCH", f"/users/{ada['id']}", {"first_name": "Augusta"})
        self._organizations(str(ada["id"]), str(grace["id"]))
        self._sessions(str(ada["id"]))
        browser, sign_up = self._frontend("/client/sign_ups", {"phone_number": "+15555550100"})
        path = f"/client/sign_ups/{sign_up['id']}/prepare_verification"
        self._frontend(path, {"strategy": "phone_code"}, browser)
        self._roles()
        entry = self._backend("POST", "/waitlist_entries", {"email_address": "alan@example.com"})
        self._backend("POST", f"/waitlist_entries/{entry['id']}/invite", {})
        self._backend("DELETE", f"/users/{grace['id']}")

    def _organizations(self, ada: str, grace: str) -> None:
        body = {"name": "Analytical Engines", "created_by": ada}
        path = f"/organizations/{self._backend('POST', '/organizations', body)['id']}"
        self._backend("PATCH", path, {"name": "Difference Engines"})
        member: JsonObject = {"user_id": grace, "role": "org:member"}
        self._backend("POST", f"{path}/memberships", member)
        self._backend("PATCH", f"{path}/memberships/{grace}", {"role": "org:admin"})
        self._backend("DELETE", f"{path}/memberships/{grace}")
        for address in ("mary@example.com", "joan@example.com"):
            invited: JsonObject = {"email_address": address, "role": "org:member"}
            invitation = self._backend("POST", f"{path}/invitations", invited)
        self._backend("POST", f"{path}/invitations/{invitation['id']}/revoke", {})
        self._accept_invitation("mary@example.com")
        self._domains(ada, path)
        self._backend("DELETE", path)

    def _accept_invitation(self, address: str) -> None:
        (message,) = self.messages(address)
        ticket = (message.url or "").partition("ticket=")[2]
        fields = {"strategy": "ticket", "ticket": ticket, "password": "mary-had-a-lamb"}
        self._frontend("/client/sign_ups", fields)

    def _domains(self, user_id: str, organization: str) -> None:
        browser, session_id = self._sign_in(user_id)
        session = {"_clerk_session_id": session_id}
        path = f"{organization}/domains"
        _, domain = self._frontend(path, {"name": "example.com"}, browser, session)
        path = f"{path}/{domain['id']}"
        mode = {"enrollment_mode": "automatic_suggestion"}
        self._frontend(f"{path}/update_enrollment_mode", mode, browser, session)
        self._frontend(path, {}, browser, {**session, "_method": "DELETE"})

    def _sessions(self, user_id: str) -> None:
        for verb in ("end", "remove"):
            browser, session_id = self._sign_in(user_id)
            self._frontend(f"/client/sessions/{session_id}/{verb}", {}, browser)
        session = self._backend("POST", "/sessions", {"user_id": user_id})
        self._backend("POST", f"/sessions/{session['id']}/revoke")

    def _sign_in(self, user_id: str) -> tuple[str, str]:
        """Sign a user in, and return the browser and the ID of the session."""
        token = self._backend("POST", "/sign_in_tokens", {"user_id": user_id})["token"]
        fields = {"strategy": "ticket", "ticket": str(token)}
        browser, sign_in = self._frontend("/client/sign_ins", fields)
        return browser, str(sign_in["created_session_id"])

    def _roles(self) -> None:
        for path, key in (("role", "org:reader"), ("permission", "org:books:read")):
            made = self._backend("POST", f"/organization_{path}s", {"key": key, "name": "Read"})
            self._backend("PATCH", f"/organization_{path}s/{made['id']}", {"name": "Reader"})
            self._backend("DELETE", f"/organization_{path}s/{made['id']}")

    def _backend(self, method: str, path: str, body: object = None) -> JsonObject:
        headers = [("authorization", f"Bearer {self.secret_key}")]
        content = b"" if body is None else json.dumps(body).encode()
        return self._read(HttpRequest(method, f"{self.url}/v1{path}", headers, content))

    def _frontend(
        self,
        path: str,
        fields: Mapping[str, str],
        browser: str = "",
        parameters: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[str, JsonObject]:
        """Call the Frontend API in a browser, a new one by default, and return it."""
        if not browser:
            url = f"{self.url}/v1/dev_browser"
            browser = str(self._read(HttpRequest("POST", url))["id"])
        known = {"__clerk_api_version": "2025-11-10", "__clerk_db_jwt": browser}
        url = f"{self.url}/v1{path}?{urlencode({**known, **parameters})}"
        response = self._read(HttpRequest("POST", url, (), urlencode(fields).encode()))
        result = response["response"]
        return browser, result if is_object(result) else {}

    def _read(self, request: HttpRequest) -> JsonObject:
        document: object = json.loads(self.handle(request).content)
        return document if is_object(document) else {}


_ADA: JsonObject = {
    "email_address": ["ada@example.com"],
    "first_name": "Ada",
    "last_name": "Lovelace",
    "external_id": "1815",
}
_GRACE: JsonObject = {"email_address": ["grace@example.com"], "first_name": "Grace"}
