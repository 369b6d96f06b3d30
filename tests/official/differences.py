"""Differences between the requests and parameters of the official client and ours, with reasons.

Everything else is the same. A test fails for an entry that is not a difference any more.
"""

from __future__ import annotations

from collections.abc import Mapping

VERSION = "7.0.0"
"""The version of the official client that these tables describe."""

ONLY_OURS = frozenset(
    {
        # Clerk published these after the official client was generated.
        "billing.apply_subscription_item_discount",
        "billing.remove_subscription_item_discount",
        "directories.create",
        "directories.create_group_role_mapping",
        "directories.delete",
        "directories.delete_group_role_mapping",
        "directories.get",
        "directories.list",
        "directories.list_group_role_mappings",
        "directories.replace_group_role_mappings",
        "directories.rotate_api_key",
        "directories.update",
        # In Clerk's JavaScript client only.
        "emails.create",
        "invitations.delete",
    }
)
"""Operations missing from the official client."""

PARAMETERS: Mapping[str, Mapping[str, str]] = {
    # Published after the official client was generated.
    "users.list": {"starting_after": "unknown to the official client"},
    # In Clerk's JavaScript client only.
    "instance_settings.update": {"enhanced_email_deliverability": "unknown to the official client"},
    "instance_settings.update_restrictions": {
        "ignore_dots_for_gmail_addresses": "unknown to the official client"
    },
    "saml_connections.update": {"idp_certificates": "unknown to the official client"},
    "users.create": {"timezone": "unknown to the official client"},
    "users.update": {"timezone": "unknown to the official client"},
    # Clerk requires it and accepts only true. The official client fills it in.
    "domains.add": {"is_satellite": "required by us alone"},
    # Clerk requires this or `domains`, which a signature cannot express. The official client
    # rejects a call with neither, and declares the one of its first body model as required.
    "saml_connections.create": {
        "domain": "required by the official client alone",
        "idp_certificates": "unknown to the official client",
    },
}
"""Parameters that only one of the clients has or requires."""

_PAGE = {"?limit": "10", "?offset": "0"}
_NEWEST = {**_PAGE, "?order_by": "-created_at"}

# We do not send omitted parameters, so that Clerk's current defaults apply. The official client
# sends the defaults of the specification from which it was generated, and floats for `limit` and
# `offset` of API keys and M2M tokens.
_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "actor_tokens.create": {"expires_in_seconds": 3600, "session_max_duration_in_seconds": 1800},
    "admin_portal_link_tokens.create_admin_portal_link_token": {"seconds_until_expiration": 3600},
    "agent_tasks.create": {"session_max_duration_in_seconds": 1800},
    "allowlist_identifiers.create": {"notify": False},
    "allowlist_identifiers.list": _PAGE,
    "api_keys.create_api_key": {"type": "api_key"},
    "api_keys.get_api_keys": {
        "?include_invalid": "false",
        "?limit": "10.0",
        "?offset": "0.0",
        "?type": "api_key",
    },
    "billing.cancel_subscription_item": {"?end_now": "false"},
    "billing.create_price": {"currency": "USD"},
    "billing.get_statement_payment_attempts": _PAGE,
    "billing.list_plans": _PAGE,
    "billing.list_prices": _PAGE,
    "billing.list_statements": _PAGE,
    "billing.list_subscription_items": {"?include_free": "false", **_PAGE},
    "clients.list": _PAGE,
    "email_addresses.create": {"notify_primary_email_address_changed": False},
    "email_addresses.replace_for_user": {
        "identification_status": "verified",
        "notify_primary_email_address_changed": False,
    },
    "email_addresses.update": {"notify_primary_email_address_changed": False},
    "email_sms_templates.list": _PAGE,
    "enterprise_connections.list": _PAGE,
    "enterprise_connections.list_test_runs": _PAGE,
    "invitations.create": {"ignore_existing": False, "notify": True},
    "invitations.list": _NEWEST,
    "jwt_templates.list": _PAGE,
    "m2m.create_token": {"token_format": "opaque"},
    "m2m.list_tokens": {
        "?expired": "false",
        "?limit": "10.0",
        "?offset": "0.0",
        "?revoked": "false",
    },
    "machines.create": {"default_token_ttl": 3600},
    "machines.list": _NEWEST,
    "oauth_applications.create": {
        "consent_screen_enabled": True,
        "pkce_required": False,
        "scopes": "profile email",
    },
    "oauth_applications.list": {**_PAGE, "?order_by": "+created_at"},
    "oauth_applications.update": {"scopes": "profile email"},
    "organization_domains.list": _PAGE,
    "organization_domains.list_all": _NEWEST,
    "organization_invitations.create": {"notify": True},
    "organization_invitations.get_all": _NEWEST,
    "organization_invitations.list": _NEWEST,
    "organization_invitations.list_pending": _PAGE,
    "organization_memberships.list": _PAGE,
    "organization_permissions.list": _PAGE,
    "organization_roles.list": _NEWEST,
    "organizations.list": _NEWEST,
    "phone_numbers.replace_for_user": {"identification_status": "verified"},
    "redirect_urls.list": _PAGE,
    "role_sets.list": _NEWEST,
    "saml_connections.list": _PAGE,
    "scim_directories.list": _PAGE,
    "sessions.list": _PAGE,
    "sessions.refresh": {"format": "token"},
    "sign_in_tokens.create": {"expires_in_seconds": 2_592_000},
    "users.get_instance_organization_memberships": _PAGE,
    "users.get_o_auth_access_token": _PAGE,
    "users.get_organization_invitations": _PAGE,
    "users.get_organization_memberships": _PAGE,
    "users.list": _NEWEST,
    "users.remove_password": {"sign_out_of_other_sessions": False},
    "users.update": {"notify_primary_email_address_changed": False},
    "waitlist_entries.create": {"notify": True},
    "waitlist_entries.invite": {"ignore_existing": False},
    "waitlist_entries.list": _NEWEST,
}

# Without arguments we send an empty object as body. The official client sends no body if its
# arguments are one object, which is omitted.
_NO_BODY = (
    "beta_features.update_instance_settings",
    "beta_features.update_production_instance_domain",
    "instance_settings.change_domain",
    "instance_settings.update",
    "instance_settings.update_communication",
    "instance_settings.update_instance_protect",
    "instance_settings.update_o_auth_application_settings",
    "instance_settings.update_organization_settings",
    "instance_settings.update_restrictions",
    "proxy_checks.verify",
    "users.set_profile_image",
)

NOT_SENT = "not sent"
REJECTED = "rejected"

SENT: Mapping[tuple[str, str], Mapping[str, object]] = {
    **{(name, "required"): added for name, added in _DEFAULTS.items()},
    **{(name, "required"): {"the body": NOT_SENT} for name in _NO_BODY},
    # See `PARAMETERS`.
    ("saml_connections.create", "required"): {"the call": REJECTED},
    # The official client declares free-form objects without fields and drops their content.
    **{
        (f"jwt_templates.{name}", given): {"claims": {}}
        for name in ("create", "update")
        for given in ("all", "required", "null")
    },
}
"""The official client's values that differ from ours, by operation and arguments given.

`?name` is a query parameter, other names are fields of the body.
"""
