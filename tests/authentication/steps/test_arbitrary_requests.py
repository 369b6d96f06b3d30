"""Arbitrary requests give a state, never an error, and forged tokens never sign in."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import Any, NamedTuple

from hypothesis import example, given
from hypothesis import strategies as st

from clerk_core import Keyring, SessionAuth, SignedIn, SignedOutAuth, sign_in_url, sign_up_url
from clerk_core._authentication.request.jwt import MalformedJwtError, decode
from clerk_core._authentication.request.token_kinds import AcceptsToken, is_accepted
from clerk_core._authentication.response.refusal import refuse_access
from clerk_core._authentication.result.access import SIGNED_IN
from clerk_core._authentication.result.auth import BaseSessionAuth, BaseSignedOutAuth
from clerk_core._flow import Flow, run
from clerk_core._messages import HttpRequest, HttpResponse, Request
from clerk_core._settings.settings import Settings
from clerk_core.errors import ConfigurationError, TransportError
from tests.authentication.steps.strategies import (
    ACCEPTED,
    ALL_SETTINGS,
    CLAIMS,
    EXPIRED,
    HEADER_PARAMETERS,
    JSON,
    KINDS,
    OPAQUE,
    OPTIONAL_CLAIMS,
    REQUESTS,
    REQUIREMENTS,
    RESPONSES,
    STRICT,
    VERIFIED,
)
from tests.authentication.steps.support import (
    DEVELOPMENT,
    ORIGIN,
    PRODUCTION,
    SUFFIX,
    State,
    authentication_flow,
    browser_cookies,
    cookie_header,
    handshake_token,
)
from tests.sample import examples
from tests.support import (
    KID,
    SESSION_CATEGORY,
    json_response,
    key_set,
    mint,
    session_claims,
    settings,
    sign,
)


class Outcome(NamedTuple):
    """The state of a request, and the API requests and responses that led to it."""

    state: State
    exchanges: list[tuple[HttpRequest, HttpResponse]]


def authenticate_with(
    request: Request,
    using: Settings,
    answers: list[HttpResponse | TransportError],
    accepts: AcceptsToken = "session_token",
) -> Outcome:
    """Authenticate a request with these responses; further requests fail."""
    remaining = list(answers)
    exchanges: list[tuple[HttpRequest, HttpResponse]] = []

    def send(request: HttpRequest) -> HttpResponse:
        answer = remaining.pop(0) if remaining else TransportError("No response.")
        if isinstance(answer, TransportError):
            raise answer
        exchanges.append((request, answer))
        return answer

    flow: Flow[State] = authentication_flow(request, using, Keyring(), accepts=accepts)
    return Outcome(run(flow, send), exchanges)


def assert_missing_key(using: Settings, error: ConfigurationError) -> None:
    """Assert that the error is about a missing secret key."""
    assert error.code == "secret-key-missing"
    assert using.secret_key is None


def assert_valid_state(authenticate_with: Outcome) -> None:
    """Assert that headers are valid and the Auth object is consistent."""
    state = authenticate_with.state
    for name, value in state.headers:
        assert type(name) is str
        assert type(value) is str
        assert name == name.lower()
        assert value.isascii()
        assert all(character.isprintable() for character in name + value)
    assert state.redirect is None or state.redirect.startswith(("http://", "https://"))
    assert isinstance(state, SignedIn) is state.is_authenticated is (state.token is not None)
    assert (state.reason is None) is state.is_authenticated
    if isinstance(state, SignedIn):
        assert is_genuine(state.token) or is_confirmed(state.token, authenticate_with.exchanges)


def is_genuine(token: str) -> bool:
    """Return whether signing the same text again gives the same token (RS256 is deterministic)."""
    try:
        jwt = decode(token)
    except MalformedJwtError:
        return False
    return token == resign(jwt.signing_input)


def resign(signing_input: bytes) -> str:
    header, claims = (
        base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)).decode()
        for part in signing_input.split(b".")
    )
    return sign(header, claims)


def is_confirmed(token: str, exchanges: list[tuple[HttpRequest, HttpResponse]]) -> bool:
    """Return whether Clerk confirmed that this token is valid."""
    for request, answer in exchanges:
        if not request.url.endswith("/verify") or token not in json.loads(request.content).values():
            continue
        with suppress(ValueError):
            known = json.loads(answer.content)
            return (
                200 <= answer.status < 300
                and isinstance(known["subject"], str)
                and known["subject"] != ""
                and known.get("revoked") is not True
                and known.get("expired") is not True
            )
    return False


def read_everything(state: State) -> None:
    """Read every attribute that applications may read."""
    for accepts in (None, *KINDS, "any", list(KINDS), []):
        for pending in (True, False):
            auth = state.auth(accepts, treat_pending_as_signed_out=pending)  # type: ignore[arg-type]
            assert auth.is_authenticated in (True, False)
            assert auth.is_authenticated <= state.is_authenticated
            assert auth.user_id is None or type(auth.user_id) is str
            assert auth.org_id is None or type(auth.org_id) is str
            assert auth.has() is False
            assert repr(auth)
            assert json.dumps(auth.debug()) == json.dumps(state.debug())
            if accepts in KINDS:
                assert auth.token_type == accepts
            if isinstance(auth, SessionAuth | SignedOutAuth):
                read_session(auth)
            else:
                for name in ("id", "subject", "name", "claims", "scopes", "client_id"):
                    assert repr(getattr(auth, name, None))
    assert repr(state)


def read_session(auth: BaseSessionAuth | BaseSignedOutAuth) -> None:
    for text in (auth.session_id, auth.session_status, auth.org_slug, auth.org_role):
        assert text is None or type(text) is str
    permissions = auth.org_permissions
    assert permissions is None or all(type(one) is str for one in permissions)
    assert auth.actor is None or type(auth.actor) is dict
    assert auth.session_claims is None or type(auth.session_claims) is dict
    ages = auth.factor_verification_age
    assert ages is None or len(ages) == 2


@examples(600)
@given(REQUESTS, st.sampled_from(ALL_SETTINGS), st.lists(RESPONSES, max_size=4), ACCEPTED)
def test_arbitrary_request_with_arbitrary_responses_has_a_state(
    request: Request,
    using: Settings,
    answers: list[HttpResponse | TransportError],
    accepts: AcceptsToken,
) -> None:
    try:
        found = authenticate_with(request, using, answers, accepts)
    except ConfigurationError as error:
        assert_missing_key(using, error)
        return
    assert_valid_state(found)
    read_everything(found.state)
    if found.state.is_authenticated:
        assert found.state.token_type is not None
        assert is_accepted(found.state.token_type, accepts)


@examples(250)
@given(REQUESTS, st.sampled_from(ALL_SETTINGS), ACCEPTED)
def test_arbitrary_request_is_refused_admitted_or_redirected(
    request: Request, using: Settings, accepts: AcceptsToken
) -> None:
    try:
        state = authenticate_with(request, using, [key_set()], accepts).state
    except ConfigurationError as error:
        assert_missing_key(using, error)
        return
    refusal = refuse_access(state, SIGNED_IN)
    assert (refusal is None) is state.auth("session_token").is_authenticated
    if refusal is not None:
        assert refusal.status in (303, 307, 401, 503)
        for name, value in refusal.headers:
            assert (name + value).isascii()
            assert (name + value).isprintable()
    for lead in (sign_in_url, sign_up_url):
        with suppress(ConfigurationError):
            url = lead(state)
            # A relative URL if the URL of the request is malformed.
            assert url.startswith(("http://", "https://")) or url == using.sign_in_url
            assert url.isascii()
            assert url.isprintable()


@examples(200)
@given(CLAIMS, HEADER_PARAMETERS, st.sampled_from([DEVELOPMENT, PRODUCTION, STRICT]), ACCEPTED)
@example({"sub": "mch_1"}, {"cat": "cl_B7d4PD333AAA"}, DEVELOPMENT, "any")
@example({"scope": [1], "scp": None}, {"typ": "at+jwt"}, DEVELOPMENT, "any")
def test_arbitrary_signed_claims_are_checked(
    claims: dict[str, object], header: dict[str, object], using: Settings, accepts: AcceptsToken
) -> None:
    token = mint(claims, header)
    for headers in (
        [("authorization", f"Bearer {token}")],
        [("cookie", f"__clerk_db_jwt=d; __client_uat=5; __session={token}")],
    ):
        found = authenticate_with(Request("GET", ORIGIN, headers), using, [], accepts)
        assert_valid_state(found)
        read_everything(found.state)


@examples(150)
@given(st.sampled_from(OPAQUE) | st.text(max_size=9).map("ak_{}".format), VERIFIED, ACCEPTED)
def test_arbitrary_verification_response_is_read(
    token: str, known: dict[str, object], accepts: AcceptsToken
) -> None:
    request = Request("GET", ORIGIN, [("authorization", f"Bearer {token}")])
    found = authenticate_with(request, DEVELOPMENT, [json_response(known)], accepts)
    assert_valid_state(found)
    read_everything(found.state)


@examples(250)
@given(OPTIONAL_CLAIMS, REQUIREMENTS)
@example({"v": 2, "o": {"id": "org_1", "rol": "admin", "per": "a", "fpm": "9" * 5000}}, {})
def test_arbitrary_optional_claims_are_read(
    claims: dict[str, object], requirement: dict[str, Any]
) -> None:
    header = json.dumps({"alg": "RS256", "cat": SESSION_CATEGORY, "kid": KID})
    token = sign(header, json.dumps(session_claims(claims)))
    state = authenticate_with(
        Request("GET", ORIGIN, [("authorization", token)]), DEVELOPMENT, []
    ).state
    assert isinstance(state, SignedIn)
    read_everything(state)
    auth = state.auth("session_token", treat_pending_as_signed_out=False)
    parts = [result_of_has(auth, {name: value}) for name, value in requirement.items()]
    expected = None if None in parts else bool(parts) and all(parts)
    assert result_of_has(auth, requirement) is expected


def result_of_has(auth: Any, requirement: dict[str, Any]) -> bool | None:
    """Return the result of `has()`, or None if it raises TypeError."""
    try:
        answer: bool = auth.has(**requirement)
    except TypeError:
        return None
    return answer


@examples(150)
@given(st.lists(JSON, max_size=4), st.booleans())
def test_arbitrary_directives_of_a_handshake_or_refresh_are_processed(
    directives: list[object], is_production: bool
) -> None:
    using = PRODUCTION if is_production else DEVELOPMENT
    answer = json_response({"directives": directives, "cookies": directives})
    assert_valid_state(
        authenticate_with(Request("GET", f"{ORIGIN}/?__clerk_handshake_nonce=n"), using, [answer])
    )
    token = handshake_token(*directives)
    assert_valid_state(
        authenticate_with(Request("GET", f"{ORIGIN}/?__clerk_handshake={token}"), using, [])
    )
    cookies = {**browser_cookies(EXPIRED), f"__refresh_{SUFFIX}": "r"}
    request = Request("GET", ORIGIN, [("cookie", cookie_header(cookies))])
    assert_valid_state(authenticate_with(request, DEVELOPMENT, [answer]))


@examples(60)
@given(st.text(max_size=60))
def test_arbitrary_pem_raises_configuration_error_or_rejects(pem: str) -> None:
    request = Request("GET", ORIGIN, [("authorization", mint())])
    with suppress(ConfigurationError):
        assert not authenticate_with(request, settings(jwt_key=pem), []).state.is_authenticated


@examples(100)
@given(JSON, JSON)
@example("\ud800", {})
def test_arbitrary_session_id_of_an_expired_token_is_processed(sid: object, more: object) -> None:
    cookies = {**browser_cookies(mint({"exp": 5, "sid": sid})), f"__refresh_{SUFFIX}": "r"}
    request = Request("GET", ORIGIN, [("cookie", cookie_header(cookies))])
    assert_valid_state(authenticate_with(request, DEVELOPMENT, [json_response(more)]))
