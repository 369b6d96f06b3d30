"""Test your application without an account: real tokens, real verification, real failures.

The pytest plugin brings the fixtures `clerk_local`, `clerk_options` and `clerk_environ`; install
it with `pip install "clerk-core[testing]"`. The rest needs no fixture. docs/testing.md shows how.
To test an adapter for another framework, see `clerk_core.testing.contract`.
"""

from __future__ import annotations

from clerk_core.testing._clock import Clock
from clerk_core.testing._fakes import (
    FakeSession,
    fake_async_auth,
    fake_async_machine_auth,
    fake_async_signed_out,
    fake_auth,
    fake_machine_auth,
    fake_signed_out,
)
from clerk_core.testing._fastapi import override_auth
from clerk_core.testing._fixture import ClerkFixture, SessionOptions
from clerk_core.testing._server import RecordedCall
from clerk_core.testing._webhooks import WEBHOOK_SECRET, WebhookRequest, webhook

__all__ = [
    "WEBHOOK_SECRET",
    "ClerkFixture",
    "Clock",
    "FakeSession",
    "RecordedCall",
    "SessionOptions",
    "WebhookRequest",
    "fake_async_auth",
    "fake_async_machine_auth",
    "fake_async_signed_out",
    "fake_auth",
    "fake_machine_auth",
    "fake_signed_out",
    "override_auth",
    "webhook",
]
