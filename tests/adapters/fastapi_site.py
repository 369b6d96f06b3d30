"""The application of the adapter contract in FastAPI, with WebSockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, HTTPException, Request, Response, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse

from clerk_core import WebhookVerificationError, verify_webhook
from clerk_core import fastapi as clerk_fastapi
from clerk_core.fastapi import (
    Auth,
    ClerkClient,
    CurrentOrganization,
    CurrentUser,
    Session,
    SignedIn,
    auth,
    current_organization,
    current_user,
    install,
    protect,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    require_auth,
    sign_out,
)
from clerk_core.testing.contract import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
    LINKS,
    PUBLIC_HEADERS,
    AsgiSite,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)
from tests.adapters.starlette_site import resolve

router = APIRouter()


class RefusedError(Exception):
    pass


def build(**options: Any) -> AsgiSite:
    return AsgiSite(application(**options))


def application(**options: Any) -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    app.add_exception_handler(RefusedError, handle)
    # FastAPI does not handle OPTIONS itself; this middleware answers preflights.
    app.add_middleware(CORSMiddleware, allow_origins=["*"])
    install(app, **options)
    return app


@router.get("/")
@router.post("/")
@router.head("/")
@router.options("/")
async def index(session: Auth) -> dict[str, object]:
    return describe_auth(session)


@router.get("/pending")
def pending(request: Request) -> dict[str, object]:
    return describe_auth(auth(request, treat_pending_as_signed_out=False))


@router.get("/user")
async def signed_in_user(request: Request, user: CurrentUser) -> dict[str, object] | None:
    assert user is await current_user(request) is await current_user(request)
    return user.to_public_dict() if user else None


@router.get("/program")
async def program(request: Request, accepts: str) -> dict[str, object]:
    types = parse_accepts_token(accepts)
    states = [
        describe_any_auth(await resolve(auth(request, accepts_token=types))) for _ in range(3)
    ]
    assert states[0] == states[1] == states[2]
    return states[0]


@router.get("/programs")
async def programs(request: Request) -> list[dict[str, object]]:
    return [describe_any_auth(await auth(request, accepts_token=form)) for form in API_KEY_FORMS]


@router.get("/token")
async def token(session: Auth) -> dict[str, str | None]:
    return {"token": await session.get_token(template="supabase")}


@router.post("/webhook")
async def webhook(request: Request) -> dict[str, str]:
    try:
        event = verify_webhook(request.headers, await request.body())
    except WebhookVerificationError as error:
        raise HTTPException(400, error.message) from error
    return {"type": event.type}


@router.api_route("/to-sign-in", methods=["GET", "POST"])
async def to_sign_in(request: Request, back: str | None = None) -> Response:
    return redirect_to_sign_in(request, back)


@router.get("/organization")
async def organization(request: Request, found: CurrentOrganization) -> dict[str, object] | None:
    assert found is await current_organization(request) is await current_organization(request)
    return found.to_public_dict() if found else None


@router.get("/protected")
async def protected(request: Request) -> dict[str, object]:
    return describe_auth(protect(request, role="org:admin"))


@router.get("/auth/public")
async def auth_public(session: Auth) -> dict[str, object]:
    return session.to_public_dict()


@router.get("/links")
async def links(request: Request) -> dict[str, str]:
    return {name: getattr(clerk_fastapi, name)(request) for name in LINKS}


@router.get("/to-sign-up")
async def to_sign_up(request: Request) -> Response:
    return redirect_to_sign_up(request)


@router.get("/to-tasks")
async def to_tasks(request: Request) -> Response:
    return redirect_to_tasks(request)


@router.api_route("/sign-out", methods=["GET", "POST"])
async def to_sign_out(request: Request, to: str = "/") -> Response:
    return await sign_out(request, to)


@router.get("/guarded")
async def guarded(session: SignedIn) -> dict[str, object]:
    return describe_auth(session)


@router.get("/admin")
def admin(session: Annotated[Session, require_auth(role="org:admin")]) -> dict[str, object]:
    return describe_auth(session)


@router.post("/order")
def order(session: SignedIn, number: Annotated[int, Body(embed=True)]) -> dict[str, int]:
    return {"number": number}


@router.api_route("/called", methods=["GET", "POST"], dependencies=[require_auth()])
def called(session: Auth) -> dict[str, object]:
    return describe_auth(session)


@router.api_route("/options", methods=["GET", "OPTIONS"])
async def options(session: SignedIn) -> dict[str, object]:
    return describe_auth(session)


for path in GUARDED_ROUTES.keys() - {"/guarded", "/admin"}:
    router.add_api_route(path, called, dependencies=[require_auth(**GUARDED_ROUTES[path])])


@router.get("/user/json")
async def user_json(user: CurrentUser) -> Any:
    return user


@router.get("/auth/json")
async def auth_json(session: Auth) -> Any:
    return session


@router.get("/crash")
async def crash(client: ClerkClient) -> None:
    raise RuntimeError(f"crashed with {client.settings.secret_key}")


@router.get("/refused")
def refused() -> None:
    raise RefusedError


async def handle(request: Request, error: Exception) -> Response:
    return JSONResponse(describe_auth(auth(request)), 418)


@router.get("/unknown-user")
async def unknown_user(client: ClerkClient) -> str:
    return (await client.users.get("nobody")).id


@router.get("/stream")
def stream(session: Auth) -> StreamingResponse:
    async def parts() -> AsyncIterator[str]:
        yield "It is "
        yield str(session.user_id)

    return StreamingResponse(parts())


@router.get("/cookies")
def cookies(response: Response) -> str:
    response.set_cookie("first", "1")
    response.set_cookie("second", "2")
    return "set"


@router.get("/public")
def public(session: Auth, response: Response) -> dict[str, object]:
    for name, value in PUBLIC_HEADERS:
        response.headers.append(name, value)
    return describe_auth(session)


kept_response = PlainTextResponse("kept", headers={"cache-control": "max-age=60"})


@router.get("/kept")
def kept() -> PlainTextResponse:
    return kept_response


@router.get("/client")
async def client(client: ClerkClient) -> dict[str, object]:
    return {"publishable_key": client.settings.publishable_key}


@router.websocket("/ws")
async def open_socket(websocket: WebSocket, session: Auth) -> None:
    await websocket.accept()
    await websocket.send_json(describe_auth(session))
    await websocket.close()


@router.websocket("/ws/guarded")
async def guarded_socket(websocket: WebSocket, session: SignedIn) -> None:
    await open_socket(websocket, session)


@router.websocket("/ws/user")
async def user_socket(websocket: WebSocket, user: CurrentUser) -> None:
    await websocket.accept()
    await websocket.send_text(str(user and user.first_name))
    await websocket.close()
