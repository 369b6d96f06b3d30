"""Both clients with the templates, keys and tokens of one instance."""

from __future__ import annotations

import jwt
from clerk_backend_api import Clerk as Official
from clerk_backend_api import models

from clerk_core import Clerk
from clerk_core.local import LocalClerk
from clerk_core.models import User


def test_each_client_revokes_sign_in_tokens_of_the_other(
    ours: Clerk, official: Official, ada: models.User
) -> None:
    first = official.sign_in_tokens.create(request={"user_id": ada.id})
    second = ours.sign_in_tokens.create(user_id=ada.id, expires_in_seconds=60)
    assert (first.user_id, second.user_id) == (ada.id, ada.id)
    assert second.url is not None
    assert second.token is not None
    assert second.token in second.url
    assert ours.sign_in_tokens.revoke(first.id).status == "revoked"
    revoked = official.sign_in_tokens.revoke(sign_in_token_id=second.id)
    assert revoked.status.value == "revoked"


def test_both_clients_create_tokens_from_our_template(
    ours: Clerk, official: Official, ada: models.User
) -> None:
    made = ours.jwt_templates.create(
        name="reports", claims={"mail": "{{user.primary_email_address}}", "plan": "gold"}
    )
    seen = official.jwt_templates.get(template_id=made.id)
    assert (seen.name, seen.lifetime) == (made.name, made.lifetime) == ("reports", 60)
    session = official.sessions.create(request={"user_id": ada.id})
    theirs = official.sessions.create_token_from_template(
        session_id=session.id, template_name="reports"
    )
    mine = ours.sessions.create_token_from_template(session.id, "reports")
    for token in (theirs.jwt, mine.jwt):
        assert token is not None
        claims = jwt.decode(token, options={"verify_signature": False})
        assert (claims["mail"], claims["plan"]) == ("ada@example.com", "gold")
    assert ours.jwt_templates.delete(made.id).deleted is True
    assert made.id not in [one.id for one in official.jwt_templates.list()]


def test_official_client_verifies_and_revokes_our_api_key(
    ours: Clerk, official: Official, ada: models.User
) -> None:
    made = ours.api_keys.create_api_key(
        name="reader", subject=ada.id, scopes=["read"], claims={"a": 1}
    )
    assert made.secret is not None
    seen = official.api_keys.verify_api_key(secret=made.secret)
    assert (seen.id, seen.subject, seen.scopes) == (made.id, ada.id, ["read"])
    assert seen.claims == {"a": 1}
    official.api_keys.revoke_api_key(api_key_id=made.id, revocation_reason="lost")
    found = ours.api_keys.get_api_key(made.id)
    assert (found.revoked, found.revocation_reason) == (True, "lost")
    official.api_keys.delete_api_key(api_key_id=made.id)
    assert list(ours.api_keys.get_api_keys(subject=ada.id)) == []


def test_api_key_of_the_official_client_is_read(
    ours: Clerk, official: Official, grace: User
) -> None:
    made = official.api_keys.create_api_key(name="writer", subject=grace.id)
    (found,) = ours.api_keys.get_api_keys(subject=grace.id)
    assert (found.id, found.name) == (made.id, "writer")
    secret = ours.api_keys.get_api_key_secret(found.id).secret
    assert secret is not None
    assert ours.api_keys.verify_api_key(secret=secret).subject == grace.id
    assert ours.api_keys.delete_api_key(found.id).deleted is True


def test_each_client_verifies_m2m_tokens_of_the_other(
    ours: Clerk, official: Official, local: LocalClerk
) -> None:
    worker = official.machines.create(request={"name": "worker"})
    server = ours.machines.create(name="server", scoped_machines=[worker.id])
    assert {one.id for one in ours.machines.list()} == {worker.id, server.id}
    key = ours.machines.get_secret_key(worker.id).secret
    assert key is not None
    assert key == official.machines.get_secret_key(machine_id=worker.id).secret
    with Clerk(machine_secret_key=key, api_url=local.url) as of_worker:
        made = of_worker.m2m.create_token(claims={"job": 7})
        assert made.token is not None
        assert made.subject == worker.id
    seen = official.m2m.verify_token(token=made.token)
    assert seen.model_dump()["claims"] == {"job": 7}
    (listed,) = ours.m2m.list_tokens(subject=worker.id)
    assert listed.id == made.id
    official.m2m.revoke_token(m2m_token_id=made.id, revocation_reason="done")
    assert list(ours.m2m.list_tokens(subject=worker.id)) == []
    for machine in (worker.id, server.id):
        ours.machines.delete(machine)
    assert official.machines.list().data == []


def test_both_clients_create_testing_tokens(ours: Clerk, official: Official) -> None:
    theirs, mine = official.testing_tokens.create(), ours.testing_tokens.create()
    assert theirs is not None
    assert theirs.token
    assert mine.token
    assert mine.expires_at is not None
