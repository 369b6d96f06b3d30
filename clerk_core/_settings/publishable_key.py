"""Parse a publishable key into the instance and the suffix of its cookies."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Literal

from ada_url import URL

from clerk_core.errors import ConfigurationError

InstanceType = Literal["development", "production"]


@dataclass(frozen=True, slots=True)
class PublishableKey:
    """A parsed publishable key: the Frontend API's host and the type of the instance.

    `cookie_suffix` is eight characters long. It distinguishes the cookies of several instances on
    one domain.
    """

    text: str
    instance_type: InstanceType
    frontend_api: str
    cookie_suffix: str

    @classmethod
    def parse(cls, text: str) -> PublishableKey:
        """Parse `pk_test_…` or `pk_live_…`.

        After the prefix comes the base64 of the Frontend API's host and a dollar sign.

        Raises:
            ConfigurationError: the text is not a publishable key.
        """
        kind, _, encoded = text[3:].partition("_")
        if not text.startswith("pk_") or kind not in ("test", "live"):
            raise _invalid_publishable_key()
        try:
            padded = encoded + "=" * (-len(encoded) % 4)
            decoded = base64.b64decode(padded, validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            raise _invalid_publishable_key() from None
        host = decoded[:-1]
        if not decoded.endswith("$") or "$" in host or "." not in host or not _is_host(host):
            raise _invalid_publishable_key()
        return cls(text, "production" if kind == "live" else "development", host, _suffix(text))


def _suffix(text: str) -> str:
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(digest).decode()[:8]


def _is_host(text: str) -> bool:
    try:
        return URL(f"https://{text}").href == f"https://{text.lower()}/"
    except ValueError:
        return False


def _invalid_publishable_key() -> ConfigurationError:
    # The value is not shown, because it may be a secret key that was pasted by mistake.
    return ConfigurationError(
        "The publishable key is not a Clerk publishable key. Copy CLERK_PUBLISHABLE_KEY "
        "(pk_test_… or pk_live_…) from the API keys page of the Clerk dashboard.",
        code="publishable-key-invalid",
    )
