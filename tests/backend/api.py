"""A Backend API that gives the answers it was made with, and keeps what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from clerk_core.words.errors import TransportError
from clerk_core.words.flow import Flow, run, run_async
from clerk_core.words.messages import HttpRequest, HttpResponse

T = TypeVar("T")
Answer = HttpResponse | TransportError


class Api:
    """Answers in turn, or with what a function makes of each request."""

    def __init__(self, *answers: Answer, by: Callable[[HttpRequest], Answer] | None = None) -> None:
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

    def perform(self, flow: Flow[T], /) -> T:
        return run(flow, self.send)

    async def perform_async(self, flow: Flow[T], /) -> T:
        return await run_async(flow, self.send_async)


def query_of(request: HttpRequest) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(request.url).query, keep_blank_values=True)


def path_of(request: HttpRequest) -> str:
    return urlsplit(request.url).path


def body_of(request: HttpRequest) -> object:
    return json.loads(request.content) if request.content else None


async def collect(things: AsyncIterator[T]) -> list[T]:
    return [one async for one in things]
