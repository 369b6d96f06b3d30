"""The token endpoint: RFC 6749 (4.1.3, 5, 6), RFC 7636 (4.6), RFC 8707, RFC 9068, RFC 9700."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest

from clerk_core import Keyring, Request, Settings, authenticate, run
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.local_helpers import START, Backend, Browser, Clock
from tests.local.oauth.client import (
    VERIFIER,
    Client,
    Parameter,
    application,
    document,
    error_of,
    registered,
    signed_in,
)

MCP, OTHER = "http://localhost:8000/mcp", "http://localhost:9000/mcp"
DAY = 24 * 60 * 60


def verify(local: LocalClerk, token: str) -> dict[str, Any]:
    body = {"access_token": token}
    return Backend(local).read("POST", "/v1/oauth_applications/access_tokens/verify", body)


def decoded(local: LocalClerk, token: str, audience: str) -> dict[str, Any]:
    # The clock of the instance is ahead of that of this machine.
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    claims: dict[str, Any] = jwt.decode(
        token, local.jwt_key, ["RS256"], options, audience=audience, issuer=local.url
    )
    return claims


def is_accepted(local: LocalClerk, token: str) -> bool:
    return verify(local, token)["revoked"] is False


def test_code_is_exchanged_for_tokens(
    local: LocalClerk, client: Client, ada_browser: Browser, ada: SeededUser
) -> None:
    response = client.redeem(client.code(ada_browser))
    tokens = document(response)

    # RFC 6749, 5.1.
    assert response.headers.get("cache-control") == "no-store"
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", DAY)
    assert tokens["scope"] == "openid profile email offline_access"
    assert tokens["access_token"].startswith("oat_")
    found = verify(local, tokens["access_token"])
    assert (found["subject"], found["client_id"]) == (ada.user_id, client.client_id)
    assert found["scopes"] == tokens["scope"].split()
    assert found["expiration"] == int(START * 1000) + DAY * 1000
    assert "aud" not in found


def test_code_is_accepted_once_and_then_revokes_its_tokens(
    local: LocalClerk, client: Client, ada_browser: Browser
) -> None:
    # RFC 6749, 4.1.2.
    code = client.code(ada_browser)
    tokens = document(client.redeem(code))
    assert is_accepted(local, tokens["access_token"])

    assert error_of(client.redeem(code)) == "invalid_grant"

    assert not is_accepted(local, tokens["access_token"])
    assert error_of(client.refresh(tokens["refresh_token"])) == "invalid_grant"


def test_code_is_accepted_once_by_several_threads(client: Client, ada_browser: Browser) -> None:
    code = client.code(ada_browser)
    with ThreadPoolExecutor() as threads:
        responses = list(threads.map(lambda _: client.redeem(code), range(8)))

    assert sorted(one.status for one in responses) == [200, *[400] * 7]


def test_code_expires_after_ten_minutes(client: Client, ada_browser: Browser, clock: Clock) -> None:
    code = client.code(ada_browser)
    clock.now += 10 * 60

    assert error_of(client.redeem(code)) == "invalid_grant"


def test_code_is_bound_to_redirect_uri_and_challenge(client: Client, ada_browser: Browser) -> None:
    # RFC 6749, 4.1.3; RFC 7636, 4.6.
    wrong: Sequence[dict[str, Parameter]] = [
        {"redirect_uri": "http://localhost:3030/callback/"},
        {"redirect_uri": None},
        {"code_verifier": f"{VERIFIER}x"},
        {"code_verifier": "short"},
        {"code_verifier": None},
    ]
    for over in wrong:
        code = client.code(ada_browser)
        assert error_of(client.redeem(code, **over)) == "invalid_grant", over
        # It was tried once, so that nobody can guess.
        assert error_of(client.redeem(code)) == "invalid_grant"
    assert error_of(client.redeem("clk_code_unknown")) == "invalid_grant"


def test_code_is_bound_to_its_client(
    local: LocalClerk, client: Client, public: Client, ada_browser: Browser
) -> None:
    code = client.code(ada_browser)

    assert error_of(public.redeem(code)) == "invalid_grant"
    # Who presents the code of another client cannot make it useless.
    assert "access_token" in document(client.redeem(code))


def test_verifier_without_challenge_is_refused(client: Client, ada_browser: Browser) -> None:
    # RFC 9700, 2.1.1: the challenge may have been removed from the request.
    code = client.code(ada_browser, code_challenge=None, code_challenge_method=None)

    assert error_of(client.redeem(code)) == "invalid_grant"


def test_redirect_uri_stays_missing(client: Client, ada_browser: Browser) -> None:
    code = client.code(ada_browser, redirect_uri=None)

    assert "access_token" in document(client.redeem(code, redirect_uri=None))


MALFORMED: Sequence[tuple[dict[str, Parameter], str]] = [
    ({}, "invalid_request"),
    ({"grant_type": "authorization_code"}, "invalid_request"),
    ({"grant_type": "refresh_token"}, "invalid_request"),
    ({"grant_type": "password"}, "unsupported_grant_type"),
    ({"grant_type": ("refresh_token", "refresh_token")}, "invalid_request"),
    ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
]


def test_malformed_request_is_refused(client: Client) -> None:
    # RFC 6749, 3.2 and 5.2.
    for fields, error in MALFORMED:
        assert error_of(client.post("/oauth/token", fields)) == error, fields


def send(local: LocalClerk, content: str, authorization: str = "") -> HttpResponse:
    headers = [("authorization", authorization)] if authorization else []
    return local.handle(HttpRequest("POST", f"{local.url}/oauth/token", headers, content.encode()))


def basic(name: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"


def test_confidential_client_proves_who_it_is(local: LocalClerk, client: Client) -> None:
    # RFC 6749, 2.3.1 and 5.2.
    named = f"grant_type=refresh_token&refresh_token=x&client_id={client.client_id}"
    for response in (
        send(local, named),
        send(local, f"{named}&client_secret=wrong"),
        send(local, "grant_type=refresh_token", basic(client.client_id, "wrong")),
        send(local, "grant_type=refresh_token", basic("unknown", client.secret)),
        send(local, "grant_type=refresh_token", "Basic ???"),
    ):
        assert error_of(response, 401) == "invalid_client"
        assert (response.headers.get("www-authenticate") or "").startswith("Basic ")

    # By the header or in the body, but not in both.
    secret = f"{named}&client_secret={client.secret}"
    assert error_of(send(local, secret)) == "invalid_grant"
    credentials = basic(client.client_id, client.secret)
    assert error_of(send(local, named, credentials)) == "invalid_grant"
    assert error_of(send(local, secret, credentials)) == "invalid_request"
    other = f"{named}x"
    assert error_of(send(local, other, credentials)) == "invalid_request"


def test_public_client_has_no_secret(public: Client) -> None:
    fields: dict[str, Parameter] = {"grant_type": "refresh_token", "client_secret": "any"}

    assert error_of(public.post("/oauth/token", fields), 401) == "invalid_client"


def test_refresh_token_is_rotated(local: LocalClerk, public: Client, ada_browser: Browser) -> None:
    # RFC 9700, 4.14.2.
    first = public.connect(ada_browser)
    second = document(public.refresh(first["refresh_token"]))
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    third = document(public.refresh(second["refresh_token"]))

    assert error_of(public.refresh(first["refresh_token"])) == "invalid_grant"

    # Somebody has stolen the first one: nobody can go on.
    assert error_of(public.refresh(third["refresh_token"])) == "invalid_grant"
    assert not is_accepted(local, third["access_token"])


def test_refresh_token_is_bound_to_its_client(
    local: LocalClerk, public: Client, ada_browser: Browser
) -> None:
    token = public.connect(ada_browser)["refresh_token"]

    assert error_of(registered(local).refresh(token)) == "invalid_grant"
    assert "access_token" in document(public.refresh(token))


def test_refresh_narrows_scopes_and_never_widens_them(public: Client, ada_browser: Browser) -> None:
    # RFC 6749, 6.
    tokens = public.connect(ada_browser, scope="email profile offline_access")
    assert error_of(public.refresh(tokens["refresh_token"], scope="openid")) == "invalid_scope"

    again = public.connect(ada_browser, scope="email profile offline_access")
    narrow = document(public.refresh(again["refresh_token"], scope="email"))
    assert narrow["scope"] == "email"
    assert (
        document(public.refresh(narrow["refresh_token"]))["scope"] == "email profile offline_access"
    )


def test_refresh_token_needs_offline_access(client: Client, ada_browser: Browser) -> None:
    assert "refresh_token" not in client.connect(ada_browser, scope="email")


def test_default_scopes_are_profile_and_email(client: Client, ada_browser: Browser) -> None:
    assert client.connect(ada_browser, scope=None)["scope"] == "profile email"


def test_custom_scope_is_granted(client: Client, ada_browser: Browser) -> None:
    assert client.connect(ada_browser, scope="notes:read")["scope"] == "notes:read"


def test_resource_becomes_the_audience(
    local: LocalClerk, client: Client, ada_browser: Browser
) -> None:
    # RFC 8707, 2.
    both = client.connect(ada_browser, resource=(MCP, OTHER))
    assert verify(local, both["access_token"])["aud"] == [MCP, OTHER]

    narrow = document(client.refresh(both["refresh_token"], resource=OTHER))
    assert verify(local, narrow["access_token"])["aud"] == [OTHER]


def test_resource_that_was_not_granted_is_refused(client: Client, ada_browser: Browser) -> None:
    code = client.code(ada_browser, resource=MCP)

    assert error_of(client.redeem(code, resource=OTHER)) == "invalid_target"


@pytest.mark.parametrize(
    "remove",
    [
        lambda backend, user: backend.read("POST", f"/v1/users/{user}/ban"),
        lambda backend, user: backend.read("DELETE", f"/v1/users/{user}"),
    ],
    ids=["banned", "deleted"],
)
def test_user_who_cannot_sign_in_gets_no_token(
    backend: Backend,
    public: Client,
    ada_browser: Browser,
    ada: SeededUser,
    remove: Callable[[Backend, str], object],
) -> None:
    code = public.code(ada_browser)
    token = public.connect(ada_browser)["refresh_token"]

    remove(backend, ada.user_id)

    assert error_of(public.refresh(token)) == "invalid_grant"
    assert error_of(public.redeem(code)) == "invalid_grant"


def test_id_token_names_the_user_and_the_client(
    local: LocalClerk, client: Client, ada_browser: Browser, ada: SeededUser
) -> None:
    # OpenID Connect Core, 2 and 3.1.3.7.
    token = client.connect(ada_browser, nonce="nonce-of-the-client")["id_token"]
    claims = decoded(local, token, client.client_id)

    assert (claims["sub"], claims["email"]) == (ada.user_id, "ada@example.com")
    assert claims["nonce"] == "nonce-of-the-client"
    assert claims["auth_time"] == int(START)
    assert "id_token" not in client.connect(ada_browser, scope="email")


def test_id_token_is_no_session_token(
    local: LocalClerk, client: Client, ada_browser: Browser, ada: SeededUser
) -> None:
    def status(token: str) -> str:
        request = Request("GET", "http://localhost/", [("authorization", f"Bearer {token}")])
        flow = authenticate(request, Settings(**local.options()), now=START, keyring=Keyring())
        return run(flow, local.handle).status

    session_token = local.session_token(local.create_session(ada.user_id))
    tokens = client.connect(ada_browser)

    assert status(session_token) == "signed-in"
    for name in ("id_token", "access_token", "refresh_token"):
        assert status(tokens[name]) == "signed-out"


def test_secrets_are_not_in_the_store(
    local: LocalClerk, public: Client, client: Client, ada_browser: Browser
) -> None:
    code = public.code(ada_browser)
    tokens = public.connect(ada_browser)

    dump = "\n".join(local._store._connection.iterdump())

    for secret in (code, tokens["refresh_token"], client.secret):
        assert secret not in dump


class TestJwtAccessTokens:
    """Access tokens as RFC 9068 has them, which the instance issues unless it is told otherwise."""

    @pytest.fixture
    def settings(self) -> InstanceSettings:
        return InstanceSettings(
            dynamic_oauth_client_registration=True, oauth_scopes=("notes:read",)
        )

    def test_claims(
        self, local: LocalClerk, public: Client, ada_browser: Browser, ada: SeededUser
    ) -> None:
        token = public.connect(ada_browser, resource=MCP)["access_token"]
        header = jwt.get_unverified_header(token)
        claims = decoded(local, token, MCP)

        assert header["typ"] == "at+jwt"
        assert "cat" not in header
        assert (claims["sub"], claims["client_id"]) == (ada.user_id, public.client_id)
        assert claims["scope"] == "openid profile email offline_access"
        assert claims["exp"] - claims["iat"] == DAY
        found = verify(local, token)
        assert (found["id"], found["aud"]) == (claims["jti"], [MCP])
        assert found["subject"] == ada.user_id

    def test_expired_token_is_not_active(
        self, local: LocalClerk, public: Client, ada_browser: Browser, clock: Clock
    ) -> None:
        token = public.connect(ada_browser)["access_token"]
        clock.now += DAY

        assert verify(local, token) == {"active": False}

    def test_it_cannot_be_revoked(self, public: Client, ada_browser: Browser) -> None:
        tokens = public.connect(ada_browser)
        fields: dict[str, Parameter] = {"token": tokens["access_token"]}

        response = public.post("/oauth/token/revoke", fields)

        assert error_of(response) == "unsupported_token_type"
        assert public.user_info(tokens["access_token"]).status == 200

    def test_no_other_token_is_taken_for_it(
        self, local: LocalClerk, client: Client, ada_browser: Browser, ada: SeededUser
    ) -> None:
        id_token = client.connect(ada_browser)["id_token"]
        session_token = local.session_token(local.create_session(ada.user_id))

        for token in (id_token, session_token):
            assert client.user_info(token).status == 401


def test_two_users_have_separate_grants(
    local: LocalClerk, public: Client, ada: SeededUser, grace: SeededUser
) -> None:
    tokens = {person.user_id: public.connect(signed_in(local, person)) for person in (ada, grace)}

    public.post("/oauth/token/revoke", {"token": tokens[ada.user_id]["refresh_token"]})

    assert not is_accepted(local, tokens[ada.user_id]["access_token"])
    assert is_accepted(local, tokens[grace.user_id]["access_token"])


def test_deleted_application_has_no_tokens(
    local: LocalClerk, backend: Backend, ada_browser: Browser
) -> None:
    client = application(local)
    token = client.connect(ada_browser)["access_token"]
    (found,) = backend.read("GET", "/v1/oauth_applications")["data"]

    backend.read("DELETE", f"/v1/oauth_applications/{found['id']}")

    path = "/v1/oauth_applications/access_tokens/verify"
    assert backend.error("POST", path, {"access_token": token})[0] == 404
