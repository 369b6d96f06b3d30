"""Operations on the instance itself."""

from collections.abc import Sequence

from clerk_core.backend.models import (
    Instance,
    InstanceCommunication,
    InstanceProtect,
    InstanceRestrictions,
    OAuthApplicationSettings,
    OrganizationSettings,
)
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class InstanceSettings(Operations[M]):
    """Operations on the instance itself."""

    @operation("GET", "/instance")
    def get(self) -> Instance:
        """The instance of the secret key."""
        ...

    @operation("PATCH", "/instance")
    def update(
        self,
        *,
        test_mode: bool | None = ...,
        hibp: bool | None = ...,
        support_email: str | None = ...,
        clerk_js_version: str | None = ...,
        development_origin: str | None = ...,
        allowed_origins: Sequence[str] = ...,
        cookieless_dev: bool | None = ...,
        url_based_session_syncing: bool | None = ...,
        preferred_sign_in_strategy_when_password_required: str | None = ...,
    ) -> None:
        """Change the instance; what is left out stays as it is."""
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
    ) -> InstanceRestrictions:
        """Change who may sign up; what is left out stays as it is."""
        ...

    @operation("GET", "/instance/protect")
    def get_instance_protect(self) -> InstanceProtect:
        """How the instance is protected from abuse."""
        ...

    @operation("PATCH", "/instance/protect")
    def update_instance_protect(
        self, *, rules_enabled: bool | None = ..., specter_enabled: bool | None = ...
    ) -> InstanceProtect:
        """Change how the instance is protected; what is left out stays as it is."""
        ...

    @operation("GET", "/instance/communication")
    def get_communication(self) -> InstanceCommunication:
        """The countries to which no text message is sent."""
        ...

    @operation("PATCH", "/instance/communication")
    def update_communication(
        self, *, blocked_country_codes: Sequence[str] | None = ...
    ) -> InstanceCommunication:
        """Say anew to which countries no text message is sent, by their two letters."""
        ...

    @operation("GET", "/instance/oauth_application_settings")
    def get_oauth_application_settings(self) -> OAuthApplicationSettings:
        """What OAuth applications may do by default."""
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
    ) -> OAuthApplicationSettings:
        """Change what OAuth applications may do; what is left out stays as it is."""
        ...

    @operation("POST", "/instance/change_domain")
    def change_domain(self, *, home_url: str = ..., is_secondary: bool = ...) -> None:
        """Move a production instance to another domain; DNS records must follow."""
        ...

    @operation("GET", "/instance/organization_settings")
    def get_organization_settings(self) -> OrganizationSettings:
        """What organizations may do, and how large they may be."""
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
    ) -> OrganizationSettings:
        """Change what organizations may do; what is left out stays as it is."""
        ...

    # The names of these in Clerk's own Python client.
    get_o_auth_application_settings = get_oauth_application_settings
    update_o_auth_application_settings = update_oauth_application_settings
