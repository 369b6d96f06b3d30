import asyncio

import pytest
from quart import Quart

from clerk_core.testing import ClerkFixture
from examples.testing.shop_quart import create_app


@pytest.fixture
def app(clerk_environ: dict[str, str]) -> Quart:
    return create_app()


def test_user(app: Quart, clerk_local: ClerkFixture) -> None:
    async def scenario() -> None:
        client = app.test_client()
        assert (await client.get("/me")).status_code == 401
        user, shop = clerk_local.create_user(), clerk_local.create_organization()
        clerk_local.sign_in(client, user, organization=shop, role="org:member")
        assert (await (await client.get("/me")).get_json()) == {"user_id": user.id}
        assert (await client.get("/staff")).status_code == 403
        clerk_local.sign_in(client, user, organization=shop, role="org:admin", plan="gold")
        assert (await client.get("/staff")).status_code == 200
        assert (await client.get("/discount")).status_code == 403
        clerk_local.sign_in(client, user, plan="gold", features=["discounts"], factor_ages=(9, 99))
        assert (await client.get("/discount")).status_code == 200
        assert (await client.post("/refund")).status_code == 403
        clerk_local.sign_in(client, user, factor_ages=(30, 1))
        assert (await client.post("/refund")).status_code == 200
        key = {"Authorization": f"Bearer {clerk_local.api_key(user, ['stock:read'])}"}
        assert (await client.get("/stock", headers=key)).status_code == 200
        event = clerk_local.webhook("user.created", user)
        response = await client.post("/webhook", headers=event.headers, data=event.content)
        assert (await response.get_json()) == {"type": "user.created"}
        with clerk_local.outage():
            assert (await client.get("/stock", headers=key)).status_code == 503

    asyncio.run(scenario())
