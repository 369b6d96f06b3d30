"""Clerk on pages that FastAPI renders: sign-in, user button, organization switcher, and a form.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    pip install jinja2 python-multipart
    uvicorn --app-dir examples fastapi_pages:app
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from clerk_core.fastapi import (
    Auth,
    CurrentUser,
    SignedIn,
    clerk_client,
    clerk_context,
    install,
    sign_out,
)
from clerk_core.pages import content_security_policy

HERE = Path(__file__).parent

app = FastAPI()
app.mount("/static", StaticFiles(directory=HERE / "static"))
templates = Jinja2Templates(HERE / "templates", context_processors=[clerk_context])
notes: defaultdict[str, list[str]] = defaultdict(list)


@app.middleware("http")
async def add_policy(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    policy = content_security_policy(clerk_client(request).settings)
    response.headers["Content-Security-Policy"] = policy
    return response


install(app, sign_in_url="/sign-in", sign_out_url="/sign-out")


# The user is fetched here, because a template cannot await.
@app.get("/")
async def home(request: Request, auth: Auth, user: CurrentUser) -> Response:
    context = {"notes": notes[auth.org_id or auth.user_id or ""]}
    return templates.TemplateResponse(request, "home.html", context)


# Clerk's form has a page for each step: /sign-in/factor-one, and so on.
@app.get("/sign-in")
@app.get("/sign-in/{step:path}")
async def sign_in(request: Request) -> Response:
    return templates.TemplateResponse(request, "sign_in.html")


@app.post("/notes")
async def add_note(auth: SignedIn, text: Annotated[str, Form()]) -> Response:
    notes[auth.org_id or auth.user_id].append(text)
    return RedirectResponse("/", 303)


@app.post("/sign-out")
async def end_session(request: Request) -> Response:
    return await sign_out(request)
