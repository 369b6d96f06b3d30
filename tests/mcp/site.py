"""An MCP server, a local instance, and people with the pages of the instance in a browser."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from socket import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl

from clerk_core.local import LocalClerk, SeededUser
from tests.adapters.servers import running_uvicorn
from tests.local.oauth.client import CALLBACK, parameters_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "mcp_server.py"


@contextmanager
def serving(program: Path, local: LocalClerk) -> Iterator[str]:
    """Serve the `app` of a program, which is configured by the environment; yield its URL."""
    bound = socket()
    bound.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{bound.getsockname()[1]}/mcp"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in local.options().items():
            patch.setenv(f"CLERK_{name.upper()}", str(value))
        patch.setenv("MCP_SERVER_URL", url)
        with bound, running_uvicorn(loaded(program).app, bound):
            yield url


def loaded(program: Path) -> Any:
    spec = spec_from_file_location(f"mcp_program_{program.stem}", program)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # FastMCP reads the annotations of tools by the name of their module.
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


def allow(person: SeededUser, authorization_url: str) -> str:
    """Sign in and allow access on the pages; return where the browser is sent then."""
    with httpx.Client(follow_redirects=False) as browser:
        location, target = authorization_url, urlsplit(authorization_url).netloc
        while urlsplit(location).netloc == target:
            page = browser.get(location)
            if page.is_redirect:
                location = str(page.next_request.url) if page.next_request else ""
                continue
            action = re.search(r'<form method="post" action="([^"]+)"', page.text)
            token = re.search(r'name="form_token" value="([^"]+)"', page.text)
            assert token is not None, page.text
            fields = {
                "form_token": token[1],
                "email_address": person.email_address,
                "password": person.password,
                "decision": "allow",
            }
            onward = page.url.join(unescape(action[1])) if action else page.url
            answer = browser.post(onward, data=fields)
            assert answer.status_code == 303, answer.text
            location = str(page.url.join(answer.headers["location"]))
    return location


class Storage:
    """The tokens of a client, in memory."""

    tokens: OAuthToken | None = None
    client_info: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client_info

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client_info = client_info


@dataclass
class Agent:
    """An MCP client of the official SDK, which works for one person.

    Attributes:
        calls: The requests of the client so far, as method, path and status.
    """

    url: str
    person: SeededUser
    may_ask: bool = True
    calls: list[str] = field(default_factory=list[str])
    storage: Storage = field(default_factory=Storage)
    _location: str = ""

    def __post_init__(self) -> None:
        metadata = OAuthClientMetadata(
            client_name="Agent",
            redirect_uris=[AnyUrl(CALLBACK)],
            token_endpoint_auth_method="none",
        )
        self.oauth = OAuthClientProvider(
            self.url, metadata, self.storage, self._ask, self._come_back
        )

    async def _ask(self, authorization_url: str) -> None:
        assert self.may_ask, "the user is asked again"
        self._location = allow(self.person, authorization_url)

    async def _come_back(self) -> AuthorizationCodeResult:
        assert self._location.startswith(CALLBACK)
        return AuthorizationCodeResult(**parameters_of(self._location))

    async def _note(self, response: httpx2.Response) -> None:
        request = response.request
        self.calls.append(f"{request.method} {request.url.path} {response.status_code}")

    async def call(self, tool: str, **arguments: str) -> Any:
        """Return the result of a tool, called in a connection of its own."""
        hooks = {"response": [self._note]}
        async with (
            httpx2.AsyncClient(auth=self.oauth, event_hooks=hooks) as http,
            Client(streamable_http_client(self.url, http_client=http)) as client,
        ):
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, result
            assert result.structured_content is not None
            return result.structured_content["result"]
