"""What a request without access gets: a page for a person, an error for a program."""

from __future__ import annotations

import json

import pytest

from clerk_core import ConfigurationError, RequestState, Reverification, reverification_error
from clerk_core._authentication.request.token_kinds import AcceptsToken, TokenType
from clerk_core._authentication.response.refusal import (
    redirect_if_needed,
    redirect_to_sign_in,
    refuse_access,
)
from clerk_core._authentication.result.authorization import Requirement, ReverificationRequirement
from clerk_core._authentication.tokens.machine_token import MachineToken
from clerk_core._messages import Request, Response
from clerk_core._reasons import Reason
from tests.authentication.result.support import (
    TOKEN,
    context,
    in_handshake,
    signed_in,
    signed_out,
)
from tests.support import SECRET_KEY, session_claims, settings

DOCUMENT = Request("GET", "https://app.example.com/notes", [("sec-fetch-dest", "document")])
DATA = Request("GET", "https://app.example.com/api", [("accept", "application/json")])
ADMIN = {"o": {"id": "org_1", "rol": "admin"}}
PORTAL = "https://happy-hippo-1.accounts.dev/sign-in"


def refused(response: Response | None) -> Response:
    assert response is not None
    return response


def error_code(response: Response) -> str:
    document = json.loads(response.content)
    assert document.keys() == {"errors"}
    assert document["errors"][0].keys() == {"code", "message"}
    assert document["errors"][0]["message"]
    code: str = document["errors"][0]["code"]
    return code


def test_a_signed_in_user_passes() -> None:
    assert refuse_access(signed_in(), {}) is None


def test_a_user_who_has_what_is_required_passes() -> None:
    assert refuse_access(signed_in(ADMIN), {"role": "admin"}) is None


@pytest.mark.parametrize("request_", [DOCUMENT, DATA])
@pytest.mark.parametrize(
    "required",
    [{"role": "owner"}, {"role": "admin", "plan": "gold"}, {"feature": ""}],
)
def test_a_user_who_lacks_what_is_required_is_told_so(
    request_: Request, required: Requirement
) -> None:
    response = refused(refuse_access(signed_in(ADMIN, request_), required))
    assert response.status == 403
    assert error_code(response) == "forbidden"
    assert response.headers.get("www-authenticate") is None
    assert response.headers.get("location") is None


def test_an_unknown_requirement_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="'roles'"):
        refuse_access(signed_in(), {"roles": "admin"})  # type: ignore[typeddict-unknown-key]


def test_a_program_without_a_session_gets_a_challenge() -> None:
    response = refused(refuse_access(signed_out(DATA), {}))
    assert response.status == 401
    assert error_code(response) == "unauthenticated"
    assert list(response.headers) == [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("www-authenticate", "Bearer"),
    ]


@pytest.mark.parametrize("required", [{}, {"role": "admin"}])
def test_a_program_without_a_session_is_unauthenticated_whatever_is_required(
    required: Requirement,
) -> None:
    assert refused(refuse_access(signed_out(DATA), required)).status == 401


def test_a_person_without_a_session_goes_to_sign_in_and_back() -> None:
    response = refused(refuse_access(signed_out(DOCUMENT), {}))
    assert response.status == 307
    assert response.content == b""
    assert list(response.headers) == [
        ("location", f"{PORTAL}?redirect_url=https%3A%2F%2Fapp.example.com%2Fnotes"),
        ("cache-control", "no-store"),
    ]


def posted(*headers: tuple[str, str]) -> Request:
    return Request("POST", DOCUMENT.url, headers)


NAVIGATION = ("sec-fetch-mode", "navigate")


@pytest.mark.parametrize(
    "request_",
    [
        posted(("sec-fetch-dest", "document")),
        posted(("sec-fetch-dest", "document"), NAVIGATION, ("sec-fetch-site", "cross-site")),
        posted(("sec-fetch-dest", "empty"), NAVIGATION, ("accept", "text/html")),
        posted(("accept", "text/html,application/xhtml+xml")),
    ],
)
def test_a_form_of_a_person_without_a_session_leads_to_sign_in(
    request_: Request,
) -> None:
    response = refused(refuse_access(signed_out(request_), {}))
    assert response.status == 303
    assert response.content == b""
    assert list(response.headers) == [("location", PORTAL), ("cache-control", "no-store")]


def test_a_form_leads_to_sign_in_and_back_to_the_page_that_held_it() -> None:
    form = posted(("sec-fetch-dest", "document"), ("referer", "https://app.example.com/new"))
    for response in (refuse_access(signed_out(form), {}), redirect_to_sign_in(signed_out(form))):
        location = refused(response).headers.get("location")
        assert location == f"{PORTAL}?redirect_url=https%3A%2F%2Fapp.example.com%2Fnew"


def test_a_form_of_a_browser_that_was_sent_in_vain_leads_to_sign_in_and_shows_no_error() -> None:
    form = posted(("sec-fetch-dest", "document"), ("cookie", "__clerk_redirect_count=3"))
    assert refused(refuse_access(signed_out(form), {})).status == 303


def test_a_navigation_that_a_service_worker_forwards_goes_to_sign_in() -> None:
    headers = [("sec-fetch-dest", "empty"), NAVIGATION, ("accept", "text/html")]
    response = refused(refuse_access(signed_out(Request("GET", DOCUMENT.url, headers)), {}))
    assert response.status == 307


@pytest.mark.parametrize(
    "request_",
    [
        posted(("sec-fetch-dest", "empty"), ("sec-fetch-mode", "cors"), ("accept", "text/html")),
        posted(("accept", "application/json")),
        Request("PUT", DOCUMENT.url, DOCUMENT.headers),
        Request("HEAD", DOCUMENT.url, DOCUMENT.headers),
        Request("GET", DOCUMENT.url, [("sec-fetch-dest", "empty"), ("accept", "text/html")]),
        Request("GET", DOCUMENT.url, [("accept", "*/*")]),
        Request("GET", DOCUMENT.url),
    ],
)
def test_only_a_navigation_is_redirected(request_: Request) -> None:
    assert refused(refuse_access(signed_out(request_), {})).status == 401


def test_a_page_of_ones_own_is_where_a_person_goes() -> None:
    using = settings(sign_in_url="/login")
    response = refused(refuse_access(signed_out(DOCUMENT, using), {}))
    location = response.headers.get("location") or ""
    assert location.startswith("https://app.example.com/login?redirect_url=")


def test_an_api_without_a_page_to_sign_in_answers_a_document_with_a_challenge() -> None:
    response = refused(refuse_access(signed_out(DOCUMENT, settings(publishable_key=None)), {}))
    assert response.status == 401
    assert error_code(response) == "unauthenticated"
    assert response.headers.get("www-authenticate") == "Bearer"


def test_a_browser_that_was_sent_in_vain_is_not_sent_again() -> None:
    for count, status in (("2", 307), ("3", 401), ("4", 401)):
        headers = [*DOCUMENT.headers, ("cookie", f"__clerk_redirect_count={count}")]
        state = signed_out(Request("GET", DOCUMENT.url, headers))
        assert refused(refuse_access(state, {})).status == status


def test_a_document_whose_url_is_none_is_not_led_back_anywhere() -> None:
    nowhere = Request("GET", "http://", [("sec-fetch-dest", "document")])
    response = refused(refuse_access(signed_out(nowhere), {}))
    assert response.headers.get("location") == PORTAL
    own = settings(sign_in_url="/login")
    response = refused(refuse_access(signed_out(nowhere, own), {}))
    assert response.headers.get("location") == "/login"


# A wrong secret key is the operator's to mend, and no visitor can sign in until it is.
OUTAGES = (Reason.JWK_REMOTE_FAILED_TO_LOAD, Reason.SECRET_KEY_INVALID)


@pytest.mark.parametrize("reason", OUTAGES)
@pytest.mark.parametrize("request_", [DOCUMENT, DATA])
def test_an_outage_of_clerk_is_nobodys_fault(request_: Request, reason: Reason) -> None:
    state = signed_out(request_, reason=reason)
    response = refused(refuse_access(state, {}))
    assert response.status == 503
    assert error_code(response) == "unavailable"
    assert response.headers.get("retry-after") == "5"
    assert response.headers.get("www-authenticate") is None


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in OUTAGES])
def test_every_other_reason_is_a_challenge(reason: Reason) -> None:
    assert refused(refuse_access(signed_out(DATA, reason=reason), {})).status == 401


def test_a_session_with_tasks_left_does_not_pass() -> None:
    pending = {**ADMIN, "sts": "pending"}
    assert refused(refuse_access(signed_in(pending, DATA), {})).status == 401
    assert refused(refuse_access(signed_in(pending, DATA), {"role": "admin"})).status == 401
    assert refused(refuse_access(signed_in(pending, DOCUMENT), {})).status == 307


def test_a_browser_in_a_handshake_does_not_pass() -> None:
    assert refused(refuse_access(in_handshake(DATA), {})).status == 401
    assert refused(refuse_access(in_handshake(DOCUMENT), {})).status == 307


def test_no_answer_shows_a_secret_or_a_reason_of_the_machinery() -> None:
    for state in (
        signed_in(None, DATA),
        signed_out(DATA, reason=Reason.SECRET_KEY_INVALID),
        signed_out(DATA, reason=Reason.JWK_REMOTE_FAILED_TO_LOAD),
    ):
        response = refused(refuse_access(state, {"role": "owner"}))
        shown = response.content.decode() + str(list(response.headers))
        for secret in (SECRET_KEY, TOKEN, "CLERK_", "user_1"):
            assert secret not in shown


# Who has to verify again.


@pytest.mark.parametrize(
    ("reverification", "shown"),
    [
        ("strict", "strict"),
        (("first_factor", 5), {"level": "first_factor", "afterMinutes": 5}),
        (Reverification("first_factor", 5), {"level": "first_factor", "afterMinutes": 5}),
        (
            {"level": "multi_factor", "after_minutes": 5},
            {"level": "multi_factor", "afterMinutes": 5},
        ),
    ],
)
def test_a_reverification_error_is_the_one_that_clerks_components_read(
    reverification: ReverificationRequirement, shown: object
) -> None:
    stale = signed_in({**ADMIN, "fva": [99, 99]})
    response = refused(refuse_access(stale, {"reverification": reverification}))

    assert response.status == 403
    assert response.headers.get("content-type") == "application/json"
    assert response.headers.get("x-clerk-auth-reason") == "reverification-error"
    assert (
        json.loads(response.content)
        == reverification_error(reverification)
        == {
            "clerk_error": {
                "type": "forbidden",
                "reason": "reverification-error",
                "metadata": {"reverification": shown},
            }
        }
    )


def test_verifying_again_is_asked_only_of_who_would_pass_then() -> None:
    stale, fresh = signed_in({**ADMIN, "fva": [99, 99]}), signed_in({**ADMIN, "fva": [1, 1]})

    owner: Requirement = {"role": "owner", "reverification": "strict"}
    admin: Requirement = {"role": "admin", "reverification": "strict"}

    assert error_code(refused(refuse_access(stale, owner))) == "forbidden"
    assert b"clerk_error" in refused(refuse_access(stale, admin)).content
    assert refuse_access(fresh, admin) is None
    for accepts in ("api_key", "any"):
        program = refuse_access(machine_signed_in(), {"reverification": "strict"}, accepts)
        assert error_code(refused(program)) == "forbidden"


def test_a_malformed_reverification_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"reverification_error\(\) argument 'reverification'"):
        reverification_error("stirct")  # type: ignore[arg-type]


# Why.


def test_a_refusal_says_why_where_the_state_does_not() -> None:
    for state, required, accepts, status, reason in (
        (signed_in({"sts": "pending"}), {}, "session_token", 401, "session-pending"),
        (signed_in(), {"role": "admin"}, "session_token", 403, "forbidden"),
        (machine_signed_in(), {}, "session_token", 401, "token-type-mismatch"),
    ):
        response = refused(refuse_access(state, required, accepts))  # type: ignore[arg-type]
        assert response.status == status
        assert response.headers.get("x-clerk-auth-reason") == reason
        assert response.headers.get("x-clerk-auth-message")


def test_a_refusal_says_what_to_send() -> None:
    for accepts, message in (
        ("session_token", "Sign in first."),
        ("any", "Sign in first."),
        ("api_key", "Send an API key in the Authorization header."),
        (["m2m_token", "api_key"], "Send an API key or an M2M token in the Authorization header."),
    ):
        response = refused(refuse_access(signed_out(DATA), {}, accepts))  # type: ignore[arg-type]
        assert json.loads(response.content)["errors"][0]["message"] == message


# Programs, and who is let in beside them.


def machine_signed_in(request_: Request = DATA) -> RequestState:
    return context(request_).signed_in("ak_x", MachineToken("api_key", "key_1", "user_9", ()))


def machine_signed_out(
    reason: Reason, kind: TokenType | None = "api_key", request_: Request = DATA
) -> RequestState:
    return context(request_).signed_out(reason, kind=kind)


def status_of(response: Response | None) -> int | None:
    return None if response is None else response.status


ACCEPTED: list[AcceptsToken] = ["api_key", ["api_key"], ("session_token", "api_key"), "any"]


@pytest.mark.parametrize("accepts", ACCEPTED)
def test_a_program_passes_where_its_kind_of_token_is_accepted(accepts: AcceptsToken) -> None:
    assert refuse_access(machine_signed_in(), {}, accepts) is None


@pytest.mark.parametrize("accepts", ["session_token", "m2m_token", ["session_token", "m2m_token"]])
def test_a_program_does_not_pass_where_its_kind_of_token_is_not_accepted(
    accepts: AcceptsToken,
) -> None:
    assert status_of(refuse_access(machine_signed_in(), {}, accepts)) == 401


@pytest.mark.parametrize("accepts", ACCEPTED)
def test_a_program_has_none_of_what_can_be_required(accepts: AcceptsToken) -> None:
    for required in ({"role": "org:admin"}, {"permission": "org:a:b"}, {"plan": "gold"}):
        question: Requirement = required  # type: ignore[assignment]
        assert status_of(refuse_access(machine_signed_in(), question, accepts)) == 403


@pytest.mark.parametrize("accepts", ["api_key", ["m2m_token", "oauth_token"]])
def test_a_user_does_not_pass_where_only_programs_do(accepts: AcceptsToken) -> None:
    assert status_of(refuse_access(signed_in(ADMIN), {}, accepts)) == 401
    assert status_of(refuse_access(signed_in(ADMIN), {"role": "admin"}, accepts)) == 401


@pytest.mark.parametrize("accepts", ["session_token", ["session_token", "api_key"], "any"])
def test_a_user_passes_beside_programs(accepts: AcceptsToken) -> None:
    assert refuse_access(signed_in(ADMIN), {"role": "admin"}, accepts) is None
    assert status_of(refuse_access(signed_in(ADMIN), {"role": "owner"}, accepts)) == 403


@pytest.mark.parametrize(
    ("accepts", "status"),
    [
        ("session_token", 307),
        (["session_token", "api_key"], 307),
        ("any", 307),
        ("api_key", 401),
        (["api_key", "m2m_token"], 401),
    ],
)
def test_a_person_is_sent_to_sign_in_only_where_that_would_help(
    accepts: AcceptsToken, status: int
) -> None:
    assert status_of(refuse_access(signed_out(DOCUMENT), {}, accepts)) == status


@pytest.mark.parametrize("kind", ["api_key", "m2m_token", "oauth_token"])
def test_a_machine_token_that_could_not_be_asked_about_is_an_outage(kind: TokenType) -> None:
    state = machine_signed_out(Reason.UNEXPECTED_ERROR, kind)
    for accepts in (kind, [kind], "any"):
        response = refused(refuse_access(state, {}, accepts))
        assert response.status == 503
        assert response.headers.get("retry-after") == "5"
        assert response.headers.get("www-authenticate") is None


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.TOKEN_INVALID, "api_key"),
        (Reason.NO_TOKEN_IN_HEADER, "api_key"),
        (Reason.TOKEN_TYPE_MISMATCH, None),
        (Reason.UNEXPECTED_ERROR, "session_token"),
        (Reason.UNEXPECTED_ERROR, None),
    ],
)
def test_a_token_that_does_not_hold_is_no_outage(reason: Reason, kind: TokenType | None) -> None:
    assert status_of(refuse_access(machine_signed_out(reason, kind), {}, "any")) == 401


# Elsewhere.


def test_the_way_to_the_sign_in_page_is_a_get_whatever_the_request_was() -> None:
    form = Request("POST", DOCUMENT.url, [*DOCUMENT.headers, ("referer", DOCUMENT.url)])
    for state, status in (
        (signed_out(DOCUMENT), 302),
        (signed_in(None, DOCUMENT), 302),
        (signed_out(form), 303),
        (signed_out(Request("DELETE", form.url, form.headers)), 303),
    ):
        response = redirect_to_sign_in(state)
        assert response.status == status
        assert response.content == b""
        assert list(response.headers) == [
            ("location", f"{PORTAL}?redirect_url=https%3A%2F%2Fapp.example.com%2Fnotes"),
            ("cache-control", "no-store"),
        ]


def test_the_sign_in_page_leads_back_to_where_the_application_says() -> None:
    location = redirect_to_sign_in(signed_out(DOCUMENT), "/orders").headers.get("location")
    assert location == f"{PORTAL}?redirect_url=https%3A%2F%2Fapp.example.com%2Forders"


@pytest.mark.parametrize("back", ["javascript:alert(1)", "data:text/html,x", "https://a b/"])
def test_no_one_is_led_back_to_what_is_no_page(back: str) -> None:
    with pytest.raises(ValueError, match="return_back_url"):
        redirect_to_sign_in(signed_out(DOCUMENT), back)


def test_a_line_break_makes_no_header_of_its_own() -> None:
    response = redirect_to_sign_in(signed_out(DOCUMENT), "/a\r\nset-cookie: b=1")
    assert [name for name, _ in response.headers] == ["location", "cache-control"]
    for _, value in response.headers:
        assert not set("\r\n") & set(value)


def test_without_a_page_to_sign_in_the_way_there_says_what_to_set() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SIGN_IN_URL"):
        redirect_to_sign_in(signed_out(DOCUMENT, settings(publishable_key=None)))


def test_a_browser_is_sent_on_only_where_the_state_says_so() -> None:
    for state in (signed_in(), signed_out(), signed_out(DOCUMENT)):
        assert redirect_if_needed(state) is None


def test_a_handshake_is_a_redirect_with_all_its_headers() -> None:
    state = in_handshake(DOCUMENT)
    response = refused(redirect_if_needed(state))
    assert response.status == 307
    assert response.content == b""
    assert tuple(response.headers) == state.headers
    assert response.headers.get("location") == state.redirect


def test_a_handshake_that_came_back_is_sent_on_with_its_cookies() -> None:
    headers = (("set-cookie", "a=1"), ("set-cookie", "b=2"), ("location", "https://app.example/"))
    state = context(DOCUMENT).signed_in(TOKEN, session_claims(), headers)
    response = refused(redirect_if_needed(state))
    assert response.status == 307
    assert response.headers.get_all("set-cookie") == ["a=1", "b=2"]


PREFLIGHT_HEADERS = [("origin", "https://front.example"), ("access-control-request-method", "PUT")]
PREFLIGHT = Request("OPTIONS", "https://app.example.com/api", PREFLIGHT_HEADERS)


@pytest.mark.parametrize(
    "state",
    [
        signed_out(PREFLIGHT),
        signed_out(PREFLIGHT, reason=Reason.JWK_REMOTE_FAILED_TO_LOAD),
        signed_in(ADMIN, PREFLIGHT),
    ],
)
def test_a_preflight_gets_an_empty_response_that_is_no_refusal(state: RequestState) -> None:
    response = refused(refuse_access(state, {"role": "owner"}))
    assert (response.status, list(response.headers), response.content) == (204, [], b"")


def test_a_preflight_of_somebody_who_may_pass_is_left_to_the_view() -> None:
    assert refuse_access(signed_in(ADMIN, PREFLIGHT), {"role": "admin"}) is None


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("OPTIONS", PREFLIGHT_HEADERS[:1]),
        ("OPTIONS", PREFLIGHT_HEADERS[1:]),
        ("OPTIONS", []),
        ("GET", PREFLIGHT_HEADERS),
        ("POST", PREFLIGHT_HEADERS),
    ],
)
def test_what_is_no_preflight_is_refused(method: str, headers: list[tuple[str, str]]) -> None:
    request = Request(method, "https://app.example.com/api", headers)
    assert refused(refuse_access(signed_out(request), {})).status == 401
