"""Ask Clerk and an application, and read the environment. It decides nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime

import httpx

from clerk_core._doctor import findings
from clerk_core._doctor.findings import Fetched, Finding
from clerk_core._frontend_api_proxy.upstream import upstream_url
from clerk_core._http.environment import check_environment
from clerk_core._json import load_json
from clerk_core._json_values import is_object
from clerk_core._settings.settings import Settings
from clerk_core._verify_webhook import check_webhook_secret
from clerk_core.caching import RedisCache
from clerk_core.errors import ConfigurationError

_TIMEOUT = 10.0
_NAVIGATION = {"accept": "text/html", "sec-fetch-dest": "document"}


def examine(environ: Mapping[str, str], url: str | None = None) -> Iterator[Finding]:
    """Yield a finding for each check of a set-up.

    Args:
        environ: The environment variables, with the keys.
        url: The URL of the application, to check how it is reached; None to leave it out.
    """
    try:
        settings = Settings.from_environ(environ)
    except (ConfigurationError, TypeError) as error:
        yield _of_error(error)
        return
    yield from findings.check_keys(settings)
    yield from findings.check_authorized_parties(settings)
    yield from _check_webhook_secret(environ)
    yield from _check_cache(environ.get("CLERK_CACHE_URL", ""))
    yield from _check_instance(settings)
    if url is not None:
        yield from findings.check_application(url, settings, fetch(url, _NAVIGATION))


def _of_error(error: ConfigurationError | TypeError) -> Finding:
    if isinstance(error, ConfigurationError):
        return findings.of_configuration("settings", error)
    return Finding("settings", "error", str(error))


def _check_webhook_secret(environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        check_webhook_secret(environ)
    except ConfigurationError as error:
        yield findings.of_configuration("webhook-secret", error)


def _check_cache(url: str) -> Iterator[Finding]:
    if not url.strip():
        return
    try:
        client = RedisCache(url.strip()).client
    except ConfigurationError as error:
        yield findings.of_configuration("cache", error)
        return
    try:
        client.ping()
    except Exception as error:
        # Its type only: the text may contain the URL, with a password.
        yield from findings.check_cache(url, type(error).__name__)
        return
    try:
        memory = client.info("memory")
        policy, limit = str(memory["maxmemory_policy"]), int(memory["maxmemory"])
    except Exception:
        # Providers may not allow this command; a cluster answers for each of its nodes.
        policy, limit = "", 0
    yield from findings.check_cache(url, "", policy, limit)


def _check_instance(settings: Settings) -> Iterator[Finding]:
    try:
        check_environment(settings.api_url)
    except ConfigurationError as error:
        yield findings.of_configuration("network", error)
        return
    if settings.secret_key is None:
        return
    key_set = f"{settings.api_url}/{settings.api_version}/jwks"
    backend = fetch(key_set, {"authorization": f"Bearer {settings.secret_key}"})
    yield from findings.check_backend(settings.api_url, backend)
    if settings.instance is not None:
        yield from findings.check_instance(backend, fetch(_frontend_key_set(settings)))


def _frontend_key_set(settings: Settings) -> str:
    host = settings.instance.frontend_api if settings.instance else ""
    # A URL of one's own is that of an instance without a public host.
    base = upstream_url(settings) if settings.fapi_url else f"https://{host}"
    return f"{base}/.well-known/jwks.json"


def fetch(url: str, headers: Mapping[str, str] | None = None) -> Fetched:
    """Send a GET request and return its response, without following redirects."""
    before = time.time()
    try:
        response = httpx.get(url, headers=dict(headers or {}), timeout=_TIMEOUT)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # Its text only: the exception holds the request, with the key.
        return Fetched(0, {}, {}, str(error) or type(error).__name__)
    return Fetched(
        response.status_code,
        {name.lower(): value for name, value in response.headers.items()},
        _object(response.content),
        seconds=(before + time.time()) / 2,
        server_seconds=_seconds(response.headers.get("date")),
    )


def _object(content: bytes) -> Mapping[str, object]:
    try:
        document = load_json(content)
    except ValueError:
        return {}
    return document if is_object(document) else {}


def _seconds(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        return None
