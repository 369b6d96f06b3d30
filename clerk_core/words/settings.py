"""What an application tells the library, checked once and frozen; secrets never in its repr.

It may not know the process environment: `Settings.from_environ` is handed a mapping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, TypeVar, cast

from clerk_core.words.checks import check
from clerk_core.words.errors import ConfigurationError
from clerk_core.words.frozen import Frozen
from clerk_core.words.lazy import lazy
from clerk_core.words.path_patterns import PathPatterns
from clerk_core.words.publishable_key import PublishableKey

if TYPE_CHECKING:
    from typing_extensions import Unpack

_API_URL = "https://api.clerk.com"
_API_VERSION = "v1"
_CLOCK_SKEW_IN_MS = 5000
_TEXTS = (
    "publishable_key",
    "secret_key",
    "machine_secret_key",
    "proxy_url",
    "domain",
    "sign_in_url",
    "sign_up_url",
    "after_sign_in_url",
    "after_sign_up_url",
)

# The options that Clerk's documentation has variables for: CLERK_SECRET_KEY, and so on.
_ENVIRONMENT = (
    "publishable_key",
    "secret_key",
    "jwt_key",
    "machine_secret_key",
    "api_url",
    "api_version",
    "proxy_url",
    "domain",
    "is_satellite",
    "sign_in_url",
    "sign_up_url",
)
_SECRET = ("secret_key", "machine_secret_key", "jwt_key")


@dataclass(frozen=True)
class OrganizationSyncOptions:
    """Paths that make an organization, or the personal account, the active one.

    `organization_patterns` name it with `:id` or `:slug`, as in `/orgs/:slug` and
    `/orgs/:slug/(.*)`; `personal_account_patterns` stand for the user's own account. A path of more
    than 2,048 characters matches none.
    https://clerk.com/docs/references/backend/authenticate-request#organization-sync-options
    """

    organization_patterns: tuple[str, ...] = ()
    personal_account_patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "organization_patterns", _several(self.organization_patterns))
        accounts = _several(self.personal_account_patterns)
        object.__setattr__(self, "personal_account_patterns", accounts)
        # Now, so that a pattern that cannot be read stops the application when it starts.
        _ = self.organizations, self.personal_accounts

    @lazy
    def organizations(self) -> PathPatterns:
        """The first of them, read; raises `ConfigurationError` where they cannot be."""
        return PathPatterns(self.organization_patterns)

    @lazy
    def personal_accounts(self) -> PathPatterns:
        """The others, read."""
        return PathPatterns(self.personal_account_patterns)

    @property
    def is_given(self) -> bool:
        """Whether any path chooses anything."""
        return bool(self.organization_patterns or self.personal_account_patterns)


class Options(TypedDict, total=False):
    """The keyword arguments of `Settings`, for those who pass them on."""

    publishable_key: str | None
    secret_key: str | None
    machine_secret_key: str | None
    jwt_key: str | None
    api_url: str | None
    api_version: str | None
    issuer: str | Iterable[str] | None
    authorized_parties: str | Iterable[str] | None
    audience: str | Iterable[str] | None
    clock_skew_in_ms: int | None
    proxy_url: str | None
    domain: str | None
    is_satellite: bool | None
    satellite_auto_sync: bool | None
    sign_in_url: str | None
    sign_up_url: str | None
    after_sign_in_url: str | None
    after_sign_up_url: str | None
    organization_sync_options: OrganizationSyncOptions | Mapping[str, Iterable[str]] | None


Given = TypeVar("Given", bound=Options)
"""Options, or more than these."""


class Settings(Frozen):
    """The settings of one Clerk instance, given as keyword arguments.

    publishable_key: names the instance; without it cookies are not read, only header tokens.
    secret_key: for the Backend API and the key set.
    machine_secret_key: verifies machine-to-machine tokens in its stead.
    jwt_key: the PEM public key, to verify without a network; a literal backslash-n is understood.
    api_url, api_version: where the Backend API is.
    issuer: the accepted `iss` claims; unchecked when absent.
    authorized_parties: the origins a token may have been issued to (`azp`); absent or empty: any.
    audience: the accepted `aud` claims, compared when a token has one.
    clock_skew_in_ms: how far the clocks may differ, in milliseconds.
    proxy_url: where the Frontend API is proxied: absolute, or a path of the application.
    domain, is_satellite: this application is a satellite at that domain, and signs in elsewhere.
    satellite_auto_sync: whether a satellite asks the primary domain on a first visit.
    sign_in_url, sign_up_url: the application's own pages, or the account portal when absent.
    after_sign_in_url, after_sign_up_url: where to go from there, for those who render the pages.
    organization_sync_options: paths that choose the active organization.

    Raises `ConfigurationError` when there is no key to verify anything with, a key is malformed, or
    a satellite lacks what it needs.
    """

    __slots__ = (*Options.__annotations__, "cookie_suffix", "instance")

    publishable_key: str | None
    secret_key: str | None
    machine_secret_key: str | None
    jwt_key: str | None
    api_url: str
    api_version: str
    issuer: tuple[str, ...]
    authorized_parties: tuple[str, ...]
    audience: tuple[str, ...]
    clock_skew_in_ms: int
    proxy_url: str | None
    domain: str | None
    is_satellite: bool
    satellite_auto_sync: bool
    sign_in_url: str | None
    sign_up_url: str | None
    after_sign_in_url: str | None
    after_sign_up_url: str | None
    organization_sync_options: OrganizationSyncOptions
    instance: PublishableKey | None
    """The publishable key, read; None without one."""
    cookie_suffix: str
    """The suffix of this instance's cookie names, empty without a publishable key."""

    def __init__(self, **options: Unpack[Options]) -> None:
        unknown = sorted(options.keys() - Options.__annotations__.keys())
        if unknown:
            raise TypeError(f"Settings has no option named {', '.join(unknown)}")
        put = object.__setattr__
        for name in _TEXTS:
            put(self, name, _text(cast("dict[str, str | None]", options).get(name)))
        put(self, "jwt_key", _text((options.get("jwt_key") or "").replace("\\n", "\n")))
        put(self, "api_url", (_text(options.get("api_url")) or _API_URL).rstrip("/"))
        put(self, "api_version", _text(options.get("api_version")) or _API_VERSION)
        put(self, "issuer", _several(options.get("issuer")))
        put(self, "authorized_parties", _several(options.get("authorized_parties")))
        put(self, "audience", _several(options.get("audience")))
        skew = options.get("clock_skew_in_ms")
        put(self, "clock_skew_in_ms", _CLOCK_SKEW_IN_MS if skew is None else skew)
        put(self, "is_satellite", _flag(options.get("is_satellite")))
        put(self, "satellite_auto_sync", _flag(options.get("satellite_auto_sync")))
        sync = options.get("organization_sync_options")
        put(self, "organization_sync_options", _organization_sync(sync))
        key = self.publishable_key
        put(self, "instance", PublishableKey.parse(key) if key else None)
        put(self, "cookie_suffix", self.instance.cookie_suffix if self.instance else "")
        check(self)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], **options: Unpack[Options]) -> Settings:
        """Settings from variables named as in Clerk's documentation; `options` go first.

        https://clerk.com/docs/guides/development/clerk-environment-variables
        """
        return cls(**merge_options(options_in(environ, _ENVIRONMENT), options))

    def __repr__(self) -> str:
        shown = (name for name in Options.__annotations__ if name not in _SECRET)
        values = ((name, getattr(self, name)) for name in shown)
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in values if value)})"

    def require_secret_key(self) -> str:
        """The secret key; raises `ConfigurationError` where a call to the Backend API needs it."""
        if self.secret_key is None:
            raise ConfigurationError(
                "This calls Clerk's Backend API, which needs the secret key. Set CLERK_SECRET_KEY "
                "or pass secret_key=.",
                code="secret-key-missing",
            )
        return self.secret_key


def options_in(
    variables: Mapping[str, object], names: Iterable[str] = Options.__annotations__
) -> Options:
    """The options of these names that stand in a mapping as `CLERK_…`; empty texts count not."""
    found = {name: variables.get(f"CLERK_{name.upper()}") for name in names}
    return cast("Options", {n: value for n, value in found.items() if value not in (None, "")})


def merge_options(base: Options, over: Given) -> Given:
    """Both together; what `over` gives, and is not None, goes first.

    Another secret or publishable key is that of another instance: the secrets of `base` do not go
    with it, or they would let that one's users in.
    """
    given = {name: value for name, value in over.items() if value is not None}
    is_another = given.get("secret_key") not in (None, "", base.get("secret_key")) or (
        bool(base.get("publishable_key"))
        and given.get("publishable_key") not in (None, "", base.get("publishable_key"))
    )
    left_out = _SECRET if is_another else ()
    return cast("Given", {**{k: v for k, v in base.items() if k not in left_out}, **given})


def _text(value: str | None) -> str | None:
    """The value without surrounding white space, which a copied key often has; None if empty."""
    return (value or "").strip() or None


def _several(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(item for item in value if item)


def _flag(value: object) -> bool:
    """True, or what an environment variable says for it."""
    return value is True or (isinstance(value, str) and value.strip().lower() in ("1", "true"))


def _organization_sync(
    given: OrganizationSyncOptions | Mapping[str, Iterable[str]] | None,
) -> OrganizationSyncOptions:
    if isinstance(given, OrganizationSyncOptions):
        return given
    options = given or {}
    organizations = _several(options.get("organization_patterns"))
    return OrganizationSyncOptions(
        organizations, _several(options.get("personal_account_patterns"))
    )
