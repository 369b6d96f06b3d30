"""The environment: what clerk-js and its components have to know of the instance.

A part that is given replaces all defaults of clerk-js for it, so each is complete. It must not know
users or browsers.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.organization_domains import DEFAULT_ROLE, ENROLLMENT_MODES
from clerk_core.local._domain.organizations import CREATOR_ROLE
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._frontend.user_settings import user_settings
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import JsonObject


def _get_environment(call: Call) -> HttpResponse:
    return json_response(
        {
            "object": "environment",
            "auth_config": _auth_config(call),
            "display_config": _display_config(call),
            "user_settings": user_settings(call.settings, call.url),
            "organization_settings": _organization_settings(call),
            "fraud_settings": {
                "object": "fraud_settings",
                "native": {"device_attestation_mode": "disabled"},
            },
            "commerce_settings": _commerce_settings(),
            "api_keys_settings": _api_keys_settings(call.settings),
            "protect_config": {"loaders": []},
            "client_debug_mode": False,
            "partitioned_cookies": False,
            "maintenance_mode": False,
        }
    )


def _auth_config(call: Call) -> JsonObject:
    settings = call.settings
    named = ("email_address", "phone_number", "username")
    identifiers = [name for name in named if getattr(settings, name) != "off"]
    required = [name for name in identifiers if getattr(settings, name) == "required"]
    social = [f"oauth_{provider}" for provider in settings.social]
    second_factors = {
        "totp": settings.authenticator_app,
        "backup_code": settings.backup_codes,
        "phone_code": settings.phone_number != "off",
    }
    return {
        "object": "auth_config",
        "id": call.keys.kid,
        "first_name": settings.first_name,
        "last_name": settings.last_name,
        "email_address": settings.email_address,
        "phone_number": settings.phone_number,
        "username": settings.username,
        "password": settings.password,
        "identification_requirements": [required],
        "identification_strategies": [*identifiers, *social],
        "first_factors": [
            *("password", "email_code", "phone_code", "ticket", *social),
            *(["passkey"] if settings.passkeys else []),
        ],
        "second_factors": [name for name, is_on in second_factors.items() if is_on],
        "email_address_verification_strategies": ["email_code"],
        "single_session_mode": not settings.multi_session,
        "enhanced_email_deliverability": False,
        "test_mode": True,
        "cookieless_dev": True,
        "url_based_session_syncing": True,
        "claimed_at": None,
        "reverification": settings.reverification,
        "native_settings": _NATIVE_SETTINGS,
    }


_NATIVE_SETTINGS: JsonObject = {
    "object": "native_settings",
    "api_enabled": False,
    "trusted_device_sign_in_enabled": False,
    "trusted_device_enrollment_prompt_after_sign_in_enabled": False,
    "trusted_device_enrollment_prompt_after_sign_up_enabled": False,
}


def _display_config(call: Call) -> JsonObject:
    pages = {
        "home_url": call.url,
        "sign_in_url": f"{call.url}/sign-in",
        "sign_up_url": f"{call.url}/sign-up",
        "after_sign_out_one_url": f"{call.url}/sign-in",
        "after_sign_out_all_url": f"{call.url}/sign-in",
    }
    # clerk-js falls back to the page of the application where there is no URL.
    absent = (
        *("user_profile_url", "waitlist_url", "oauth_consent_url", "after_sign_in_url"),
        *("after_sign_up_url", "after_switch_session_url", "after_join_waitlist_url"),
        *("organization_profile_url", "create_organization_url", "after_leave_organization_url"),
        *("after_create_organization_url", "logo_link_url", "logo_image_url"),
        *("favicon_image_url", "logo_url", "favicon_url"),
    )
    return {
        "object": "display_config",
        "id": call.keys.kid,
        "instance_environment_type": "development",
        "application_name": call.settings.application_name,
        "theme": _THEME,
        "preferred_sign_in_strategy": "password",
        **dict.fromkeys(absent, ""),
        **pages,
        "support_email": None,
        "branded": False,
        "show_devmode_warning": False,
        "experimental_force_oauth_first": False,
        "clerk_js_version": None,
        "google_one_tap_client_id": None,
        "help_url": None,
        "privacy_policy_url": None,
        "terms_url": None,
        "logo_image": None,
        "favicon_image": None,
        "captcha_public_key": None,
        "captcha_public_key_invisible": None,
        "captcha_widget_type": None,
        "captcha_provider": None,
        "captcha_oauth_bypass": [],
        "captcha_heartbeat": False,
    }


_THEME: JsonObject = {
    "buttons": {"font_color": "#ffffff", "font_family": "sans-serif", "font_weight": "600"},
    "general": {
        "color": "#5746af",
        "padding": "1em",
        "box_shadow": "0 2px 8px rgba(0, 0, 0, 0.2)",
        "font_color": "#151515",
        "font_family": "sans-serif",
        "border_radius": "0.5em",
        "background_color": "#ffffff",
        "label_font_weight": "600",
    },
    "accounts": {"background_color": "#ffffff"},
}


def _organization_settings(call: Call) -> JsonObject:
    has_domains = call.settings.organization_domains
    return {
        "enabled": call.settings.organizations,
        "max_allowed_memberships": 5,
        "force_organization_selection": call.settings.force_organization_selection,
        "actions": {"admin_delete": True},
        "domains": {
            "enabled": has_domains,
            "enrollment_modes": ENROLLMENT_MODES if has_domains else [],
            "default_role": DEFAULT_ROLE,
        },
        "slug": {"disabled": False},
        "creator_role": CREATOR_ROLE,
    }


def _commerce_settings() -> JsonObject:
    off = {"enabled": False, "has_paid_plans": False}
    return {
        "billing": {
            "stripe_publishable_key": None,
            "free_trial_requires_payment_method": False,
            "user": off,
            "organization": off,
        }
    }


def _api_keys_settings(settings: InstanceSettings) -> JsonObject:
    return {
        "enabled": settings.user_api_keys or settings.organization_api_keys,
        "user_api_keys_enabled": settings.user_api_keys,
        "orgs_api_keys_enabled": settings.organization_api_keys,
    }


def _get_health(_: Call) -> HttpResponse:
    return json_response({"status": "healthy"})


ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/environment", _get_environment),
    ("PATCH", "/v1/environment", _get_environment),
    ("GET", "/v1/health", _get_health),
)
