"""One request together with its client: what it answers, waited for or awaited."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from clerk_core import (
    AsyncClerk,
    AsyncRequestAuth,
    Clerk,
    ClerkAPIError,
    Request,
    RequestAuth,
    Response,
    TransportError,
)
from clerk_core._integration.request_functions import (
    AsyncConnectionFunctions,
    AsyncRequestFunctions,
    RequestFunctions,
)
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import (
    ADMIN,
    PAGE,
    SECRET_KEY,
    bearer,
    browser_cookies,
    cookie,
    public_pem,
    publishable_key,
    show,
    token,
)

OPTIONS: dict[str, Any] = {
    "publishable_key": publishable_key(),
    "secret_key": SECRET_KEY,
    "jwt_key": public_pem(),
}
URL = "http://localhost/notes"
SIGNED_OUT = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})


def request(*headers: tuple[str, str]) -> Request:
    return Request("GET", URL, headers)


@pytest.fixture(scope="module")
def running() -> Iterator[Instance]:
    with Instance() as instance:
        yield instance


@pytest.fixture
def backend(running: Instance) -> Instance:
    running.forget()
    return running


class Waiting:
    """A `RequestAuth`; a test is written once for both."""

    def visit(self, *headers: tuple[str, str], **over: Any) -> RequestAuth:
        return RequestAuth.authenticate(Clerk(**{**OPTIONS, **over}), request(*headers))

    def get(self, value: Any) -> Any:
        return value

    def verbs(self, visit: Any) -> Any:
        return RequestFunctions(lambda: visit)


class Awaiting:
    """An `AsyncRequestAuth`, likewise."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def visit(self, *headers: tuple[str, str], **over: Any) -> AsyncRequestAuth:
        clerk = AsyncClerk(**{**OPTIONS, **over})
        visit: AsyncRequestAuth = self.get(AsyncRequestAuth.authenticate(clerk, request(*headers)))
        return visit

    def get(self, value: Any) -> Any:
        async def awaited() -> Any:
            return await value if isinstance(value, Awaitable) else value

        return self.loop.run_until_complete(awaited())

    def verbs(self, visit: Any) -> Any:
        return AsyncRequestFunctions(lambda: visit)


@pytest.fixture(params=[Waiting, Awaiting], ids=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Iterator[Any]:
    made = request.param()
    yield made
    if isinstance(made, Awaiting):
        made.loop.close()


def test_a_visit_knows_who_makes_its_request(face: Any) -> None:
    visit = face.visit(bearer("user_7"))

    assert visit.auth().user_id == "user_7"
    assert visit.state.status == "signed-in"
    assert visit.headers == ()
    assert visit.redirect is None


def test_a_visit_of_nobody_has_the_headers_that_say_why(face: Any) -> None:
    visit = face.visit()

    assert not visit.auth().is_authenticated
    assert ("x-clerk-auth-reason", "dev-browser-missing") in visit.headers


def test_a_session_is_known_at_once_in_both(face: Any) -> None:
    visit = face.visit(bearer("user_7", sts="pending"))

    assert visit.auth().user_id is None
    assert visit.auth(treat_pending_as_signed_out=False).user_id == "user_7"
    assert visit.auth(accepts_token="session_token").session_status == "pending"


def test_only_other_tokens_than_a_session_have_to_be_awaited() -> None:
    face = Awaiting()
    visit = face.visit(bearer("user_7"))

    several = visit.auth(accepts_token=["session_token", "api_key"])

    assert isinstance(several, Awaitable)
    assert face.get(several).user_id == "user_7"
    face.loop.close()


def test_a_redirect_is_the_response_in_the_applications_stead(face: Any) -> None:
    visit = face.visit(PAGE)

    response = visit.redirect

    assert response is not None
    assert response.status == 307
    assert visit.headers == ()
    assert visit.state.status == "handshake"


def test_a_program_is_asked_about_once(face: Any, backend: Instance) -> None:
    visit = face.visit(show("ak_1"), **backend.options())

    subjects = [
        face.get(visit.auth(accepts_token=kind)).subject
        for kind in ("api_key", ["api_key"], ("session_token", "api_key"), "any")
    ]

    assert subjects == ["user_9"] * 4
    assert backend.calls == ["POST /api_keys/verify"]
    assert not visit.auth().is_authenticated


def test_the_kinds_of_token_may_be_told_in_a_list_that_changes_later(
    face: Any, backend: Instance
) -> None:
    visit, kinds = face.visit(show("ak_1"), **backend.options()), ["m2m_token"]
    assert not face.get(visit.auth(accepts_token=kinds)).is_authenticated

    kinds[0] = "api_key"

    assert face.get(visit.auth(accepts_token=kinds)).is_authenticated
    assert not face.get(visit.auth(accepts_token=["m2m_token"])).is_authenticated


@pytest.mark.parametrize("slip", ["session", "api-key", ["api_key", "oauth"], ""])
def test_a_kind_of_token_that_does_not_exist_lets_nobody_in(face: Any, slip: Any) -> None:
    visit = face.visit(bearer("user_7"))

    with pytest.raises(TypeError, match="accepts_token"):
        face.get(visit.auth(accepts_token=slip))


def test_the_current_user_is_asked_for_once(face: Any, backend: Instance) -> None:
    visit = face.visit(bearer("user_7"), **backend.options())

    users = [face.get(visit.current_user()) for _ in range(3)]

    assert users[0].id == "user_7"
    assert users[0] is users[1] is users[2]
    assert backend.calls == ["GET /v1/users/user_7"]


def test_an_error_of_the_backend_api_is_raised(face: Any, backend: Instance) -> None:
    wrong = {**backend.options(), "secret_key": "sk_test_vutsrqponmlkjihgfedcba9876543210"}
    with pytest.raises(ClerkAPIError):
        face.get(face.visit(bearer("user_7"), **wrong).current_user())
    nowhere = {**backend.options(), "api_url": "http://127.0.0.1:9"}
    with pytest.raises(TransportError):
        face.get(face.visit(bearer("user_7"), **nowhere).current_user())


def test_who_may_not_pass_is_refused(face: Any) -> None:
    def status(*headers: tuple[str, str], **required: Any) -> int | None:
        refused: Response | None = face.get(face.visit(*headers).refuse(**required))
        return None if refused is None else refused.status

    assert status(bearer()) is None
    assert status(bearer(**ADMIN), role="org:admin") is None
    assert status(bearer(), role="org:admin") == 403
    assert status() == 401
    assert status(PAGE, SIGNED_OUT) == 307


def test_programs_pass_where_their_kind_of_token_is_accepted(face: Any, backend: Instance) -> None:
    def refused(shown: str, *accepts: Any, **required: Any) -> int | None:
        visit = face.visit(show(shown), **backend.options())
        response: Response | None = face.get(visit.refuse(*accepts, **required))
        return None if response is None else response.status

    assert refused("ak_1", "api_key") is None
    assert refused("ak_1", ["session_token", "api_key"]) is None
    assert refused("ak_1") == 401
    assert refused("ak_1", "m2m_token") == 401
    # A machine has scopes, and none of what can be required.
    assert refused("ak_1", "api_key", role="org:admin") == 403


def test_the_way_to_the_sign_in_page_leads_back(face: Any) -> None:
    visit = face.visit()

    here, there = (
        (visit.redirect_to_sign_in()),
        (visit.redirect_to_sign_in("/orders")),
    )

    assert here.status == there.status == 302
    assert (here.headers.get("location") or "").endswith("=http%3A%2F%2Flocalhost%2Fnotes")
    assert (there.headers.get("location") or "").endswith("=http%3A%2F%2Flocalhost%2Forders")
    with pytest.raises(ValueError, match="return_back_url"):
        (visit.redirect_to_sign_in("javascript:alert(1)"))


def test_a_visit_shows_no_secret_and_is_neither_copied_nor_pickled(face: Any) -> None:
    session = token()
    visit = face.visit(cookie(browser_cookies(session)))

    for value in (visit, visit.state, visit.auth(), visit.client, visit.client.settings):
        for secret in (SECRET_KEY, session, public_pem().splitlines()[1], "dvb_1"):
            assert secret not in repr(value)
    with pytest.raises(TypeError):
        copy.deepcopy(visit)
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(visit)


# What adapters are made of.


def test_verbs_ask_the_visit_of_the_current_request(face: Any, backend: Instance) -> None:
    visit = face.visit(bearer("user_7"), **backend.options())
    verbs = face.verbs(visit)

    assert verbs.auth().user_id == "user_7"
    assert face.get(verbs.auth(accepts_token="any")).user_id == "user_7"
    assert face.get(verbs.current_user()).id == "user_7"
    pending = face.verbs(face.visit(bearer("user_7", sts="pending")))
    assert pending.auth().user_id is None
    assert pending.auth(treat_pending_as_signed_out=False).user_id == "user_7"


def test_verbs_of_a_request_that_is_handed_in_ask_its_visit(backend: Instance) -> None:
    face = Awaiting()
    visits = {name: face.visit(bearer(name), **backend.options()) for name in ("user_7", "user_8")}
    find: Callable[[str], AsyncRequestAuth] = visits.__getitem__
    verbs = AsyncConnectionFunctions(find)

    for name, visit in visits.items():
        assert verbs.auth(name).user_id == name
        assert face.get(verbs.auth(name, accepts_token="any")).user_id == name
        user = face.get(verbs.current_user(name))
        assert user.id == name
        assert verbs.clerk_client(name) is visit.client
    with pytest.raises(KeyError):
        verbs.auth("user_9")
    face.loop.close()
