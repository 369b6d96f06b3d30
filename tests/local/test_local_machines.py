from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import jwt
import pytest

from clerk_core import Clerk, ClerkAPIError, Request, TokenVerificationError
from clerk_core.errors import NotFoundError, UnauthorizedError, UnprocessableError
from clerk_core.local import LocalClerk, SeededUser
from tests.local.local_helpers import Backend, Clock


@pytest.fixture
def clock() -> Clock:
    # The client verifies tokens with the system clock.
    clock = Clock()
    clock.now = time.time()
    return clock


@pytest.fixture
def as_machine(local: LocalClerk, clerk: Clerk) -> Iterator[Callable[[str | None], Clerk]]:
    """Return a factory of clients with the secret keys of a machine and of the instance."""
    with ExitStack() as clients:

        def client(secret_key: str | None) -> Clerk:
            options: Any = {**local.options(), "machine_secret_key": secret_key}
            return clients.enter_context(Clerk(**options))

        yield client


def authenticate(clerk: Clerk, token: str | None) -> Any:
    request = Request("GET", "http://localhost/", [("Authorization", f"Bearer {token}")])
    return clerk.authenticate(request, accepts_token="any")


def test_api_key_is_created_and_read_back(clerk: Clerk, clock: Clock, ada: SeededUser) -> None:
    created = clerk.api_keys.create(
        name="Reports",
        subject=ada.user_id,
        description="Every Monday",
        claims={"plan": "pro"},
        scopes=["reports:read"],
        created_by=ada.user_id,
        seconds_until_expiration=60,
    )

    assert created.secret is not None
    assert created.secret.startswith("ak_")
    assert created.expiration == int(clock.now * 1000) + 60_000
    stored = clerk.api_keys.get(created.id)
    assert stored.raw == {name: value for name, value in created.raw.items() if name != "secret"}
    assert (stored.name, stored.description, stored.type) == ("Reports", "Every Monday", "api_key")
    assert (stored.claims, stored.scopes) == ({"plan": "pro"}, ("reports:read",))
    assert clerk.api_keys.get_secret(created.id).secret == created.secret
    assert list(clerk.api_keys.list(subject=ada.user_id)) == [stored]
    verified = clerk.api_keys.verify(secret=created.secret)
    assert (verified.id, verified.last_used_at) == (created.id, int(clock.now * 1000))


def test_api_key_is_accepted_until_it_is_revoked(clerk: Clerk, ada: SeededUser) -> None:
    created = clerk.api_keys.create(
        name="Reports", subject=ada.user_id, scopes=["reports:read"], claims={"plan": "pro"}
    )

    auth = authenticate(clerk, created.secret).auth()

    assert (auth.token_type, auth.id, auth.name) == ("api_key", created.id, "Reports")
    assert (auth.user_id, auth.scopes) == (ada.user_id, ("reports:read",))
    assert auth.claims == {"plan": "pro"}
    revoked = clerk.api_keys.revoke(created.id, revocation_reason="lost")
    assert (revoked.revoked, revoked.revocation_reason) == (True, "lost")
    assert authenticate(clerk, created.secret).auth().is_authenticated is False
    assert len(clerk.api_keys.list(subject=ada.user_id)) == 0
    assert len(clerk.api_keys.list(subject=ada.user_id, include_invalid="true")) == 1


def test_api_key_expires(clerk: Clerk, clock: Clock, ada: SeededUser) -> None:
    created = clerk.api_keys.create(
        name="Reports", subject=ada.organization_id, seconds_until_expiration=1
    )
    assert authenticate(clerk, created.secret).auth().org_id == ada.organization_id

    clock.now += 1

    assert clerk.api_keys.get(created.id).expired is True
    assert authenticate(clerk, created.secret).auth().is_authenticated is False


def test_api_key_is_updated_and_deleted(clerk: Clerk, ada: SeededUser, grace: SeededUser) -> None:
    created = clerk.api_keys.create(name="Reports", subject=ada.user_id, scopes=["a"])

    changed = clerk.api_keys.update(
        created.id, scopes=["b"], description="New", subject=grace.user_id
    )
    assert (changed.scopes, changed.description) == (("b",), "New")
    assert (changed.name, changed.subject) == ("Reports", grace.user_id)
    assert clerk.api_keys.delete(created.id).deleted is True
    for ask in (clerk.api_keys.get, clerk.api_keys.revoke):
        with pytest.raises(NotFoundError):
            ask(created.id)


def test_deleting_a_user_deletes_their_api_keys(clerk: Clerk, ada: SeededUser) -> None:
    created = clerk.api_keys.create(name="Reports", subject=ada.user_id)

    clerk.users.delete(ada.user_id)

    assert authenticate(clerk, created.secret).auth().is_authenticated is False


@pytest.mark.parametrize(
    ("given", "status", "parameter"),
    [
        ({"name": "Reports"}, 422, "subject"),
        ({"name": "ab"}, 422, "name"),
        ({"name": "Reports", "subject": "sess_1"}, 422, "subject"),
        ({"name": "Reports", "subject": "user_unknown"}, 404, ""),
    ],
)
def test_invalid_api_key_is_rejected(
    backend: Backend, given: object, status: int, parameter: str
) -> None:
    rejected = backend.error("POST", "/v1/api_keys", given)

    assert (rejected[0], rejected[2]) == (status, parameter)


@pytest.mark.parametrize("seconds", [0, -1, "60", True, 1e300])
def test_invalid_lifetime_is_rejected(backend: Backend, ada: SeededUser, seconds: object) -> None:
    body = {"name": "Reports", "subject": ada.user_id, "seconds_until_expiration": seconds}

    assert backend.error("POST", "/v1/api_keys", body) == (
        422,
        "form_param_value_invalid",
        "seconds_until_expiration",
    )


def test_errors_contain_no_secret(clerk: Clerk) -> None:
    for verify in (
        lambda: clerk.api_keys.verify(secret="ak_very_secret"),
        lambda: clerk.m2m.verify_token(token="mt_very_secret"),
        lambda: clerk.oauth_access_tokens.verify(access_token="oat_very_secret"),
    ):
        with pytest.raises(NotFoundError) as rejected:
            verify()
        assert "very_secret" not in str(rejected.value)


def test_machine_is_created_updated_and_deleted(clerk: Clerk, clock: Clock) -> None:
    store = clerk.machines.create(name="store")
    clock.now += 1
    shop = clerk.machines.create(name="shop", scoped_machines=[store.id], default_token_ttl=60)

    assert shop.secret_key is not None
    assert [one.id for one in shop.scoped_machines] == [store.id]
    stored = clerk.machines.get(shop.id)
    assert (stored.name, stored.default_token_ttl, stored.secret_key) == ("shop", 60, None)
    assert clerk.machines.get_secret_key(shop.id).secret == shop.secret_key
    assert [one.name for one in clerk.machines.list()] == ["shop", "store"]
    assert [one.name for one in clerk.machines.list(query="STO", order_by="name")] == ["store"]
    assert clerk.machines.update(shop.id, name="till", default_token_ttl=5).name == "till"

    scope = clerk.machines.create_scope(store.id, to_machine_id=shop.id)
    assert (scope.from_machine_id, scope.to_machine_id) == (store.id, shop.id)
    with pytest.raises(ClerkAPIError) as twice:
        clerk.machines.create_scope(store.id, to_machine_id=shop.id)
    assert twice.value.status == 409
    assert clerk.machines.delete_scope(store.id, shop.id).deleted is True
    with pytest.raises(NotFoundError):
        clerk.machines.delete_scope(store.id, shop.id)

    assert clerk.machines.delete(store.id).deleted is True
    assert clerk.machines.get(shop.id).scoped_machines == ()


@pytest.mark.parametrize("token_format", ["opaque", "jwt"])
def test_machine_token_is_accepted_by_machines_in_its_scope(
    clerk: Clerk, as_machine: Callable[[str | None], Clerk], token_format: str
) -> None:
    store, other = (clerk.machines.create(name=name) for name in ("store", "other"))
    shop = clerk.machines.create(name="shop", scoped_machines=[store.id])

    created = as_machine(shop.secret_key).m2m.create_token(
        token_format=token_format, claims={"till": 7}, seconds_until_expiration=60
    )

    assert (created.subject, created.scopes, created.claims) == (shop.id, (store.id,), {"till": 7})
    auth = authenticate(clerk, created.token).auth()
    assert (auth.token_type, auth.machine_id, auth.id) == ("m2m_token", shop.id, created.id)
    assert auth.scopes == (store.id,)
    assert auth.claims["till"] == 7
    token = created.token or ""
    for verifier in (clerk, as_machine(store.secret_key)):
        verified = verifier.m2m.verify_token(token=token)
        assert (verified.id, verified.subject, verified.scopes) == (
            created.id,
            shop.id,
            (store.id,),
        )
        assert verified.raw["claims"] in ({"till": 7}, {"till": 7, "scopes": store.id})
    other_machine = as_machine(other.secret_key).m2m
    if token_format == "opaque":
        with pytest.raises(NotFoundError):
            other_machine.verify_token(token=token)
    else:
        # A verifier of the signature must check the scopes itself.
        assert other_machine.verify_token(token=token).scopes == (store.id,)


def test_machine_jwt_with_non_canonical_encoding_is_not_found(
    clerk: Clerk, as_machine: Callable[[str | None], Clerk]
) -> None:
    machine = as_machine(clerk.machines.create(name="shop").secret_key)
    token = machine.m2m.create_token(token_format="jwt").token or ""
    for other in (f"{token}=", f"{token}==", f"{token}\n", token.replace(".", "=.", 1)):
        with pytest.raises(NotFoundError):
            clerk.m2m.verify_token(token=other)


def test_forged_machine_jwt_is_rejected(clerk: Clerk) -> None:
    forged = jwt.encode({"sub": "mch_1"}, "x" * 32, headers={"cat": "cl_B7d4PD333AAA"})

    with pytest.raises(TokenVerificationError):
        clerk.m2m.verify_token(token=forged)


def test_revoked_and_expired_m2m_tokens_are_rejected(
    clerk: Clerk, clock: Clock, as_machine: Callable[[str | None], Clerk]
) -> None:
    shop = clerk.machines.create(name="shop", default_token_ttl=5)
    other = clerk.machines.create(name="other")
    machine = as_machine(shop.secret_key)
    revoked, expiring = machine.m2m.create_token(), machine.m2m.create_token()
    assert expiring.expiration == int(clock.now * 1000) + 5000

    with pytest.raises(NotFoundError):
        as_machine(other.secret_key).m2m.revoke_token(revoked.id)
    with pytest.raises(ClerkAPIError) as not_its_own:
        as_machine(other.secret_key).m2m.list_tokens(subject=shop.id)
    assert not_its_own.value.status == 403
    gone = machine.m2m.revoke_token(revoked.id, revocation_reason="lost")

    assert (gone.revoked, gone.revocation_reason) == (True, "lost")
    assert authenticate(clerk, revoked.token).auth().is_authenticated is False
    assert [one.id for one in machine.m2m.list_tokens(subject=shop.id)] == [expiring.id]
    assert len(clerk.m2m.list_tokens(subject=shop.id, revoked=True)) == 2
    clock.now += 5
    assert authenticate(clerk, expiring.token).auth().is_authenticated is False
    assert len(clerk.m2m.list_tokens(subject=shop.id)) == 0
    assert len(clerk.m2m.list_tokens(subject=shop.id, expired=True)) == 1


def test_token_with_enough_remaining_lifetime_is_reused_on_request(
    clerk: Clerk, clock: Clock, as_machine: Callable[[str | None], Clerk]
) -> None:
    create = as_machine(clerk.machines.create(name="shop").secret_key).m2m.create_token
    first = create(claims={"a": 1}, seconds_until_expiration=100)

    again = create(claims={"a": 1}, seconds_until_expiration=100, min_remaining_ttl_seconds=50)
    unlike = create(claims={"a": 2}, seconds_until_expiration=100, min_remaining_ttl_seconds=50)
    clock.now += 60
    late = create(claims={"a": 1}, seconds_until_expiration=100, min_remaining_ttl_seconds=50)

    assert again.token == first.token
    assert len({first.id, unlike.id, late.id}) == 3
    with pytest.raises(ClerkAPIError) as endless:
        create(seconds_until_expiration=5, min_remaining_ttl_seconds=5)
    assert endless.value.status == 400


def test_rotated_secret_key_is_accepted_during_its_grace_period(
    clerk: Clerk, clock: Clock, as_machine: Callable[[str | None], Clerk]
) -> None:
    shop = clerk.machines.create(name="shop")
    old = as_machine(shop.secret_key)

    new = as_machine(clerk.machines.rotate_secret_key(shop.id, previous_token_ttl=10).secret)

    assert old.m2m.create_token().subject == new.m2m.create_token().subject == shop.id
    clock.now += 10
    with pytest.raises(UnauthorizedError) as rejected:
        old.m2m.create_token()
    assert rejected.value.code == "machine_secret_key_invalid"
    assert new.m2m.create_token().subject == shop.id


def test_machine_secret_key_only_allows_m2m_operations(
    clerk: Clerk, backend: Backend, as_machine: Callable[[str | None], Clerk]
) -> None:
    secret_key = clerk.machines.create(name="shop").secret_key
    machine = as_machine(secret_key)

    with pytest.raises(UnauthorizedError):
        clerk.m2m.create_token()
    assert clerk.m2m.create_token(machine_secret_key=secret_key).token is not None
    assert backend.error("GET", "/v1/users", key=secret_key)[1] == "not_implemented"
    with pytest.raises(UnprocessableError):
        machine.m2m.create_token(claims={"sub": "mch_other"})


def test_oauth_token_is_accepted(
    local: LocalClerk, clerk: Clerk, clock: Clock, ada: SeededUser
) -> None:
    token = local.oauth_token(ada.user_id, scopes=["profile", "email"], client_id="app_1")

    auth = authenticate(clerk, token).auth()

    assert (auth.token_type, auth.user_id) == ("oauth_token", ada.user_id)
    assert (auth.client_id, auth.scopes) == ("app_1", ("profile", "email"))
    assert clerk.oauth_access_tokens.verify(access_token=token).id == auth.id
    clock.now += 3600
    assert authenticate(clerk, token).auth().is_authenticated is False
