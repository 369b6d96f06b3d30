import django
import pytest
from django.conf import settings
from django.test import Client

from clerk_core.testing import ClerkFixture
from examples.testing.shop_django import SETTINGS

settings.configure(**SETTINGS)
django.setup()


@pytest.fixture
def client(clerk_environ: dict[str, str]) -> Client:
    return Client()


def test_user(client: Client, clerk_local: ClerkFixture) -> None:
    assert client.get("/me").status_code == 401
    user, shop = clerk_local.create_user(), clerk_local.create_organization()
    clerk_local.sign_in(client, user)
    assert client.get("/me").json() == {"user_id": user.id}
    clerk_local.sign_in(client, user, organization=shop, role="org:admin")
    assert client.get("/staff").status_code == 200
    clerk_local.sign_in(client, user, plan="gold", features=["discounts"])
    assert client.get("/discount").status_code == 200
    clerk_local.sign_in(client, user, factor_ages=(30, 30))
    assert client.post("/refund").status_code == 403


def test_machine_webhook_and_outage(client: Client, clerk_local: ClerkFixture) -> None:
    user = clerk_local.create_user()
    key = {"Authorization": f"Bearer {clerk_local.api_key(user, ['stock:read'])}"}
    assert client.get("/stock", headers=key).status_code == 200
    event = clerk_local.webhook("user.created", user)
    response = client.post("/webhook", event.content, "application/json", headers=event.headers)
    assert response.json() == {"type": "user.created"}
    with clerk_local.outage():
        assert client.get("/stock", headers=key).status_code == 503
