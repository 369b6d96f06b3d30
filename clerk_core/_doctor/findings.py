"""Decide what is wrong with a set-up from what a probe found. It performs no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import parse_qs, urlsplit

from clerk_core._json_values import is_array, is_object
from clerk_core._reasons import EXPLANATIONS
from clerk_core._settings.settings import Settings
from clerk_core.errors import ConfigurationError

Level: TypeAlias = Literal["ok", "warning", "error"]

_MAX_SKEW = 5.0
_DASHBOARD = "the API keys page of the Clerk dashboard"
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes:
        check: The stable name of what was checked.
        level: Whether it is as it should be.
        message: What was found.
        hint: What to do; empty if there is nothing to do.
    """

    check: str
    level: Level
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Fetched:
    """A response, or why there is none.

    Attributes:
        status: The status; 0 without a response.
        headers: The headers, with names in lower case.
        document: The parsed JSON, if it is an object.
        problem: Why there is no response.
        seconds: The Unix seconds at the middle of the call.
        server_seconds: The Unix seconds of the `Date` header.
    """

    status: int
    headers: Mapping[str, str]
    document: Mapping[str, object]
    problem: str = ""
    seconds: float = 0.0
    server_seconds: float | None = None


def of_configuration(check: str, error: ConfigurationError) -> Finding:
    """Return the finding for settings that can never work."""
    message, _, hint = error.message.partition(". ")
    return Finding(check, "error", f"{message}." if hint else message, hint)


def check_keys(settings: Settings) -> Iterator[Finding]:
    """Yield whether the keys are there, and for which kind of instance."""
    if settings.publishable_key is None:
        yield Finding(
            "publishable-key",
            "error",
            "The publishable key is not set, so cookies of browsers are not read.",
            f"Set CLERK_PUBLISHABLE_KEY from {_DASHBOARD}.",
        )
    else:
        kind = "development" if settings.publishable_key.startswith("pk_test_") else "production"
        host = settings.instance.frontend_api if settings.instance else ""
        yield Finding("publishable-key", "ok", f"The {kind} instance {host}.")
    if settings.secret_key is None:
        yield Finding(
            "secret-key",
            "error",
            "The secret key is not set, so the Backend API cannot be called.",
            f"Set CLERK_SECRET_KEY from {_DASHBOARD}.",
        )


def check_backend(api_url: str, fetched: Fetched) -> Iterator[Finding]:
    """Yield whether the Backend API accepts the secret key and has keys."""
    if fetched.status == 0:
        yield Finding(
            "backend-api",
            "error",
            f"{api_url} cannot be reached: {fetched.problem}.",
            "Check the network path to Clerk, and HTTPS_PROXY and NO_PROXY.",
        )
    elif fetched.status == 401:
        yield Finding(
            "secret-key",
            "error",
            "Clerk does not know the secret key.",
            f"Copy CLERK_SECRET_KEY from {_DASHBOARD} again; a rotated key is no longer valid.",
        )
    elif fetched.status != 200 or not key_ids(fetched.document):
        yield Finding(
            "backend-api",
            "error",
            f"{api_url} answered {fetched.status} in place of a key set.",
            "Check that CLERK_API_URL is Clerk's Backend API, or leave it out.",
        )
    else:
        yield Finding("backend-api", "ok", f"{api_url} accepts the secret key.")
        yield from check_clock(fetched)


def check_clock(fetched: Fetched) -> Iterator[Finding]:
    """Yield whether the clock of this machine agrees with that of Clerk."""
    if fetched.server_seconds is None:
        return
    skew = fetched.seconds - fetched.server_seconds
    if abs(skew) > _MAX_SKEW:
        where = "ahead of" if skew > 0 else "behind"
        yield Finding(
            "clock",
            "error",
            f"The clock of this machine is {abs(skew):.0f} seconds {where} Clerk's, so valid "
            "tokens are refused.",
            "Synchronize the clock, for example with chrony or systemd-timesyncd.",
        )
    else:
        yield Finding("clock", "ok", "The clock agrees with Clerk's.")


def check_instance(backend: Fetched, frontend: Fetched) -> Iterator[Finding]:
    """Yield whether both keys belong to one instance: its key sets are the same."""
    of_backend, of_frontend = key_ids(backend.document), key_ids(frontend.document)
    if not of_backend or not of_frontend:
        return
    if of_backend & of_frontend:
        yield Finding("instance", "ok", "Both keys belong to the same instance.")
    else:
        yield Finding(
            "instance",
            "error",
            "The publishable key and the secret key belong to different instances, so nobody can "
            "sign in.",
            f"Copy CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY of one instance from {_DASHBOARD}.",
        )


def check_authorized_parties(settings: Settings) -> Iterator[Finding]:
    """Yield whether tokens of other applications are refused."""
    if settings.authorized_parties:
        parties = ", ".join(settings.authorized_parties)
        yield Finding("authorized-parties", "ok", f"Tokens are accepted from {parties} only.")
    else:
        yield Finding(
            "authorized-parties",
            "warning",
            "Tokens of all applications of the instance are accepted. Your application may set "
            "authorized_parties in its code, which this command does not see.",
            "In production, set authorized_parties to the origins of your front ends.",
        )


def check_cache(url: str, problem: str, policy: str = "", max_memory: int = 0) -> Iterator[Finding]:
    """Yield whether the cache can be reached, is encrypted on its way, and keeps what it stores.

    Args:
        url: The URL of the cache. Only its scheme and host are used.
        problem: Why the cache cannot be used; empty if it can.
        policy: What Redis does if it is full (`maxmemory-policy`).
        max_memory: The limit of its memory in bytes; 0 for no limit.
    """
    parts = urlsplit(url)
    is_plain = parts.scheme.removesuffix("+cluster") in ("redis", "valkey")
    if is_plain and (parts.hostname or "") not in (*_LOCAL_HOSTS, "::1"):
        yield Finding(
            "cache-encryption",
            "warning",
            "The connection to the cache is not encrypted, so its password can be read.",
            "Use TLS: a URL that begins with rediss://.",
        )
    if problem:
        yield Finding(
            "cache",
            "error",
            f"The cache cannot be reached ({problem}).",
            "Check CLERK_CACHE_URL, and that Redis is running and accepts connections.",
        )
        return
    yield Finding("cache", "ok", "The cache can be reached.")
    if policy.startswith("allkeys-") and max_memory:
        yield Finding(
            "cache-eviction",
            "warning",
            f"A full cache removes values ({policy}), and may lose revocations.",
            "Set maxmemory-policy to volatile-ttl.",
        )
    elif policy == "noeviction" and max_memory:
        yield Finding(
            "cache-eviction",
            "warning",
            "A full cache stores nothing (noeviction).",
            "Set maxmemory-policy to volatile-ttl, and monitor the memory of Redis.",
        )


def check_application(url: str, settings: Settings, page: Fetched) -> Iterator[Finding]:
    """Yield whether an application at a URL has Clerk installed, and knows its own URL.

    Args:
        url: The URL that a browser opens.
        settings: The settings of the instance.
        page: The response to a browser without cookies.
    """
    if page.status == 0:
        hint = "Start the application, and check the URL."
        yield Finding("application", "error", f"{url} cannot be reached: {page.problem}.", hint)
        return
    reason = page.headers.get("x-clerk-auth-reason")
    if reason is None:
        yield Finding(
            "application",
            "warning",
            f"{url} answered {page.status} without a header of Clerk.",
            "Install Clerk in the application, or ask for a path that the option skip leaves in.",
        )
        return
    explained = EXPLANATIONS.get(reason, "")
    yield Finding("application", "ok", f"Clerk is installed. Signed out: {reason}. {explained}")
    yield from _check_own_url(url, page.headers.get("location", ""))
    yield from _check_scheme(url, settings)


def _check_own_url(url: str, location: str) -> Iterator[Finding]:
    """Yield whether a handshake returns to the URL that the browser opened."""
    returns = parse_qs(urlsplit(location).query).get("redirect_url", [""])[0]
    if not returns:
        return
    opened, seen = _origin(url), _origin(returns)
    if opened == seen:
        yield Finding("forwarded-headers", "ok", f"The application sees its own URL as {seen}.")
    else:
        yield Finding(
            "forwarded-headers",
            "error",
            f"Browsers open the application at {opened}, but it sees its own URL as {seen}, so "
            "they cannot sign in.",
            "Let the proxy in front set X-Forwarded-Proto and X-Forwarded-Host, or Forwarded.",
        )


def _check_scheme(url: str, settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(url)
    is_live = (settings.publishable_key or "").startswith("pk_live_")
    if is_live and parts.scheme == "http" and (parts.hostname or "") not in _LOCAL_HOSTS:
        yield Finding(
            "cookies",
            "error",
            "A production instance sets cookies for HTTPS only, and this URL has HTTP.",
            "Serve the application with HTTPS.",
        )


def key_ids(document: Mapping[str, object]) -> set[str]:
    """Return the IDs of the keys of a key set (RFC 7517); empty if it is none."""
    keys = document.get("keys")
    listed = keys if is_array(keys) else []
    return {str(key["kid"]) for key in listed if is_object(key) and "kid" in key}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
