"""Types of the Backend API's operations. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import aclosing
from datetime import datetime

from typing_extensions import assert_type

from clerk_core import AsyncClerk, Clerk, Page, Upload, User
from clerk_core.errors import ClerkAPIError, ErrorDetail, RateLimitedError
from clerk_core.models import (
    JWKS,
    ActorToken,
    APIKey,
    BillingStatement,
    CommercePlan,
    CommerceSubscription,
    DeletedObject,
    EmailAddress,
    Invitation,
    JWTTemplate,
    M2MToken,
    Machine,
    MachineSecretKey,
    OAuthAccessToken,
    OAuthApplication,
    Organization,
    OrganizationDomain,
    OrganizationInvitation,
    OrganizationMembership,
    Permission,
    PhoneNumber,
    PublicUserData,
    Role,
    RoleSet,
    Session,
    SessionToken,
    SignInToken,
    TestingToken,
    TotalCount,
    Verification,
    Verified,
    WaitlistEntry,
)


def users(clerk: Clerk) -> None:
    assert_type(clerk.users.get("user_1"), User)
    assert_type(clerk.users.get(user_id="user_1"), User)
    assert_type(clerk.users.list(limit=5), Page[User])
    assert_type(clerk.users.list(email_address=["a@app.example"], banned=False), Page[User])
    assert_type(clerk.users.count(query="ada"), TotalCount)
    assert_type(clerk.users.create(email_address=("a@app.example",), first_name=None), User)
    assert_type(clerk.users.update("user_1", first_name=None), User)
    assert_type(clerk.users.update_metadata("user_1", public_metadata={"plan": "gold"}), User)
    assert_type(clerk.users.delete("user_1"), DeletedObject)
    assert_type(clerk.users.ban("user_1"), User)
    assert_type(clerk.users.bulk_ban(user_ids=["user_1"]), Page[User])
    assert_type(clerk.users.verify_password("user_1", password="x"), Verified)
    assert_type(clerk.users.get_billing_subscription("user_1"), CommerceSubscription)
    assert_type(clerk.users.get_oauth_access_tokens("user_1", "google"), Page[OAuthAccessToken])
    assert_type(clerk.users.get_organization_memberships("user_1"), Page[OrganizationMembership])
    assert_type(clerk.email_addresses.get("idn_1"), EmailAddress)
    assert_type(clerk.phone_numbers.get("idn_1"), PhoneNumber)


async def async_users(clerk: AsyncClerk) -> None:
    assert_type(await clerk.users.get("user_1"), User)
    assert_type(await clerk.users.list(limit=5), Page[User])
    assert_type(await clerk.users.count(), TotalCount)
    assert_type(await clerk.users.create(username="ada"), User)
    assert_type(await clerk.users.update("user_1", last_name="Lovelace"), User)
    assert_type(await clerk.users.delete("user_1"), DeletedObject)
    assert_type(await clerk.users.unlock("user_1"), User)
    assert_type(await clerk.email_addresses.get("idn_1"), EmailAddress)
    memberships = await clerk.users.get_organization_memberships("user_1", limit=1)
    assert_type(memberships, Page[OrganizationMembership])


def sessions(clerk: Clerk) -> None:
    assert_type(clerk.sessions.get("sess_1"), Session)
    assert_type(clerk.sessions.list(user_id="user_1"), Page[Session])
    assert_type(clerk.sessions.revoke("sess_1"), Session)
    assert_type(clerk.sessions.create_token("sess_1"), SessionToken)
    assert_type(clerk.sessions.create_token("sess_1").jwt, str | None)
    assert_type(clerk.sessions.create_token_from_template("sess_1", "supabase"), SessionToken)
    assert_type(clerk.sign_in_tokens.create(user_id="user_1"), SignInToken)
    assert_type(clerk.actor_tokens.create(user_id="user_1", actor={"sub": "user_2"}), ActorToken)
    assert_type(clerk.testing_tokens.create(), TestingToken)
    assert_type(clerk.jwks.get(), JWKS)


def organizations(clerk: Clerk) -> None:
    assert_type(clerk.organizations.list(query="x"), Page[Organization])
    assert_type(clerk.organizations.create(name="Engines", created_by="user_1"), Organization)
    assert_type(clerk.organizations.get("org_1"), Organization)
    assert_type(clerk.organizations.delete("org_1"), DeletedObject)
    members = clerk.organization_memberships.list("org_1")
    assert_type(members, Page[OrganizationMembership])
    assert_type(members[0].public_user_data, PublicUserData | None)
    assert_type(clerk.organization_invitations.list("org_1"), Page[OrganizationInvitation])
    assert_type(clerk.organization_domains.list("org_1"), Page[OrganizationDomain])
    assert_type(clerk.organization_roles.get("role_1"), Role)
    assert_type(clerk.organization_permissions.list(), Page[Permission])
    assert_type(clerk.role_sets.list(), Page[RoleSet])


async def async_organizations(clerk: AsyncClerk) -> None:
    assert_type(await clerk.organizations.create(name="Engines"), Organization)
    assert_type(await clerk.organizations.get("org_1"), Organization)
    listed = await clerk.organization_memberships.list("org_1", limit=1)
    assert_type(listed, Page[OrganizationMembership])


def machines(clerk: Clerk) -> None:
    assert_type(clerk.api_keys.list(subject="user_1"), Page[APIKey])
    assert_type(clerk.api_keys.verify(secret="ak_1"), APIKey)
    assert_type(clerk.m2m.create_token(seconds_until_expiration=60), M2MToken)
    assert_type(clerk.m2m.verify_token(token="mt_1"), M2MToken)
    assert_type(clerk.machines.list(), Page[Machine])
    assert_type(clerk.machines.get_secret_key("mch_1"), MachineSecretKey)
    assert_type(clerk.oauth_applications.list(), Page[OAuthApplication])


def other_resources(clerk: Clerk) -> None:
    assert_type(clerk.invitations.create(email_address="a@app.example"), Invitation)
    assert_type(clerk.jwt_templates.list(), Page[JWTTemplate])
    assert_type(clerk.waitlist_entries.list(), Page[WaitlistEntry])
    assert_type(clerk.billing.list_plans(), Page[CommercePlan])
    assert_type(clerk.billing.get_statement("s_1"), BillingStatement)
    assert_type(clerk.miscellaneous.get_public_interstitial(), str)
    assert_type(clerk.webhooks.delete_svix_app(), None)


def fields(clerk: Clerk) -> None:
    user = clerk.users.get("user_1")
    assert_type(user.id, str)
    assert_type(user.first_name, str | None)
    assert_type(user.banned, bool | None)
    assert_type(user.created_at, int | None)
    assert_type(user.at("created_at"), datetime | None)
    assert_type(user.public_metadata, dict[str, object])
    assert_type(user.email_addresses, tuple[EmailAddress, ...])
    assert_type(user.email_addresses[0].verification, Verification | None)
    assert_type(user.primary_email_address, EmailAddress | None)
    assert_type(user.raw, dict[str, object])
    assert_type(user.to_public_dict(), dict[str, object])
    assert_type(clerk.api_keys.get("ak_1").created_at, float | None)
    user.nickname  # type: ignore[attr-defined]  # noqa: B018
    user.id = "user_2"  # type: ignore[misc]


def pages(clerk: Clerk) -> None:
    page = clerk.users.list()
    assert_type(page.total_count, int | None)
    assert_type(len(page), int)
    assert_type(page[0], User)
    assert_type(page[:2], tuple[User, ...])
    assert_type([user.username for user in page], list[str | None])


def iterating(clerk: Clerk) -> None:
    assert_type(clerk.users.iterate(limit=5, query="ada"), Generator[User, None, None])
    memberships = clerk.users.iterate_organization_memberships("user_1")
    assert_type(memberships, Generator[OrganizationMembership, None, None])
    assert_type(clerk.organizations.iterate(), Generator[Organization, None, None])
    for membership in clerk.organization_memberships.iterate("org_1"):
        assert_type(membership, OrganizationMembership)
    clerk.users.iterate(limitt=5)  # type: ignore[call-arg]
    clerk.organization_memberships.iterate()  # type: ignore[call-arg]


async def iterating_async(clerk: AsyncClerk) -> None:
    assert_type(clerk.users.iterate(), AsyncGenerator[User, None])
    async with aclosing(clerk.users.iterate()) as users:
        assert_type(await anext(users), User)
    async for key in clerk.api_keys.iterate(subject="user_1"):
        assert_type(key, APIKey)
    assert_type([user.id async for user in clerk.users.iterate(limit=5)], list[str])
    for user in clerk.users.iterate():  # type: ignore[attr-defined]
        del user


async def starting_tasks(clerk: AsyncClerk) -> None:
    get_user: Coroutine[object, object, User] = clerk.users.get("user_1")
    assert_type(asyncio.create_task(get_user), asyncio.Task[User])
    both = await asyncio.gather(clerk.users.get("user_1"), clerk.users.count())
    assert_type(both, tuple[User, TotalCount])
    clerk.users.get("user_1")  # type: ignore[unused-coroutine]


if sys.version_info >= (3, 11):

    async def starting_tasks_in_group(clerk: AsyncClerk, group: asyncio.TaskGroup) -> None:
        assert_type(group.create_task(clerk.users.list()), asyncio.Task[Page[User]])


def uploading(clerk: Clerk, picture: Upload) -> None:
    assert_type(clerk.users.set_profile_image("user_1", file=b"\x89PNG"), User)
    clerk.users.set_profile_image("user_1", file=("ada.png", b"\x89PNG"))
    clerk.users.set_profile_image("user_1", file=("ada.png", b"\x89PNG", "image/png"))
    clerk.users.set_profile_image("user_1", file=picture)
    clerk.organizations.upload_logo("org_1", file=picture, uploader_user_id="user_1")
    clerk.organizations.upload_logo("org_1")  # type: ignore[call-arg]
    clerk.users.set_profile_image("user_1", file="ada.png")  # type: ignore[arg-type]
    clerk.users.set_profile_image("user_1", file=(b"\x89PNG", "ada.png"))  # type: ignore[arg-type]


def wrong_calls(clerk: Clerk) -> None:
    clerk.users.get()  # type: ignore[call-arg]
    clerk.users.get(7)  # type: ignore[arg-type]
    clerk.users.get("user_1", expand=True)  # type: ignore[call-arg]
    clerk.users.update("user_1", nick_name="x")  # type: ignore[call-arg]
    clerk.users.update("user_1", "Ada")  # type: ignore[call-arg]
    clerk.users.list(limit="5")  # type: ignore[arg-type]
    clerk.users.list(limit=None)  # type: ignore[arg-type]
    clerk.users.bulk_ban()  # type: ignore[call-arg]
    clerk.organizations.create()  # type: ignore[call-arg]
    clerk.organizations.create("Engines")  # type: ignore[call-arg]
    clerk.sign_in_tokens.create("user_1")  # type: ignore[call-arg]
    clerk.user.get("user_1")  # type: ignore[attr-defined]
    clerk.users.fetch("user_1")  # type: ignore[attr-defined]


async def missing_await(clerk: AsyncClerk) -> None:
    clerk.users.get("user_1").first_name  # type: ignore[attr-defined]  # noqa: B018
    len(clerk.users.list())  # type: ignore[arg-type]


def handling_errors(clerk: Clerk) -> None:
    try:
        clerk.users.get("user_1")
    except RateLimitedError as error:
        assert_type(error.retry_after, float | None)
    except ClerkAPIError as error:
        assert_type(error.status, int)
        assert_type(error.errors, tuple[ErrorDetail, ...])
        assert_type(error.trace_id, str | None)
