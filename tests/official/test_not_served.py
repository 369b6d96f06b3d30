"""The official client with operations that the local instance does not serve."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from clerk_backend_api import Clerk as Official
from clerk_backend_api import models

from clerk_core.local import LocalClerk

NOT_SERVED: dict[str, Callable[[Official], object]] = {
    "GET /v1/blocklist_identifiers": lambda clerk: clerk.blocklist_identifiers.list(),
    "GET /v1/domains": lambda clerk: clerk.domains.list(),
}


def test_operation_that_is_not_served_is_an_error_that_names_it(local: LocalClerk) -> None:
    sent: list[httpx.Request] = []
    # The client has its own retries, which go on for long after a 5xx.
    with (
        httpx.Client(trust_env=False, event_hooks={"request": [sent.append]}) as client,
        Official(
            bearer_auth=local.secret_key, server_url=f"{local.url}/v1", client=client
        ) as clerk,
    ):
        for operation, call in NOT_SERVED.items():
            with pytest.raises((models.ClerkErrors, models.SDKError)) as raised:
                call(clerk)
            assert raised.value.status_code == 404
            assert operation in raised.value.body
    assert len(sent) == len(NOT_SERVED)
