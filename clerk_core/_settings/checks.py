"""Reject options that cannot work together when settings are created, before the first request.

Error messages say what to set. They never show a value, because it may be a misplaced secret.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from clerk_core._settings.values import parse_http_url
from clerk_core.errors import ConfigurationError

if TYPE_CHECKING:
    from clerk_core._settings.settings import Settings

_DASHBOARD = "the API keys page of the Clerk dashboard"


def check_keys(settings: Settings) -> None:
    """Check that each key is of the right kind and that tokens can be verified.

    Raises:
        ConfigurationError: a key is of the wrong kind, or no key can verify anything.
    """
    publishable, secret = settings.publishable_key or "", settings.secret_key or ""
    machine = settings.machine_secret_key or ""
    if secret.startswith("pk_"):
        if publishable.startswith("sk_"):
            raise ConfigurationError(
                "CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY are swapped. Exchange them: the secret "
                "key begins with sk_, the publishable key with pk_.",
                code="keys-swapped",
            )
        raise ConfigurationError(
            "CLERK_SECRET_KEY holds a publishable key. Set it to the key that begins with sk_test_ "
            "or sk_live_.",
            code="secret-key-is-publishable",
        )
    if publishable.startswith("sk_"):
        raise ConfigurationError(
            "CLERK_PUBLISHABLE_KEY holds a secret key, which must never reach a browser. Set it to "
            "the key that begins with pk_test_ or pk_live_.",
            code="publishable-key-invalid",
        )
    if not (secret or machine or settings.jwt_key):
        raise _keys_missing(publishable)
    if secret.startswith("ak_"):
        raise ConfigurationError(
            "CLERK_SECRET_KEY holds the secret key of a machine, or an API key. Set the key of a "
            "machine as CLERK_MACHINE_SECRET_KEY; the secret key of the instance begins with sk_.",
            code="secret-key-invalid",
        )
    if secret and not secret.startswith("sk_"):
        raise ConfigurationError(
            f"CLERK_SECRET_KEY is not a Clerk secret key: it does not begin with sk_test_ or "
            f"sk_live_. Copy it from {_DASHBOARD}.",
            code="secret-key-invalid",
        )
    if machine.startswith(("sk_", "pk_")):
        raise ConfigurationError(
            "CLERK_MACHINE_SECRET_KEY holds a key of the instance. Set it to the secret key of a "
            "machine (ak_…), from the machine's page in the Clerk dashboard.",
            code="machine-secret-key-invalid",
        )


def _keys_missing(publishable_key: str) -> ConfigurationError:
    if publishable_key:
        text = (
            f"There is no key to verify sessions with. Set CLERK_SECRET_KEY (or CLERK_JWT_KEY, for "
            f"verification only) from {_DASHBOARD}, or pass secret_key=, in the same place as the "
            "publishable key."
        )
    else:
        text = (
            f"No Clerk keys are set. Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY (or "
            f"CLERK_JWT_KEY, for verification only) from {_DASHBOARD}, or pass publishable_key= "
            "and secret_key=. To develop without an account, run `clerk-core local`, which prints "
            "the variables of an instance on this machine."
        )
    return ConfigurationError(text, code="keys-missing")


def check(settings: Settings) -> None:
    """Check that the options do not contradict each other.

    Raises:
        ConfigurationError: two options contradict each other, or a satellite lacks an option.
    """
    if settings.api_url.endswith(f"/{settings.api_version}"):
        raise ConfigurationError(
            f"CLERK_API_URL ends with the API version, which is added automatically. Remove "
            f"/{settings.api_version} from it.",
            code="api-url-invalid",
        )
    instance = settings.instance
    if settings.domain and instance and instance.instance_type == "production":
        _check_production_domain(settings.domain)
    if settings.is_satellite:
        _check_satellite(settings)
    if settings.oauth_resource and not (instance or settings.fapi_url):
        raise ConfigurationError(
            "oauth_resource needs the publishable key, which names the authorization server. Set "
            "CLERK_PUBLISHABLE_KEY or pass publishable_key=.",
            code="publishable-key-missing",
        )


def keys_seem_mismatched(settings: Settings) -> bool:
    """Return whether one key belongs to a development and the other to a production instance."""
    if settings.instance is None or settings.secret_key is None:
        return False
    other = "sk_live_" if settings.instance.instance_type == "development" else "sk_test_"
    return settings.secret_key.startswith(other)


def check_limits(timeout: object, retries: object) -> None:
    """Check the limits of API calls.

    Args:
        timeout: Seconds, a finite number above 0.
        retries: A whole number, 0 or more.

    Raises:
        ConfigurationError: a limit is of another type or out of range.
    """
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout < inf:
        raise ConfigurationError(
            "timeout must be a number of seconds greater than 0.", code="timeout-invalid"
        )
    if type(retries) is not int or retries < 0:
        raise ConfigurationError(
            "retries must be a whole number, 0 or more.", code="retries-invalid"
        )


def _check_production_domain(domain: str) -> None:
    url = parse_http_url(f"https://clerk.{domain}")
    if url is None or url.port:
        raise ConfigurationError(
            "CLERK_DOMAIN has a port, but in production the Frontend API of a satellite is at port "
            "443 of clerk.<CLERK_DOMAIN>. Set it to the host name without a port.",
            code="domain-invalid",
        )


def _check_satellite(settings: Settings) -> None:
    if settings.proxy_url is None and settings.domain is None:
        raise ConfigurationError(
            "A satellite application needs its own domain. Set CLERK_DOMAIN, or CLERK_PROXY_URL.",
            code="satellite-domain-missing",
        )
    has_test_key = (settings.secret_key or "").startswith("sk_test_")
    instance = settings.instance
    in_development = instance.instance_type == "development" if instance else has_test_key
    if (in_development or has_test_key) and parse_http_url(settings.sign_in_url or "") is None:
        raise ConfigurationError(
            "A satellite application of a development instance signs in on the primary "
            "application's page. Set CLERK_SIGN_IN_URL to its absolute http or https URL.",
            code="satellite-sign-in-url-missing",
        )
