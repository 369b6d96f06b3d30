"""Components and buttons are elements that clerk-js and browsers understand."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core import pages
from clerk_core.pages import Markup
from tests.pages.html import elements, only_element
from tests.sample import examples

COMPONENTS = {
    "sign_in": "SignIn",
    "sign_up": "SignUp",
    "user_avatar": "UserAvatar",
    "user_button": "UserButton",
    "user_profile": "UserProfile",
    "organization_switcher": "OrganizationSwitcher",
    "organization_profile": "OrganizationProfile",
    "organization_list": "OrganizationList",
    "create_organization": "CreateOrganization",
    "waitlist": "Waitlist",
    "pricing_table": "PricingTable",
    "api_keys": "APIKeys",
    "task_choose_organization": "TaskChooseOrganization",
    "task_reset_password": "TaskResetPassword",
    "task_setup_mfa": "TaskSetupMFA",
}
"""The name of each component in clerk-js, as in its method `mount…`."""


@pytest.mark.parametrize("name", COMPONENTS)
def test_component_is_an_element_with_its_name_in_clerk_js(name: str) -> None:
    element = only_element(getattr(pages, name)())

    assert element.name == "div"
    assert element.attributes == {"data-clerk-component": COMPONENTS[name]}


@pytest.mark.parametrize("name", COMPONENTS)
def test_appearance_is_an_option_of_every_component(name: str) -> None:
    appearance = {"variables": {"colorPrimary": "red"}, "elements": {"form_button": "btn"}}

    element = only_element(getattr(pages, name)(appearance=appearance))

    assert element.options() == {"appearance": appearance}


@pytest.mark.parametrize("name", COMPONENTS)
def test_unknown_option_is_an_error_that_names_the_right_one(name: str) -> None:
    expected = rf"{name}\(\) got an unexpected keyword argument 'apearance'. Did you mean 'app"
    with pytest.raises(TypeError, match=expected):
        getattr(pages, name)(apearance={})


def test_option_in_camel_case_is_an_error_that_names_the_right_one() -> None:
    with pytest.raises(TypeError, match=r"'showName'\. Did you mean 'show_name'"):
        pages.user_button(showName=True)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize(
    ("markup", "options"),
    [
        pytest.param(
            pages.user_button(show_name=True, after_switch_session_url="/"),
            {"showName": True, "afterSwitchSessionUrl": "/"},
            id="words",
        ),
        pytest.param(
            pages.sign_in(initial_values={"email_address": "a@example.com"}),
            {"initialValues": {"emailAddress": "a@example.com"}},
            id="options in options",
        ),
        pytest.param(
            pages.user_button(user_profile_props={"api_keys_props": {"per_page": 5}}),
            {"userProfileProps": {"apiKeysProps": {"perPage": 5}}},
            id="options in options in options",
        ),
        pytest.param(
            pages.sign_up(unsafe_metadata={"signed_up_at": 1}),
            {"unsafeMetadata": {"signed_up_at": 1}},
            id="keys of the application",
        ),
        pytest.param(
            pages.user_profile(additional_oauth_scopes={"google": ["foo"]}),
            {"additionalOAuthScopes": {"google": ["foo"]}},
            id="acronym",
        ),
        pytest.param(pages.pricing_table(for_="organization"), {"for": "organization"}, id="for"),
        pytest.param(pages.sign_in(oauth_flow="popup"), {"oauthFlow": "popup"}, id="oauth"),
    ],
)
def test_names_of_options_are_those_of_clerk_js(markup: Markup, options: object) -> None:
    assert only_element(markup).options() == options


@pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}], ids=["object", "nan", "set"])
def test_option_that_is_not_json_is_rejected(value: Any) -> None:
    with pytest.raises(TypeError, match=r"user_button\(\) got an option that is not JSON: "):
        pages.user_button(show_name=value)


@examples(200)
@given(st.text())
def test_options_arrive_unchanged_and_never_end_the_attribute(text: str) -> None:
    markup = pages.sign_in(fallback_redirect_url=text, unsafe_metadata={text: text})

    element = only_element(markup)

    assert set(element.attributes) == {"data-clerk-component", "data-clerk-options"}
    assert element.options() == {"fallbackRedirectUrl": text, "unsafeMetadata": {text: text}}


@pytest.mark.parametrize("engine", [jinja2.Environment(autoescape=True)], ids=["jinja"])
def test_template_engine_inserts_markup_and_escapes_what_is_added(
    engine: jinja2.Environment,
) -> None:
    template = engine.from_string("{{ markup }}{{ markup ~ '<b>' }}")

    inserted = template.render(markup=pages.waitlist())

    assert inserted == f"{pages.waitlist()}{pages.waitlist()}&lt;b&gt;"


def test_adding_text_to_markup_gives_plain_text() -> None:
    assert type(pages.waitlist() + "<b>") is str


def test_sign_in_button_is_a_link() -> None:
    link = only_element(pages.sign_in_button("/sign-in?a=1&b=2", "Log <in>", class_="button"))

    assert (link.name, link.text) == ("a", "Log <in>")
    assert link.attributes == {"href": "/sign-in?a=1&b=2", "class": "button"}


def test_sign_up_button_opens_the_form_on_the_page() -> None:
    link = only_element(
        pages.sign_up_button("/sign-up", mode="modal", fallback_redirect_url="/welcome")
    )

    assert link.text == "Sign up"
    assert link.attributes["href"] == "/sign-up"
    assert link.attributes["data-clerk-open"] == "SignUp"
    assert link.options() == {"fallbackRedirectUrl": "/welcome"}


def test_sign_out_button_is_a_form_that_needs_no_script() -> None:
    form, field, button = elements(
        pages.sign_out_button("Log out", action="/sign-out", hidden={"csrf": '"1"'}, class_="b")
    )

    assert form.attributes == {"method": "post", "action": "/sign-out", "data-clerk-sign-out": ""}
    assert field.attributes == {"type": "hidden", "name": "csrf", "value": '"1"'}
    assert (button.name, button.text) == ("button", "Log out")
    assert button.attributes == {"type": "submit", "class": "b"}


def test_sign_out_button_without_action_is_a_button() -> None:
    button = only_element(pages.sign_out_button(redirect_url="/bye"))

    assert button.attributes == {"type": "button", "data-clerk-sign-out": '{"redirectUrl":"/bye"}'}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "sign-in"])
def test_button_leads_to_pages_only(url: str) -> None:
    with pytest.raises(ValueError, match=r"must be an absolute http or https URL|is empty"):
        pages.sign_in_button(url)
    with pytest.raises(ValueError, match=r"must be an absolute http or https URL|is empty"):
        pages.sign_out_button(action=url)


def test_translated_text_is_not_escaped_again() -> None:
    assert only_element(pages.sign_in_button("/", Markup("A &amp; B"))).text == "A & B"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pages.sign_in_button("/", mode="dialog"), r"mode='dialog'. Use 'redirect' or"),  # type: ignore[arg-type] # pyright: ignore
        (lambda: pages.sign_in_button("/", path="/x"), "only with mode='modal'"),
        (
            lambda: pages.sign_out_button(action="/", redirect_url="/"),
            "redirect_url= only without action=",
        ),
        (
            lambda: pages.sign_up_button("/", mode="modal", pth="/"),  # type: ignore[call-arg] # pyright: ignore
            r"sign_up_button\(\) got an unexpected keyword argument 'pth'. Did you mean 'path'",
        ),
    ],
    ids=["unknown mode", "options without a form", "two targets", "unknown option"],
)
def test_button_that_cannot_work_is_an_error(call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()
