import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from clerk_core.testing import ClerkFixture
from examples.testing.shop_aiohttp import create_app


@pytest.fixture
def app(clerk_environ: dict[str, str]) -> web.Application:
    return create_app()


def test_shop(app: web.Application, clerk_local: ClerkFixture) -> None:
    async def scenario() -> None:
        async with TestClient(TestServer(app)) as client:
            assert (await client.get("/me")).status == 401
            user, shop = clerk_local.create_user(), clerk_local.create_organization()
            clerk_local.sign_in(client, user, organization=shop, role="org:member")
            assert await (await client.get("/me")).json() == {"user_id": user.id}
            assert (await client.get("/staff")).status == 403
            clerk_local.sign_in(client, user, organization=shop, role="org:admin", plan="gold")
            assert (await client.get("/staff")).status == 200
            assert (await client.get("/discount")).status == 403
            clerk_local.sign_in(client, user, plan="gold", features=["discounts"])
            assert (await client.get("/discount")).status == 200
            assert (await client.post("/refund")).status == 200
            clerk_local.sign_in(client, user, factor_ages=(30, 30))
            assert (await client.post("/refund")).status == 403
            key = {"Authorization": f"Bearer {clerk_local.api_key(user, ['stock:read'])}"}
            assert (await client.get("/stock", headers=key)).status == 200
            event = clerk_local.webhook("user.created", user)
            response = await client.post("/webhook", headers=event.headers, data=event.content)
            assert await response.json() == {"type": "user.created"}
            with clerk_local.outage():
                assert (await client.get("/stock", headers=key)).status == 503

    asyncio.run(scenario())
