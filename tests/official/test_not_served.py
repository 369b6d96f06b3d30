"""The official client with operations that the local instance does not serve."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from clerk_backend_api import Clerk as Official
from clerk_backend_api import models

NOT_SERVED: dict[str, Callable[[Official], object]] = {
    "GET /v1/blocklist_identifiers": lambda clerk: clerk.blocklist_identifiers.list(),
    "GET /v1/domains": lambda clerk: clerk.domains.list(),
}


def test_operation_that_is_not_served_is_an_error_that_names_it(official: Official) -> None:
    for operation, call in NOT_SERVED.items():
        with pytest.raises((models.ClerkErrors, models.SDKError)) as raised:
            call(official)
        assert raised.value.status_code == 404
        assert operation in raised.value.body
