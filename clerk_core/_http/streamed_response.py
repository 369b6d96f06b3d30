"""Define responses whose bodies are streamed. This module imports no HTTP client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator

from clerk_core._messages import Headers


class StreamedResponse:
    """A response whose body is read while it is forwarded. Always close it after iterating.

    Attributes:
        status: The status code.
        headers: The headers of the response to the browser.
    """

    def __init__(
        self, status: int, headers: Headers, chunks: Iterable[bytes], close: Callable[[], object]
    ) -> None:
        self.status = status
        self.headers = headers
        self._chunks = chunks
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)


class AsyncStreamedResponse:
    """A response whose body is read while it is forwarded. Always close it after iterating.

    Attributes:
        status: The status code.
        headers: The headers of the response to the browser.
    """

    def __init__(
        self,
        status: int,
        headers: Headers,
        chunks: AsyncIterator[bytes],
        close: Callable[[], Awaitable[object]],
    ) -> None:
        self.status = status
        self.headers = headers
        self._chunks = chunks
        self.aclose = close

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._chunks
