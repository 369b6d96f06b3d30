"""The options of Clerk's components and of clerk-js, and their names in JavaScript.

https://clerk.com/docs/reference/components/overview
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypedDict, cast

from clerk_core._arguments import check_keywords
from clerk_core._json_values import is_object

Values = Mapping[str, object]


class SignInOptions(TypedDict, total=False):
    """The options of the sign-in form."""

    appearance: Values
    fallback_redirect_url: str
    force_redirect_url: str
    initial_values: Values
    oauth_flow: Literal["auto", "redirect", "popup"]
    oidc_prompt: str
    path: str
    routing: Literal["hash", "path"]
    sign_in_url: str
    sign_up_fallback_redirect_url: str
    sign_up_force_redirect_url: str
    sign_up_url: str
    transferable: bool
    unsafe_metadata: Values
    waitlist_url: str
    with_sign_up: bool


class SignUpOptions(TypedDict, total=False):
    """The options of the sign-up form."""

    appearance: Values
    fallback_redirect_url: str
    force_redirect_url: str
    initial_values: Values
    oauth_flow: Literal["auto", "redirect", "popup"]
    oidc_prompt: str
    path: str
    routing: Literal["hash", "path"]
    sign_in_fallback_redirect_url: str
    sign_in_force_redirect_url: str
    sign_in_url: str
    unsafe_metadata: Values
    waitlist_url: str


class UserAvatarOptions(TypedDict, total=False):
    """The options of a user's picture."""

    appearance: Values
    rounded: bool


class UserButtonOptions(TypedDict, total=False):
    """The options of the user button."""

    after_switch_session_url: str
    appearance: Values
    default_open: bool
    show_name: bool
    sign_in_url: str
    user_profile_mode: Literal["modal", "navigation"]
    user_profile_props: Values
    user_profile_url: str


class UserProfileOptions(TypedDict, total=False):
    """The options of a user's profile."""

    additional_oauth_scopes: Mapping[str, list[str]]
    api_keys_props: Values
    appearance: Values
    path: str
    routing: Literal["hash", "path"]


class OrganizationSwitcherOptions(TypedDict, total=False):
    """The options of the organization switcher."""

    after_create_organization_url: str
    after_leave_organization_url: str
    after_select_organization_url: str
    after_select_personal_url: str
    appearance: Values
    create_organization_mode: Literal["modal", "navigation"]
    create_organization_url: str
    default_open: bool
    hide_personal: bool
    organization_profile_mode: Literal["modal", "navigation"]
    organization_profile_props: Values
    organization_profile_url: str
    skip_invitation_screen: bool


class OrganizationProfileOptions(TypedDict, total=False):
    """The options of an organization's profile."""

    after_leave_organization_url: str
    api_keys_props: Values
    appearance: Values
    path: str
    routing: Literal["hash", "path"]


class OrganizationListOptions(TypedDict, total=False):
    """The options of the list of organizations."""

    after_create_organization_url: str
    after_select_organization_url: str
    after_select_personal_url: str
    appearance: Values
    hide_personal: bool
    skip_invitation_screen: bool


class CreateOrganizationOptions(TypedDict, total=False):
    """The options of the form for a new organization."""

    after_create_organization_url: str
    appearance: Values
    path: str
    routing: Literal["hash", "path"]
    skip_invitation_screen: bool


class WaitlistOptions(TypedDict, total=False):
    """The options of the waitlist form."""

    after_join_waitlist_url: str
    appearance: Values
    sign_in_url: str


class PricingTableOptions(TypedDict, total=False):
    """The options of the pricing table; `for_` is `user` or `organization`."""

    appearance: Values
    checkout_props: Values
    collapse_features: bool
    cta_position: Literal["top", "bottom"]
    for_: Literal["user", "organization"]
    highlighted_plan: str
    new_subscription_redirect_url: str


class APIKeysOptions(TypedDict, total=False):
    """The options of the list of API keys."""

    appearance: Values
    per_page: int
    show_description: bool


class TaskOptions(TypedDict, total=False):
    """The options of the page of a session task."""

    appearance: Values
    redirect_url_complete: str


class LoadOptions(TypedDict, total=False):
    """The options of `Clerk.load()`."""

    after_multi_session_single_sign_out_url: str
    after_sign_out_url: str
    allowed_redirect_origins: list[str]
    allowed_redirect_protocols: list[str]
    appearance: Values
    localization: Values
    new_subscription_redirect_url: str
    polling: bool
    sign_in_fallback_redirect_url: str
    sign_in_force_redirect_url: str
    sign_in_url: str
    sign_up_fallback_redirect_url: str
    sign_up_force_redirect_url: str
    sign_up_url: str
    support_email: str
    task_urls: Mapping[str, str]
    telemetry: Literal[False] | Values
    touch_session: bool
    unsafe_disable_development_mode_console_warning: bool
    waitlist_url: str


# Those that are not the same words in camel case.
_UNUSUAL = {
    "additional_oauth_scopes": "additionalOAuthScopes",
    "for_": "for",
    "unsafe_disable_development_mode_console_warning": (
        "unsafe_disableDevelopmentModeConsoleWarning"
    ),
}
# Mappings of options; the keys of all others are the application's or Clerk's own.
_OF_OPTIONS = re.compile(r"initial_values|\w+_props")


def check_options(function: str, options: object, known: type) -> dict[str, Any]:
    """Return the options of a function by their names in clerk-js.

    Args:
        function: The name of the function, for messages.
        options: The options by their names in Python.
        known: The `TypedDict` with all options.

    Raises:
        TypeError: An option does not exist.
    """
    given = cast("Mapping[str, object]", options)
    check_keywords(function, given, known.__annotations__)
    return _in_camel_case(given)


def _in_camel_case(options: Mapping[str, object]) -> dict[str, Any]:
    return {_UNUSUAL.get(name, _camel(name)): _value(name, options[name]) for name in options}


def _value(name: str, value: object) -> object:
    if not _OF_OPTIONS.fullmatch(name) or not is_object(value):
        return value
    return _in_camel_case(value)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)
