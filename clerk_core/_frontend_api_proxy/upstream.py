"""The Frontend API that requests are forwarded to. Clerk: `getFapiUrl` of `@clerk/backend`."""

from __future__ import annotations

from clerk_core._settings.settings import Settings

_PRODUCTION = "https://frontend-api.clerk.dev"
# By the end of the host in the publishable key: Clerk's own test environments.
_OTHERS = (
    ((".accountsstage.dev", ".lclstage.dev"), "https://frontend-api.clerkstage.dev"),
    ((".lclclerk.com", ".lcl.dev"), "https://frontend-api.lclclerk.com"),
)


def upstream_url(settings: Settings) -> str:
    """Return the URL that requests are forwarded to, without a slash at its end."""
    if settings.fapi_url is not None:
        return settings.fapi_url
    host = settings.instance.frontend_api if settings.instance else ""
    for suffixes, url in _OTHERS:
        if host.endswith(suffixes):
            return url
    return _PRODUCTION
