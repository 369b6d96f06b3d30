from collections.abc import Iterator

import pytest
from httpx import Client
from litestar.testing import TestClient

from clerk_core.testing import ClerkFixture
from examples.testing.shop_litestar import create_app


@pytest.fixture
def client(clerk_environ: dict[str, str]) -> Iterator[Client]:
    with TestClient(create_app()) as client:
        yield client


def test_user(client: Client, clerk_local: ClerkFixture) -> None:
    assert client.get("/me").status_code == 401
    user, shop = clerk_local.create_user(), clerk_local.create_organization()
    clerk_local.sign_in(client, user, organization=shop, role="org:member")
    assert client.get("/me").json() == {"user_id": user.id}
    assert client.get("/staff").status_code == 403
    clerk_local.sign_in(client, user, organization=shop, role="org:admin")
    assert client.get("/staff").status_code == 200
    assert client.get("/discount").status_code == 403
    clerk_local.sign_in(client, user, plan="gold", features=["discounts"])
    assert client.get("/discount").status_code == 200
    assert client.post("/refund").status_code == 200
    clerk_local.sign_in(client, user, factor_ages=(30, 30))
    assert client.post("/refund").status_code == 403


def test_machine_webhook_and_outage(client: Client, clerk_local: ClerkFixture) -> None:
    user = clerk_local.create_user()
    key = {"Authorization": f"Bearer {clerk_local.api_key(user, ['stock:read'])}"}
    assert client.get("/stock", headers=key).status_code == 200
    event = clerk_local.webhook("user.created", user)
    assert client.post("/webhook", headers=event.headers, content=event.content).is_success
    with clerk_local.outage():
        assert client.get("/stock", headers=key).status_code == 503
