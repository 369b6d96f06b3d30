"""Declare the options of one Clerk instance: type, validation, default and environment variable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypedDict

from clerk_core._settings import values
from clerk_core._settings.organization_sync import OrganizationSyncOptions, read_organization_sync


class Options(TypedDict, total=False):
    """The keyword arguments of `Settings`, for annotating functions that pass them on."""

    publishable_key: str | None
    secret_key: str | None
    machine_secret_key: str | None
    jwt_key: str | None
    api_url: str | None
    api_version: str | None
    fapi_url: str | None
    issuer: str | Iterable[str] | None
    authorized_parties: str | Iterable[str] | None
    audience: str | Iterable[str] | None
    clock_skew_in_ms: float | None
    proxy_url: str | None
    domain: str | None
    is_satellite: bool | None
    satellite_auto_sync: bool | None
    sign_in_url: str | None
    sign_up_url: str | None
    after_sign_in_url: str | None
    after_sign_up_url: str | None
    sign_in_fallback_redirect_url: str | None
    sign_up_fallback_redirect_url: str | None
    sign_in_force_redirect_url: str | None
    sign_up_force_redirect_url: str | None
    sign_out_url: str | None
    user_profile_url: str | None
    organization_profile_url: str | None
    create_organization_url: str | None
    waitlist_url: str | None
    organization_sync_options: OrganizationSyncOptions | Mapping[str, Iterable[str]] | None
    oauth_resource: str | None
    oauth_scopes: str | Iterable[str] | None
    handshake: bool | None
    machine_token_cache_seconds: float | None
    user_cache_seconds: float | None


class Option(NamedTuple):
    """The validation, the default and the source of one option.

    Attributes:
        read: Returns the value that `Settings` stores, or None if the option counts as absent.
            Raises `InvalidValue` for a value that can never work.
        default: The value if the option is absent.
        has_variable: Whether Clerk documents an environment variable `CLERK_…` for it.
        is_secret: Whether its value must never be shown.
    """

    read: Callable[[Any], object]
    default: object = None
    has_variable: bool = False
    is_secret: bool = False


OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        "publishable_key": Option(values.read_string, has_variable=True),
        "secret_key": Option(values.read_key, has_variable=True, is_secret=True),
        "machine_secret_key": Option(values.read_key, has_variable=True, is_secret=True),
        "jwt_key": Option(values.read_public_key, has_variable=True, is_secret=True),
        "api_url": Option(values.read_api_url, "https://api.clerk.com", has_variable=True),
        "api_version": Option(values.read_api_version, "v1", has_variable=True),
        "fapi_url": Option(values.read_api_url, has_variable=True),
        "issuer": Option(values.read_issuers, ()),
        "authorized_parties": Option(values.read_origins, ()),
        "audience": Option(values.read_strings, ()),
        "clock_skew_in_ms": Option(values.read_milliseconds, 5000),
        "proxy_url": Option(values.read_proxy_url, has_variable=True),
        "domain": Option(values.read_host, has_variable=True),
        "is_satellite": Option(values.read_flag, False, has_variable=True),
        "satellite_auto_sync": Option(values.read_flag, False),
        "sign_in_url": Option(values.read_page_url, has_variable=True),
        "sign_up_url": Option(values.read_page_url, has_variable=True),
        "after_sign_in_url": Option(values.read_page_url),
        "after_sign_up_url": Option(values.read_page_url),
        "sign_in_fallback_redirect_url": Option(values.read_page_url, has_variable=True),
        "sign_up_fallback_redirect_url": Option(values.read_page_url, has_variable=True),
        "sign_in_force_redirect_url": Option(values.read_page_url, has_variable=True),
        "sign_up_force_redirect_url": Option(values.read_page_url, has_variable=True),
        "sign_out_url": Option(values.read_path),
        "user_profile_url": Option(values.read_page_url),
        "organization_profile_url": Option(values.read_page_url),
        "create_organization_url": Option(values.read_page_url),
        "waitlist_url": Option(values.read_page_url),
        "organization_sync_options": Option(read_organization_sync, OrganizationSyncOptions()),
        "oauth_resource": Option(values.read_resource),
        "oauth_scopes": Option(values.read_scopes, ()),
        "handshake": Option(values.read_switch, True),
        "machine_token_cache_seconds": Option(values.read_seconds, 60.0),
        "user_cache_seconds": Option(values.read_seconds, 0.0),
    }
)
"""The options of `Settings` by name."""
