from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local import LocalClerk, SeededUser
from tests.local.local_helpers import (
    APP,
    Backend,
    Browser,
    cookie_values,
    dev_browser_of,
    form_token,
)

RETURN = "/sign-in?" + urlencode({"redirect_url": APP})
SIGN_OUT = "/sign-out?" + urlencode({"redirect_url": APP})


class Elements(HTMLParser):
    """The elements of a page, as (tag, attributes)."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def text_of(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def visible_email(response: HttpResponse) -> str | None:
    fields = {field.get("id"): field for field in Elements(response).all("input")}
    return fields["email_address"]["value"]


def test_user_signs_in_and_returns_to_the_application(browser: Browser, ada: SeededUser) -> None:
    page = browser.get(RETURN)
    assert page.status == 200
    assert "localhost:5000" in text_of(page)

    response = browser.submit(
        RETURN, page, email_address=" ADA@example.com ", password=ada.password
    )

    assert response.status == 303
    location = response.headers.get("location") or ""
    assert location.startswith(f"{APP}?__clerk_db_jwt=dvb_")
    cookies = cookie_values(browser.handshake(dev_browser_of(response)))
    assert cookies["__session"]


def test_session_belongs_to_the_development_browser_of_the_application(
    browser: Browser, ada: SeededUser
) -> None:
    dev_browser = cookie_values(browser.handshake())["__clerk_db_jwt"]

    response = browser.sign_in(ada, f"{RETURN}&__clerk_db_jwt={dev_browser}")

    assert dev_browser_of(response) == dev_browser
    assert cookie_values(browser.handshake(dev_browser))["__session"]


def test_unknown_development_browser_is_ignored(browser: Browser, ada: SeededUser) -> None:
    response = browser.sign_in(ada, f"{RETURN}&__clerk_db_jwt=dvb_chosen_by_a_stranger")

    assert response.status == 303
    assert dev_browser_of(response) != "dvb_chosen_by_a_stranger"


@pytest.mark.parametrize(
    ("email_address", "password"),
    [
        ("ada@example.com", "wrong"),
        ("nobody@example.com", "wrong"),
        ("", ""),
        ("passwordless@example.com", ""),
    ],
)
def test_wrong_credentials_do_not_reveal_which_one_is_wrong(
    browser: Browser, backend: Backend, ada: SeededUser, email_address: str, password: str
) -> None:
    backend.read("POST", "/v1/users", {"email_address": ["passwordless@example.com"]})
    page = browser.get(RETURN)

    response = browser.submit(RETURN, page, email_address=email_address, password=password)

    assert response.status == 422
    assert "The email address or the password is incorrect." in text_of(response)
    assert visible_email(response) == email_address
    assert response.headers.get("location") is None


def test_form_input_is_escaped(browser: Browser, people: tuple[SeededUser, ...]) -> None:
    typed = '"><script>alert(1)</script>'

    response = browser.submit("/sign-in", browser.get("/sign-in"), email_address=typed)

    assert b"<script" not in response.content
    assert visible_email(response) == typed


def test_user_names_are_escaped(browser: Browser, backend: Backend) -> None:
    name = "<img src=x onerror=alert(1)>"
    backend.read(
        "POST",
        "/v1/users",
        {"email_address": ["x@example.com"], "first_name": name, "password": "long-enough"},
    )
    page = browser.get("/sign-in")
    browser.submit("/sign-in", page, email_address="x@example.com", password="long-enough")

    for path in ("/sign-in", "/sign-out", "/"):
        page = browser.get(path)
        assert b"<img src=x" not in page.content
        assert "&lt;img src=x" in page.content.decode()


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_form_of_another_browser_is_rejected(
    local: LocalClerk, browser: Browser, ada: SeededUser, path: str
) -> None:
    browser.sign_in(ada)
    other = Browser(local)
    page = other.get("/sign-in")

    response = browser.submit(path, page, email_address=ada.email_address, password=ada.password)

    assert response.status == 403
    assert "Please try again" in text_of(response)
    assert "Ada" in text_of(browser.get("/sign-out"))


def test_form_without_token_or_cookie_is_rejected(
    local: LocalClerk, browser: Browser, ada: SeededUser
) -> None:
    page = browser.get("/sign-in")
    fields = {"email_address": ada.email_address, "password": ada.password}
    assert browser.submit("/sign-in", page, **fields, form_token="").status == 403
    assert browser.submit("/sign-in", page, **fields, form_token="ü").status == 403

    without_cookie = Browser(local)
    assert without_cookie.submit("/sign-in", page, **fields).status == 403
    response = without_cookie.submit("/sign-in", browser.get("/sign-in"), **fields)
    assert response.status == 403
    assert visible_email(response) == ada.email_address


def test_without_redirect_url_the_portal_shows_the_signed_in_user(
    browser: Browser, ada: SeededUser
) -> None:
    response = browser.sign_in(ada)

    assert (response.status, response.headers.get("location")) == (303, "/sign-in")
    page = browser.get("/sign-in")
    assert "Signed in as ada@example.com" in text_of(page)
    (form,) = Elements(page).all("form")
    assert form["action"] == "/sign-out"
    assert "Ada Lovelace" in text_of(browser.get("/"))
    signed_out = browser.submit("/sign-out", page)
    assert (signed_out.status, signed_out.headers.get("location")) == (303, "/")
    assert "Ada Lovelace" not in text_of(browser.get("/"))


def test_signed_in_user_gets_a_link_to_continue(browser: Browser, ada: SeededUser) -> None:
    dev_browser = dev_browser_of(browser.sign_in(ada, RETURN))

    page = browser.get(RETURN)

    assert page.status == 200
    assert "Continue to localhost:5000" in text_of(page)
    links = [link["href"] for link in Elements(page).all("a")]
    assert f"{APP}?__clerk_db_jwt={dev_browser}" in links
    (form,) = Elements(page).all("form")
    assert form["action"] == SIGN_OUT


def test_sign_out_asks_for_confirmation_and_redirects_back(
    browser: Browser, ada: SeededUser
) -> None:
    dev_browser = dev_browser_of(browser.sign_in(ada, RETURN))
    path = f"{SIGN_OUT}&__clerk_db_jwt={dev_browser}"

    page = browser.get(path)
    assert "Sign out?" in text_of(page)
    assert cookie_values(browser.handshake(dev_browser))["__session"]

    response = browser.submit(path, page)
    assert response.status == 303
    assert response.headers.get("location") == f"{APP}?__clerk_db_jwt={dev_browser}"
    assert cookie_values(browser.handshake(dev_browser))["__client_uat"] == "0"


def test_sign_out_ends_the_session_in_the_backend_api(
    browser: Browser, backend: Backend, ada: SeededUser
) -> None:
    browser.sign_in(ada)
    browser.submit("/sign-out", browser.get("/sign-out"))

    response = backend.call("GET", f"/v1/sessions?user_id={ada.user_id}")

    assert b'"status":"ended"' in response.content


def test_sign_out_page_shows_that_the_user_is_signed_out(browser: Browser) -> None:
    page = browser.get(SIGN_OUT)

    assert "You are signed out" in text_of(page)
    assert "Return to localhost:5000" in text_of(page)
    assert "Return to" not in text_of(browser.get("/sign-out"))


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
@pytest.mark.parametrize("url", ["https://example.com/", "javascript:alert(1)", "//x", "/sign-in"])
def test_redirect_url_to_another_host_is_rejected(browser: Browser, path: str, url: str) -> None:
    page = browser.get(f"{path}?redirect_url={quote(url)}")

    assert page.status == 400
    assert page.headers.get("location") is None
    assert "Invalid redirect URL" in text_of(page)
    assert not Elements(page).all("form")


def test_test_users_are_shown_and_sign_in_with_one_click(
    browser: Browser, ada: SeededUser, grace: SeededUser, backend: Backend
) -> None:
    backend.read(
        "POST", "/v1/users", {"email_address": ["private@example.com"], "password": "my-own-secret"}
    )
    page = browser.get("/sign-in")

    text = text_of(page)
    assert "Development instance" in text
    for person in (ada, grace):
        assert person.email_address in text
        assert person.password in text
    assert "private@example.com" not in text
    hidden = [field for field in Elements(page).all("input") if field["type"] == "hidden"]
    assert {"form_token", "email_address", "password"} == {field["name"] for field in hidden}


def test_instance_without_test_users_shows_none(browser: Browser) -> None:
    assert "Test accounts" not in text_of(browser.get("/sign-in"))


@pytest.mark.parametrize("path", ["/", RETURN, SIGN_OUT, "/sign-in?redirect_url=x", "/nothing"])
def test_pages_have_security_headers(
    browser: Browser, people: tuple[SeededUser, ...], path: str
) -> None:
    page = browser.get(path)

    policy = page.headers.get("content-security-policy") or ""
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert page.headers.get("x-frame-options") == "DENY"
    assert page.headers.get("referrer-policy") == "no-referrer"
    assert page.headers.get("cache-control") == "no-store"
    assert page.headers.get("x-content-type-options") == "nosniff"
    elements = Elements(page)
    assert not elements.all("script")
    assert not elements.all("style")
    assert not any("style" in attributes for _, attributes in elements.found)
    for source in (*elements.all("link"), *elements.all("img")):
        address = source.get("href") or source.get("src") or ""
        assert browser.get(address).status == 200


def test_form_may_redirect_to_an_ipv6_application(browser: Browser) -> None:
    page = browser.get("/sign-in?redirect_url=http://[::1]:5000/")

    assert (page.headers.get("content-security-policy") or "").endswith(" http:")


def test_portal_cookie_is_not_readable_by_scripts(local: LocalClerk, browser: Browser) -> None:
    (cookie,) = browser.get("/sign-in").headers.get_all("set-cookie")

    assert cookie.startswith("local_clerk_portal_")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with LocalClerk() as other:
        (elsewhere,) = Browser(other).get("/sign-in").headers.get_all("set-cookie")
    assert elsewhere.partition("=")[0] != cookie.partition("=")[0]


def test_fields_have_labels_and_autocomplete_hints(browser: Browser) -> None:
    elements = Elements(browser.get("/sign-in"))

    fields = {field["id"]: field for field in elements.all("input") if "id" in field}
    assert {label["for"] for label in elements.all("label")} == set(fields)
    assert fields["email_address"]["autocomplete"] == "username"
    assert fields["email_address"]["type"] == "email"
    assert fields["password"]["autocomplete"] == "current-password"
    assert "value" not in fields["password"]


def test_error_is_associated_with_the_fields(browser: Browser) -> None:
    response = browser.submit("/sign-in", browser.get("/sign-in"))

    elements = Elements(response)
    (alert,) = [item for item in elements.all("p") if item.get("role") == "alert"]
    described = [item for item in elements.all("input") if item.get("aria-describedby")]
    assert {item["aria-describedby"] for item in described} == {alert["id"]}
    assert len(described) == 2


def test_landing_page_shows_the_settings_but_no_secret(
    local: LocalClerk, browser: Browser, people: tuple[SeededUser, ...]
) -> None:
    page = browser.get("/")

    assert page.status == 200
    assert local.publishable_key in text_of(page)
    assert local.url in text_of(page)
    assert local.secret_key not in page.content.decode()
    assert people[0].password not in page.content.decode()
    assert page.headers.get_all("set-cookie") == []


@pytest.mark.parametrize("path", ["/nothing", "/static/nothing.css", "/static/..%2Fstore.py"])
def test_unknown_path_is_not_found(browser: Browser, path: str) -> None:
    assert browser.get(path).status == 404


def test_user_without_name_is_shown_by_username_or_email_address(
    browser: Browser, backend: Backend
) -> None:
    user = backend.read(
        "POST",
        "/v1/users",
        {"email_address": ["x@example.com"], "username": "neo", "password": "long-enough"},
    )
    page = browser.get("/sign-in")
    browser.submit("/sign-in", page, email_address="x@example.com", password="long-enough")
    assert "neo" in text_of(browser.get("/sign-in"))
    assert "Signed in as neo" in text_of(browser.get("/"))

    backend.read("PATCH", f"/v1/users/{user['id']}", {"username": None})
    assert Elements(browser.get("/sign-in")).all("h1")
    assert "Signed in as x@example.com" in text_of(browser.get("/"))


def test_user_whose_name_is_only_spaces_is_shown(browser: Browser, backend: Backend) -> None:
    backend.read(
        "POST",
        "/v1/users",
        {"email_address": ["x@example.com"], "first_name": " ", "password": "long-enough"},
    )
    page = browser.get("/sign-in")
    browser.submit("/sign-in", page, email_address="x@example.com", password="long-enough")

    assert browser.get("/sign-in").status == 200


def test_invalid_form_body_is_treated_as_empty(local: LocalClerk, browser: Browser) -> None:
    browser.get("/sign-in")
    response = local.handle(
        HttpRequest("POST", f"{local.url}/sign-in", [], b"\xff\xfe=%zz&" + b"a=1&" * 2000)
    )

    assert response.status == 403
    assert form_token(response)


def test_inbox_shows_what_would_have_been_sent(browser: Browser, backend: Backend) -> None:
    assert "No message was sent yet." in text_of(browser.get("/inbox"))
    body = {"email_address": "x+<b>@example.com"}
    invitation = backend.read("POST", "/v1/invitations", body)

    page = browser.get("/inbox")

    assert "Your invitation to Local application" in text_of(page)
    assert "<b>" not in page.content.decode()
    assert invitation["url"] in [link["href"] for link in Elements(page).all("a")]
    assert page.headers.get("x-frame-options") == "DENY"
