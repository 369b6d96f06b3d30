"""Implement the operations of the Backend API on the clients of browsers.

It must not know cookies or pages.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, list_response
from clerk_core.local._api.parameters import check_field_names, check_query_names, required_text
from clerk_core.local._api.sessions import session_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import NotFoundError
from clerk_core.local._domain.sessions import active_sessions, find_client, find_client_by_id
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import Client, JsonObject


def _list(call: Call) -> HttpResponse:
    check_query_names(call, ("paginated", *PAGING))
    clients = call.store.all(Client)[::-1]
    return list_response(call, clients, lambda client: _resource(call, client))


def _get(call: Call, client_id: str) -> HttpResponse:
    return json_response(_resource(call, find_client_by_id(call.store, client_id)))


def _verify(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("token",))
    # In development, the id of the development browser is what represents a client.
    client = find_client(call.store, required_text(body, "token"))
    if client is None:
        # The token is a credential: the message does not repeat it.
        raise NotFoundError(
            "resource_not_found",
            "Client not found",
            "No client of this local instance has the token. Send the value of __clerk_db_jwt.",
        )
    return json_response(_resource(call, client))


def _resource(call: Call, client: Client) -> JsonObject:
    sessions = active_sessions(call.store, client, call.now)
    return {
        "object": "client",
        "id": client.id,
        "session_ids": [session.id for session in sessions],
        "sessions": [session_resource(call, session) for session in sessions],
        "sign_in_id": client.sign_in_id,
        "sign_up_id": client.sign_up_id,
        "last_active_session_id": client.last_active_session_id,
        "last_authentication_strategy": client.last_authentication_strategy,
        "created_at": client.created_at,
        "updated_at": client.updated_at,
    }


ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/clients", _list),
    ("POST", "/v1/clients/verify", _verify),
    ("GET", "/v1/clients/<client_id>", _get),
)
