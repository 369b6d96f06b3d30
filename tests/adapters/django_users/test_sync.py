"""`manage.py clerk_sync_users`."""

from __future__ import annotations

import io
import resource
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import override_settings

from clerk_core.django.users import _synchronization
from clerk_core.django.users._links import apply_users
from clerk_core.django.users.models import ClerkUser
from clerk_core.testing import ClerkFixture

MANY = 10_000


def sync(*arguments: str, **options: Any) -> tuple[str, str]:
    """Run the command, and return what it writes."""
    out, err = io.StringIO(), io.StringIO()
    call_command("clerk_sync_users", *arguments, stdout=out, stderr=err, no_color=True, **options)
    return out.getvalue(), err.getvalue()


def create(clerk_local: ClerkFixture, number: int) -> list[str]:
    """Create users, the oldest first, and return their IDs."""
    found = []
    for _ in range(number):
        clerk_local.clock.advance(seconds=1)
        found.append(clerk_local.create_user().id)
    return found


def test_all_users_are_created_in_batches_with_progress(clerk_local: ClerkFixture) -> None:
    ids = create(clerk_local, 5)
    out, err = sync("--batch-size", "2")

    assert list(ClerkUser.objects.order_by("pk").values_list("clerk_id", flat=True)) == ids
    assert User.objects.count() == 5
    assert err.splitlines() == ["2 of 5 users", "4 of 5 users", "5 of 5 users"]
    assert out == "5 users are synchronized.\n"


def test_second_run_updates_and_creates_nothing(clerk_local: ClerkFixture) -> None:
    (ada,) = create(clerk_local, 1)
    sync()
    clerk_local.clock.advance(seconds=1)
    clerk_local.client.users.update(ada, first_name="Ada")
    sync()

    assert User.objects.get().first_name == "Ada"


def test_nothing_is_written_with_verbosity_0(clerk_local: ClerkFixture) -> None:
    create(clerk_local, 1)
    assert sync(verbosity=0) == ("", "")


def test_interrupted_run_is_resumed(
    clerk_local: ClerkFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = create(clerk_local, 5)
    pages: list[Any] = []

    def interrupt(users: Any, *args: Any, **kwargs: Any) -> Any:
        pages.append(users)
        if len(pages) == 2:
            raise KeyboardInterrupt
        return apply_users(users, *args, **kwargs)

    monkeypatch.setattr(_synchronization, "apply_users", interrupt)
    with pytest.raises(CommandError, match=f"Resume with --after {ids[1]}"):
        sync("--batch-size", "2")
    assert User.objects.count() == 2

    sync("--batch-size", "2", "--after", ids[1])
    assert User.objects.count() == 5
    assert [user.id for user in pages[2]] == ids[2:4]


def test_outage_says_how_to_resume(clerk_local: ClerkFixture) -> None:
    create(clerk_local, 1)
    with clerk_local.outage(500), pytest.raises(CommandError):
        sync()


def test_missing_users_are_deactivated_on_request_only(clerk_local: ClerkFixture) -> None:
    ada, _ = create(clerk_local, 2)
    sync()
    clerk_local.client.users.delete(ada)
    sync()
    assert User.objects.filter(is_active=True).count() == 2

    out, _ = sync("--deactivate-missing")
    assert "1 users are missing" in out
    inactive = User.objects.get(is_active=False)
    assert ClerkUser.objects.get(user=inactive).clerk_id == ada


def test_keys_of_another_instance_deactivate_nobody_for_good(clerk_local: ClerkFixture) -> None:
    create(clerk_local, 2)
    sync()
    clerk_local.local.reset()

    with pytest.raises(CommandError, match="has no users"):
        sync("--deactivate-missing")
    assert User.objects.filter(is_active=True).count() == 2


def test_user_who_is_found_again_is_active_again(clerk_local: ClerkFixture) -> None:
    create(clerk_local, 1)
    sync()
    ClerkUser.objects.update(deactivated=True)
    User.objects.update(is_active=False)
    sync()

    assert User.objects.get().is_active


def test_user_that_cannot_be_stored_stops_no_other(clerk_local: ClerkFixture) -> None:
    ids = create(clerk_local, 3)
    User.objects.create_user(ids[1])
    _, err = sync()

    assert User.objects.count() == 3
    assert "1 users could not be stored" in err


@pytest.mark.parametrize("size", ["0", "501", "-1", "many"])
def test_batch_size_that_clerk_does_not_take_is_refused(size: str) -> None:
    with pytest.raises(CommandError, match="from 1 to 500"):
        sync("--batch-size", size)


def page_of_users(request: httpx.Request) -> httpx.Response:
    """Answer as an instance with many users does, which it makes up."""
    if request.url.path.endswith("/count"):
        return httpx.Response(200, json={"object": "total_count", "total_count": MANY})
    query = request.url.params
    first = int(query.get("starting_after", "user_0").removeprefix("user_"))
    numbers = range(first + 1, min(first + int(query["limit"]), MANY) + 1)
    return httpx.Response(200, json=[made_up(number) for number in numbers])


def made_up(number: int) -> dict[str, Any]:
    email = {
        "id": f"idn_{number}",
        "email_address": f"user{number}@example.com",
        "verification": {"status": "verified"},
    }
    return {
        "id": f"user_{number}",
        "username": f"name{number}",
        "email_addresses": [email],
        "primary_email_address_id": email["id"],
        "updated_at": number,
        "private_metadata": {"note": "x" * 1_000},
    }


@pytest.mark.full
@pytest.mark.timeout(600)
def test_memory_does_not_grow_with_the_number_of_users(clerk_local: ClerkFixture) -> None:
    sizes: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        # Not tracemalloc, which takes minutes.
        sizes.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize())
        return page_of_users(request)

    options = {**clerk_local.options(), "transport": httpx.MockTransport(answer)}
    with override_settings(CLERK=options, DEBUG=True):
        sync()

    assert User.objects.count() == MANY
    assert User.objects.get(username=f"name{MANY}").email == f"user{MANY}@example.com"
    # The first pages fill caches, and the database is in memory. The documents of all users have
    # more than 12 MB, and as objects several times as many.
    assert sizes[-1] - sizes[len(sizes) // 5] < 20_000_000
