"""The authorization endpoint and its page: RFC 6749 (4.1), RFC 7636, RFC 9207, RFC 9700."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest

from clerk_core._messages import HttpRequest
from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from tests.local.local_helpers import Browser
from tests.local.oauth.client import (
    CALLBACK,
    STATE,
    Client,
    Parameter,
    application,
    form_of,
    location_of,
    parameters_of,
    registered,
    signed_in,
)

EVIL = "https://evil.example/callback"


def test_user_allows_access_on_a_page(client: Client, ada_browser: Browser) -> None:
    page = ada_browser.get(client.path(resource="http://localhost:8000/mcp"))
    text = page.content.decode()

    assert page.status == 200
    for shown in ("Notes", "ada@example.com", "read your email address", "localhost:3030"):
        assert shown in text
    assert "act for you at http://localhost:8000/mcp" in text
    assert "registered itself" not in text
    assert page.headers.get("x-frame-options") == "DENY"
    assert page.headers.get("cache-control") == "no-store"
    policy = page.headers.get("content-security-policy") or ""
    assert "form-action 'self'" in policy
    assert "http://localhost:3030" in policy

    location = client.allow(ada_browser)

    assert location.startswith(f"{CALLBACK}?code=")
    returned = parameters_of(location)
    assert returned.keys() == {"code", "state", "iss"}
    # RFC 6749, 4.1.2, and RFC 9207, 2.
    assert (returned["state"], returned["iss"]) == (STATE, client.local.url)


def test_user_refuses_access(client: Client, ada_browser: Browser) -> None:
    returned = parameters_of(client.decide(ada_browser, "deny"))

    assert returned["error"] == "access_denied"
    assert (returned["state"], returned["iss"]) == (STATE, client.local.url)
    assert "code" not in returned


def test_user_signs_in_first_and_comes_back(
    client: Client, browser: Browser, ada: SeededUser
) -> None:
    sign_in = location_of(browser.get(client.path())).removeprefix(client.local.url)
    assert sign_in.startswith("/sign-in?redirect_url=")

    onward = location_of(browser.sign_in(ada, sign_in)).removeprefix(client.local.url)

    assert onward.startswith("/oauth/authorize?")
    page = browser.get(onward)
    assert "ada@example.com" in page.content.decode()
    # The credential of the browser, which the sign-in page adds, goes no further.
    assert "__clerk_db_jwt" not in page.content.decode()


def test_user_is_known_by_the_cookie_only(
    local: LocalClerk, client: Client, ada: SeededUser, grace: SeededUser
) -> None:
    stranger, victim = signed_in(local, grace), signed_in(local, ada)
    (cookie,) = stranger.cookies.values()

    page = victim.get(f"{client.path()}&__clerk_db_jwt={cookie}")

    assert "ada@example.com" in page.content.decode()


def test_unknown_client_is_shown_to_the_user_only(client: Client, ada_browser: Browser) -> None:
    for client_id in ("unknown", "", None, (client.client_id, client.client_id)):
        response = ada_browser.get(client.path(client_id=client_id))
        assert (response.status, response.headers.get("location")) == (400, None)
        assert b"Unknown application" in response.content


OTHER_URIS: Sequence[Parameter] = [
    EVIL,
    f"{CALLBACK}/",
    f"{CALLBACK}?more=1",
    f"{CALLBACK}/../callback",
    CALLBACK.upper(),
    "http://127.0.0.1:3030/callback",
    "http://localhost:3031/callback",
    "",
    (CALLBACK, CALLBACK),
]


def test_redirect_uri_is_compared_exactly(client: Client, ada_browser: Browser) -> None:
    # RFC 9700, 2.1.
    page = ada_browser.get("/")
    for uri in OTHER_URIS:
        path = client.path(redirect_uri=uri)
        for response in (
            ada_browser.get(path),
            ada_browser.get(client.path(redirect_uri=uri, response_type="token")),
            ada_browser.submit(path.replace("/authorize", "/consent"), page, decision="deny"),
        ):
            assert (response.status, response.headers.get("location")) == (400, None), uri


def test_redirect_uri_may_be_missing_if_there_is_one(
    local: LocalClerk, client: Client, ada_browser: Browser
) -> None:
    # RFC 6749, 3.1.2.3.
    assert client.allow(ada_browser, redirect_uri=None).startswith(f"{CALLBACK}?code=")

    several = application(local, redirect_uris=[CALLBACK, f"{CALLBACK}/2"])
    assert ada_browser.get(several.path(redirect_uri=None)).status == 400


def test_query_of_a_redirect_uri_is_kept(local: LocalClerk, ada_browser: Browser) -> None:
    # RFC 6749, 3.1.2.
    client = application(local, redirect_uris=[f"{CALLBACK}?tenant=a%2Fb"])

    assert client.allow(ada_browser).startswith(f"{CALLBACK}?tenant=a%2Fb&code=")


INVALID: Sequence[tuple[dict[str, Parameter], str]] = [
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"scope": ("email", "profile")}, "invalid_request"),
    ({"scope": "email unknown"}, "invalid_scope"),
    ({"scope": 'email"'}, "invalid_scope"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"code_challenge": None}, "invalid_request"),
    ({"state": "short"}, "invalid_request"),
    ({"resource": "not-a-uri"}, "invalid_target"),
    ({"resource": "http://localhost:8000/mcp#fragment"}, "invalid_target"),
    ({"prompt": "login"}, "invalid_request"),
    ({"prompt": "none consent"}, "invalid_request"),
    ({"prompt": "none"}, "consent_required"),
]


def test_error_returns_to_the_client(client: Client, ada_browser: Browser) -> None:
    # RFC 6749, 4.1.2.1; RFC 8707, 2; OpenID Connect Core, 3.1.2.6.
    for over, error in INVALID:
        location = location_of(ada_browser.get(client.path(**over)))
        assert location.startswith(f"{CALLBACK}?error="), over
        returned = parameters_of(location)
        assert returned.pop("error_description"), over
        state = over.get("state", STATE)
        assert returned == {"error": error, "state": state, "iss": client.local.url}, over


def test_public_client_must_use_pkce(public: Client, ada_browser: Browser) -> None:
    # RFC 9700, 2.1.1.
    none = {"code_challenge": None, "code_challenge_method": None}
    location = location_of(ada_browser.get(public.path(**none)))

    assert parameters_of(location)["error"] == "invalid_request"


def test_confidential_client_needs_state_or_pkce(client: Client, ada_browser: Browser) -> None:
    without = {"code_challenge": None, "code_challenge_method": None}

    assert "code" in parameters_of(client.allow(ada_browser, **without))
    location = location_of(ada_browser.get(client.path(state=None, **without)))
    assert parameters_of(location)["error"] == "invalid_request"
    assert parameters_of(client.allow(ada_browser, state=None)).keys() == {"code", "iss"}


def test_signed_out_user_is_not_asked_if_the_client_forbids_it(
    client: Client, browser: Browser
) -> None:
    location = location_of(browser.get(client.path(prompt="none")))

    assert parameters_of(location)["error"] == "login_required"


class TestOpenTasks:
    """A session with open tasks counts as signed out."""

    @pytest.fixture
    def settings(self) -> InstanceSettings:
        return InstanceSettings(dynamic_oauth_client_registration=True, second_factor_required=True)

    def test_user_finishes_signing_in_first(self, public: Client, ada_browser: Browser) -> None:
        path = public.path()
        for response in (
            ada_browser.get(path),
            ada_browser.submit(path.replace("authorize", "consent"), ada_browser.get("/")),
        ):
            assert (response.status, response.headers.get("location")) == (403, None)
            assert b"Sign-in is not finished" in response.content
        location = location_of(ada_browser.get(public.path(prompt="none")))
        assert parameters_of(location)["error"] == "login_required"


def test_link_of_a_registered_client_redirects_nowhere_before_the_user_agrees(
    local: LocalClerk, ada_browser: Browser
) -> None:
    # RFC 9700, 4.11.2: anybody can register a client, and so make a link that leads anywhere.
    client = registered(local, redirect_uris=[EVIL])
    for over in ({"response_type": "token"}, {"prompt": "none"}, {"scope": "unknown"}):
        response = ada_browser.get(client.path(**over))
        assert (response.status, response.headers.get("location")) == (400, None)

    page = ada_browser.get(client.path())
    assert "evil.example" in page.content.decode()
    assert "nobody has checked its name" in page.content.decode()
    assert client.allow(ada_browser).startswith(f"{EVIL}?code=")


def test_native_application_returns_by_its_scheme(local: LocalClerk, ada_browser: Browser) -> None:
    client = registered(local, redirect_uris=["com.example.agent:/callback"])
    page = ada_browser.get(client.path())

    assert "com.example.agent:" in (page.headers.get("content-security-policy") or "")
    assert client.allow(ada_browser).startswith("com.example.agent:/callback?code=")


def test_application_without_consent_screen_needs_a_session_only(
    local: LocalClerk, ada_browser: Browser
) -> None:
    client = application(local, consent_screen_enabled=False)

    assert "code" in parameters_of(location_of(ada_browser.get(client.path())))
    assert "code" in parameters_of(location_of(ada_browser.get(client.path(prompt="none"))))
    assert ada_browser.get(client.path(prompt="consent")).status == 200


def test_form_of_another_site_grants_nothing(client: Client, ada_browser: Browser) -> None:
    action, _ = form_of(ada_browser.get(client.path()))

    for token in ("", "forged", "é"):
        response = ada_browser.submit(
            action, ada_browser.get("/"), form_token=token, decision="allow"
        )
        assert (response.status, response.headers.get("location")) == (403, None)
    assert form_of(ada_browser.get(action))[0] == action


def test_pages_of_this_machine_cannot_read_the_form(client: Client, ada_browser: Browser) -> None:
    # Cookies do not know ports: the browser sends those of the instance from a page of any port.
    local = client.local
    cookie = "; ".join(f"{name}={value}" for name, value in ada_browser.cookies.items())
    headers = [("cookie", cookie), ("origin", "http://localhost:9999")]
    path = client.path()
    for method in ("GET", "OPTIONS"):
        for spelling in (path, path.replace("?", "/?"), f"/{path}"):
            response = local.handle(HttpRequest(method, f"{local.url}{spelling}", headers))
            assert response.status in (200, 204)
            assert response.headers.get("access-control-allow-origin") is None
    api = local.handle(HttpRequest("GET", f"{local.url}/.well-known/jwks.json", headers))
    assert api.headers.get("access-control-allow-origin") == "http://localhost:9999"


def test_form_is_valid_for_its_request_only(
    client: Client, public: Client, ada_browser: Browser
) -> None:
    _, token = form_of(ada_browser.get(client.path()))
    action, _ = form_of(ada_browser.get(public.path()))

    response = ada_browser.submit(action, ada_browser.get("/"), form_token=token, decision="allow")

    assert response.status == 403


def test_form_is_valid_for_the_user_who_saw_it_only(
    client: Client, ada_browser: Browser, grace: SeededUser
) -> None:
    action, token = form_of(ada_browser.get(client.path()))
    ada_browser.submit("/sign-out", ada_browser.get("/sign-out"))
    signed_out = ada_browser.submit(action, ada_browser.get("/"), form_token=token)
    assert "/sign-in?" in location_of(signed_out)
    ada_browser.sign_in(grace)

    response = ada_browser.submit(action, ada_browser.get("/"), form_token=token, decision="allow")

    assert response.status == 403
    assert "grace@example.com" in response.content.decode()


def test_name_of_a_client_is_escaped(local: LocalClerk, ada_browser: Browser) -> None:
    client = registered(local, client_name="<script>alert(1)</script>")

    assert b"<script" not in ada_browser.get(client.path()).content


def test_request_by_form_becomes_a_link(local: LocalClerk, client: Client) -> None:
    # OpenID Connect Core, 3.1.2.1. RFC 9700, 4.12: 303, so that nothing is posted again.
    query = urlsplit(client.path()).query
    url = f"{local.url}/oauth/authorize"
    response = local.handle(
        HttpRequest("POST", url, [("origin", "https://a.example")], query.encode())
    )

    assert parameters_of(location_of(response)) == parameters_of(client.path())
    assert location_of(response).startswith(f"{url}?")
