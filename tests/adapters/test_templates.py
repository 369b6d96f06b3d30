"""`clerk` in Jinja templates: the same in every framework."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, render_template_string

from clerk_core.flask import install
from clerk_core.testing._instance import PRIVATE, Instance
from clerk_core.testing._tokens import HOST, bearer
from clerk_core.testing.contract import Answer, Site
from tests.adapters.template_sites import SITES
from tests.pages.html import Element, elements

# aiohttp-jinja2 keeps its values under plain text.
pytestmark = pytest.mark.filterwarnings("ignore:It is recommended to use web.RequestKey")

ADMIN = {"o": {"id": "org_1", "rol": "admin"}}
ASYNC = [name for name in SITES if name != "flask"]


@pytest.fixture(params=SITES)
def framework(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def site(framework: str, instance: Instance) -> Iterator[Site]:
    site = SITES[framework](**instance.options())
    yield site
    site.close()


def parsed(answer: Answer) -> list[Element]:
    assert answer.status == 200, answer.content
    return elements(answer.content.decode())


def test_page_of_a_signed_out_visitor(site: Site) -> None:
    boot, ui, clerk_js, *links = parsed(site.visit("/page"))[1:]

    assert boot.attributes["data-clerk-rendered"] == ":"
    assert {tag.attributes["nonce"] for tag in (boot, ui, clerk_js)} == {"abc"}
    assert clerk_js.attributes["src"].startswith(f"https://{HOST}/npm/@clerk/clerk-js@")
    sign_in, sign_up = links
    assert (sign_in.text, sign_up.text) == ("Sign in", "Join")
    portal = urlsplit(sign_in.attributes["href"])
    assert (portal.netloc, portal.path) == (HOST.replace(".clerk", "", 1), "/sign-in")
    (back,) = parse_qs(portal.query)["redirect_url"]
    assert urlsplit(back).path == "/page"
    (welcome,) = parse_qs(urlsplit(sign_up.attributes["href"]).query)["redirect_url"]
    assert urlsplit(welcome).path == "/welcome"


def test_page_of_a_signed_in_user(site: Site) -> None:
    boot, _, _, user, *shown = parsed(site.visit("/page", bearer("user_1", **ADMIN)))[1:]

    assert boot.attributes["data-clerk-rendered"] == "sess_of_user_1:org_1"
    assert user.text == "user_1"
    admin, component, form, button = shown
    assert admin.attributes == {"id": "admin"}
    assert component.options() == {"showName": True}
    assert form.attributes["action"] == "/sign-out"
    assert button.text == "Sign out"


def test_user_without_a_role_does_not_see_its_block(site: Site) -> None:
    shown = parsed(site.visit("/page", bearer("user_1")))

    assert not any(element.attributes.get("id") == "admin" for element in shown)


def test_response_to_a_form_is_not_loaded_again(site: Site) -> None:
    boot = parsed(site.visit("/page", bearer("user_1"), method="POST"))[1]

    assert "data-clerk-options" not in boot.attributes
    assert "data-clerk-rendered" not in boot.attributes


def test_fetched_user_is_shown_without_private_metadata(site: Site, instance: Instance) -> None:
    answer = site.visit("/fetched/user", bearer("user_1"))

    user = json.loads(answer.content)
    assert (user["id"], user["first_name"]) == ("user_1", "First of user_1")
    assert PRIVATE not in answer.content.decode()
    assert len([call for call in instance.calls if "/users/" in call]) == 1


def test_fetched_organization_is_shown(site: Site) -> None:
    assert (
        site.visit("/fetched/organization", bearer("user_1", **ADMIN)).content == b"Name of org_1"
    )
    assert site.visit("/organization", bearer("user_1")).content == b"none"


def test_signed_out_visitor_has_no_user(site: Site, instance: Instance) -> None:
    assert site.visit("/user").content == b"nobody"
    assert instance.calls == []


@pytest.mark.parametrize("framework", ASYNC)
@pytest.mark.parametrize("name", ["user", "organization"])
def test_template_with_data_that_was_not_fetched_raises_a_helpful_error(
    site: Site, name: str
) -> None:
    message = site.visit(f"/error/{name}", bearer("user_1", **ADMIN)).content.decode()

    assert f"Call `await current_{name}()` in the view before it renders the template." in message


def test_unknown_function_is_an_error_that_names_the_right_one(site: Site) -> None:
    message = site.visit("/error/misspelled").content.decode()

    assert "clerk has no 'user_buton'. Did you mean 'user_button'?" in message


def test_page_without_clerk_needs_no_request() -> None:
    app = Flask("site")
    with Instance() as instance:
        install(app, **instance.options())
        with app.app_context():
            assert render_template_string("{{ name }}", name="Ada") == "Ada"
