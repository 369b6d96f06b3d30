"""Operations on the instance itself."""

from collections.abc import Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import (
    Instance,
    InstanceCommunication,
    InstanceProtect,
    InstanceRestrictions,
    OAuthApplicationSettings,
    OrganizationSettings,
)


class InstanceSettings(Operations[M]):
    """Operations on the instance itself."""

    @operation("GET", "/instance")
    def get(self, *, extra: Extra = ...) -> Instance:
        """Return the instance.

        Args:
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/instance")
    def update(
        self,
        *,
        test_mode: bool | None = ...,
        hibp: bool | None = ...,
        enhanced_email_deliverability: bool | None = ...,
        support_email: str | None = ...,
        clerk_js_version: str | None = ...,
        development_origin: str | None = ...,
        allowed_origins: Sequence[str] = ...,
        cookieless_dev: bool | None = ...,
        url_based_session_syncing: bool | None = ...,
        preferred_sign_in_strategy_when_password_required: str | None = ...,
        extra: Extra = ...,
    ) -> None:
        """Update settings of the instance; omitted parameters are not changed.

        Args:
            test_mode: Whether test email addresses and phone numbers are accepted.
            hibp: Whether passwords are checked against known breaches.
            enhanced_email_deliverability: Whether codes are sent by a mail server that Clerk shares
                among instances.
            support_email: The email address of your support for users.
            clerk_js_version: The version of Clerk's JavaScript that hosted pages load.
            development_origin: The origin of the application in development.
            allowed_origins: Origins of browser extensions and native shells that may use the
                instance.
            cookieless_dev: The deprecated name of `url_based_session_syncing`.
            url_based_session_syncing: Whether development works without third-party cookies.
            preferred_sign_in_strategy_when_password_required: `password` or `otp`; an empty string
                for Clerk's choice.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/instance/restrictions")
    def update_restrictions(
        self,
        *,
        allowlist: bool | None = ...,
        blocklist: bool | None = ...,
        allowlist_blocklist_disabled_on_sign_in: bool | None = ...,
        block_email_subaddresses: bool | None = ...,
        block_disposable_email_domains: bool | None = ...,
        ignore_dots_for_gmail_addresses: bool | None = ...,
        extra: Extra = ...,
    ) -> InstanceRestrictions:
        """Update who may sign up and sign in; omitted parameters are not changed.

        Args:
            allowlist: Whether only identifiers of the allowlist may sign up.
            blocklist: Whether identifiers of the blocklist are refused.
            allowlist_blocklist_disabled_on_sign_in: Whether both lists count for sign-up only.
            block_email_subaddresses: Whether addresses such as `ada+1@example.com` are refused.
            block_disposable_email_domains: Whether addresses of disposable email services are
                refused.
            ignore_dots_for_gmail_addresses: Whether Gmail addresses that differ in dots count as
                the same.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/instance/protect")
    def get_instance_protect(self, *, extra: Extra = ...) -> InstanceProtect:
        """Return the settings of Clerk Protect.

        Args:
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/instance/protect")
    def update_instance_protect(
        self,
        *,
        rules_enabled: bool | None = ...,
        specter_enabled: bool | None = ...,
        extra: Extra = ...,
    ) -> InstanceProtect:
        """Update the settings of Clerk Protect.

        Args:
            rules_enabled: Whether its rules are applied.
            specter_enabled: Whether its bot detection, Specter, is used.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/instance/communication")
    def get_communication(self, *, extra: Extra = ...) -> InstanceCommunication:
        """Return which countries get no text messages.

        Args:
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/instance/communication")
    def update_communication(
        self, *, blocked_country_codes: Sequence[str] | None = ..., extra: Extra = ...
    ) -> InstanceCommunication:
        """Replace the list of countries that get no text messages.

        Args:
            blocked_country_codes: Country codes of two capital letters (ISO 3166-1), at most 250.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/instance/oauth_application_settings")
    def get_oauth_application_settings(self, *, extra: Extra = ...) -> OAuthApplicationSettings:
        """Return the settings for OAuth applications.

        Args:
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/instance/oauth_application_settings")
    def update_oauth_application_settings(
        self,
        *,
        dynamic_oauth_client_registration: bool | None = ...,
        default_scopes: Sequence[str] | None = ...,
        oauth_jwt_access_tokens: bool | None = ...,
        client_id_metadata_documents_advertised: bool | None = ...,
        client_id_metadata_documents_only_allow_pre_registered_clients: bool | None = ...,
        client_id_metadata_documents_block_implicitly_allowed_clients: bool | None = ...,
        extra: Extra = ...,
    ) -> OAuthApplicationSettings:
        """Update the settings for OAuth applications.

        Omitted parameters are not changed.

        Args:
            dynamic_oauth_client_registration: Whether clients may register themselves (RFC 7591).
            default_scopes: The scopes of clients that request none; None for Clerk's defaults.
            oauth_jwt_access_tokens: Whether access tokens are JWTs instead of opaque tokens.
            client_id_metadata_documents_advertised: Whether the server's metadata announce client
                ID metadata documents.
            client_id_metadata_documents_only_allow_pre_registered_clients: Whether unknown clients
                with such a document are refused.
            client_id_metadata_documents_block_implicitly_allowed_clients: Whether clients that were
                let in without registration are refused from now on.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/instance/change_domain")
    def change_domain(
        self, *, home_url: str = ..., is_secondary: bool = ..., extra: Extra = ...
    ) -> None:
        """Change the domain of a production instance, which signs all users out.

        Args:
            home_url: The new URL of the application, such as `https://www.example.com`.
            is_secondary: Whether the domain is that of a secondary application, whose subdomain
                counts.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/instance/organization_settings")
    def get_organization_settings(self, *, extra: Extra = ...) -> OrganizationSettings:
        """Return the settings for organizations.

        Args:
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/instance/organization_settings")
    def update_organization_settings(
        self,
        *,
        enabled: bool | None = ...,
        max_allowed_memberships: int | None = ...,
        admin_delete_enabled: bool | None = ...,
        domains_enabled: bool | None = ...,
        slug_disabled: bool | None = ...,
        domains_enrollment_modes: Sequence[str] = ...,
        creator_role_id: str | None = ...,
        domains_default_role_id: str | None = ...,
        extra: Extra = ...,
    ) -> OrganizationSettings:
        """Update the settings for organizations; omitted parameters are not changed.

        Args:
            enabled: Whether organizations are enabled.
            max_allowed_memberships: How many members an organization may have; 0 for any number.
            admin_delete_enabled: Whether administrators may delete their organization.
            domains_enabled: Whether organizations may have domains.
            slug_disabled: Whether organizations have no slugs.
            domains_enrollment_modes: What domains may do: `automatic_invitation`,
                `automatic_suggestion`.
            creator_role_id: The ID of the role of users who create an organization.
            domains_default_role_id: The ID of the role that users of an organization's domain get.
            extra: Further fields to send.
        """
        ...

    # The names of these in Clerk's own Python client.
    get_o_auth_application_settings = get_oauth_application_settings
    update_o_auth_application_settings = update_oauth_application_settings
