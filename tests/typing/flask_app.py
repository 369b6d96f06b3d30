"""Types in a Flask application. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Blueprint, Flask, Response
from flask.views import MethodView
from typing_extensions import assert_type

from clerk_core import (
    AnyAuth,
    Auth,
    Clerk,
    MachineAuth,
    Page,
    Reverification,
    SessionAuth,
    SignedOutAuth,
    TokenType,
    User,
    reverification_error,
)
from clerk_core.flask import (
    auth,
    clerk_client,
    current_user,
    install,
    redirect_to_sign_in,
    require_auth,
)
from clerk_core.models import DeletedObject, SessionToken

app = Flask(__name__)
blueprint = Blueprint("shop", __name__)


def installing() -> None:
    install(app)
    install(app, secret_key="sk_test_1", authorized_parties=["https://app.example"])
    install(app, secret="sk_test_1")  # type: ignore[call-arg]
    install(app, secret_key=1)  # type: ignore[arg-type]


def reading_auth() -> None:
    assert_type(auth(), Auth)
    assert_type(auth(), SessionAuth | SignedOutAuth)
    assert_type(auth(treat_pending_as_signed_out=False), Auth)
    assert_type(current_user(), User | None)
    assert_type(clerk_client(), Clerk)
    assert_type(redirect_to_sign_in(), Response)
    assert_type(redirect_to_sign_in("/orders"), Response)


def accepting_token_types(token_types: list[TokenType]) -> None:
    assert_type(auth(accepts_token="session_token"), Auth)
    assert_type(auth(accepts_token="api_key"), MachineAuth | SignedOutAuth)
    assert_type(auth(accepts_token="m2m_token"), MachineAuth | SignedOutAuth)
    assert_type(auth(accepts_token="oauth_token"), MachineAuth | SignedOutAuth)
    assert_type(auth(accepts_token="any"), AnyAuth)
    assert_type(auth(accepts_token=["session_token", "api_key"]), AnyAuth)
    assert_type(auth(accepts_token=("m2m_token", "oauth_token")), AnyAuth)
    assert_type(auth(accepts_token=token_types), AnyAuth)
    assert_type(auth(accepts_token="session_token", treat_pending_as_signed_out=False), Auth)
    assert_type(auth(accepts_token="any", treat_pending_as_signed_out=False), AnyAuth)
    auth(accepts_token="cookie")  # type: ignore[arg-type]
    auth(accepts_token=["cookie"])  # type: ignore[list-item]
    auth("any")  # type: ignore[call-overload]


def narrowing_by_token_type() -> None:
    state = auth(accepts_token=["session_token", "api_key"])
    assert_type(state.user_id, str | None)
    if state.token_type == "session_token":
        assert_type(state, Auth)
    elif state.token_type == "api_key":
        assert_type(state, MachineAuth | SignedOutAuth)
        assert_type(state.scopes, tuple[str, ...] | None)


def narrowing() -> None:
    state = auth()
    assert_type(state.user_id, str | None)
    if state.is_authenticated is True:
        assert_type(state, SessionAuth)
        assert_type(state.user_id, str)
        assert_type(state.session_claims, dict[str, object])
    else:
        assert_type(state, SignedOutAuth)
        assert_type(state.user_id, None)


def narrowing_by_user_id() -> None:
    state = auth()
    if state.user_id is not None:
        assert_type(state, SessionAuth)
        assert_type(state.user_id, str)
    if state.user_id:
        assert_type(state.user_id, str)


def narrowing_by_truth() -> None:
    state = auth()
    if not state:
        assert_type(state, SignedOutAuth)
        return
    assert_type(state, SessionAuth)
    assert_type(state.user_id, str)


def narrowing_any_auth_by_truth() -> None:
    state = auth(accepts_token="any")
    if not state:
        return
    assert_type(state, SessionAuth | MachineAuth)
    if state.token_type == "session_token":
        assert_type(state.user_id, str)
    else:
        assert_type(state.subject, str)


def requiring_auth() -> None:
    assert_type(auth().require(), SessionAuth)
    assert_type(auth().require().user_id, str)
    assert_type(auth(accepts_token="api_key").require().subject, str)
    assert_type(
        auth(accepts_token="any").require(),
        SessionAuth | MachineAuth,
    )


def reading_attributes() -> None:
    state = auth()
    assert_type(state.session_id, str | None)
    assert_type(state.org_id, str | None)
    assert_type(state.org_role, str | None)
    assert_type(state.org_permissions, tuple[str, ...] | None)
    assert_type(state.actor, dict[str, object] | None)
    assert_type(state.factor_verification_age, tuple[float, float] | None)
    state.user_id = "user_2"  # type: ignore[misc]
    state.nickname  # type: ignore[union-attr]  # noqa: B018


def checking_requirements() -> None:
    state = auth()
    assert_type(state.has(role="org:admin"), bool)
    assert_type(state.has(permission="org:reports:read", feature="reports", plan="gold"), bool)
    assert_type(state.has(reverification="strict"), bool)
    assert_type(state.has(reverification=Reverification("second_factor", 5)), bool)
    state.has(reverification=("first_factor", 5))
    state.has(reverification={"level": "multi_factor", "after_minutes": 5})
    state.has(reverification=("third_factor", 5))  # type: ignore[arg-type]
    state.has(reverification={"level": "multi_factor"})  # type: ignore[arg-type]
    assert_type(reverification_error("strict"), dict[str, object])
    state.has(roles="org:admin")  # type: ignore[call-arg]
    state.has(role=None)  # type: ignore[arg-type]
    state.has(reverification="severe")  # type: ignore[arg-type]


def getting_tokens() -> None:
    assert_type(auth().get_token(), str | None)
    assert_type(auth().get_token(template="supabase", expires_in_seconds=60), str | None)


def calling_the_api() -> None:
    clerk = clerk_client()
    assert_type(clerk.users.get("user_1"), User)
    assert_type(clerk.users.list(limit=5), Page[User])
    assert_type(clerk.users.update("user_1", first_name="Ada"), User)
    assert_type(clerk.users.delete("user_1"), DeletedObject)
    assert_type(clerk.sessions.create_token("sess_1"), SessionToken)
    clerk.users.get(1)  # type: ignore[arg-type]
    clerk.users.update("user_1", nickname="A")  # type: ignore[call-arg]


def reading_a_user(user: User) -> None:
    assert_type(user.id, str)
    assert_type(user.first_name, str | None)
    assert_type(user.public_metadata, dict[str, object])
    assert_type(user.to_public_dict(), dict[str, object])


@app.get("/orders/<int:number>")
@require_auth
def order(number: int) -> str:
    assert_type(auth().require().user_id, str)
    return f"{number} of {auth().require().user_id}"


@app.get("/keys")
@require_auth(reverification=("second_factor", 10))
def keys() -> str:
    return ""


@blueprint.get("/invoices/<name>")
@require_auth(role="org:admin", plan="gold")
def invoice(name: str, page: int = 1) -> tuple[str, int]:
    return name, page


@app.get("/later")
@require_auth
async def later() -> str:
    return "later"


class Orders(MethodView):
    decorators: ClassVar[list[Callable[..., Any]]] = [require_auth, require_auth(role="org:admin")]

    def get(self, number: int) -> str:
        return str(number)


async def decorating() -> None:
    assert_type(order(1), str)
    assert_type(await later(), str)
    assert_type(invoice("a", page=2), tuple[str, int])
    order("one")  # type: ignore[arg-type]
    invoice("a", pages=2)  # type: ignore[call-arg]
    require_auth(roles="org:admin")  # type: ignore[call-overload]

    def view() -> str:
        return ""

    assert_type(require_auth()(view)(), str)
