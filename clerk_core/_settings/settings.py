"""Define the settings of one Clerk instance: validated once, frozen, without secrets in the repr.

This module does not read the process environment; `Settings.from_environ` takes a mapping.
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
        publishable_key: The key that names the instance. Without it, tokens are read from headers
            only, not from cookies.
        secret_key: The key that calls the Backend API and fetches the key set.
        machine_secret_key: The key that verifies machine-to-machine tokens, in place of the secret
            key.
        jwt_key: The PEM public key, to verify tokens without a network. A literal backslash-n
            counts as a line break.
        api_url: The base URL of the Backend API.
        api_version: The version of the Backend API.
        fapi_url: The URL that `frontend_api_proxy` forwards to; Clerk's own by default.
        issuer: The accepted `iss` claims; not checked by default.
        authorized_parties: The origins that a token may have been issued to (`azp`); not checked by
            default.
        audience: The accepted `aud` claims. Session and M2M tokens without the claim are accepted,
            OAuth tokens without it are not (RFC 9068, 4).
        clock_skew_in_ms: The tolerated difference between clocks, in milliseconds.
        proxy_url: The URL of a proxy of the Frontend API: absolute, or a path of the application.
        domain: The domain of this application if it is a satellite.
        is_satellite: Whether users of this application sign in on another, the primary domain.
        satellite_auto_sync: Whether a satellite asks the primary domain on a browser's first
            request.
        sign_in_url: The URL of the application's sign-in page; the account portal's by default.
        sign_up_url: The URL of the application's sign-up page; the account portal's by default.
        after_sign_in_url: The older name of `sign_in_fallback_redirect_url`.
        after_sign_up_url: The older name of `sign_up_fallback_redirect_url`.
        sign_in_fallback_redirect_url: Where users go after signing in if no page is known.
        sign_up_fallback_redirect_url: Where users go after signing up if no page is known.
        sign_in_force_redirect_url: Where all users go after signing in, whatever page they were on.
        sign_up_force_redirect_url: Where all users go after signing up, whatever page they were on.
        sign_out_url: The path of the application that a form is posted to in order to sign out.
        user_profile_url: The URL of the profile page; the account portal's by default.
        organization_profile_url: The URL of the page of the active organization; the account
            portal's by default.
        create_organization_url: The URL of the page that creates an organization; the account
            portal's by default.
        waitlist_url: The URL of the waitlist page; the account portal's by default.
        organization_sync_options: Path patterns that choose the active organization.
        oauth_resource: This API as a protected resource of OAuth (RFC 9728): a path of the
            application such as `/mcp`, `/` for all of it, or an absolute URL. The application then
            answers the well-known metadata URLs of the resource, and guards for OAuth tokens name
            them.
        oauth_scopes: The OAuth scopes that this API uses, for its metadata.
        handshake: Whether browsers may be redirected to a handshake with Clerk and to sign in. Set
            it to False for an API without pages; guards then answer browsers with 401, too.
        machine_token_cache_seconds: With a cache, how long the verification of an opaque machine
            token is used, in seconds. A token that is revoked is valid until then.
        user_cache_seconds: With a cache, how long the responses of `current_user()` and
            `current_organization()` are used, in seconds; 0, the default, to fetch them each time.

    Raises:
        ConfigurationError: there is no key to verify anything with, a value can never work, or a
            satellite lacks an option.
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
    oauth_resource: str | None
    oauth_scopes: tuple[str, ...]
    handshake: bool
    machine_token_cache_seconds: float
    user_cache_seconds: float
    instance: PublishableKey | None
    """The parsed publishable key; None without one."""
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
        """Return settings from environment variables and options.

        The variables have the names of Clerk's documentation:
        https://clerk.com/docs/guides/development/clerk-environment-variables

        Args:
            environ: The environment variables.
            **options: The options of `Settings`. They take precedence over variables.

        All keys of an instance come from one source: if `options` hold a key of another instance,
        the keys of the environment are ignored.

        Raises:
            ConfigurationError: a value is invalid, no key can verify anything, a satellite lacks an
                option, or `options` hold a key without the secret key.
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
    except InvalidValue as error:
        shown = f"CLERK_{name.upper()}" if option.has_variable else name
        code = f"{name.removesuffix('_in_ms').replace('_', '-')}-invalid"
        # Not chained, so that the value, which may be a misplaced secret, is not in the traceback.
        raise ConfigurationError(f"{shown} {error}", code=code) from None
    return option.default if read is None else read
