"""Both clients with one instance over HTTP: data written by one is read by the other."""

from __future__ import annotations

from typing import TypeAlias

import httpx
import pytest
from clerk_backend_api import Clerk as Official
from clerk_backend_api import models
from clerk_backend_api.security import AuthenticateRequestOptions, VerifyTokenOptions
from clerk_backend_api.security.verifytoken import verify_token

from clerk_core import Clerk
from clerk_core._messages import Request
from clerk_core.errors import ClerkAPIError, NotFoundError
from clerk_core.local import LocalClerk
from clerk_core.models import User
from tests.official.conftest import PASSWORD

# The official client warns about its deprecated fields even if none is given.
pytestmark = pytest.mark.filterwarnings(r"ignore:warning. \*\* DEPRECATED:DeprecationWarning")

APP = "http://localhost:5000/"

AnyUser: TypeAlias = "User | models.User"


def common_fields(user: AnyUser) -> dict[str, object]:
    """Return the fields that both clients name alike, as plain values."""
    return {
        "id": user.id,
        "names": (user.first_name, user.last_name, user.username),
        "external_id": user.external_id,
        "emails": [(one.id, one.email_address) for one in user.email_addresses],
        "primary": user.primary_email_address_id,
        "metadata": (user.public_metadata, user.private_metadata, user.unsafe_metadata),
        "image_url": user.image_url,
        "password_enabled": user.password_enabled,
        "banned": user.banned,
        "locked": user.locked,
        "times": (user.created_at, user.updated_at, user.last_sign_in_at),
    }


# Users


def test_user_created_by_the_official_client_is_read(ours: Clerk, ada: models.User) -> None:
    found = ours.users.get(ada.id)
    assert common_fields(found) == common_fields(ada)
    assert (found.first_name, found.external_id) == ("Ada", "crm_7")
    assert found.private_metadata == {"card": "4242"}
    assert [one.email_address for one in found.email_addresses] == [
        "ada@example.com",
        "countess@example.com",
    ]


def test_official_client_reads_our_user(official: Official, grace: User) -> None:
    found = official.users.get(user_id=grace.id)
    assert common_fields(found) == common_fields(grace)
    assert (found.first_name, found.public_metadata) == ("Grace", {"rank": 1})


def test_each_client_sees_updates_of_the_other(
    ours: Clerk, official: Official, ada: models.User
) -> None:
    ours.users.update(ada.id, first_name="Augusta", last_name=None)
    seen = official.users.get(user_id=ada.id)
    assert (seen.first_name, seen.last_name) == ("Augusta", None)
    official.users.update(user_id=ada.id, last_name="King", username=None)
    found = ours.users.get(ada.id)
    assert (found.first_name, found.last_name, found.username) == ("Augusta", "King", None)


def test_metadata_is_merged_in_the_same_way(
    ours: Clerk, official: Official, ada: models.User
) -> None:
    official.users.update_metadata(user_id=ada.id, public_metadata={"plan": {"seats": 3}})
    ours.users.update_metadata(ada.id, public_metadata={"beta": True}, private_metadata={"x": None})
    merged = {"plan": {"name": "gold", "seats": 3}, "beta": True}
    assert ours.users.get(ada.id).public_metadata == merged
    assert official.users.get(user_id=ada.id).public_metadata == merged
    official.users.update_metadata(user_id=ada.id, public_metadata={"plan": None})
    assert ours.users.get(ada.id).public_metadata == {"beta": True}


def test_metadata_is_replaced_in_the_same_way(
    ours: Clerk, official: Official, ada: models.User
) -> None:
    official.users.replace_metadata(user_id=ada.id, public_metadata={"a": 1})
    assert ours.users.get(ada.id).public_metadata == {"a": 1}
    ours.users.replace_metadata(ada.id, public_metadata={"b": 2})
    assert official.users.get(user_id=ada.id).public_metadata == {"b": 2}


def test_both_clients_list_and_count_the_same_users(
    ours: Clerk, official: Official, ada: models.User, grace: User
) -> None:
    everybody = [grace.id, ada.id]
    assert [one.id for one in ours.users.list()] == everybody
    assert [one.id for one in official.users.list()] == everybody
    assert [one.id for one in ours.users.iterate(order_by="+created_at")] == everybody[::-1]
    for query in ({"email_address": ["grace@example.com"]}, {"user_id": [grace.id]}):
        assert [one.id for one in official.users.list(request=query)] == [grace.id]  # type: ignore[arg-type]
    assert [one.id for one in ours.users.list(email_address=["grace@example.com"])] == [grace.id]
    assert [one.id for one in ours.users.list(user_id=[grace.id])] == [grace.id]
    assert [one.id for one in ours.users.list(limit=1, offset=1)] == [ada.id]
    assert [one.id for one in official.users.list(request={"limit": 1, "offset": 1})] == [ada.id]
    assert ours.users.count().total_count == official.users.count().total_count == 2


def test_each_client_sees_bans_and_locks_of_the_other(
    ours: Clerk, official: Official, ada: models.User
) -> None:
    official.users.ban(user_id=ada.id)
    assert ours.users.get(ada.id).banned is True
    ours.users.unban(ada.id)
    assert official.users.get(user_id=ada.id).banned is False
    ours.users.lock(ada.id)
    assert official.users.get(user_id=ada.id).locked is True
    official.users.unlock(user_id=ada.id)
    assert ours.users.get(ada.id).locked is False
    assert [one.id for one in ours.users.bulk_ban(user_ids=[ada.id])] == [ada.id]
    assert official.users.get(user_id=ada.id).banned is True
    (freed,) = official.users.bulk_unban(user_ids=[ada.id])
    assert (freed.id, ours.users.get(ada.id).banned) == (ada.id, False)


def test_each_client_verifies_passwords_set_by_the_other(
    ours: Clerk, official: Official, ada: models.User, grace: User
) -> None:
    assert ours.users.verify_password(ada.id, password=PASSWORD).verified is True
    found = official.users.verify_password(user_id=grace.id, password=PASSWORD)
    assert found is not None
    assert found.verified is True


def test_user_deleted_by_one_client_is_not_found_by_the_other(
    ours: Clerk, official: Official
) -> None:
    user = official.users.create(email_address=["gone@example.com"])
    deleted = ours.users.delete(user.id)
    assert (deleted.id, deleted.deleted) == (user.id, True)
    with pytest.raises(models.ClerkErrors) as theirs:
        official.users.get(user_id=user.id)
    with pytest.raises(NotFoundError) as caught:
        ours.users.get(user.id)
    assert (caught.value.status, caught.value.code) == (404, "resource_not_found")
    assert theirs.value.status_code == 404
    assert theirs.value.data.errors[0].code == caught.value.errors[0].code
    assert theirs.value.data.errors[0].long_message == caught.value.errors[0].long_message


def test_both_clients_raise_the_same_error(
    ours: Clerk, official: Official, ada: models.User
) -> None:
    assert ada.email_addresses
    with pytest.raises(models.ClerkErrors) as theirs:
        official.users.create(email_address=["ada@example.com"])
    with pytest.raises(ClerkAPIError) as caught:
        ours.users.create(email_address=["ada@example.com"])
    assert theirs.value.status_code == caught.value.status == 422
    assert [one.code for one in theirs.value.data.errors or []] == [caught.value.code]


# Sessions and their tokens


def test_session_token_of_the_official_client_is_accepted(
    ours: Clerk, official: Official, ada: models.User
) -> None:
    session = official.sessions.create(request={"user_id": ada.id})
    made = official.sessions.create_token(session_id=session.id)
    assert made.jwt is not None
    request = Request("GET", APP, [("authorization", f"Bearer {made.jwt}")])
    auth = ours.authenticate(request).auth()
    assert auth.token_type == "session_token"
    assert (auth.user_id, auth.session_id) == (ada.id, session.id)
    found = ours.sessions.get(session.id)
    assert (found.user_id, found.status) == (ada.id, "active")
    assert (found.created_at, found.expire_at) == (session.created_at, session.expire_at)
    assert [one.id for one in ours.sessions.list(user_id=ada.id)] == [session.id]


def test_official_client_accepts_our_session_token(
    ours: Clerk, official: Official, grace: User, local: LocalClerk
) -> None:
    session = ours.sessions.create(user_id=grace.id)
    made = ours.sessions.create_token(session.id)
    assert made.jwt is not None
    options = VerifyTokenOptions(secret_key=local.secret_key, api_url=local.url)
    claims = verify_token(made.jwt, options)
    assert (claims["sub"], claims["sid"]) == (grace.id, session.id)
    request = httpx.Request("GET", APP, headers={"authorization": f"Bearer {made.jwt}"})
    networkless = AuthenticateRequestOptions(jwt_key=local.jwt_key)
    assert official.authenticate_request(request, networkless).is_signed_in
    found = official.sessions.get(session_id=session.id)
    assert (found.user_id, found.status.value) == (grace.id, "active")


def test_each_client_sees_sessions_revoked_by_the_other(
    ours: Clerk, official: Official, ada: models.User
) -> None:
    first, second = (official.sessions.create(request={"user_id": ada.id}) for _ in range(2))
    official.sessions.revoke(session_id=first.id)
    ours.sessions.revoke(second.id)
    assert ours.sessions.get(first.id).status == "revoked"
    assert official.sessions.get(session_id=second.id).status.value == "revoked"
    with pytest.raises(ClerkAPIError):
        ours.sessions.create_token(first.id)
    with pytest.raises(models.ClerkErrors):
        official.sessions.create_token(session_id=second.id)


def test_both_clients_read_the_same_key_set(ours: Clerk, official: Official) -> None:
    theirs = official.jwks.get_jwks().model_dump(mode="json", exclude_none=True)["keys"]
    found = [(one.kid, one.n, one.e) for one in ours.jwks.get_jwks().keys]
    assert found == [(one["kid"], one["n"], one["e"]) for one in theirs]
    assert len(found) == 1
