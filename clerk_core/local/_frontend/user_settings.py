"""The user settings of the environment: attributes, factors, sign-up and passwords.

It must not know the other parts of the environment.
"""

from __future__ import annotations

from collections.abc import Sequence

from clerk_core.local._domain.settings import InstanceSettings, Presence, provider_name
from clerk_core.local._storage.rows import JsonObject

_OFF: JsonObject = {"enabled": False}
_UNUSED = ("web3_wallet",)


def user_settings(settings: InstanceSettings, url: str) -> JsonObject:
    """Return the user settings of the instance with this URL."""
    return {
        "attributes": {
            "email_address": _attribute(
                settings.email_address,
                first_factors=["email_code", *(["email_link"] if settings.email_link else [])],
                verifications=["email_link" if settings.email_link else "email_code"],
            ),
            "phone_number": _attribute(
                settings.phone_number,
                first_factors=["phone_code"],
                second_factors=["phone_code"],
                verifications=["phone_code"],
            ),
            "authenticator_app": _attribute(
                "on" if settings.authenticator_app else "off", second_factors=["totp"]
            ),
            "backup_code": _attribute(
                "on" if settings.backup_codes else "off", second_factors=["backup_code"]
            ),
            "username": _attribute(settings.username, used_for_first_factor=True),
            "password": _attribute(settings.password),
            "first_name": _attribute(settings.first_name),
            "last_name": _attribute(settings.last_name),
            "passkey": _attribute("on" if settings.passkeys else "off", first_factors=["passkey"]),
            "ticket": _attribute("on"),
            **{name: _attribute("off") for name in _UNUSED},
        },
        "social": {f"oauth_{provider}": _social(provider, url) for provider in settings.social},
        "saml": _OFF,
        "enterprise_sso": _OFF,
        "sign_in": {"second_factor": {"required": settings.second_factor_required}},
        "sign_up": {
            # A captcha would load a script from the internet.
            "captcha_enabled": False,
            "captcha_widget_type": "invisible",
            "custom_action_required": False,
            "progressive": True,
            "mode": settings.sign_up_mode,
            "legal_consent_enabled": False,
        },
        "restrictions": dict.fromkeys(_RESTRICTIONS, _OFF),
        "password_settings": _PASSWORD_SETTINGS,
        "username_settings": {
            "min_length": 4,
            "max_length": 64,
            "allow_extended_special_characters": False,
            "allow_numeric_usernames": False,
        },
        "actions": {
            "delete_self": True,
            "create_organization": settings.organizations,
            "create_organizations_limit": None,
        },
        "attack_protection": {
            "user_lockout": {"enabled": False, "max_attempts": 100, "duration_in_minutes": 60},
            "pii": {"enabled": False},
            "email_link": {"require_same_client": False},
            "enumeration_protection": _OFF,
        },
        "passkey_settings": {
            "allow_autofill": False,
            "show_sign_in_button": settings.passkeys,
            "satisfies_second_factor": False,
        },
    }


def _social(provider: str, url: str) -> JsonObject:
    return {
        "enabled": True,
        "required": False,
        "authenticatable": True,
        "block_email_subaddresses": False,
        "strategy": f"oauth_{provider}",
        "not_selectable": False,
        "deprecated": False,
        "name": provider_name(provider),
        "logo_url": f"{url}/static/icon.svg",
    }


_RESTRICTIONS = (
    *("allowlist", "blocklist", "allowlist_blocklist_disabled_on_sign_in"),
    *("block_email_subaddresses", "block_disposable_email_domains"),
)
_PASSWORD_SETTINGS: JsonObject = {
    "disable_hibp": True,
    "disable_password_reverification": False,
    "min_length": 8,
    "max_length": 72,
    "require_special_char": False,
    "require_numbers": False,
    "require_uppercase": False,
    "require_lowercase": False,
    "show_zxcvbn": False,
    "min_zxcvbn_strength": 0,
    "enforce_hibp_on_sign_in": False,
    "allowed_special_characters": "",
}


def _attribute(
    presence: Presence,
    *,
    used_for_first_factor: bool = False,
    first_factors: Sequence[str] = (),
    second_factors: Sequence[str] = (),
    verifications: Sequence[str] = (),
) -> JsonObject:
    is_enabled = presence != "off"
    return {
        "enabled": is_enabled,
        "required": presence == "required",
        "used_for_first_factor": is_enabled and (used_for_first_factor or bool(first_factors)),
        "first_factors": list(first_factors),
        "used_for_second_factor": is_enabled and bool(second_factors),
        "second_factors": list(second_factors),
        "verifications": list(verifications),
        "verify_at_sign_up": bool(verifications),
        "immutable": False,
    }
