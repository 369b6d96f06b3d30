"""A shop in FastAPI, which test_fastapi.py tests."""

from typing import Annotated

from fastapi import FastAPI, Request

from clerk_core import verify_webhook
from clerk_core.fastapi import Machine, SignedIn, install, require_auth

StockReader = Annotated[Machine, require_auth(accepts_token="api_key", scopes=["stock:read"])]


def create_app() -> FastAPI:
    app = FastAPI()
    install(app)

    @app.get("/me")
    async def me(auth: SignedIn) -> dict[str, str]:
        return {"user_id": auth.user_id}

    @app.get("/staff", dependencies=[require_auth(role="org:admin")])
    async def staff() -> None: ...

    @app.get("/discount", dependencies=[require_auth(plan="gold", feature="discounts")])
    async def discount() -> None: ...

    @app.post("/refund", dependencies=[require_auth(reverification="strict")])
    async def refund() -> None: ...

    @app.get("/stock")
    async def stock(machine: StockReader) -> dict[str, str]:
        return {"subject": machine.subject}

    @app.post("/webhook")
    async def webhook(request: Request) -> dict[str, str]:
        return {"type": verify_webhook(request.headers, await request.body()).type}

    return app
