"""Remember in a cache which webhooks were handled, so that each is handled once.

Clerk sends a webhook again until it gets a successful response, also if only the response was lost.
A webhook whose functions failed is forgotten, so that it is handled when it is sent again.
"""

from __future__ import annotations

import hmac
import logging
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, TypeAlias

from clerk_core._webhooks import signing_key

if TYPE_CHECKING:
    from clerk_core.caching import Cache

# In seconds.
HANDLED_FOR = 3 * 24 * 60 * 60
"""How long a webhook is remembered. Clerk sends one again for a bit more than a day."""
CLAIMED_FOR = 5 * 60
"""How long the functions of a webhook may take before it may be handled again."""

_CLAIMED, _HANDLED = b"claimed", b"handled"
_log = logging.getLogger("clerk_core")

Claim: TypeAlias = Literal["mine", "claimed", "handled"]
"""Whether to handle a webhook: nobody has, another process does now, or it was handled."""


class WebhookMessages:
    """The webhooks of one endpoint that were handled. If the cache fails, each counts as new.

    Args:
        cache: The cache.
        secret: The signing secret of the endpoint. Endpoints get the same IDs of messages, so that
            the secret keeps them apart in one cache.
    """

    def __init__(self, cache: Cache, secret: str) -> None:
        self._cache = cache
        self._key = signing_key(secret)

    def claim(self, identifier: str) -> Claim:
        """Claim a webhook, by its ID."""
        try:
            if self._cache.add(self._name_of(identifier), _CLAIMED, CLAIMED_FOR):
                return "mine"
            found = self._cache.get(self._name_of(identifier))
        except Exception as error:
            _warn(error)
            return "mine"
        return "handled" if found == _HANDLED else "claimed"

    def end(self, identifier: str, *, is_handled: bool) -> None:
        """Remember that a webhook was handled; forget it if its functions failed."""
        name = self._name_of(identifier)
        try:
            if is_handled:
                self._cache.set(name, _HANDLED, HANDLED_FOR)
            else:
                self._cache.delete(name)
        except Exception as error:
            _warn(error)

    def _name_of(self, identifier: str) -> str:
        digest = hmac.new(self._key, identifier.encode("utf-8", "replace"), sha256).hexdigest()
        return f"clerk-core:webhook:{digest}"


def _warn(error: Exception) -> None:
    # Not the error itself, whose text may have an address with a password.
    _log.warning(
        "The cache of webhooks failed (%s), so that a webhook may be handled twice. Check the "
        "cache.",
        type(error).__name__,
        extra={"event": "clerk.webhook_cache_failed"},
    )
