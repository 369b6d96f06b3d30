"""A Backend API that gives the answers it was made with, and keeps what it was asked."""

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
    """Answers in turn, or with what a function makes of each request."""

    def __init__(
        self,
        *answers: Answer,
        by: Callable[[HttpRequest], Answer] | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.settings = settings or support.settings()
        self.answers = list(answers)
        self.by = by
        self.asked: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
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
        """Verify nothing without a call."""

    @property
    def sync(self) -> SyncMode:
        return SyncMode(self)

    @property
    def awaited(self) -> AsyncMode:
        return AsyncMode(_Awaited(self))


class _Awaited:
    """The same, for a client whose calls are awaited."""

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
