"""Which user of Django a user of Clerk is, and what is filled in. Nobody takes an account."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from clerk_core import ConfigurationError
from clerk_core import User as ClerkUserResource
from clerk_core.django.users._links import apply_users, delete_user
from clerk_core.django.users._options import read_options
from clerk_core.django.users.models import ClerkUser
from tests.adapters.django_users.conftest import empty_tables


def resource(clerk_id: str = "user_1", *, version: int = 1, **fields: Any) -> ClerkUserResource:
    return ClerkUserResource({"id": clerk_id, "updated_at": version, **fields})


def with_email(address: str, status: str = "verified", **fields: Any) -> ClerkUserResource:
    email = {"id": "idn_1", "email_address": address, "verification": {"status": status}}
    return resource(email_addresses=[email], primary_email_address_id="idn_1", **fields)


def apply(user: ClerkUserResource, *, is_current: bool = False, **options: Any) -> User | None:
    found = read_options(options)
    link = apply_users([user], found, is_current=is_current)[user.id]
    linked: User | None = link.user
    return linked


def existing(username: str = "before", **fields: Any) -> User:
    return User.objects.create_user(username, **fields)


# Which user it is


def test_existing_user_is_not_linked_unless_the_project_says_so() -> None:
    before = existing("ada", email="ada@example.com")
    linked = apply(with_email("ada@example.com", username="ada", external_id=str(before.pk)))

    assert linked != before
    # A name that is taken is not taken over either.
    assert linked
    assert linked.username == "user_1"


def test_verified_address_links_the_user_with_this_address() -> None:
    before = existing(email="Ada@Example.com", password="secret", is_staff=True)
    linked = apply(with_email("ada@example.com"), link_by="verified_email")

    assert linked == before
    assert linked
    assert linked.is_staff


@pytest.mark.parametrize("status", ["unverified", "failed", "expired", "", None])
def test_address_that_is_not_verified_links_nobody_and_is_not_stored(status: Any) -> None:
    before = existing(email="ada@example.com")
    linked = apply(with_email("ada@example.com", status), link_by="verified_email")

    assert linked != before
    assert linked
    assert linked.email == ""


def test_address_that_is_not_the_primary_one_links_nobody() -> None:
    before = existing(email="ada@example.com")
    user = with_email("ada@example.com").raw
    user["primary_email_address_id"] = "idn_2"

    assert apply(ClerkUserResource(user), link_by="verified_email") != before


@pytest.mark.parametrize(
    ("address", "similar"),
    [
        ("mike@example.com", "m\u0131ke@example.com"),
        ("kate@example.com", "\u212aate@example.com"),
        ("ada@example.com", "ada@example.com "),
        ("strasse@example.com", "stra\u00dfe@example.com"),
        ("", ""),
    ],
    ids=["dotless i", "kelvin sign", "space", "sharp s", "empty"],
)
def test_address_that_only_looks_the_same_links_nobody(address: str, similar: str) -> None:
    before = existing(email=address)
    assert apply(with_email(similar), link_by="verified_email") != before


def test_address_of_two_users_links_neither() -> None:
    both = [existing(name, email="ada@example.com") for name in ("one", "two")]
    assert apply(with_email("ada@example.com"), link_by="verified_email") not in both


def test_user_who_is_linked_is_never_linked_to_another() -> None:
    first = apply(with_email("ada@example.com"), link_by="verified_email")
    second = with_email("ada@example.com").raw | {"id": "user_2"}

    assert apply(ClerkUserResource(second), link_by="verified_email") != first


def test_user_who_comes_back_with_the_address_of_a_deleted_one_is_another() -> None:
    first = apply(with_email("ada@example.com"), link_by="verified_email")
    delete_user("user_1")
    second = with_email("ada@example.com").raw | {"id": "user_2"}

    assert apply(ClerkUserResource(second), link_by="verified_email") != first


def test_external_id_links_the_user_with_this_primary_key() -> None:
    before = existing()
    assert apply(resource(external_id=str(before.pk)), link_by="external_id") == before


@pytest.mark.parametrize(
    "form", ["0{}", " {}", "{} ", "+{}", "{}.0", "x{}", "", "99999{}", "9" * 30]
)
def test_external_id_in_another_form_links_nobody(form: str) -> None:
    before = existing()
    assert apply(resource(external_id=form.format(before.pk)), link_by="external_id") != before


# What is filled in


def test_fields_follow_clerk() -> None:
    apply(with_email("a@example.com", username="a", first_name="A", last_name="B"))
    apply(with_email("b@example.com", username="b", first_name=None, version=2))

    user = User.objects.get()
    assert (user.username, user.email, user.first_name, user.last_name) == (
        "b",
        "b@example.com",
        "",
        "",
    )


def test_name_that_is_too_long_is_cut_and_a_unique_one_is_not_used() -> None:
    linked = apply(resource(first_name="x" * 300, username="y" * 300))
    assert linked
    assert (len(linked.first_name), linked.username) == (150, "user_1")


def test_name_that_another_user_has_is_not_taken_over_later() -> None:
    existing("root", is_superuser=True)
    apply(resource(username="ada"))
    linked = apply(resource(username="root", version=2))

    assert linked
    assert linked.username == "ada"


def test_mapping_replaces_the_fields() -> None:
    fields = {"first_name": "full_name", "last_name": lambda user: user.public_metadata["team"]}
    linked = apply(
        resource(first_name="Ada", last_name="L", public_metadata={"team": "A"}), fields=fields
    )
    assert linked
    assert (linked.first_name, linked.last_name) == ("Ada L", "A")


def fields_of_tests(user: ClerkUserResource) -> dict[str, object]:
    return {"username": f"clerk-{user.id}"}


@pytest.mark.parametrize(
    "fields", [fields_of_tests, f"{__name__}.fields_of_tests"], ids=["function", "name"]
)
def test_function_replaces_the_fields(fields: Any) -> None:
    linked = apply(resource(), fields=fields)
    assert linked
    assert linked.username == "clerk-user_1"


@pytest.mark.parametrize("field", ["is_active", "password", "id", "pk", "nickname"])
def test_field_that_is_not_one_to_fill_raises(field: str) -> None:
    with pytest.raises(ConfigurationError, match=field):
        apply(resource(first_name="x"), fields={field: "first_name"})


def test_user_without_the_fields_it_needs_is_logged_without_its_data(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    existing("user_1")
    with caplog.at_level(logging.WARNING):
        assert apply(resource(username="user_1", first_name="Secret")) is None

    assert "user_1" in caplog.text
    assert "Secret" not in caplog.text
    assert User.objects.count() == 1


# Who is active


@pytest.mark.parametrize("state", ["banned", "deprovisioned"])
def test_blocked_user_is_inactive_until_it_is_not_blocked_any_more(state: str) -> None:
    blocked: dict[str, Any] = {state: True}
    found = [apply(resource(version=1)), apply(resource(version=2, **blocked))]
    found.append(apply(resource(version=3)))

    assert [user.is_active for user in found if user] == [True, False, True]


def test_user_whose_sign_in_is_locked_stays_active() -> None:
    # A stranger can lock a user by failed sign-ins.
    found = apply(resource(version=1, locked=True))

    assert found is not None
    assert found.is_active


def test_new_user_who_is_blocked_is_inactive() -> None:
    linked = apply(resource(banned=True))
    assert linked
    assert not linked.is_active


def test_user_whom_the_project_deactivated_stays_inactive() -> None:
    apply(resource())
    User.objects.update(is_active=False)
    apply(resource(version=2, banned=True))
    linked = apply(resource(version=3))

    assert linked
    assert not linked.is_active


def test_user_whom_the_project_activates_in_spite_of_a_ban_is_deactivated_again() -> None:
    apply(resource(banned=True))
    User.objects.update(is_active=True)
    linked = apply(resource(version=2, banned=True))

    assert linked
    assert not linked.is_active


def test_deleted_user_is_inactive_and_never_deleted_here() -> None:
    apply(resource())
    delete_user("user_1")
    linked = apply(resource(version=9), is_current=True)

    assert linked
    assert not linked.is_active


def test_ban_counts_even_if_another_field_cannot_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    apply(resource(username="ada"))
    existing("taken")
    monkeypatch.setattr("clerk_core.django.users._fields._is_taken", lambda *_: False)
    linked = apply(resource(username="taken", banned=True, version=2))

    assert linked
    assert (linked.username, linked.is_active) == ("ada", False)


# In which order news arrive


@given(data=st.data())
def test_order_and_repetition_of_news_do_not_matter(data: st.DataObject) -> None:
    versions = [
        resource(version=version, first_name=f"{version}", banned=data.draw(st.booleans()))
        for version in range(1, data.draw(st.integers(2, 6)))
    ]
    is_deleted = data.draw(st.booleans())
    news: list[ClerkUserResource | None] = [*versions, *([None] if is_deleted else [])]
    repeated = [*news, *data.draw(st.lists(st.sampled_from(news)))] if news else []
    for one in data.draw(st.permutations(repeated)):
        if one is None:
            delete_user("user_1")
        else:
            apply(one)

    link = ClerkUser.objects.first()
    user: User | None = link.user if link else None
    if is_deleted:
        assert link
        assert link.deleted
        assert user is None or not user.is_active
    elif versions:
        assert user
        assert (user.first_name, user.is_active) == (
            versions[-1].first_name,
            not versions[-1].banned,
        )
    empty_tables()
