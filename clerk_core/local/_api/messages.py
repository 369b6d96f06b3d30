"""Implement the inbox, a resource of the local instance with the codes and links of messages.

It must not know what a message is for.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, page_response
from clerk_core.local._api.parameters import check_query_names
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.messages import messages
from clerk_core.local._storage.rows import JsonObject, Message


def _resource(message: Message) -> JsonObject:
    return {
        "object": "local_message",
        "id": message.id,
        "channel": message.channel,
        "recipient": message.recipient,
        "subject": message.subject,
        "body": message.body,
        "code": message.code,
        "url": message.url,
        "created_at": message.created_at,
    }


def _list_messages(call: Call) -> HttpResponse:
    check_query_names(call, ("recipient", *PAGING))
    return page_response(call, messages(call.store, call.argument("recipient")), _resource)


ROUTES: tuple[Route, ...] = (("GET", "/v1/local/messages", _list_messages),)
