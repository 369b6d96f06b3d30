import pytest
from flask.testing import FlaskClient

from clerk_core.testing import ClerkFixture
from examples.testing.shop_flask import create_app


@pytest.fixture
def client(clerk_environ: dict[str, str]) -> FlaskClient:
    return create_app().test_client()


def test_user(client: FlaskClient, clerk_local: ClerkFixture) -> None:
    assert client.get("/me").status_code == 401
    user, shop = clerk_local.create_user(), clerk_local.create_organization()
    clerk_local.sign_in(client, user)
    assert client.get("/me").get_json() == {"user_id": user.id}
    clerk_local.sign_in(client, user, organization=shop, role="org:member")
    assert client.get("/staff").status_code == 403
    clerk_local.sign_in(client, user, organization=shop, role="org:admin")
    assert client.get("/staff").status_code == 200
    assert client.get("/discount").status_code == 403
    clerk_local.sign_in(client, user, plan="gold", features=["discounts"])
    assert client.get("/discount").status_code == 200
    clerk_local.sign_in(client, user, factor_ages=(30, 30))
    assert client.post("/refund").status_code == 403
    clerk_local.sign_in(client, user, factor_ages=(30, 1))
    assert client.post("/refund").status_code == 200


def test_machine_webhook_and_outage(client: FlaskClient, clerk_local: ClerkFixture) -> None:
    user = clerk_local.create_user()
    key = {"Authorization": f"Bearer {clerk_local.api_key(user, ['stock:read'])}"}
    assert client.get("/stock", headers=key).status_code == 200
    event = clerk_local.webhook("user.created", user)
    response = client.post("/webhook", headers=event.headers, data=event.content)
    assert response.get_json() == {"type": "user.created"}
    with clerk_local.outage():
        assert client.get("/stock", headers=key).status_code == 503
