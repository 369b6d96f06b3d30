"""An MCP server with tools that know their user: notes, which nobody else can read.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    uvicorn --app-dir examples mcp_server:app

Clients connect to MCP_SERVER_URL, http://localhost:8000/mcp by default.
"""

import os

from mcp.server import MCPServer
from mcp.server.auth.middleware.auth_context import get_access_token

from clerk_core import AsyncClerk
from clerk_core.mcp import ClerkTokenVerifier

URL = os.environ.get("MCP_SERVER_URL", "http://localhost:8000/mcp")

clerk = AsyncClerk(audience=URL)
verifier = ClerkTokenVerifier(clerk)
server = MCPServer(
    "Notes",
    token_verifier=verifier,
    auth=verifier.auth_settings(URL, required_scopes=["profile"]),
)
notes: dict[str, list[str]] = {}


def user_id() -> str:
    token = get_access_token()
    assert token is not None
    assert token.subject is not None
    return token.subject


@server.tool()
async def who_am_i() -> str:
    """Return the name of the user."""
    user = await clerk.users.get(user_id())
    return user.full_name or user.id


@server.tool()
def add_note(text: str) -> str:
    """Add a note of the user."""
    notes.setdefault(user_id(), []).append(text)
    return "Noted."


@server.tool()
def list_notes() -> list[str]:
    """Return all notes of the user."""
    return notes.get(user_id(), [])


app = server.streamable_http_app()
