"""Responses to refused requests: redirects for browsers, JSON errors for API clients."""

from __future__ import annotations

import json

import pytest

from clerk_core import ConfigurationError, RequestState, Reverification, reverification_error
from clerk_core._authentication.request.token_kinds import AcceptsToken, TokenType
from clerk_core._authentication.response.error_response import Refusal
from clerk_core._authentication.response.redirects import sign_in_url
from clerk_core._authentication.response.refusal import (
    redirect_if_needed,
    redirect_to,
)
from clerk_core._authentication.response.refusal import refuse_access as refuse_access_of
from clerk_core._authentication.result.access import Access
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


def refuse_access(
    state: RequestState, required: Requirement, accepts_token: AcceptsToken = "session_token"
) -> Response | None:
    return refuse_access_of(state, Access(accepts_token, (), required))


def code_of(response: Response) -> str:
    assert isinstance(response, Refusal)
    if response.headers.get("content-type") == "application/json":
        assert error_code_of(response) == response.code
    return response.code


def redirect_to_sign_in(state: RequestState, return_back_url: str | None = None) -> Response:
    return redirect_to(state, sign_in_url(state, return_back_url))


def checked(response: Response | None) -> Response:
    assert response is not None
    return response


def error_code_of(response: Response) -> str:
    document = json.loads(response.content)
    assert document.keys() == {"errors"}
    assert document["errors"][0].keys() == {"code", "message"}
    assert document["errors"][0]["message"]
    code: str = document["errors"][0]["code"]
    return code


def test_signed_in_user_is_admitted() -> None:
    assert refuse_access(signed_in(), {}) is None


def test_user_who_meets_the_requirement_is_admitted() -> None:
    assert refuse_access(signed_in(ADMIN), {"role": "admin"}) is None


@pytest.mark.parametrize("request_", [DOCUMENT, DATA])
@pytest.mark.parametrize(
    "required",
    [{"role": "owner"}, {"role": "admin", "plan": "gold"}, {"feature": ""}],
)
def test_user_who_fails_the_requirement_gets_403(request_: Request, required: Requirement) -> None:
    response = checked(refuse_access(signed_in(ADMIN, request_), required))
    assert response.status == 403
    assert code_of(response) == "forbidden"
    assert response.headers.get("www-authenticate") is None
    assert response.headers.get("location") is None


def test_unknown_requirement_raises_type_error() -> None:
    with pytest.raises(TypeError, match="'roles'"):
        refuse_access(signed_in(), {"roles": "admin"})  # type: ignore[typeddict-unknown-key]


def test_api_client_without_a_session_gets_a_challenge() -> None:
    response = checked(refuse_access(signed_out(DATA), {}))
    assert response.status == 401
    assert error_code_of(response) == "unauthenticated"
    assert list(response.headers) == [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("www-authenticate", "Bearer"),
    ]


def test_challenge_says_that_a_token_in_the_header_is_invalid() -> None:
    with_token = Request("GET", DATA.url, [*DATA.headers, ("authorization", "Bearer wrong")])
    response = checked(refuse_access(signed_out(with_token), {}))
    challenge = response.headers.get("www-authenticate") or ""
    assert challenge.startswith('Bearer error="invalid_token", error_description="')


@pytest.mark.parametrize("required", [{}, {"role": "admin"}])
def test_api_client_without_a_session_gets_401_for_any_requirement(
    required: Requirement,
) -> None:
    assert checked(refuse_access(signed_out(DATA), required)).status == 401


def test_signed_out_browser_is_redirected_to_sign_in() -> None:
    response = checked(refuse_access(signed_out(DOCUMENT), {}))
    assert response.status == 307
    assert response.content == b""
    assert list(response.headers) == [
        ("location", f"{PORTAL}?redirect_url=https%3A%2F%2Fapp.example.com%2Fnotes"),
        ("cache-control", "no-store"),
    ]


def post_request(*headers: tuple[str, str]) -> Request:
    return Request("POST", DOCUMENT.url, headers)


NAVIGATION = ("sec-fetch-mode", "navigate")


@pytest.mark.parametrize(
    "request_",
    [
        post_request(("sec-fetch-dest", "document")),
        post_request(("sec-fetch-dest", "document"), NAVIGATION, ("sec-fetch-site", "cross-site")),
        post_request(("sec-fetch-dest", "empty"), NAVIGATION, ("accept", "text/html")),
        post_request(("accept", "text/html,application/xhtml+xml")),
    ],
)
def test_signed_out_form_is_redirected_to_sign_in(
    request_: Request,
) -> None:
    response = checked(refuse_access(signed_out(request_), {}))
    assert response.status == 303
    assert response.content == b""
    assert list(response.headers) == [("location", PORTAL), ("cache-control", "no-store")]


def test_signed_out_form_returns_to_its_page_after_sign_in() -> None:
    form = post_request(("sec-fetch-dest", "document"), ("referer", "https://app.example.com/new"))
    for response in (refuse_access(signed_out(form), {}), redirect_to_sign_in(signed_out(form))):
        location = checked(response).headers.get("location")
        assert location == f"{PORTAL}?redirect_url=https%3A%2F%2Fapp.example.com%2Fnew"


def test_form_is_redirected_to_sign_in_despite_the_redirect_count() -> None:
    form = post_request(("sec-fetch-dest", "document"), ("cookie", "__clerk_redirect_count=3"))
    assert checked(refuse_access(signed_out(form), {})).status == 303


def test_navigation_forwarded_by_a_service_worker_is_redirected() -> None:
    headers = [("sec-fetch-dest", "empty"), NAVIGATION, ("accept", "text/html")]
    response = checked(refuse_access(signed_out(Request("GET", DOCUMENT.url, headers)), {}))
    assert response.status == 307


@pytest.mark.parametrize(
    "request_",
    [
        post_request(
            ("sec-fetch-dest", "empty"), ("sec-fetch-mode", "cors"), ("accept", "text/html")
        ),
        post_request(("accept", "application/json")),
        Request("PUT", DOCUMENT.url, DOCUMENT.headers),
        Request("HEAD", DOCUMENT.url, DOCUMENT.headers),
        Request("GET", DOCUMENT.url, [("sec-fetch-dest", "empty"), ("accept", "text/html")]),
        Request("GET", DOCUMENT.url, [("accept", "*/*")]),
        Request("GET", DOCUMENT.url),
    ],
)
def test_only_a_navigation_is_redirected(request_: Request) -> None:
    assert checked(refuse_access(signed_out(request_), {})).status == 401


def test_configured_sign_in_page_is_used() -> None:
    using = settings(sign_in_url="/login")
    response = checked(refuse_access(signed_out(DOCUMENT, using), {}))
    location = response.headers.get("location") or ""
    assert location.startswith("https://app.example.com/login?redirect_url=")


def test_document_gets_a_challenge_without_a_sign_in_page() -> None:
    response = checked(refuse_access(signed_out(DOCUMENT, settings(publishable_key=None)), {}))
    assert response.status == 401
    assert code_of(response) == "unauthenticated"
    assert response.headers.get("www-authenticate") == "Bearer"


def test_person_who_navigates_gets_a_page_that_loads_nothing() -> None:
    response = checked(refuse_access(signed_in(ADMIN, DOCUMENT), {"role": "<owner>"}))
    page = response.content.decode()
    assert response.headers.get("content-type") == "text/html; charset=utf-8"
    assert "default-src 'none'" in (response.headers.get("content-security-policy") or "")
    assert response.headers.get("cache-control") == "no-store"
    assert "do not have permission" in page
    assert "/organization" in page
    for text in ("<script", "src=", "<owner>", "sess_"):
        assert text not in page


def test_page_for_a_signed_in_user_can_sign_out() -> None:
    own = settings(sign_out_url="/sign-out")
    response = checked(refuse_access(signed_in(ADMIN, DOCUMENT, own), {"role": "<owner>"}))
    page = response.content.decode()
    assert '<form method="post" action="/sign-out"><button>Sign out</button></form>' in page
    assert "Sign in as somebody else" not in page

    without = checked(refuse_access(signed_in(ADMIN, DOCUMENT), {"role": "<owner>"}))
    assert "<form" not in without.content.decode()
    assert "form-action 'none'" in (without.headers.get("content-security-policy") or "")


def test_page_lets_the_sign_out_form_redirect_to_a_sign_in_page_on_another_origin() -> None:
    """Browsers apply `form-action` to all redirects that follow a form."""
    own = settings(sign_out_url="/sign-out")
    response = checked(refuse_access(signed_in(ADMIN, DOCUMENT, own), {"role": "<owner>"}))

    policy = response.headers.get("content-security-policy") or ""
    assert "default-src 'none'" in policy
    assert "form-action" not in policy


def test_redirect_loop_ends_with_401() -> None:
    for count, status in (("2", 307), ("3", 401), ("4", 401)):
        headers = [*DOCUMENT.headers, ("cookie", f"__clerk_redirect_count={count}")]
        state = signed_out(Request("GET", DOCUMENT.url, headers))
        assert checked(refuse_access(state, {})).status == status


def test_document_with_an_invalid_url_has_no_return_url() -> None:
    nowhere = Request("GET", "http://", [("sec-fetch-dest", "document")])
    response = checked(refuse_access(signed_out(nowhere), {}))
    assert response.headers.get("location") == PORTAL
    own = settings(sign_in_url="/login")
    response = checked(refuse_access(signed_out(nowhere, own), {}))
    assert response.headers.get("location") == "/login"


# With a wrong secret key no visitor can sign in until the operator fixes it.
OUTAGES = (Reason.JWK_REMOTE_FAILED_TO_LOAD, Reason.SECRET_KEY_INVALID)


@pytest.mark.parametrize("reason", OUTAGES)
@pytest.mark.parametrize("request_", [DOCUMENT, DATA])
def test_outage_of_clerk_gives_503(request_: Request, reason: Reason) -> None:
    state = signed_out(request_, reason=reason)
    response = checked(refuse_access(state, {}))
    assert response.status == 503
    assert code_of(response) == "unavailable"
    assert response.headers.get("retry-after") == "5"
    assert response.headers.get("www-authenticate") is None


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in OUTAGES])
def test_every_other_reason_gives_401(reason: Reason) -> None:
    assert checked(refuse_access(signed_out(DATA, reason=reason), {})).status == 401


def test_pending_session_is_refused() -> None:
    pending = {**ADMIN, "sts": "pending"}
    assert checked(refuse_access(signed_in(pending, DATA), {})).status == 401
    assert checked(refuse_access(signed_in(pending, DATA), {"role": "admin"})).status == 401
    assert checked(refuse_access(signed_in(pending, DOCUMENT), {})).status == 307


def test_handshake_state_is_refused() -> None:
    assert checked(refuse_access(in_handshake(DATA), {})).status == 401
    assert checked(refuse_access(in_handshake(DOCUMENT), {})).status == 307


def test_responses_reveal_no_secret_and_no_internal_reason() -> None:
    for state in (
        signed_in(None, DATA),
        signed_out(DATA, reason=Reason.SECRET_KEY_INVALID),
        signed_out(DATA, reason=Reason.JWK_REMOTE_FAILED_TO_LOAD),
    ):
        response = checked(refuse_access(state, {"role": "owner"}))
        shown = response.content.decode() + str(list(response.headers))
        for secret in (SECRET_KEY, TOKEN, "CLERK_", "user_1"):
            assert secret not in shown


# Reverification


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
def test_reverification_error_has_the_format_of_clerk_components(
    reverification: ReverificationRequirement, shown: object
) -> None:
    stale = signed_in({**ADMIN, "fva": [99, 99]})
    response = checked(refuse_access(stale, {"reverification": reverification}))

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


def test_reverification_is_requested_only_if_nothing_else_fails() -> None:
    stale, fresh = signed_in({**ADMIN, "fva": [99, 99]}), signed_in({**ADMIN, "fva": [1, 1]})

    owner: Requirement = {"role": "owner", "reverification": "strict"}
    admin: Requirement = {"role": "admin", "reverification": "strict"}

    assert error_code_of(checked(refuse_access(stale, owner))) == "forbidden"
    assert b"clerk_error" in checked(refuse_access(stale, admin)).content
    assert refuse_access(fresh, admin) is None
    for accepts in ("api_key", "any"):
        program = refuse_access(machine_signed_in(), {"reverification": "strict"}, accepts)
        assert error_code_of(checked(program)) == "forbidden"


def test_malformed_reverification_raises_type_error() -> None:
    with pytest.raises(TypeError, match=r"reverification_error\(\) argument 'reverification'"):
        reverification_error("stirct")  # type: ignore[arg-type]


# Reasons


def test_refusal_has_a_reason_of_its_own_if_the_state_has_none() -> None:
    for state, required, accepts, status, reason in (
        (signed_in({"sts": "pending"}), {}, "session_token", 401, "session-pending"),
        (signed_in(), {"role": "admin"}, "session_token", 403, "forbidden"),
        (machine_signed_in(), {}, "session_token", 401, "token-type-mismatch"),
    ):
        response = checked(refuse_access(state, required, accepts))  # type: ignore[arg-type]
        assert response.status == status
        assert response.headers.get("x-clerk-auth-reason") == reason
        assert response.headers.get("x-clerk-auth-message")


def test_refusal_names_the_accepted_tokens() -> None:
    for accepts, message in (
        ("session_token", "Sign in first."),
        ("any", "Sign in first."),
        ("api_key", "Send an API key in the Authorization header."),
        (["m2m_token", "api_key"], "Send an API key or an M2M token in the Authorization header."),
    ):
        response = checked(refuse_access(signed_out(DATA), {}, accepts))  # type: ignore[arg-type]
        assert json.loads(response.content)["errors"][0]["message"] == message


# Machine tokens


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
def test_machine_token_of_an_accepted_type_is_admitted(accepts: AcceptsToken) -> None:
    assert refuse_access(machine_signed_in(), {}, accepts) is None


@pytest.mark.parametrize("accepts", ["session_token", "m2m_token", ["session_token", "m2m_token"]])
def test_machine_token_of_another_type_is_refused(
    accepts: AcceptsToken,
) -> None:
    assert status_of(refuse_access(machine_signed_in(), {}, accepts)) == 401


@pytest.mark.parametrize("accepts", ACCEPTED)
def test_machine_token_meets_no_requirement(accepts: AcceptsToken) -> None:
    for required in ({"role": "org:admin"}, {"permission": "org:a:b"}, {"plan": "gold"}):
        question: Requirement = required  # type: ignore[assignment]
        assert status_of(refuse_access(machine_signed_in(), question, accepts)) == 403


@pytest.mark.parametrize("accepts", ["api_key", ["m2m_token", "oauth_token"]])
def test_user_is_refused_where_only_machine_tokens_are_accepted(accepts: AcceptsToken) -> None:
    assert status_of(refuse_access(signed_in(ADMIN), {}, accepts)) == 401
    assert status_of(refuse_access(signed_in(ADMIN), {"role": "admin"}, accepts)) == 401


@pytest.mark.parametrize("accepts", ["session_token", ["session_token", "api_key"], "any"])
def test_user_is_admitted_where_machine_tokens_are_accepted_too(accepts: AcceptsToken) -> None:
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
def test_browser_is_redirected_only_if_sessions_are_accepted(
    accepts: AcceptsToken, status: int
) -> None:
    assert status_of(refuse_access(signed_out(DOCUMENT), {}, accepts)) == status


@pytest.mark.parametrize("kind", ["api_key", "m2m_token", "oauth_token"])
def test_unverifiable_machine_token_gives_503(kind: TokenType) -> None:
    state = machine_signed_out(Reason.UNEXPECTED_ERROR, kind)
    for accepts in (kind, [kind], "any"):
        response = checked(refuse_access(state, {}, accepts))
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
def test_invalid_token_gives_401(reason: Reason, kind: TokenType | None) -> None:
    assert status_of(refuse_access(machine_signed_out(reason, kind), {}, "any")) == 401


# Redirects


def test_redirect_to_sign_in_is_followed_by_get() -> None:
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


def test_redirect_to_sign_in_has_the_given_return_url() -> None:
    location = redirect_to_sign_in(signed_out(DOCUMENT), "/orders").headers.get("location")
    assert location == f"{PORTAL}?redirect_url=https%3A%2F%2Fapp.example.com%2Forders"


@pytest.mark.parametrize("back", ["javascript:alert(1)", "data:text/html,x", "https://a b/"])
def test_invalid_return_url_raises_value_error(back: str) -> None:
    with pytest.raises(ValueError, match="return_back_url"):
        redirect_to_sign_in(signed_out(DOCUMENT), back)


def test_line_break_in_the_return_url_adds_no_header() -> None:
    response = redirect_to_sign_in(signed_out(DOCUMENT), "/a\r\nset-cookie: b=1")
    assert [name for name, _ in response.headers] == ["location", "cache-control"]
    for _, value in response.headers:
        assert not set("\r\n") & set(value)


def test_redirect_to_sign_in_without_a_page_raises_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SIGN_IN_URL"):
        redirect_to_sign_in(signed_out(DOCUMENT, settings(publishable_key=None)))


def test_redirect_if_needed_is_none_without_a_handshake() -> None:
    for state in (signed_in(), signed_out(), signed_out(DOCUMENT)):
        assert redirect_if_needed(state) is None


def test_handshake_is_a_redirect_with_all_headers() -> None:
    state = in_handshake(DOCUMENT)
    response = checked(redirect_if_needed(state))
    assert response.status == 307
    assert response.content == b""
    assert tuple(response.headers) == state.headers
    assert response.headers.get("location") == state.redirect


def test_resolved_handshake_is_a_redirect_with_cookies() -> None:
    headers = (("set-cookie", "a=1"), ("set-cookie", "b=2"), ("location", "https://app.example/"))
    state = context(DOCUMENT).signed_in(TOKEN, session_claims(), headers)
    response = checked(redirect_if_needed(state))
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
def test_refused_preflight_gets_an_empty_204(state: RequestState) -> None:
    response = checked(refuse_access(state, {"role": "owner"}))
    assert (response.status, list(response.headers), response.content) == (204, [], b"")


def test_preflight_of_an_admitted_user_reaches_the_view() -> None:
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
def test_other_requests_than_preflights_are_refused(
    method: str, headers: list[tuple[str, str]]
) -> None:
    request = Request(method, "https://app.example.com/api", headers)
    assert checked(refuse_access(signed_out(request), {})).status == 401
