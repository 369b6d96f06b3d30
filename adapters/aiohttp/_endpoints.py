"""What Clerk answers itself in aiohttp. The proxy streams bodies both ways."""

from __future__ import annotations

from aiohttp import web
from multidict import CIMultiDict

from clerk_core import Response
from clerk_core.adapters import AsyncInstallation, AsyncStreamedResponse
from clerk_core.aiohttp._messages import to_request, to_response


async def answer_from_endpoints(
    installation: AsyncInstallation, request: web.Request
) -> web.StreamResponse | None:
    """Answer a request that the installation answers itself; return None for any other."""
    endpoints = installation.endpoints
    if endpoints is None or not endpoints.may_match(request.path):
        return None
    answer = await endpoints.answer(to_request(request), request.remote)
    if answer is None:
        return None
    if isinstance(answer, Response):
        return to_response(answer)
    answered = await endpoints.send(answer, request.content.iter_any())
    if isinstance(answered, Response):
        return to_response(answered)
    return await _stream(answered, request)


async def _stream(answered: AsyncStreamedResponse, request: web.Request) -> web.StreamResponse:
    headers = CIMultiDict((name, _as_aiohttp_encodes(value)) for name, value in answered.headers)
    response = web.StreamResponse(status=answered.status, headers=headers)
    try:
        await response.prepare(request)
        async for chunk in answered:
            await response.write(chunk)
        await response.write_eof()
    except ConnectionResetError:
        # The client went away; aiohttp would log an error.
        pass
    finally:
        await answered.aclose()
    return response


def _as_aiohttp_encodes(value: str) -> str:
    """Return a value, decoded as Latin-1, so that aiohttp, which sends UTF-8, sends its bytes."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value
