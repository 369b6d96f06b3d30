"""What an application tells the library, checked once and frozen; secrets never in its repr.

It may not know the process environment: `Settings.from_environ` is handed a mapping.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypedDict, cast

from clerk_core.words.errors import ConfigurationError
from clerk_core.words.lazy import lazy

if TYPE_CHECKING:
    from typing_extensions import Unpack

InstanceType = Literal["development", "production"]

_API_URL = "https://api.clerk.com"
_API_VERSION = "v1"
_CLOCK_SKEW_IN_MS = 5000
# A key goes into a header: anything else would be refused there, in an error that shows it.
_HEADER_SAFE = re.compile(r"[!-~]+")

_ENVIRONMENT = {
    "publishable_key": "CLERK_PUBLISHABLE_KEY",
    "secret_key": "CLERK_SECRET_KEY",
    "jwt_key": "CLERK_JWT_KEY",
    "api_url": "CLERK_API_URL",
    "api_version": "CLERK_API_VERSION",
    "proxy_url": "CLERK_PROXY_URL",
    "sign_in_url": "CLERK_SIGN_IN_URL",
    "sign_up_url": "CLERK_SIGN_UP_URL",
}


class Options(TypedDict, total=False):
    """The keyword arguments of `Settings`, for those who pass them on."""

    publishable_key: str | None
    secret_key: str | None
    jwt_key: str | None
    api_url: str | None
    api_version: str | None
    issuer: str | Iterable[str] | None
    authorized_parties: str | Iterable[str] | None
    audience: str | Iterable[str] | None
    clock_skew_in_ms: int | None
    proxy_url: str | None
    sign_in_url: str | None
    sign_up_url: str | None


@dataclass(frozen=True, slots=True)
class PublishableKey:
    """A publishable key, read: the instance's Frontend API host and whether it is in production."""

    text: str
    instance_type: InstanceType
    frontend_api: str

    @classmethod
    def parse(cls, text: str) -> PublishableKey:
        """Read `pk_test_…` or `pk_live_…`; raises `ConfigurationError` for anything else.

        What follows the prefix is base64 of the Frontend API's host and a dollar sign.
        """
        kind, _, encoded = text[3:].partition("_")
        if not text.startswith("pk_") or kind not in ("test", "live"):
            raise _invalid_publishable_key()
        try:
            padded = encoded + "=" * (-len(encoded) % 4)
            decoded = base64.b64decode(padded, validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            raise _invalid_publishable_key() from None
        host = decoded[:-1]
        if not decoded.endswith("$") or "$" in host or "." not in host:
            raise _invalid_publishable_key()
        return cls(text, "production" if kind == "live" else "development", host)

    @property
    def cookie_suffix(self) -> str:
        """The eight characters that tell this instance's cookies from another's on one domain."""
        digest = hashlib.sha1(self.text.encode(), usedforsecurity=False).digest()
        return base64.urlsafe_b64encode(digest).decode()[:8]


def _invalid_publishable_key() -> ConfigurationError:
    # The value is not shown: what was pasted here by mistake may be the secret key.
    return ConfigurationError(
        "publishable-key-invalid",
        "The publishable key is not a Clerk publishable key. Copy CLERK_PUBLISHABLE_KEY "
        "(pk_test_… or pk_live_…) from the API keys page of the Clerk dashboard.",
    )


@dataclass(frozen=True, init=False)
class Settings:
    """The settings of one Clerk instance, given as keyword arguments.

    publishable_key: names the instance; without it cookies are not read, only header tokens.
    secret_key: for the Backend API and the key set.
    jwt_key: the PEM public key, to verify without a network; a literal backslash-n is understood.
    api_url, api_version: where the Backend API is.
    issuer: the accepted `iss` claims; unchecked when absent.
    authorized_parties: the origins a token may have been issued to (`azp`); absent or empty: any.
    audience: the accepted `aud` claims, compared when a token has one.
    clock_skew_in_ms: how far the clocks may differ, in milliseconds.
    proxy_url: where the Frontend API is proxied: absolute, or a path of the application.
    sign_in_url, sign_up_url: the application's own pages, or the account portal when absent.

    Raises `ConfigurationError` when there is no key to verify anything with or a key is malformed.
    """

    publishable_key: str | None
    secret_key: str | None = field(repr=False)
    jwt_key: str | None = field(repr=False)
    api_url: str
    api_version: str
    issuer: tuple[str, ...]
    authorized_parties: tuple[str, ...]
    audience: tuple[str, ...]
    clock_skew_in_ms: int
    proxy_url: str | None
    sign_in_url: str | None
    sign_up_url: str | None

    def __init__(self, **options: Unpack[Options]) -> None:
        unknown = sorted(options.keys() - Options.__annotations__.keys())
        if unknown:
            raise TypeError(f"Settings has no option named {', '.join(unknown)}")
        put = object.__setattr__
        put(self, "publishable_key", _text(options.get("publishable_key")))
        put(self, "secret_key", _text(options.get("secret_key")))
        put(self, "jwt_key", _text((options.get("jwt_key") or "").replace("\\n", "\n")))
        put(self, "api_url", (_text(options.get("api_url")) or _API_URL).rstrip("/"))
        put(self, "api_version", _text(options.get("api_version")) or _API_VERSION)
        put(self, "issuer", _several(options.get("issuer")))
        put(self, "authorized_parties", _several(options.get("authorized_parties")))
        put(self, "audience", _several(options.get("audience")))
        skew = options.get("clock_skew_in_ms")
        put(self, "clock_skew_in_ms", _CLOCK_SKEW_IN_MS if skew is None else skew)
        put(self, "proxy_url", _text(options.get("proxy_url")))
        put(self, "sign_in_url", _text(options.get("sign_in_url")))
        put(self, "sign_up_url", _text(options.get("sign_up_url")))
        self._refuse_unusable_keys()
        self._refuse_unusable_proxy()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], **options: Unpack[Options]) -> Settings:
        """Settings from variables named as in Clerk's documentation; `options` go first.

        https://clerk.com/docs/guides/development/clerk-environment-variables
        """
        return cls(**merge_options(options_in(environ), options))

    def _refuse_unusable_keys(self) -> None:
        if self.secret_key is None and self.jwt_key is None:
            raise ConfigurationError(
                "keys-missing",
                "There is no key to verify sessions with. Set CLERK_SECRET_KEY "
                "(or CLERK_JWT_KEY, for verification alone) from the API keys page of the Clerk "
                "dashboard, or pass secret_key=.",
            )
        if self.secret_key is not None and self.secret_key.startswith("pk_"):
            raise ConfigurationError(
                "secret-key-is-publishable",
                "CLERK_SECRET_KEY holds a publishable key. Set it to the key that begins "
                "with sk_test_ or sk_live_.",
            )
        if self.secret_key is not None and not _HEADER_SAFE.fullmatch(self.secret_key):
            raise ConfigurationError(
                "secret-key-invalid",
                "CLERK_SECRET_KEY holds characters that no key has. Copy it again from the API "
                "keys page of the Clerk dashboard.",
            )
        if self.publishable_key is not None:
            PublishableKey.parse(self.publishable_key)

    def _refuse_unusable_proxy(self) -> None:
        if self.proxy_url is None or self.proxy_url.startswith(("http://", "https://", "/")):
            return
        raise ConfigurationError(
            "proxy-url-invalid",
            "CLERK_PROXY_URL must begin with http://, https:// or, for a path of this "
            "application, with a slash.",
        )

    @lazy
    def instance(self) -> PublishableKey | None:
        """The publishable key, read; None without one."""
        return PublishableKey.parse(self.publishable_key) if self.publishable_key else None

    @lazy
    def cookie_suffix(self) -> str:
        """The suffix of this instance's cookie names, empty without a publishable key."""
        return self.instance.cookie_suffix if self.instance else ""

    def require_secret_key(self) -> str:
        """The secret key; raises `ConfigurationError` where a call to the Backend API needs it."""
        if self.secret_key is None:
            raise ConfigurationError(
                "secret-key-missing",
                "This calls Clerk's Backend API, which needs the secret key. Set CLERK_SECRET_KEY "
                "or pass secret_key=.",
            )
        return self.secret_key


def options_in(variables: Mapping[str, object]) -> Options:
    """The options that stand in a mapping under the names of Clerk's environment variables."""
    found = {name: variables.get(variable) for name, variable in _ENVIRONMENT.items()}
    return cast("Options", {name: value for name, value in found.items() if value})


def merge_options(base: Options, over: Options) -> Options:
    """Both together; what `over` gives, and is not None, goes first."""
    given = {name: value for name, value in over.items() if value is not None}
    return cast("Options", {**base, **given})


def _text(value: str | None) -> str | None:
    """The value without surrounding white space, which a copied key often has; None if empty."""
    return (value or "").strip() or None


def _several(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(item for item in value if item)
