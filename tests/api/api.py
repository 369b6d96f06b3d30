"""A fake Backend API that returns prepared responses and records the requests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from clerk_core._api.modes import AsyncMode, SyncMode
from clerk_core._flow import Flow, run, run_async
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.settings import Settings
from clerk_core.errors import TransportError
from tests import support

T = TypeVar("T")
Answer = HttpResponse | TransportError


class Api:
    """Return responses in order, or the response that a function computes for each request."""

    def __init__(
        self,
        *answers: Answer,
        by: Callable[[HttpRequest], Answer] | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.settings = settings or support.settings()
        self.answers = list(answers)
        self.by = by
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        answer = self.by(request) if self.by else self.answers.pop(0)
        if isinstance(answer, TransportError):
            raise answer
        return answer

    async def send_async(self, request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return self.send(request)

    def run(self, flow: Flow[T], /) -> T:
        return run(flow, self.send)

    def verify_m2m(self, token: object) -> None:
        """Never verify a machine token without a request."""

    @property
    def sync_mode(self) -> SyncMode:
        return SyncMode(self)

    @property
    def async_mode(self) -> AsyncMode:
        return AsyncMode(_AsyncApi(self))


class _AsyncApi:
    """The asynchronous counterpart of `Api`."""

    def __init__(self, api: Api) -> None:
        self.settings = api.settings
        self.verify_m2m = api.verify_m2m
        self._api = api

    async def run(self, flow: Flow[T], /) -> T:
        return await run_async(flow, self._api.send_async)


def query_of(request: HttpRequest) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(request.url).query, keep_blank_values=True)


def path_of(request: HttpRequest) -> str:
    return urlsplit(request.url).path


def body_of(request: HttpRequest) -> object:
    return json.loads(request.content) if request.content else None


async def collect(things: AsyncIterator[T]) -> list[T]:
    return [one async for one in things]
