"""`request()` of both clients: calls of the Backend API that no operation declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from clerk_core._api.raw_request import raw_request
from clerk_core._flow import Flow
from clerk_core._settings.settings import Settings
from clerk_core._strict_coroutine import StrictCoroutine

T = TypeVar("T")


class RequestMethods:
    """`request()` in code that waits."""

    settings: Settings

    if TYPE_CHECKING:

        def run(self, flow: Flow[T]) -> T: ...

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        json: Mapping[str, object] | Sequence[object] | None = None,
    ) -> Any:
        """Send a request to the Backend API that no operation declares, and return its JSON.

        The deadline, retries and errors are those of all operations.

        Args:
            method: `GET`, `POST`, `PATCH`, `PUT` or `DELETE`.
            path: The path after the version of the API, such as `/users/user_1`.
            query: The query parameters; a list is sent as several.
            json: The body.

        Returns:
            The parsed response; None if it is empty.

        Raises:
            ClerkAPIError: The Backend API refused the call.
            TransportError: The Backend API did not respond.
            ConfigurationError: There is no secret key.
            ValueError: The method does not exist, or the path is not a plain path.
        """
        return self.run(raw_request(self.settings, method, path, query, json))


class AsyncRequestMethods:
    """`request()` in code that awaits."""

    settings: Settings

    if TYPE_CHECKING:

        def run(self, flow: Flow[T]) -> StrictCoroutine[T]: ...

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        json: Mapping[str, object] | Sequence[object] | None = None,
    ) -> StrictCoroutine[Any]:
        """Send a request to the Backend API that no operation declares. Await its JSON.

        The deadline, retries and errors are those of all operations.

        Args:
            method: `GET`, `POST`, `PATCH`, `PUT` or `DELETE`.
            path: The path after the version of the API, such as `/users/user_1`.
            query: The query parameters; a list is sent as several.
            json: The body.

        Returns:
            The parsed response; None if it is empty.

        Raises:
            ClerkAPIError: The Backend API refused the call.
            TransportError: The Backend API did not respond.
            ConfigurationError: There is no secret key.
            ValueError: The method does not exist, or the path is not a plain path.
        """
        return self.run(raw_request(self.settings, method, path, query, json))
