"""Malformed `Authorization` headers where OAuth tokens are accepted (RFC 6750, 3.1)."""

from __future__ import annotations

import pytest

from clerk_core._authentication.request.token_kinds import AcceptsToken
from clerk_core._authentication.response.refusal import refuse_access
from clerk_core._authentication.result.access import Access
from clerk_core._messages import Request, Response
from tests.authentication.result.support import signed_out


def response_to(*values: str, accepts_token: AcceptsToken = "oauth_token") -> Response:
    headers = [("authorization", value) for value in values]
    request = Request("GET", "https://app.example.com/mcp", headers)
    response = refuse_access(signed_out(request), Access(accepts_token, (), {}))
    assert response is not None
    return response


@pytest.mark.parametrize(
    "values",
    [
        ["Bearer"],
        ["Bearer two tokens"],
        ["Bearer oat_1, Bearer oat_2"],
        ["Bearer oat_1", "Bearer oat_2"],
        ['Bearer "oat_1"'],
        ["Bearer =oat"],
        ["bearer\toat_1"],
    ],
)
def test_bearer_scheme_without_exactly_one_token_is_an_invalid_request(values: list[str]) -> None:
    response = response_to(*values)
    challenge = response.headers.get("www-authenticate") or ""
    assert response.status == 400
    assert challenge.startswith('Bearer error="invalid_request", error_description="')
    assert "oat" not in challenge
    assert b"oat" not in response.content


@pytest.mark.parametrize("value", ["Bearer oat_1", "Bearer a.b-c_d~e+f/g==", "oat_1"])
def test_token_that_is_refused_is_an_invalid_token(value: str) -> None:
    response = response_to(value)
    challenge = response.headers.get("www-authenticate") or ""
    assert response.status == 401
    assert challenge.startswith('Bearer error="invalid_token"')


@pytest.mark.parametrize("values", [[], ["Basic YTpi"], ["Bearers a b"]])
def test_request_without_a_bearer_token_has_no_error_code(values: list[str]) -> None:
    response = response_to(*values)
    assert response.status == 401
    assert response.headers.get("www-authenticate") == "Bearer"


def test_malformed_header_is_a_401_where_no_oauth_token_is_accepted() -> None:
    assert response_to("Bearer two tokens", accepts_token="session_token").status == 401
