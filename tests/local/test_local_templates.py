from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import jwt
import pytest

from clerk_core.local._domain.keys import InstanceKeys
from clerk_core.local._domain.tokens import template_token
from clerk_core.local._storage.rows import (
    Client,
    JwtTemplate,
    Role,
    Session,
    User,
)
from clerk_core.local._storage.store import Store

Fill: TypeAlias = Callable[[dict[str, object]], dict[str, Any]]


@pytest.fixture
def filled() -> Iterator[Fill]:
    """Return a function that fills in the claims of a template for one user."""
    store = Store(None)
    user = User(
        id="user_1",
        first_name="Ada",
        public_metadata={"plan": {"seats": 5}, "on": True},
        private_metadata={"secret": 1},
        created_at=1,
        updated_at=1,
    )
    client = Client(id="client_1", dev_browser="dvb_1", created_at=1, updated_at=1)
    session = Session(
        id="sess_1",
        user_id=user.id,
        client_id=client.id,
        status="active",
        first_factor_at=1,
        created_at=1,
        updated_at=1,
        expire_at=9,
        abandon_at=9,
    )

    admin = Role(
        id="role_1", key="org:admin", name="Admin", permissions=[], created_at=1, updated_at=1
    )

    def fill(claims: dict[str, object]) -> dict[str, Any]:
        with store.transaction():
            for row in (user, client, session, admin):
                store.put(row)
            store.put(JwtTemplate(id="jtmp_1", name="t", claims=claims, created_at=1, updated_at=1))
            token = template_token(store, InstanceKeys.load(store), session, "t", 1)
        payload: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        return payload

    yield fill
    store.close()


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("{{user.id}}", "user_1"),
        ("{{ user.first_name }}", "Ada"),
        ("{{user.full_name}}", "Ada"),
        ("{{user.last_name}}", None),
        ("{{user.primary_email_address}}", None),
        ("{{user.public_metadata}}", {"plan": {"seats": 5}, "on": True}),
        ("{{user.public_metadata.plan.seats}}", 5),
        ("{{user.public_metadata.on}}", True),
        ("{{user.public_metadata.plan.seats.left}}", None),
        ("{{user.private_metadata}}", None),
        ("{{org.id}}", None),
        ("{{session.id}}", "sess_1"),
        ("{{nothing}}", None),
        (
            "Hello {{user.first_name}}, {{user.last_name}} of {{user.public_metadata.plan.seats}}",
            "Hello Ada,  of 5",
        ),
        (["{{user.id}}", 3, {"a": "{{user.id}}"}], ["user_1", 3, {"a": "user_1"}]),
        ("plain", "plain"),
        (None, None),
    ],
)
def test_shortcodes_are_replaced_by_values(filled: Fill, claim: object, value: object) -> None:
    assert filled({"claim": claim})["claim"] == value


def test_template_cannot_override_standard_claims(filled: Fill) -> None:
    claims = filled({"sub": "user_2", "iss": "https://elsewhere", "exp": 9_999_999_999})

    assert claims["sub"] == "user_1"
    assert claims["iss"] != "https://elsewhere"
    assert claims["exp"] == 60
