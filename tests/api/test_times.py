from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from clerk_core.models import (
    APIKey,
    BillingStatement,
    CommerceCreditLedger,
    CommerceSubscriptionItem,
    TestingToken,
    User,
)
from clerk_core.models._resource import Resource


@pytest.mark.parametrize(
    ("value", "time"),
    [
        (1_700_690_400_000, "2023-11-22T22:00:00"),
        (1_700_690_400_123, "2023-11-22T22:00:00.123"),
        (1_700_690_400_000.0, "2023-11-22T22:00:00"),
        (1_713_880_800, "2024-04-23T14:00:00"),
        (1_713_880_800.5, "2024-04-23T14:00:00.5"),
        (0, "1970-01-01T00:00:00"),
        (-1, "1969-12-31T23:59:59"),
        ("2024-05-28T08:00:00Z", "2024-05-28T08:00:00"),
        ("2024-05-28t08:00:00z", "2024-05-28T08:00:00"),
        ("2024-05-28 08:00:00", "2024-05-28T08:00:00"),
        ("2024-05-28T08:00:00.5+02:00", "2024-05-28T06:00:00.5"),
        ("2024-05-28T08:00:00.123456789-00:30", "2024-05-28T08:30:00.123456"),
        ("2024-05-28", "2024-05-28T00:00:00"),
    ],
)
def test_time_is_read_in_utc(value: object, time: str) -> None:
    whole, _, fraction = time.partition(".")
    expected = datetime.fromisoformat(whole).replace(tzinfo=timezone.utc)
    expected += timedelta(seconds=float(f"0.{fraction or 0}"))
    found = User({"created_at": value}).at("created_at")
    assert found == expected
    assert found is not None
    assert found.tzinfo is timezone.utc


NO_TIMES: list[object] = [
    None,
    True,
    "",
    "soon",
    "1700690400000",
    "2024-13-28",
    "2024-05-28T25:00:00Z",
    "2024-05-28T08:00",
    "2024-05-28T08:00:00Zz",
    "\u0662\u0660\u0662\u0664-05-28",
    "0001-01-01T00:00:00+14:00",
    10**400,
    1e300,
    float("nan"),
    float("inf"),
    [],
    {},
]


@pytest.mark.parametrize("value", NO_TIMES, ids=range(len(NO_TIMES)))
def test_invalid_time_is_none(value: object) -> None:
    assert User({"created_at": value}).at("created_at") is None


def test_every_time_format_of_the_api_is_read() -> None:
    # Milliseconds mostly, seconds here and there, and text of ledgers and days.
    year = 2024
    resources: list[tuple[Resource, str]] = [
        (TestingToken({"expires_at": 1_713_880_800}), "expires_at"),
        (APIKey({"created_at": 1_716_883_200.0}), "created_at"),
        (BillingStatement({"timestamp": 1_716_883_200_000}), "timestamp"),
        (CommerceCreditLedger({"created_at": "2024-05-28T08:00:00Z"}), "created_at"),
        (CommerceSubscriptionItem({"proration_date": "2024-05-28"}), "proration_date"),
        (User({"a_new_time": 1_716_883_200_000}), "a_new_time"),
    ]
    for resource, name in resources:
        found = resource.at(name)
        assert found is not None
        assert (found.year, found.utcoffset()) == (year, timedelta(0))


def test_missing_field_has_no_time() -> None:
    assert User({}).at("created_at") is None
    with pytest.raises(AttributeError, match="User has no field 'craeted_at'"):
        User({}).at("craeted_at")
