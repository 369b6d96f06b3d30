"""Provide the resources of the Backend API as attributes of both clients, imported lazily."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from clerk_core._api.modes import M, Operations

if TYPE_CHECKING:
    from clerk_core._api.operations.actor_tokens import ActorTokens
    from clerk_core._api.operations.admin_portal_link_tokens import AdminPortalLinkTokens
    from clerk_core._api.operations.agent_tasks import AgentTasks
    from clerk_core._api.operations.allowlist_identifiers import AllowlistIdentifiers
    from clerk_core._api.operations.api_keys import APIKeys
    from clerk_core._api.operations.beta_features import BetaFeatures
    from clerk_core._api.operations.billing import Billing
    from clerk_core._api.operations.blocklist_identifiers import BlocklistIdentifiers
    from clerk_core._api.operations.clients import Clients
    from clerk_core._api.operations.directories import Directories
    from clerk_core._api.operations.domains import Domains
    from clerk_core._api.operations.email_addresses import EmailAddresses
    from clerk_core._api.operations.email_and_sms_templates import EmailAndSmsTemplates
    from clerk_core._api.operations.email_sms_templates import EmailSmsTemplates
    from clerk_core._api.operations.emails import Emails
    from clerk_core._api.operations.enterprise_connections import EnterpriseConnections
    from clerk_core._api.operations.instance_settings import InstanceSettings
    from clerk_core._api.operations.invitations import Invitations
    from clerk_core._api.operations.jwks import Jwks
    from clerk_core._api.operations.jwt_templates import JWTTemplates
    from clerk_core._api.operations.m2m import M2M
    from clerk_core._api.operations.machines import Machines
    from clerk_core._api.operations.miscellaneous import Miscellaneous
    from clerk_core._api.operations.oauth_access_tokens import OAuthAccessTokens
    from clerk_core._api.operations.oauth_applications import OAuthApplications
    from clerk_core._api.operations.organization_domains import OrganizationDomains
    from clerk_core._api.operations.organization_invitations import OrganizationInvitations
    from clerk_core._api.operations.organization_memberships import OrganizationMemberships
    from clerk_core._api.operations.organization_permissions import OrganizationPermissions
    from clerk_core._api.operations.organization_roles import OrganizationRoles
    from clerk_core._api.operations.organizations import Organizations
    from clerk_core._api.operations.phone_numbers import PhoneNumbers
    from clerk_core._api.operations.proxy_checks import ProxyChecks
    from clerk_core._api.operations.redirect_urls import RedirectUrls
    from clerk_core._api.operations.role_sets import RoleSets
    from clerk_core._api.operations.saml_connections import SAMLConnections
    from clerk_core._api.operations.scim_directories import SCIMDirectories
    from clerk_core._api.operations.sessions import Sessions
    from clerk_core._api.operations.sign_in_tokens import SignInTokens
    from clerk_core._api.operations.sign_ups import SignUps
    from clerk_core._api.operations.templates import Templates
    from clerk_core._api.operations.testing_tokens import TestingTokens
    from clerk_core._api.operations.users import Users
    from clerk_core._api.operations.waitlist_entries import WaitlistEntries
    from clerk_core._api.operations.webhooks import Webhooks

R = TypeVar("R", bound="Operations[Any]")


class LazyResource(Generic[R]):
    """An attribute of a client with the operations on one resource, imported on first use.

    As an attribute of the class of a client, the operations can be inspected by mocks and `help`,
    but not called.
    """

    def __init__(self, load: Callable[[Any], type[R]]) -> None:
        self._load = load
        self.__doc__ = load.__doc__

    def __get__(self, client: Resources[Any] | None, owner: type[Resources[Any]]) -> R:
        operations = self._load(client)(owner.mode_type(client))
        if client is None:
            return operations
        # Not a data descriptor, so the attribute of the instance takes precedence from now on.
        made: R = client.__dict__.setdefault(self._load.__name__, operations)
        return made


class Resources(Generic[M]):
    """The resources of a client of this mode."""

    mode_type: Callable[[Any], M]

    @LazyResource
    def actor_tokens(self) -> type[ActorTokens[M]]:
        """Operations on actor tokens."""
        from clerk_core._api.operations.actor_tokens import ActorTokens

        return ActorTokens

    @LazyResource
    def admin_portal_link_tokens(self) -> type[AdminPortalLinkTokens[M]]:
        """Operations on links to the portal where a customer's administrator configures sign-in."""
        from clerk_core._api.operations.admin_portal_link_tokens import AdminPortalLinkTokens

        return AdminPortalLinkTokens

    @LazyResource
    def agent_tasks(self) -> type[AgentTasks[M]]:
        """Operations on agent tasks."""
        from clerk_core._api.operations.agent_tasks import AgentTasks

        return AgentTasks

    @LazyResource
    def allowlist_identifiers(self) -> type[AllowlistIdentifiers[M]]:
        """Operations on the identifiers that are allowed to sign up."""
        from clerk_core._api.operations.allowlist_identifiers import AllowlistIdentifiers

        return AllowlistIdentifiers

    @LazyResource
    def api_keys(self) -> type[APIKeys[M]]:
        """Operations on API keys of users and organizations."""
        from clerk_core._api.operations.api_keys import APIKeys

        return APIKeys

    @LazyResource
    def beta_features(self) -> type[BetaFeatures[M]]:
        """Operations on settings in beta."""
        from clerk_core._api.operations.beta_features import BetaFeatures

        return BetaFeatures

    @LazyResource
    def billing(self) -> type[Billing[M]]:
        """Operations on plans, prices, subscriptions and statements."""
        from clerk_core._api.operations.billing import Billing

        return Billing

    @LazyResource
    def blocklist_identifiers(self) -> type[BlocklistIdentifiers[M]]:
        """Operations on the identifiers that are not allowed to sign up or in."""
        from clerk_core._api.operations.blocklist_identifiers import BlocklistIdentifiers

        return BlocklistIdentifiers

    @LazyResource
    def clients(self) -> type[Clients[M]]:
        """Operations on clients: browsers and devices with their sessions."""
        from clerk_core._api.operations.clients import Clients

        return Clients

    @LazyResource
    def directories(self) -> type[Directories[M]]:
        """Operations on the directories that provision users."""
        from clerk_core._api.operations.directories import Directories

        return Directories

    @LazyResource
    def domains(self) -> type[Domains[M]]:
        """Operations on the instance's own domain and its satellites."""
        from clerk_core._api.operations.domains import Domains

        return Domains

    @LazyResource
    def email_addresses(self) -> type[EmailAddresses[M]]:
        """Operations on users' e-mail addresses."""
        from clerk_core._api.operations.email_addresses import EmailAddresses

        return EmailAddresses

    @LazyResource
    def email_and_sms_templates(self) -> type[EmailAndSmsTemplates[M]]:
        """Operations on the templates of e-mails and text messages."""
        from clerk_core._api.operations.email_and_sms_templates import EmailAndSmsTemplates

        return EmailAndSmsTemplates

    @LazyResource
    def email_sms_templates(self) -> type[EmailSmsTemplates[M]]:
        """Operations on the templates of e-mails and text messages."""
        from clerk_core._api.operations.email_sms_templates import EmailSmsTemplates

        return EmailSmsTemplates

    @LazyResource
    def emails(self) -> type[Emails[M]]:
        """Operations on emails of the application itself."""
        from clerk_core._api.operations.emails import Emails

        return Emails

    @LazyResource
    def enterprise_connections(self) -> type[EnterpriseConnections[M]]:
        """Operations on enterprise connections."""
        from clerk_core._api.operations.enterprise_connections import EnterpriseConnections

        return EnterpriseConnections

    @LazyResource
    def instance_settings(self) -> type[InstanceSettings[M]]:
        """Operations on the instance itself."""
        from clerk_core._api.operations.instance_settings import InstanceSettings

        return InstanceSettings

    @LazyResource
    def invitations(self) -> type[Invitations[M]]:
        """Operations on invitations to the application."""
        from clerk_core._api.operations.invitations import Invitations

        return Invitations

    @LazyResource
    def jwks(self) -> type[Jwks[M]]:
        """Operations on the instance's keys."""
        from clerk_core._api.operations.jwks import Jwks

        return Jwks

    @LazyResource
    def jwt_templates(self) -> type[JWTTemplates[M]]:
        """Operations on the templates of tokens for other services."""
        from clerk_core._api.operations.jwt_templates import JWTTemplates

        return JWTTemplates

    @LazyResource
    def m2m(self) -> type[M2M[M]]:
        """Operations on the tokens with which machines call each other."""
        from clerk_core._api.operations.m2m import M2M

        return M2M

    @LazyResource
    def machines(self) -> type[Machines[M]]:
        """Operations on machines."""
        from clerk_core._api.operations.machines import Machines

        return Machines

    @LazyResource
    def miscellaneous(self) -> type[Miscellaneous[M]]:
        """Operations that belong to no resource."""
        from clerk_core._api.operations.miscellaneous import Miscellaneous

        return Miscellaneous

    @LazyResource
    def oauth_access_tokens(self) -> type[OAuthAccessTokens[M]]:
        """Operations on the access tokens of OAuth applications."""
        from clerk_core._api.operations.oauth_access_tokens import OAuthAccessTokens

        return OAuthAccessTokens

    @LazyResource
    def oauth_applications(self) -> type[OAuthApplications[M]]:
        """Operations on OAuth applications that sign in with this instance."""
        from clerk_core._api.operations.oauth_applications import OAuthApplications

        return OAuthApplications

    @LazyResource
    def organization_domains(self) -> type[OrganizationDomains[M]]:
        """Operations on the domains of organizations."""
        from clerk_core._api.operations.organization_domains import OrganizationDomains

        return OrganizationDomains

    @LazyResource
    def organization_invitations(self) -> type[OrganizationInvitations[M]]:
        """Operations on invitations to organizations."""
        from clerk_core._api.operations.organization_invitations import OrganizationInvitations

        return OrganizationInvitations

    @LazyResource
    def organization_memberships(self) -> type[OrganizationMemberships[M]]:
        """Operations on the members of organizations."""
        from clerk_core._api.operations.organization_memberships import OrganizationMemberships

        return OrganizationMemberships

    @LazyResource
    def organization_permissions(self) -> type[OrganizationPermissions[M]]:
        """Operations on the permissions of roles."""
        from clerk_core._api.operations.organization_permissions import OrganizationPermissions

        return OrganizationPermissions

    @LazyResource
    def organization_roles(self) -> type[OrganizationRoles[M]]:
        """Operations on the roles of members."""
        from clerk_core._api.operations.organization_roles import OrganizationRoles

        return OrganizationRoles

    @LazyResource
    def organizations(self) -> type[Organizations[M]]:
        """Operations on organizations."""
        from clerk_core._api.operations.organizations import Organizations

        return Organizations

    @LazyResource
    def phone_numbers(self) -> type[PhoneNumbers[M]]:
        """Operations on users' phone numbers."""
        from clerk_core._api.operations.phone_numbers import PhoneNumbers

        return PhoneNumbers

    @LazyResource
    def proxy_checks(self) -> type[ProxyChecks[M]]:
        """Operations on the instance's proxy."""
        from clerk_core._api.operations.proxy_checks import ProxyChecks

        return ProxyChecks

    @LazyResource
    def redirect_urls(self) -> type[RedirectUrls[M]]:
        """Operations on the URLs that mobile applications may return to."""
        from clerk_core._api.operations.redirect_urls import RedirectUrls

        return RedirectUrls

    @LazyResource
    def role_sets(self) -> type[RoleSets[M]]:
        """Operations on role sets."""
        from clerk_core._api.operations.role_sets import RoleSets

        return RoleSets

    @LazyResource
    def saml_connections(self) -> type[SAMLConnections[M]]:
        """Operations on SAML connections."""
        from clerk_core._api.operations.saml_connections import SAMLConnections

        return SAMLConnections

    @LazyResource
    def scim_directories(self) -> type[SCIMDirectories[M]]:
        """Operations on the SCIM directories that provision users."""
        from clerk_core._api.operations.scim_directories import SCIMDirectories

        return SCIMDirectories

    @LazyResource
    def sessions(self) -> type[Sessions[M]]:
        """Operations on sessions and their tokens."""
        from clerk_core._api.operations.sessions import Sessions

        return Sessions

    @LazyResource
    def sign_in_tokens(self) -> type[SignInTokens[M]]:
        """Operations on tokens that sign a user in without a password."""
        from clerk_core._api.operations.sign_in_tokens import SignInTokens

        return SignInTokens

    @LazyResource
    def sign_ups(self) -> type[SignUps[M]]:
        """Operations on attempts to sign up."""
        from clerk_core._api.operations.sign_ups import SignUps

        return SignUps

    @LazyResource
    def templates(self) -> type[Templates[M]]:
        """Operations on the preview of e-mail and text message templates."""
        from clerk_core._api.operations.templates import Templates

        return Templates

    @LazyResource
    def testing_tokens(self) -> type[TestingTokens[M]]:
        """Operations on tokens for automated tests."""
        from clerk_core._api.operations.testing_tokens import TestingTokens

        return TestingTokens

    @LazyResource
    def users(self) -> type[Users[M]]:
        """Operations on users."""
        from clerk_core._api.operations.users import Users

        return Users

    @LazyResource
    def waitlist_entries(self) -> type[WaitlistEntries[M]]:
        """Operations on the waitlist."""
        from clerk_core._api.operations.waitlist_entries import WaitlistEntries

        return WaitlistEntries

    @LazyResource
    def webhooks(self) -> type[Webhooks[M]]:
        """Operations on the webhook service Svix."""
        from clerk_core._api.operations.webhooks import Webhooks

        return Webhooks
