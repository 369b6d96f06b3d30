"""All resources of the Backend API, as attributes of both clients, loaded when first named."""

from __future__ import annotations

from collections.abc import Coroutine
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from clerk_core.backend.operation import AsyncFace, SyncFace, VerifyM2M
from clerk_core.words.flow import Flow
from clerk_core.words.settings import Settings

if TYPE_CHECKING:
    from clerk_core.backend.operations.actor_tokens import ActorTokens, AsyncActorTokens
    from clerk_core.backend.operations.admin_portal_link_tokens import (
        AdminPortalLinkTokens,
        AsyncAdminPortalLinkTokens,
    )
    from clerk_core.backend.operations.agent_tasks import AgentTasks, AsyncAgentTasks
    from clerk_core.backend.operations.allowlist_identifiers import (
        AllowlistIdentifiers,
        AsyncAllowlistIdentifiers,
    )
    from clerk_core.backend.operations.api_keys import ApiKeys, AsyncApiKeys
    from clerk_core.backend.operations.beta_features import AsyncBetaFeatures, BetaFeatures
    from clerk_core.backend.operations.billing import AsyncBilling, Billing
    from clerk_core.backend.operations.blocklist_identifiers import (
        AsyncBlocklistIdentifiers,
        BlocklistIdentifiers,
    )
    from clerk_core.backend.operations.clients import AsyncClients, Clients
    from clerk_core.backend.operations.directories import AsyncDirectories, Directories
    from clerk_core.backend.operations.domains import AsyncDomains, Domains
    from clerk_core.backend.operations.email_addresses import AsyncEmailAddresses, EmailAddresses
    from clerk_core.backend.operations.email_and_sms_templates import (
        AsyncEmailAndSmsTemplates,
        EmailAndSmsTemplates,
    )
    from clerk_core.backend.operations.email_sms_templates import (
        AsyncEmailSmsTemplates,
        EmailSmsTemplates,
    )
    from clerk_core.backend.operations.enterprise_connections import (
        AsyncEnterpriseConnections,
        EnterpriseConnections,
    )
    from clerk_core.backend.operations.instance_settings import (
        AsyncInstanceSettings,
        InstanceSettings,
    )
    from clerk_core.backend.operations.invitations import AsyncInvitations, Invitations
    from clerk_core.backend.operations.jwks import AsyncJwks, Jwks
    from clerk_core.backend.operations.jwt_templates import AsyncJwtTemplates, JwtTemplates
    from clerk_core.backend.operations.m2m import AsyncM2m, M2m
    from clerk_core.backend.operations.machines import AsyncMachines, Machines
    from clerk_core.backend.operations.miscellaneous import AsyncMiscellaneous, Miscellaneous
    from clerk_core.backend.operations.oauth_access_tokens import (
        AsyncOauthAccessTokens,
        OauthAccessTokens,
    )
    from clerk_core.backend.operations.oauth_applications import (
        AsyncOauthApplications,
        OauthApplications,
    )
    from clerk_core.backend.operations.organization_domains import (
        AsyncOrganizationDomains,
        OrganizationDomains,
    )
    from clerk_core.backend.operations.organization_invitations import (
        AsyncOrganizationInvitations,
        OrganizationInvitations,
    )
    from clerk_core.backend.operations.organization_memberships import (
        AsyncOrganizationMemberships,
        OrganizationMemberships,
    )
    from clerk_core.backend.operations.organization_permissions import (
        AsyncOrganizationPermissions,
        OrganizationPermissions,
    )
    from clerk_core.backend.operations.organization_roles import (
        AsyncOrganizationRoles,
        OrganizationRoles,
    )
    from clerk_core.backend.operations.organizations import AsyncOrganizations, Organizations
    from clerk_core.backend.operations.phone_numbers import AsyncPhoneNumbers, PhoneNumbers
    from clerk_core.backend.operations.proxy_checks import AsyncProxyChecks, ProxyChecks
    from clerk_core.backend.operations.redirect_urls import AsyncRedirectUrls, RedirectUrls
    from clerk_core.backend.operations.role_sets import AsyncRoleSets, RoleSets
    from clerk_core.backend.operations.saml_connections import (
        AsyncSamlConnections,
        SamlConnections,
    )
    from clerk_core.backend.operations.scim_directories import (
        AsyncScimDirectories,
        ScimDirectories,
    )
    from clerk_core.backend.operations.sessions import AsyncSessions, Sessions
    from clerk_core.backend.operations.sign_in_tokens import AsyncSignInTokens, SignInTokens
    from clerk_core.backend.operations.sign_ups import AsyncSignUps, SignUps
    from clerk_core.backend.operations.templates import AsyncTemplates, Templates
    from clerk_core.backend.operations.testing_tokens import AsyncTestingTokens, TestingTokens
    from clerk_core.backend.operations.users import AsyncUsers, Users
    from clerk_core.backend.operations.waitlist_entries import (
        AsyncWaitlistEntries,
        WaitlistEntries,
    )
    from clerk_core.backend.operations.webhooks import AsyncWebhooks, Webhooks

S = TypeVar("S", bound=SyncFace)
A = TypeVar("A", bound=AsyncFace)
T = TypeVar("T")


class Lazily(Generic[S, A]):
    """The operations on one resource, of the face that is asked."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: Resources, owner: type) -> S: ...
    @overload
    def __get__(self, client: AsyncResources, owner: type) -> A: ...
    @overload
    def __get__(self, client: None, owner: type) -> Lazily[S, A]: ...
    def __get__(
        self, client: Resources | AsyncResources | None, owner: type
    ) -> S | A | Lazily[S, A]:
        if client is None:
            return self
        found = client.__dict__.get(self._name)
        if found is None:
            prefix = "Async" if isinstance(client, AsyncResources) else ""
            module = import_module(f"clerk_core.backend.operations.{self._name}")
            kind = getattr(module, prefix + "".join(map(str.capitalize, self._name.split("_"))))
            made = kind(client.settings, client.run, client.verify_m2m)
            # From now on it is found there first: this class cannot be assigned to.
            found = client.__dict__.setdefault(self._name, made)
        operations: S | A = found
        return operations


class _AllResources:
    actor_tokens: Lazily[ActorTokens, AsyncActorTokens] = Lazily()
    admin_portal_link_tokens: Lazily[AdminPortalLinkTokens, AsyncAdminPortalLinkTokens] = Lazily()
    agent_tasks: Lazily[AgentTasks, AsyncAgentTasks] = Lazily()
    allowlist_identifiers: Lazily[AllowlistIdentifiers, AsyncAllowlistIdentifiers] = Lazily()
    api_keys: Lazily[ApiKeys, AsyncApiKeys] = Lazily()
    beta_features: Lazily[BetaFeatures, AsyncBetaFeatures] = Lazily()
    billing: Lazily[Billing, AsyncBilling] = Lazily()
    blocklist_identifiers: Lazily[BlocklistIdentifiers, AsyncBlocklistIdentifiers] = Lazily()
    clients: Lazily[Clients, AsyncClients] = Lazily()
    directories: Lazily[Directories, AsyncDirectories] = Lazily()
    domains: Lazily[Domains, AsyncDomains] = Lazily()
    email_addresses: Lazily[EmailAddresses, AsyncEmailAddresses] = Lazily()
    email_and_sms_templates: Lazily[EmailAndSmsTemplates, AsyncEmailAndSmsTemplates] = Lazily()
    email_sms_templates: Lazily[EmailSmsTemplates, AsyncEmailSmsTemplates] = Lazily()
    enterprise_connections: Lazily[EnterpriseConnections, AsyncEnterpriseConnections] = Lazily()
    instance_settings: Lazily[InstanceSettings, AsyncInstanceSettings] = Lazily()
    invitations: Lazily[Invitations, AsyncInvitations] = Lazily()
    jwks: Lazily[Jwks, AsyncJwks] = Lazily()
    jwt_templates: Lazily[JwtTemplates, AsyncJwtTemplates] = Lazily()
    m2m: Lazily[M2m, AsyncM2m] = Lazily()
    machines: Lazily[Machines, AsyncMachines] = Lazily()
    miscellaneous: Lazily[Miscellaneous, AsyncMiscellaneous] = Lazily()
    oauth_access_tokens: Lazily[OauthAccessTokens, AsyncOauthAccessTokens] = Lazily()
    oauth_applications: Lazily[OauthApplications, AsyncOauthApplications] = Lazily()
    organization_domains: Lazily[OrganizationDomains, AsyncOrganizationDomains] = Lazily()
    organization_invitations: Lazily[OrganizationInvitations, AsyncOrganizationInvitations] = (
        Lazily()
    )
    organization_memberships: Lazily[OrganizationMemberships, AsyncOrganizationMemberships] = (
        Lazily()
    )
    organization_permissions: Lazily[OrganizationPermissions, AsyncOrganizationPermissions] = (
        Lazily()
    )
    organization_roles: Lazily[OrganizationRoles, AsyncOrganizationRoles] = Lazily()
    organizations: Lazily[Organizations, AsyncOrganizations] = Lazily()
    phone_numbers: Lazily[PhoneNumbers, AsyncPhoneNumbers] = Lazily()
    proxy_checks: Lazily[ProxyChecks, AsyncProxyChecks] = Lazily()
    redirect_urls: Lazily[RedirectUrls, AsyncRedirectUrls] = Lazily()
    role_sets: Lazily[RoleSets, AsyncRoleSets] = Lazily()
    saml_connections: Lazily[SamlConnections, AsyncSamlConnections] = Lazily()
    scim_directories: Lazily[ScimDirectories, AsyncScimDirectories] = Lazily()
    sessions: Lazily[Sessions, AsyncSessions] = Lazily()
    sign_in_tokens: Lazily[SignInTokens, AsyncSignInTokens] = Lazily()
    sign_ups: Lazily[SignUps, AsyncSignUps] = Lazily()
    templates: Lazily[Templates, AsyncTemplates] = Lazily()
    testing_tokens: Lazily[TestingTokens, AsyncTestingTokens] = Lazily()
    users: Lazily[Users, AsyncUsers] = Lazily()
    waitlist_entries: Lazily[WaitlistEntries, AsyncWaitlistEntries] = Lazily()
    webhooks: Lazily[Webhooks, AsyncWebhooks] = Lazily()


class Resources(_AllResources):
    """Those of a client that waits."""

    settings: Settings
    verify_m2m: VerifyM2M

    def run(self, flow: Flow[T], /) -> T:
        """Run a flow over the client's connections."""
        raise NotImplementedError


class AsyncResources(_AllResources):
    """Those of a client whose calls are awaited."""

    settings: Settings
    verify_m2m: VerifyM2M

    def run(self, flow: Flow[T], /) -> Coroutine[object, object, T]:
        """Run a flow over the client's connections."""
        raise NotImplementedError
