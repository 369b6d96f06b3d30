"""What every adapter does, whatever its framework."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.adapters.backend import PRIVATE, Backend, bearer, browser_cookies, cookie, show, token
from tests.adapters.conftest import Build
from tests.adapters.site import PAGE, Site
from tests.support import (
    HOST,
    SECRET_KEY,
    other_rsa_key,
    public_pem,
    publishable_key,
    tampered,
)

ADMIN: dict[str, Any] = {
    "o": {"id": "org_1", "rol": "admin", "slg": "acme", "per": "read", "fpm": "1"}
}
ACCOUNTS = "happy-hippo-1.accounts.dev"


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


# --- who is asking -------------------------------------------------------------------------------


def test_an_adapter_knows_who_sends_a_session_token(site: Site) -> None:
    assert site.visit("/", bearer("user_7")).json() == {
        "is_authenticated": True,
        "user_id": "user_7",
        "session_id": "sess_of_user_7",
        "session_status": "active",
        "org_id": None,
    }


def test_an_adapter_knows_whose_browser_it_is(site: Site) -> None:
    cookies = browser_cookies(token("user_7"))

    assert site.visit("/", cookie(cookies)).user_id == "user_7"
    assert site.visit("/", PAGE, cookie(cookies)).user_id == "user_7"


def test_an_adapter_knows_the_active_organization(site: Site) -> None:
    assert site.visit("/", bearer(**ADMIN)).json()["org_id"] == "org_1"


def test_nobody_is_signed_in_without_a_token(site: Site) -> None:
    answer = site.visit("/")

    assert answer.user_id is None
    assert answer.json()["is_authenticated"] is False
    assert answer.header("x-clerk-auth-status") == "signed-out"
    assert answer.header("x-clerk-auth-reason") == "dev-browser-missing"


@pytest.mark.parametrize(
    "shown",
    [
        tampered(token()),
        token(key=other_rsa_key()),
        token(exp=int(time.time()) - 60),
        "nonsense",
        "a.b.c",
        "",
    ],
    ids=["tampered", "of another key", "expired", "nonsense", "of three parts", "empty"],
)
def test_a_token_that_does_not_hold_signs_nobody_in_and_crashes_nothing(
    site: Site, shown: str
) -> None:
    answer = site.visit("/", show(shown))

    assert answer.user_id is None
    assert answer.header("x-clerk-auth-status") == "signed-out"
    assert site.visit("/guarded", show(shown)).status == 401


def test_a_session_with_tasks_left_counts_only_where_that_is_asked_for(site: Site) -> None:
    pending = bearer(sts="pending")

    assert site.visit("/", pending).user_id is None
    assert site.visit("/", pending).json()["session_status"] == "pending"
    assert site.visit("/pending", pending).user_id == "user_1"
    assert site.visit("/guarded", pending).status == 401


def test_a_signed_in_answer_has_no_headers_of_a_signed_out_one(site: Site) -> None:
    answer = site.visit("/", bearer())

    assert not [name for name, _ in answer.headers if name.lower().startswith("x-clerk")]


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS"])
def test_other_methods_are_answered_like_get(site: Site, method: str) -> None:
    signed_out, signed_in = site.visit("/", method=method), site.visit("/", bearer(), method=method)

    assert signed_out.status == signed_in.status == 200
    assert signed_out.header("x-clerk-auth-status") == "signed-out"
    assert not signed_in.header("x-clerk-auth-status")
    if method == "POST":
        assert signed_in.user_id == "user_1"
    if method == "HEAD":
        assert signed_in.content == b""


def test_no_other_method_than_get_is_sent_to_a_handshake(site: Site) -> None:
    for method in ("POST", "HEAD", "OPTIONS"):
        assert site.visit("/", PAGE, method=method).status == 200


@pytest.mark.parametrize("host", ["a b", "a/b", "user@host", "[::1", "host:port", "\xff\xfe", "<>"])
def test_a_malformed_host_header_does_no_harm(site: Site, host: str) -> None:
    for headers in ((("host", host),), (("host", host), PAGE), (("host", host), bearer())):
        assert site.visit("/", *headers).status in (200, 307, 400)
        assert site.visit("/guarded", *headers).status in (200, 307, 400, 401)


def test_a_cookie_outside_of_ascii_does_no_harm(site: Site) -> None:
    name, value = cookie(browser_cookies(token()))

    for odd in ("name=Jos\xc3\xa9", "n\xff=\xfe", 'pref={"a":1}', "a/b=1", "x@y", "=", "%E9=%E9"):
        assert site.visit("/", (name, f"{odd}; {value}")).user_id == "user_1"


def test_a_foreign_authorization_scheme_leaves_the_cookie_to_count(site: Site) -> None:
    cookies = cookie(browser_cookies(token()))

    assert site.visit("/", cookies, ("authorization", "Basic dTpw")).user_id == "user_1"
    assert site.visit("/", cookies, ("authorization", "")).user_id == "user_1"


# --- handshakes ----------------------------------------------------------------------------------


def test_a_page_is_redirected_to_a_handshake_with_all_its_headers(site: Site) -> None:
    answer = site.visit("/guarded?page=2", PAGE)

    assert answer.status == 307
    assert answer.header("location").startswith(f"https://{HOST}/v1/client/handshake?")
    query = query_of(answer.header("location"))
    assert query["redirect_url"] == "http://localhost/guarded?page=2"
    assert answer.header("cache-control") == "no-store"
    assert answer.header("x-clerk-auth-reason") == "dev-browser-missing"
    assert answer.cookies()["__clerk_redirect_count"].startswith("1;")
    assert answer.content == b""


def test_a_page_that_does_not_exist_is_no_exception(site: Site) -> None:
    assert site.visit("/no-such-page", PAGE).status == 307


def test_a_handshake_that_came_back_sets_all_cookies_and_leaves_the_address_bar_clean(
    site: Site, backend: Backend
) -> None:
    session = token("user_7")
    backend.nonces["n1"] = [
        f"__session={session}; Path=/; SameSite=Lax",
        "__client_uat=1; Path=/",
        "__clerk_db_jwt=dvb_2; Path=/",
    ]

    answer = site.visit("/?page=2&__clerk_handshake_nonce=n1", PAGE)

    assert answer.status == 307
    assert answer.header("location") == "http://localhost/?page=2"
    assert list(answer.cookies()) == ["__session", "__client_uat", "__clerk_db_jwt"]
    assert answer.cookies()["__session"] == f"{session}; Path=/; SameSite=Lax"


def test_a_handshake_that_needs_no_redirect_sets_its_cookies_beside_those_of_the_view(
    build: Build, backend: Backend
) -> None:
    site = build(publishable_key=publishable_key("clerk.app.example", "live"))
    backend.nonces["n1"] = [f"__session={token('user_7')}; Path=/", "__client_uat=1; Path=/"]

    answer = site.visit("/cookies", PAGE, ("cookie", "__clerk_handshake_nonce=n1"))

    assert answer.status == 200
    assert sorted(answer.cookies()) == ["__client_uat", "__session", "first", "second"]


def test_a_handshake_sets_its_cookies_on_an_error_too(build: Build, backend: Backend) -> None:
    site = build(publishable_key=publishable_key("clerk.app.example", "live"))

    for nonce, path, status in (("n1", "/refused", 418), ("n2", "/crash", 500), ("n3", "/x", 404)):
        backend.nonces[nonce] = [f"__session={token()}; Path=/", "__client_uat=1; Path=/"]
        answer = site.visit(path, PAGE, ("cookie", f"__clerk_handshake_nonce={nonce}"))
        assert answer.status == status
        assert sorted(answer.cookies()) == ["__client_uat", "__session"]


def test_a_handshake_is_not_started_for_ever(site: Site) -> None:
    answer = site.visit("/", PAGE, ("cookie", "__clerk_redirect_count=3"))

    assert answer.user_id is None


# --- headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/stream", 200), ("/refused", 418), ("/crash", 500), ("/no-such-page", 404)],
)
def test_every_response_says_why_nobody_is_signed_in(site: Site, path: str, status: int) -> None:
    answer = site.visit(path)

    assert answer.status == status
    assert answer.headers.get_all("x-clerk-auth-status") == ["signed-out"]


def test_a_streamed_response_knows_who_is_asking(site: Site) -> None:
    assert site.visit("/stream", bearer("user_7")).content == b"It is user_7"


def test_an_error_handler_knows_who_is_asking(site: Site) -> None:
    answer = site.visit("/refused", bearer("user_7"))

    assert answer.status == 418
    assert answer.json()["user_id"] == "user_7"


# --- guarded views -------------------------------------------------------------------------------


def test_a_guarded_view_lets_a_signed_in_user_pass(site: Site) -> None:
    assert site.visit("/guarded", bearer()).user_id == "user_1"
    assert site.visit("/called", bearer()).user_id == "user_1"
    assert site.visit("/guarded", cookie(browser_cookies(token()))).user_id == "user_1"


def test_a_guarded_view_refuses_a_program_with_401(site: Site) -> None:
    for path in ("/guarded", "/called", "/admin"):
        answer = site.visit(path)
        assert answer.status == 401
        assert answer.header("content-type") == "application/json"
        assert answer.header("www-authenticate") == "Bearer"
        assert answer.header("cache-control") == "no-store"
        assert answer.json()["errors"][0]["code"] == "unauthenticated"
        assert answer.header("x-clerk-auth-reason") == "dev-browser-missing"


def test_a_guarded_view_sends_a_person_to_sign_in_and_back(site: Site) -> None:
    signed_out = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})

    answer = site.visit("/guarded?page=2", PAGE, signed_out)

    assert answer.status == 307
    assert answer.header("location").startswith(f"https://{ACCOUNTS}/sign-in?")
    query = query_of(answer.header("location"))
    assert query["redirect_url"] == "http://localhost/guarded?page=2"
    assert answer.header("cache-control") == "no-store"
    assert answer.header("x-clerk-auth-status") == "signed-out"


def test_a_script_of_a_page_is_refused_with_401_and_not_redirected(site: Site) -> None:
    script = (("sec-fetch-dest", "empty"), ("accept", "text/html"))

    assert site.visit("/guarded", *script).status == 401


@pytest.mark.parametrize(
    ("path", "granting"),
    [
        ("/admin", ADMIN),
        ("/reports", {**ADMIN, "fea": "o:reports"}),
        ("/search", {"fea": "u:search"}),
        ("/gold", {"pla": "u:gold"}),
        ("/fresh", {"fva": [1, 1]}),
        ("/golden-admin", {**ADMIN, "pla": "u:gold"}),
    ],
)
def test_a_view_with_a_condition_refuses_who_lacks_it_with_403(
    site: Site, path: str, granting: dict[str, object]
) -> None:
    refused = site.visit(path, bearer("user_7", fva=[100, 100]))
    page_refused = site.visit(path, PAGE, cookie(browser_cookies(token(fva=[100, 100]))))
    passed = site.visit(path, bearer("user_8", **granting))

    assert refused.status == page_refused.status == 403
    assert refused.header("content-type") == "application/json"
    assert refused.json()["errors"][0]["code"] == "forbidden"
    assert passed.user_id == "user_8"


def test_a_view_with_two_conditions_wants_both(site: Site) -> None:
    assert site.visit("/golden-admin", bearer(**ADMIN)).status == 403
    assert site.visit("/golden-admin", bearer(pla="u:gold")).status == 403


def test_a_preflight_reaches_a_guarded_view_without_a_token(site: Site) -> None:
    preflight = (("origin", "http://other"), ("access-control-request-method", "GET"))

    assert site.visit("/guarded", *preflight, method="OPTIONS").status == 200


def test_an_outage_of_clerk_is_no_401(build: Build) -> None:
    # Nothing listens on port 9, and no key is at hand.
    site = build(jwt_key=None, api_url="http://127.0.0.1:9")

    answer = site.visit("/guarded", bearer())

    assert answer.status == 503
    assert answer.header("retry-after") == "5"
    assert site.visit("/", bearer()).user_id is None


def test_without_a_sign_in_page_a_person_is_refused_with_401(build: Build) -> None:
    site = build(publishable_key=None)

    assert site.visit("/guarded", PAGE).status == 401


# --- signing in ----------------------------------------------------------------------------------


def test_a_view_redirects_to_the_sign_in_page_and_back_to_itself(site: Site) -> None:
    answer = site.visit("/to-sign-in")

    assert answer.status in (302, 303, 307)
    assert answer.header("location").startswith(f"https://{ACCOUNTS}/sign-in?")
    assert query_of(answer.header("location"))["redirect_url"] == "http://localhost/to-sign-in"


def test_a_view_chooses_where_the_sign_in_page_leads_back_to(site: Site) -> None:
    answer = site.visit("/to-sign-in?back=/orders?page=2")

    query = query_of(answer.header("location"))
    assert query["redirect_url"] == "http://localhost/orders?page=2"


def test_the_sign_in_page_may_be_one_of_the_applications_own(build: Build) -> None:
    answer = build(sign_in_url="/sign-in").visit("/to-sign-in")

    assert answer.header("location").startswith("http://localhost/sign-in?redirect_url=")


def test_a_url_to_lead_back_to_that_is_none_is_an_error_and_no_redirect(site: Site) -> None:
    answer = site.visit("/to-sign-in?back=javascript:alert(1)")

    assert answer.status == 500
    assert not answer.header("location")


# --- the current user ----------------------------------------------------------------------------


def test_the_current_user_costs_one_call_a_request(site: Site, backend: Backend) -> None:
    first, second = site.visit("/user", bearer("user_7")), site.visit("/user", bearer("user_8"))

    assert first.json()["first_name"] == "First of user_7"
    assert second.json()["first_name"] == "First of user_8"
    assert backend.paths() == ["GET /v1/users/user_7", "GET /v1/users/user_8"]
    assert backend.connections == 1


def test_there_is_no_current_user_signed_out(site: Site, backend: Backend) -> None:
    assert site.visit("/user").json() is None
    assert site.visit("/user", bearer(sts="pending")).json() is None
    assert backend.received == []


def test_a_request_that_asks_for_no_user_costs_no_call(site: Site, backend: Backend) -> None:
    site.visit("/guarded", bearer())

    assert backend.received == []


def test_private_metadata_does_not_reach_a_browser(site: Site) -> None:
    public, whole = site.visit("/user", bearer()), site.visit("/user/json", bearer())

    assert public.json()["public_metadata"] == {"plan": "gold"}
    for answer in (public, whole):
        assert PRIVATE not in answer.content.decode()
        assert "private_metadata" not in answer.content.decode()


def test_a_token_for_a_template_is_fetched(site: Site, backend: Backend) -> None:
    answer = site.visit("/token", bearer("user_7"))

    assert answer.json() == {"token": "supabase of sess_of_user_7"}
    assert backend.paths() == ["POST /v1/sessions/sess_of_user_7/tokens/supabase"]
    assert site.visit("/token").json() == {"token": None}


# --- programs ------------------------------------------------------------------------------------

PROGRAMS = [
    ("api_key", "ak_1", "POST /api_keys/verify", "user_9"),
    ("m2m_token", "mt_1", "POST /m2m_tokens/verify", "mch_9"),
    ("oauth_token", "oat_1", "POST /oauth_applications/access_tokens/verify", "user_9"),
]


@pytest.mark.parametrize(("kind", "shown", "call", "subject"), PROGRAMS)
@pytest.mark.parametrize("form", ["{kind}", "{kind},", "session_token,{kind}", "any"])
def test_a_program_is_known_by_its_token_at_one_call_a_request(
    site: Site, backend: Backend, kind: str, shown: str, call: str, subject: str, form: str
) -> None:
    answer = site.visit(f"/program?accepts={form.format(kind=kind)}", show(shown))

    assert answer.json() == {
        "is_authenticated": True,
        "token_type": kind,
        "user_id": subject if subject.startswith("user_") else None,
        "org_id": None,
        "subject": subject,
        "scopes": ["read"],
    }
    assert backend.paths() == [call]


def test_a_program_costs_one_call_a_request_in_however_many_forms_it_is_asked_for(
    site: Site, backend: Backend
) -> None:
    answer = site.visit("/programs", show("ak_1"))

    assert [one["subject"] for one in answer.json()] == ["user_9"] * 5
    assert backend.paths() == ["POST /api_keys/verify"]


def test_every_request_of_a_program_is_verified_anew(site: Site, backend: Backend) -> None:
    assert site.visit("/program?accepts=any", show("ak_1")).json()["is_authenticated"]
    backend.machines["api_keys"] = {}

    assert not site.visit("/program?accepts=any", show("ak_1")).json()["is_authenticated"]
    assert len(backend.received) == 2


@pytest.mark.parametrize("shown", ["ak_1", "mt_1", "oat_1"])
@pytest.mark.parametrize(
    "path", ["/", "/guarded", "/admin", "/user", "/program?accepts=session_token"]
)
def test_a_program_costs_no_call_where_only_a_session_is_asked_for(
    site: Site, backend: Backend, path: str, shown: str
) -> None:
    answer = site.visit(path, show(shown))

    assert answer.status in (200, 401)
    assert not (answer.status == 200 and (answer.json() or {}).get("is_authenticated"))
    assert backend.received == []


@pytest.mark.parametrize("accepts", ["m2m_token", "oauth_token", "m2m_token,oauth_token"])
def test_a_program_costs_no_call_where_its_kind_of_token_is_not_accepted(
    site: Site, backend: Backend, accepts: str
) -> None:
    answer = site.visit(f"/program?accepts={accepts}", show("ak_1"))

    assert not answer.json()["is_authenticated"]
    assert answer.json()["subject"] is None
    assert backend.received == []


@pytest.mark.parametrize("accepts", ["any", "session_token,api_key", "api_key,session_token,"])
def test_a_user_is_known_where_programs_are_let_in_too(
    site: Site, backend: Backend, accepts: str
) -> None:
    for headers in ([bearer("user_7")], [PAGE, cookie(browser_cookies(token("user_7")))]):
        answer = site.visit(f"/program?accepts={accepts}", *headers)
        assert answer.json()["user_id"] == "user_7"
        assert answer.json()["token_type"] == "session_token"
    assert backend.received == []


def test_a_user_is_nobody_where_only_programs_are_let_in(site: Site) -> None:
    for accepts in ("api_key", "m2m_token,oauth_token"):
        answer = site.visit(f"/program?accepts={accepts}", bearer("user_7"))
        assert not answer.json()["is_authenticated"]
        assert answer.json()["user_id"] is None


def test_an_outage_of_clerk_lets_no_program_in_and_crashes_nothing(build: Build) -> None:
    # Nothing listens on port 9.
    site = build(api_url="http://127.0.0.1:9")

    answer = site.visit("/program?accepts=any", show("ak_1"))

    assert answer.status == 200
    assert not answer.json()["is_authenticated"]


def test_a_program_that_is_let_in_is_not_told_that_it_is_signed_out(site: Site) -> None:
    answer = site.visit("/program?accepts=api_key", show("ak_1"))

    assert answer.json()["is_authenticated"]
    assert not answer.header("x-clerk-auth-status")


def test_the_users_of_threads_and_their_programs_are_kept_apart(
    site: Site, backend: Backend
) -> None:
    def sees_only_itself(number: int) -> bool:
        user_id = f"user_{number}"
        if number % 2:
            return bool(site.visit("/programs", show("ak_1")).json()[0]["subject"] == "user_9")
        answer = site.visit("/program?accepts=any", bearer(user_id))
        return bool(answer.json()["user_id"] == user_id)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(sees_only_itself, range(60)))


# --- nothing gets out ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/crash", "/unknown-user", "/user/json", "/auth/json"])
def test_an_error_shows_a_browser_neither_a_secret_nor_a_stack_trace(site: Site, path: str) -> None:
    shown = token()
    answer = site.visit(path, show(shown))

    text = " ".join(f"{name}: {value}" for name, value in answer.headers)
    text += answer.content.decode()
    assert answer.status == 500
    for secret in (SECRET_KEY, shown, PRIVATE, "Traceback", "RuntimeError"):
        assert secret not in text


def test_threads_never_see_each_others_user(site: Site, backend: Backend) -> None:
    tokens = {f"user_{number}": token(f"user_{number}") for number in range(8)}

    def sees_only_itself(number: int) -> bool:
        user_id = f"user_{number % 8}"
        mine = show(tokens[user_id])
        if number % 5 == 0:
            return site.visit("/").user_id is None
        if number % 5 == 1:
            return bool(site.visit("/user", mine).json()["id"] == user_id)
        if number % 5 == 2:
            return site.visit("/stream", mine).content.decode() == f"It is {user_id}"
        return site.visit("/guarded", mine).user_id == user_id

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(sees_only_itself, range(400)))


def test_two_applications_of_two_instances_never_see_each_others_user(build: Build) -> None:
    one = build()
    other_key = publishable_key("other-otter-2.clerk.accounts.dev")
    other = build(publishable_key=other_key, jwt_key=public_pem(other_rsa_key()))
    first, second = token("user_1"), token("user_2", key=other_rsa_key())

    assert one.visit("/", show(first)).user_id == "user_1"
    assert other.visit("/", show(second)).user_id == "user_2"
    assert one.visit("/", show(second)).user_id is None
    assert other.visit("/", show(first)).user_id is None


# --- where the application is --------------------------------------------------------------------


def test_an_application_under_a_prefix_is_returned_to_there(site: Site) -> None:
    handshake = site.visit("/guarded", PAGE, prefix="/shop")
    sign_in = site.visit("/to-sign-in", prefix="/shop")

    back = "http://localhost/shop/guarded"
    assert query_of(handshake.header("location"))["redirect_url"] == back
    back = "http://localhost/shop/to-sign-in"
    assert query_of(sign_in.header("location"))["redirect_url"] == back


def test_an_application_behind_a_proxy_is_returned_to_by_its_public_name(site: Site) -> None:
    forwarded = (
        ("host", "10.0.0.7:8080"),
        ("x-forwarded-host", "app.example"),
        ("x-forwarded-proto", "https"),
    )

    handshake = site.visit("/guarded?page=2", PAGE, *forwarded)
    sign_in = site.visit("/to-sign-in", *forwarded)

    back = "https://app.example/guarded?page=2"
    assert query_of(handshake.header("location"))["redirect_url"] == back
    back = "https://app.example/to-sign-in"
    assert query_of(sign_in.header("location"))["redirect_url"] == back


def test_a_path_outside_of_ascii_is_returned_to(site: Site) -> None:
    answer = site.visit("/grüße", PAGE)

    back = "http://localhost/gr%C3%BC%C3%9Fe"
    assert query_of(answer.header("location"))["redirect_url"] == back
