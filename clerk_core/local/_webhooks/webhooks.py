"""Define the webhooks of an instance: its endpoints, and what was sent to them.

It must not know how an event becomes a document.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence

from clerk_core.errors import ConfigurationError
from clerk_core.local._webhooks.deliveries import Delivery, Endpoint
from clerk_core.local._webhooks.sender import WebhookSender


class Webhooks:
    """The webhooks of a local instance.

    Webhooks are sent in a background thread, and again if the endpoint does not accept them: after
    1, 5, 30, 120 and 600 seconds.

    Args:
        secret: The signing secret of endpoints without their own.
        sender: Sends the webhooks.
    """

    def __init__(self, secret: Callable[[], str], sender: WebhookSender) -> None:
        self._secret = secret
        self._sender = sender
        self._endpoints: list[Endpoint] = []

    @property
    def secret(self) -> str:
        """The signing secret (`whsec_…`) of endpoints without their own.

        It never changes for the same data file. Set `CLERK_WEBHOOK_SIGNING_SECRET` to it.
        """
        return self._secret()

    def add(self, url: str, *, events: Sequence[str] = (), secret: str | None = None) -> None:
        """Send what happens from now on to an endpoint.

        Args:
            url: The URL of the endpoint.
            events: The types of events to send, such as `user.created`; none means all.
            secret: The signing secret of the endpoint; that of the instance by default.

        Raises:
            ConfigurationError: The URL, the secret or an event is invalid.
        """
        self._endpoints.append(Endpoint(url, secret or self.secret, tuple(events)))

    def deliveries(self) -> tuple[Delivery, ...]:
        """Return the last 500 deliveries, newest first."""
        return self._sender.deliveries()

    def send_again(self, delivery_id: str) -> None:
        """Send a delivery again, with the same ID.

        Args:
            delivery_id: The ID of the delivery.

        Raises:
            ConfigurationError: There is no such delivery.
        """
        if not self._sender.repeat(delivery_id):
            raise ConfigurationError(
                f"There is no delivery {delivery_id!r}.", code="local-webhook-missing"
            )

    def wait(self, timeout: float = 10.0) -> bool:
        """Wait until all webhooks were accepted or given up.

        Args:
            timeout: The longest wait in seconds.

        Returns:
            Whether none is pending any more.
        """
        return self._sender.wait(timeout)

    @property
    def has_endpoints(self) -> bool:
        """Whether there is anything to send webhooks to."""
        return bool(self._endpoints)

    def send(self, document: Mapping[str, object]) -> None:
        """Send the document of an event to the endpoints that want it."""
        event_type = str(document["type"])
        content = json.dumps(document).encode()
        for endpoint in self._endpoints:
            if not endpoint.events or event_type in endpoint.events:
                identifier = f"msg_{secrets.token_hex(12)}"
                self._sender.add(Delivery(identifier, event_type, endpoint, content))

    def clear(self) -> None:
        """Forget all deliveries; the endpoints stay."""
        self._sender.clear()

    def close(self) -> None:
        """Send no more webhooks."""
        self._sender.close()
