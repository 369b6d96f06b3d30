"""What a request without access gets: a page for a person, an error for a program."""

from __future__ import annotations

import json

import pytest

from clerk_core.answering.access import refuse_access
from clerk_core.outcome.authorization import Question
from clerk_core.words.messages import HttpResponse, Request
from clerk_core.words.reasons import Reason
from tests.outcome.support import TOKEN, in_handshake, signed_in, signed_out
from tests.support import SECRET_KEY, settings

DOCUMENT = Request("GET", "https://app.example.com/notes", [("sec-fetch-dest", "document")])
DATA = Request("GET", "https://app.example.com/api", [("accept", "application/json")])
ADMIN = {"o": {"id": "org_1", "rol": "admin"}}
PORTAL = "https://happy-hippo-1.accounts.dev/sign-in"


def refused(response: HttpResponse | None) -> HttpResponse:
    assert response is not None
    return response


def error_code(response: HttpResponse) -> str:
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
    [{"role": "owner"}, {"role": "admin", "plan": "gold"}, {"role": None}, {"feature": ""}],
)
def test_a_user_who_lacks_what_is_required_is_told_so(
    request_: Request, required: Question
) -> None:
    response = refused(refuse_access(signed_in(ADMIN, request_), required))
    assert response.status == 403
    assert error_code(response) == "forbidden"
    assert response.headers.get("www-authenticate") is None
    assert response.headers.get("location") is None


def test_an_unknown_requirement_is_a_mistake() -> None:
    with pytest.raises(TypeError):
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
    required: Question,
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


@pytest.mark.parametrize(
    "request_",
    [
        Request("POST", DOCUMENT.url, DOCUMENT.headers),
        Request("HEAD", DOCUMENT.url, DOCUMENT.headers),
        Request("GET", DOCUMENT.url, [("sec-fetch-dest", "empty"), ("accept", "text/html")]),
        Request("GET", DOCUMENT.url, [("accept", "*/*")]),
        Request("GET", DOCUMENT.url),
    ],
)
def test_only_a_document_is_redirected(request_: Request) -> None:
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
    nowhere = Request("GET", "nonsense", [("sec-fetch-dest", "document")])
    response = refused(refuse_access(signed_out(nowhere), {}))
    assert response.headers.get("location") == PORTAL
    own = settings(sign_in_url="/login")
    assert refused(refuse_access(signed_out(nowhere, own), {})).status == 401


@pytest.mark.parametrize("request_", [DOCUMENT, DATA])
def test_an_outage_of_clerk_is_nobodys_fault(request_: Request) -> None:
    state = signed_out(request_, reason=Reason.JWK_REMOTE_FAILED_TO_LOAD)
    response = refused(refuse_access(state, {}))
    assert response.status == 503
    assert error_code(response) == "unavailable"
    assert response.headers.get("retry-after") == "5"
    assert response.headers.get("www-authenticate") is None


@pytest.mark.parametrize(
    "reason", [reason for reason in Reason if reason is not Reason.JWK_REMOTE_FAILED_TO_LOAD]
)
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
