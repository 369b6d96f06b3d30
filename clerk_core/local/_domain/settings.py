"""Define the settings of the instance, which Clerk's dashboard would change.

It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Presence: TypeAlias = Literal["off", "on", "required"]
"""Whether users have an attribute, and whether they must have it to sign up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSettings:
    """The settings of a local instance.

    Attributes:
        application_name: The name of the application in the titles of pages and messages.
        first_name: Whether users have a first name.
        last_name: Whether users have a last name.
        email_address: Whether users have email addresses, by which they can sign in.
        phone_number: Whether users have phone numbers, by which they can sign in.
        username: Whether users have a username, by which they can sign in.
        password: Whether users have a password. Without it, they sign in by a code.
        email_link: Verify email addresses by a link instead of a code, and let users sign in
            by a link too.
        authenticator_app: Let users add an authenticator app as their second factor.
        passkeys: Let users add passkeys, by which they can sign in.
        social: The providers by which users can sign in, such as `google`. A page of the
            instance imitates them.
        second_factor_required: Have users without a second factor add one after they sign in.
        backup_codes: Let users create backup codes for their second factor.
        sign_up_mode: Who can sign up: everybody (`public`), invited users (`restricted`), or users
            who are invited from the waitlist (`waitlist`).
        reverification: Ask users who signed in more than ten minutes ago to verify again before
            they change their password or email addresses, or delete their account.
        multi_session: Allow several signed-in users in one browser.
        organizations: Let users create, join and manage organizations in the browser.
        force_organization_selection: Have users choose an organization after they sign in, so that
            every session has one.
        organization_domains: Let organizations verify domains, which invite the users with email
            addresses of the domain, or suggest the organization to them.
        user_api_keys: Let users create API keys in their profile.
        organization_api_keys: Let members create API keys of their organization, if their role has
            the permission `org:sys_api_keys:manage`.
        dynamic_oauth_client_registration: Let OAuth clients register themselves, as MCP clients
            do, instead of being created by the Backend API.
        oauth_jwt_access_tokens: Issue OAuth access tokens as JWTs, which cannot be revoked, instead
            of opaque tokens (`oat_…`).
        oauth_scopes: The custom scopes of OAuth applications, besides those of Clerk, such as
            `notes:read`.
    """

    application_name: str = "Local application"
    first_name: Presence = "on"
    last_name: Presence = "on"
    email_address: Presence = "required"
    phone_number: Presence = "off"
    username: Presence = "off"
    password: Presence = "required"
    email_link: bool = False
    authenticator_app: bool = False
    second_factor_required: bool = False
    backup_codes: bool = False
    passkeys: bool = False
    social: tuple[str, ...] = ()
    sign_up_mode: Literal["public", "restricted", "waitlist"] = "public"
    reverification: bool = True
    multi_session: bool = False
    organizations: bool = True
    force_organization_selection: bool = False
    organization_domains: bool = False
    user_api_keys: bool = False
    organization_api_keys: bool = False
    dynamic_oauth_client_registration: bool = False
    oauth_jwt_access_tokens: bool = True
    oauth_scopes: tuple[str, ...] = ()


_PROVIDER_NAMES = {"github": "GitHub", "gitlab": "GitLab", "linkedin_oidc": "LinkedIn"}


def provider_name(provider: str) -> str:
    """Return the name of a provider to display."""
    return _PROVIDER_NAMES.get(provider) or provider.replace("_", " ").title()
