"""Clerk's components: elements in which clerk-js shows a form, a button or a profile."""

from __future__ import annotations

from clerk_core._compat import Unpack
from clerk_core.pages._markup import Markup, element, to_json
from clerk_core.pages._options import (
    APIKeysOptions,
    CreateOrganizationOptions,
    OrganizationListOptions,
    OrganizationProfileOptions,
    OrganizationSwitcherOptions,
    PricingTableOptions,
    SignInOptions,
    SignUpOptions,
    TaskOptions,
    UserAvatarOptions,
    UserButtonOptions,
    UserProfileOptions,
    WaitlistOptions,
    check_options,
)


def sign_in(**options: Unpack[SignInOptions]) -> Markup:
    """Return the sign-in form.

    Args:
        options: https://clerk.com/docs/reference/components/authentication/sign-in
    """
    return _component("sign_in", "SignIn", options, SignInOptions)


def sign_up(**options: Unpack[SignUpOptions]) -> Markup:
    """Return the sign-up form.

    Args:
        options: https://clerk.com/docs/reference/components/authentication/sign-up
    """
    return _component("sign_up", "SignUp", options, SignUpOptions)


def user_avatar(**options: Unpack[UserAvatarOptions]) -> Markup:
    """Return the picture of the signed-in user.

    Args:
        options: https://clerk.com/docs/reference/components/user/user-avatar
    """
    return _component("user_avatar", "UserAvatar", options, UserAvatarOptions)


def user_button(**options: Unpack[UserButtonOptions]) -> Markup:
    """Return the picture of the signed-in user, with a menu to manage the account and sign out.

    Args:
        options: https://clerk.com/docs/reference/components/user/user-button
    """
    return _component("user_button", "UserButton", options, UserButtonOptions)


def user_profile(**options: Unpack[UserProfileOptions]) -> Markup:
    """Return the profile of the signed-in user, with all account settings.

    Args:
        options: https://clerk.com/docs/reference/components/user/user-profile
    """
    return _component("user_profile", "UserProfile", options, UserProfileOptions)


def organization_switcher(**options: Unpack[OrganizationSwitcherOptions]) -> Markup:
    """Return the active organization, with a menu to choose another one.

    Args:
        options: https://clerk.com/docs/reference/components/organization/organization-switcher
    """
    known = OrganizationSwitcherOptions
    return _component("organization_switcher", "OrganizationSwitcher", options, known)


def organization_profile(**options: Unpack[OrganizationProfileOptions]) -> Markup:
    """Return the profile of the active organization, with its members.

    Args:
        options: https://clerk.com/docs/reference/components/organization/organization-profile
    """
    known = OrganizationProfileOptions
    return _component("organization_profile", "OrganizationProfile", options, known)


def organization_list(**options: Unpack[OrganizationListOptions]) -> Markup:
    """Return the organizations and invitations of the signed-in user.

    Args:
        options: https://clerk.com/docs/reference/components/organization/organization-list
    """
    return _component("organization_list", "OrganizationList", options, OrganizationListOptions)


def create_organization(**options: Unpack[CreateOrganizationOptions]) -> Markup:
    """Return the form for a new organization.

    Args:
        options: https://clerk.com/docs/reference/components/organization/create-organization
    """
    known = CreateOrganizationOptions
    return _component("create_organization", "CreateOrganization", options, known)


def waitlist(**options: Unpack[WaitlistOptions]) -> Markup:
    """Return the form to join the waitlist.

    Args:
        options: https://clerk.com/docs/reference/components/authentication/waitlist
    """
    return _component("waitlist", "Waitlist", options, WaitlistOptions)


def pricing_table(**options: Unpack[PricingTableOptions]) -> Markup:
    """Return the plans, with buttons to subscribe.

    Args:
        options: https://clerk.com/docs/reference/components/billing/pricing-table
    """
    return _component("pricing_table", "PricingTable", options, PricingTableOptions)


def api_keys(**options: Unpack[APIKeysOptions]) -> Markup:
    """Return the API keys of the user or the active organization, with a form for a new one.

    Args:
        options: https://clerk.com/docs/reference/components/api-keys
    """
    return _component("api_keys", "APIKeys", options, APIKeysOptions)


def task_choose_organization(**options: Unpack[TaskOptions]) -> Markup:
    """Return the form in which a user with a pending session chooses an organization.

    Args:
        options: `redirect_url_complete` and `appearance`.
    """
    return _component("task_choose_organization", "TaskChooseOrganization", options, TaskOptions)


def task_reset_password(**options: Unpack[TaskOptions]) -> Markup:
    """Return the form in which a user with a pending session sets a new password.

    Args:
        options: `redirect_url_complete` and `appearance`.
    """
    return _component("task_reset_password", "TaskResetPassword", options, TaskOptions)


def task_setup_mfa(**options: Unpack[TaskOptions]) -> Markup:
    """Return the form in which a user with a pending session sets up a second factor.

    Args:
        options: `redirect_url_complete` and `appearance`.
    """
    return _component("task_setup_mfa", "TaskSetupMFA", options, TaskOptions)


def _component(function: str, name: str, options: object, known: type) -> Markup:
    values = check_options(function, options, known)
    attributes = {"data-clerk-component": name, "data-clerk-options": to_json(function, values)}
    return element("div", attributes)
