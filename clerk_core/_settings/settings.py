"""The settings of one Clerk instance, checked once and frozen; secrets never in their repr.

It may not know the process environment: `Settings.from_environ` is handed a mapping.
"""

from __future__ import annotations

from collections.abc import Mapping

from clerk_core._arguments import check_keywords
from clerk_core._compat import Unpack
from clerk_core._frozen import Frozen
from clerk_core._settings.checks import check, check_keys
from clerk_core._settings.options import OPTIONS, Option, Options
from clerk_core._settings.organization_sync import OrganizationSyncOptions
from clerk_core._settings.publishable_key import PublishableKey
from clerk_core._settings.sources import merge_options, options_in
from clerk_core._settings.values import InvalidValue
from clerk_core.errors import ConfigurationError

__all__ = ["Options", "OrganizationSyncOptions", "Settings"]


class Settings(Frozen):
    """The settings of one Clerk instance.

    Args:
        publishable_key: names the instance; without it cookies are not read, only header tokens.
        secret_key: calls the Backend API and fetches the key set.
        machine_secret_key: verifies machine-to-machine tokens in its stead.
        jwt_key: the PEM public key, to verify without a network; a literal backslash-n counts as a
            line break.
        api_url: the base URL of the Backend API.
        api_version: the version of the Backend API.
        fapi_url: the URL that `frontend_api_proxy` forwards to; Clerk's own by default.
        issuer: the accepted `iss` claims; unchecked when absent.
        authorized_parties: the origins that a token may have been issued to (`azp`); unchecked when
            absent.
        audience: the accepted `aud` claims, compared when a token has one.
        clock_skew_in_ms: by how many milliseconds the clocks may differ.
        proxy_url: where the Frontend API is proxied: absolute, or a path of the application.
        domain: the domain of this application where it is a satellite.
        is_satellite: whether this application signs in on another, the primary domain.
        satellite_auto_sync: whether a satellite asks the primary domain on a first visit.
        sign_in_url: the application's own sign-in page; the account portal's when absent.
        sign_up_url: the application's own sign-up page; the account portal's when absent.
        after_sign_in_url: The older name of `sign_in_fallback_redirect_url`.
        after_sign_up_url: The older name of `sign_up_fallback_redirect_url`.
        sign_in_fallback_redirect_url: Where a sign-in leads to if no page is known.
        sign_up_fallback_redirect_url: Where a sign-up leads to if no page is known.
        sign_in_force_redirect_url: Where every sign-in leads to, whatever page it began on.
        sign_up_force_redirect_url: Where every sign-up leads to, whatever page it began on.
        sign_out_url: The path of the application that a form is posted to in order to sign out.
        user_profile_url: The application's own profile page; the account portal's by default.
        organization_profile_url: Its page of the active organization; the portal's by default.
        create_organization_url: Its page to create an organization; the portal's by default.
        waitlist_url: Its waitlist page; the portal's by default.
        organization_sync_options: paths that choose the active organization.
        handshake: whether browsers may be redirected, to a handshake with Clerk and to sign in;
            False for an API without pages, where a guard answers browsers with 401, too.

    Raises:
        ConfigurationError: there is no key to verify anything with, a value can never work, or a
            satellite lacks what it needs.
        TypeError: an option does not exist.
    """

    __slots__ = (*Options.__annotations__, "cookie_suffix", "instance")

    publishable_key: str | None
    secret_key: str | None
    machine_secret_key: str | None
    jwt_key: str | None
    api_url: str
    api_version: str
    fapi_url: str | None
    issuer: tuple[str, ...]
    authorized_parties: tuple[str, ...]
    audience: tuple[str, ...]
    clock_skew_in_ms: float
    proxy_url: str | None
    domain: str | None
    is_satellite: bool
    satellite_auto_sync: bool
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
    organization_sync_options: OrganizationSyncOptions
    handshake: bool
    instance: PublishableKey | None
    """The publishable key, read; None without one."""
    cookie_suffix: str
    """The suffix of this instance's cookie names, empty without a publishable key."""

    def __init__(self, **options: Unpack[Options]) -> None:
        check_keywords("Settings", options, OPTIONS)
        put = object.__setattr__
        for name, option in OPTIONS.items():
            put(self, name, _read(name, option, options.get(name)))
        check_keys(self)
        key = self.publishable_key
        put(self, "instance", PublishableKey.parse(key) if key else None)
        put(self, "cookie_suffix", self.instance.cookie_suffix if self.instance else "")
        check(self)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], **options: Unpack[Options]) -> Settings:
        """Return settings from variables named as in Clerk's documentation; `options` go first.

        https://clerk.com/docs/guides/development/clerk-environment-variables

        The keys of an instance come from one source: with a key of another instance in `options`,
        no key of the environment is used.

        Raises:
            ConfigurationError: as `Settings`, or `options` hold a key without the secret key.
            TypeError: an option does not exist.
        """
        return cls(**merge_options(options_in(environ), options))

    def __repr__(self) -> str:
        shown = (name for name, option in OPTIONS.items() if not option.is_secret)
        given = ((name, getattr(self, name)) for name in shown)
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in given if value)})"

    def require_secret_key(self) -> str:
        """Return the secret key.

        Raises:
            ConfigurationError: the secret key is missing.
        """
        if self.secret_key is None:
            raise ConfigurationError(
                "This calls Clerk's Backend API, which needs the secret key. Set CLERK_SECRET_KEY "
                "or pass secret_key=.",
                code="secret-key-missing",
            )
        return self.secret_key


def _read(name: str, option: Option, value: object) -> object:
    if value is None:
        return option.default
    try:
        read = option.read(value)
    except InvalidValue as fault:
        shown = f"CLERK_{name.upper()}" if option.has_variable else name
        code = f"{name.removesuffix('_in_ms').replace('_', '-')}-invalid"
        # Not chained: the value, which may be a misplaced secret, stays out of the traceback.
        raise ConfigurationError(f"{shown} {fault}", code=code) from None
    return option.default if read is None else read
