"""Join the waitlist.

It must not know who decides about an entry.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import required_text
from clerk_core.local._api.waitlist_entries import confirm
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import ForbiddenError
from clerk_core.local._domain.waitlist import join
from clerk_core.local._responses import json_response


def _join(call: Call) -> HttpResponse:
    if call.settings.sign_up_mode != "waitlist":
        raise ForbiddenError("waitlist_not_enabled", "The waitlist is not enabled.")
    entry = join(call.store, required_text(call.fields, "email_address").strip(), call.now)
    confirm(call, entry)
    shown = {"object": "waitlist_entry", "id": entry.id}
    return json_response({"response": shown, "client": None})


ROUTES: tuple[Route, ...] = (("POST", "/v1/waitlist", _join),)
