"""The programs of the quick starts and guides run against the local instance, as they are."""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, TypeAlias

import jwt
import pytest
from flask import Flask

from clerk_core import AsyncInstallOptions, Clerk, InstallOptions, Reason, Request, SessionAuth
from clerk_core import _command_line as command_line
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from clerk_core.testing import fake_auth, webhook
from clerk_core.testing._tokens import PAGE
from clerk_core.testing.contract import AsgiSite, Site, WsgiSite
from docs.extensions.docstrings import read_docstring
from docs.extensions.tables import TABLES, cause_and_cure
from tests.adapters.aiohttp_site import AiohttpSite
from tests.adapters.django_project import CLERK, overridden, project
from tests.docs.examples import DOCS, GUIDES, programs, run

Header: TypeAlias = tuple[str, str]
Names: TypeAlias = dict[str, Any]
WEBHOOK_SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgZW5kcG9pbnQ="
SITES: dict[str, Callable[[Any], Site]] = {
    "flask": lambda app: WsgiSite(app, app.extensions["clerk"].close),
    "wsgi": lambda app: WsgiSite(app, app.close),
    "aiohttp": AiohttpSite,
    **dict.fromkeys(("starlette", "fastapi", "litestar", "quart", "asgi"), AsgiSite),
}


@pytest.fixture(scope="module")
def local() -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local):
        yield local


@pytest.fixture(scope="module")
def ada(local: LocalClerk) -> SeededUser:
    """Return an administrator of an organization."""
    return local.seed()[0]


@pytest.fixture
def environment(
    local: LocalClerk, clean_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in local.options().items():
        monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
    monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", WEBHOOK_SECRET)


@pytest.fixture
def program(environment: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Names]:
    """Return a function that runs a program of a page."""
    return lambda page, file="app": run(programs(page)[file], monkeypatch)


@pytest.fixture
def signed_in(local: LocalClerk, ada: SeededUser) -> Callable[..., dict[str, str]]:
    """Return a function that returns the header of Ada, whose token says what it is told."""

    def header(**said: Any) -> dict[str, str]:
        session = local.create_session(ada.user_id, "analytical-engines")
        return {"authorization": f"Bearer {local.session_token(session, **said)}"}

    return header


SignIn: TypeAlias = Callable[..., dict[str, str]]
Program: TypeAlias = Callable[..., Names]


def client_of(names: Names) -> Any:
    app = names["app"]
    assert isinstance(app, Flask)
    return app.test_client()


@pytest.mark.parametrize("framework", [*SITES, "django"])
def test_quick_start_greets_the_user(framework: str, program: Program, signed_in: SignIn) -> None:
    with ExitStack() as stack:
        if framework == "django":
            stack.enter_context(overridden(CLERK))
            names = program("quickstart-django", "urls")
            site: Site = WsgiSite(stack.enter_context(project(names)), lambda: None)
        else:
            site = SITES[framework](program(f"quickstart-{framework}")["app"])
        with closing(site):
            person = site.visit("/", PAGE)
            assert person.status == 307
            assert "/v1/client/handshake" in person.header("location")
            assert b"Hello, Ada." in site.visit("/", *signed_in().items()).content


def test_quick_start_of_django_adds_to_the_settings_of_a_project() -> None:
    names: Names = {"INSTALLED_APPS": [], "MIDDLEWARE": ["security", "sessions"]}
    exec(programs("quickstart-django")["settings"], names)

    assert names["INSTALLED_APPS"] == ["clerk_core.django"]
    assert names["MIDDLEWARE"][1] == "clerk_core.django.ClerkMiddleware"


def test_protect(program: Program, signed_in: SignIn, ada: SeededUser) -> None:
    client = client_of(program("protect"))

    assert client.get("/api/me").status_code == 401
    assert client.get("/api/me", headers=signed_in()).json == {"userId": ada.user_id}
    assert client.get("/projects", headers=signed_in()).json == ["Engine"]
    assert client.get("/projects", headers=signed_in(permissions=[])).status_code == 403
    assert client.get("/projects/public").json == {"name": "public", "owner": ""}
    assert client.get("/projects/engine").status_code == 401
    assert client.get("/projects/engine", headers=signed_in()).json["owner"] == ada.user_id


def test_current_user(program: Program, signed_in: SignIn, ada: SeededUser) -> None:
    client = client_of(program("current-user"))

    profile = client.get("/api/profile", headers=signed_in()).json
    assert profile["user"]["id"] == ada.user_id
    assert "private_metadata" not in profile["user"]
    assert profile["organization"]
    assert client.post("/sign-out", headers={"origin": "https://evil.example"}).status_code == 403
    answer = client.post("/sign-out", headers=signed_in())
    assert (answer.status_code, answer.headers["location"]) == (303, "http://localhost/")


def test_current_user_is_renamed(
    program: Program, local: LocalClerk, ada: SeededUser, signed_in: SignIn
) -> None:
    client = client_of(program("current-user"))

    renamed = client.post("/api/rename", headers=signed_in()).json["user"]

    assert (renamed["first_name"], renamed["last_name"]) == ("Clerk", "Cookie")
    with Clerk(**local.options()) as clerk:
        clerk.users.update(ada.user_id, first_name="Ada", last_name="Lovelace")


def test_organizations(program: Program, signed_in: SignIn) -> None:
    client = client_of(program("organizations"))

    projects = client.get("/projects", headers=signed_in()).json
    assert projects == {"organization": "analytical-engines", "may_edit": True}
    assert "ada@example.com" in client.get("/members", headers=signed_in()).json


def test_organization_of_the_url(program: Program, signed_in: SignIn) -> None:
    client = client_of(program("organizations", "sync"))

    found = client.get("/orgs/other", headers=signed_in()).json

    assert found == {"asked": "other", "active": "analytical-engines"}


def test_billing(program: Program, signed_in: SignIn) -> None:
    client = client_of(program("billing"))

    assert client.get("/search", headers=signed_in()).status_code == 403
    assert client.get("/search", headers=signed_in(features=["search"])).status_code == 200
    assert client.get("/limits", headers=signed_in()).json == {"projects": 3}
    assert client.get("/limits", headers=signed_in(plan="gold")).json == {"projects": 100}


def test_reverification(program: Program, signed_in: SignIn) -> None:
    client = client_of(program("reverification"))

    for path in ("/transfer", "/rename"):
        refused = client.post(path, headers=signed_in(factor_ages=(100, -1)))
        assert refused.status_code == 403
        assert refused.json["clerk_error"]["reason"] == "reverification-error"
        assert client.post(path, headers=signed_in(factor_ages=(1, -1))).status_code == 200


def test_session_tasks(program: Program, signed_in: SignIn) -> None:
    client = client_of(program("session-tasks"))

    assert client.get("/", headers=signed_in(is_pending=True)).status_code in (302, 303, 307)
    assert client.get("/", headers=signed_in()).text == "Welcome."
    refused = client.get("/orders", headers=signed_in(is_pending=True))
    assert refused.headers["x-clerk-auth-reason"] == "session-pending"
    assert client.get("/orders", headers=signed_in()).json == []


def test_machine_tokens(
    program: Program, local: LocalClerk, signed_in: SignIn, ada: SeededUser
) -> None:
    client = client_of(program("machine-tokens"))
    with Clerk(**local.options()) as clerk:
        key = clerk.api_keys.create(name="Stock", subject=ada.user_id, scopes=["stock:read"])
    by_key = {"authorization": f"Bearer {key.secret}"}

    assert client.post("/api/report").status_code == 401
    assert client.post("/api/report", headers=signed_in()).json["by"] == "session_token"
    assert client.post("/api/report", headers=by_key).json["by"] == "api_key"
    assert client.get("/api/stock", headers=by_key).json == {"apples": 3}
    assert client.get("/api/stock", headers=signed_in()).status_code == 401


def test_machine_to_machine_token(program: Program, local: LocalClerk) -> None:
    authorization = program("machine-tokens", "caller")["authorization"]
    with Clerk(**local.options()) as clerk:
        machine = clerk.machines.create(name="Stock")
        secret = clerk.machines.get_secret_key(machine.id).secret
    options = local.options()
    options["machine_secret_key"] = secret
    with Clerk(**options) as clerk:
        assert authorization(clerk).startswith("Bearer mt_")


def test_database_is_kept_in_step(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = program("webhooks-database")
    client = client_of(names)

    def send(event_type: str, forge: bool = False, **data: object) -> int:
        request = webhook(event_type, {"id": "user_7", **data}, secret=WEBHOOK_SECRET)
        request = request.forged() if forge else request
        response = client.post("/webhooks/clerk", headers=request.headers, data=request.content)
        status: int = response.status_code
        return status

    def people() -> list[str]:
        with names["Session"](names["engine"]) as session:
            return [one.name for one in session.query(names["Person"])]

    assert send("user.created", first_name="Ada", updated_at=1) == 204
    assert send("user.updated", first_name="Ada", last_name="King", updated_at=3) == 204
    assert send("user.updated", first_name="Late", updated_at=2) == 204
    assert send("user.updated", forge=True, first_name="Eve", updated_at=9) == 400
    assert people() == ["Ada King"]
    assert send("user.deleted", deleted=True) == 204
    assert send("user.deleted", deleted=True) == 204
    assert people() == []
    names["engine"].dispose()


def test_token_for_another_service(program: Program, signed_in: SignIn) -> None:
    found = client_of(program("jwt-templates")).get("/orders", headers=signed_in()).json

    assert found["Authorization"].startswith("Bearer eyJ")


def test_credentials_of_aws(program: Program) -> None:
    class Told(SessionAuth):
        __slots__ = ()

        def get_token(self, **_asked: Any) -> str:
            return "of the template"

    asked: Names = {}

    def assume(**arguments: Any) -> Names:
        asked.update(arguments)
        return {"Credentials": {"AccessKeyId": "a"}}

    auth = Told(fake_auth("user_7")._state)

    found = program("jwt-templates", "s3")["credentials"](auth, assume, "arn:aws:iam::1:role/a")

    assert found == {"AccessKeyId": "a"}
    assert (asked["WebIdentityToken"], asked["RoleSessionName"]) == ("of the template", "user_7")


def test_tenants(program: Program, local: LocalClerk, signed_in: SignIn) -> None:
    names = program("multi-tenant")
    names["TENANTS"]["www.example.com"] = local.options()
    with LocalClerk() as other, LocalServer(other):
        names["TENANTS"]["other.example.com"] = other.options()
        client = client_of(names)

        def status(host: str) -> int:
            code: int = client.get("/api/me", headers={**signed_in(), "host": host}).status_code
            return code

        assert status("www.example.com") == 200
        assert status("other.example.com") == 401
        names["app"].extensions["clerk"].close()


def test_satellite(program: Program, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLERK_PROXY_URL")
    client = client_of(program("satellites"))

    assert client.get("/", headers=signed_in()).json["userId"].startswith("user_")
    first = client.get("/", headers=dict([PAGE]), base_url="https://shop.example.org")
    assert first.status_code == 307


def test_websocket(program: Program, signed_in: SignIn, ada: SeededUser) -> None:
    from starlette.testclient import TestClient
    from starlette.websockets import WebSocketDisconnect

    token = signed_in()["authorization"].removeprefix("Bearer ")
    with TestClient(program("websockets")["app"]) as client:
        with client.websocket_connect("/ws", subprotocols=["clerk", token]) as socket:
            assert socket.receive_text() == f"Hello {ada.user_id}"
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ws"):
            pass


def test_background_work(program: Program, ada: SeededUser) -> None:
    names = program("background-work")
    assert names["welcome"].apply(args=[ada.user_id]).get() == "Welcome, Ada."
    names["clerk"].close()

    worker = program("background-work", "worker")

    async def work() -> str:
        async with worker["clerk"]:
            welcomed: str = await worker["welcome"]({}, ada.user_id)
            return welcomed

    assert asyncio.run(work()) == "Welcome, Ada."


def test_nightly_job(program: Program, local: LocalClerk) -> None:
    with Clerk(**local.options()) as clerk:
        nobody = clerk.users.create(username="nobody", password="of-nobody-at-all")
        assert program("background-work", "nightly")["remove_unconfirmed"]() == 1
        assert nobody.id not in [user.id for user in clerk.users.iterate()]


def test_options_and_checklist(program: Program) -> None:
    options = program("options")["app"].extensions["clerk"].client.settings
    assert options.authorized_parties == ("https://shop.example",)
    assert options.sign_in_url == "/sign-in"
    client = program("production")["app"].test_client()
    assert client.get("/").status_code == 404


def test_reasons(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    program("reasons")

    assert "expired" in capsys.readouterr().out


def test_errors(program: Program, local: LocalClerk, capsys: pytest.CaptureFixture[str]) -> None:
    name_of = program("errors")["name_of"]
    with Clerk(**local.options()) as clerk:
        assert name_of(clerk, "user_nobody") is None
    assert capsys.readouterr().out.startswith("404 resource_not_found")


def test_type_hints(program: Program, local: LocalClerk) -> None:
    names = program("type-hints")
    request = Request("GET", "http://localhost/")

    assert names["owner"](fake_auth("user_7")) == "user_7"
    assert names["greeting"](fake_auth("user_7")) == "Hello, user_7."
    with Clerk(**local.options()) as clerk:
        assert names["greeting"](clerk.authenticate(request).auth()) == "Hello, stranger."
        assert names["first_user"](clerk).id.startswith("user_")


def test_reasons_that_are_explained_further_exist() -> None:
    table = (DOCS / "troubleshooting.md").read_text("utf-8").partition("| --- |")[2]
    named = re.findall(r"`([a-z]+(?:-[a-z]+)+)`", table.partition("\n\n")[0])

    assert named
    assert set(named) <= {reason.value for reason in Reason}


def test_moving_from_fastapi_clerk_auth(
    program: Program,
    local: LocalClerk,
    signed_in: SignIn,
    ada: SeededUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = programs("moving-from-fastapi-clerk-auth")["before"]
    keys = f"{local.options()['api_url']}/.well-known/jwks.json"
    published = "https://example.clerk.accounts.dev/.well-known/jwks.json"
    before = run(code.replace(published, keys), monkeypatch)["app"]
    after = program("moving-from-fastapi-clerk-auth", "after")["app"]
    header = signed_in()
    for app, refused in ((before, 403), (after, 401)):
        with closing(AsgiSite(app)) as site:
            assert site.visit("/me").status == refused
            assert site.visit("/me", *header.items()).json() == {"userId": ada.user_id}


def test_moving_from_pyjwt(
    program: Program, local: LocalClerk, signed_in: SignIn, ada: SeededUser
) -> None:
    keys = jwt.PyJWKClient(f"{local.options()['api_url']}/.well-known/jwks.json")
    before = program("moving-from-pyjwt", "before")["user_of"]
    after = program("moving-from-pyjwt", "after")["user_of"]
    header = signed_in()["authorization"]
    expired = signed_in(expires_in_seconds=-60)["authorization"]

    with Clerk(**local.options()) as clerk:
        assert before(header, keys) == after(header, clerk) == ada.user_id
        assert before(expired, keys) is after(expired, clerk) is None


def test_each_page_with_python_is_run() -> None:
    official = Path(__file__).parents[1] / "official" / "test_moving_document.py"
    tests = Path(__file__).read_text("utf-8") + official.read_text("utf-8")
    quick_starts = {f"quickstart-{name}" for name in (*SITES, "django")}

    assert [page for page in GUIDES if page not in quick_starts and f'"{page}"' not in tests] == []


def commands() -> Iterator[list[str]]:
    """Yield the words of each line of the shell in the documents."""
    for page in [*DOCS.rglob("*.md"), DOCS.parent / "README.md"]:
        for block in re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                yield shlex.split(line, comments=True)


def test_extras_of_the_documents_exist() -> None:
    project_file = (DOCS.parent / "pyproject.toml").read_text("utf-8")
    section = project_file.partition("[project.optional-dependencies]")[2].partition("\n[")[0]
    extras = set(re.findall(r"^(\w+) = ", section, re.MULTILINE))
    named = {
        extra
        for words in commands()
        for word in words
        for listed in re.findall(r"^clerk-core\[(.*)\]", word)
        for extra in listed.split(",")
    }

    assert named - extras == set()
    assert "flask" in named


def test_commands_of_the_documents_have_these_options() -> None:
    ours = [words[1:] for words in commands() if words[:1] == ["clerk-core"]]

    assert ours
    for words in ours:
        command_line._parser().parse_args(words)


def test_each_option_has_a_meaning() -> None:
    _, *rows = TABLES["options"]()
    every = {**InstallOptions.__annotations__, **AsyncInstallOptions.__annotations__}

    assert len(rows) == len(every)
    assert (
        "| `secret_key` | The key that calls the Backend API and fetches the key set. "
        "Variable: `CLERK_SECRET_KEY`. |"
    ) in rows


def test_each_reason_has_a_cause_and_a_cure() -> None:
    for reason in Reason:
        cause, cure = cause_and_cure(reason)
        assert cause.endswith(".")
        assert cure.endswith(".")


def test_docstring_is_read_with_all_its_arguments() -> None:
    read = read_docstring(
        "Do it.\n\n    Args:\n        a: One\n            thing.\n        b: Two.\n"
    )

    assert read == ("Do it.", {"a": "One thing.", "b": "Two."})
