"""Find the Frontend API to forward requests to, like `getFapiUrl` of `@clerk/backend`."""

from __future__ import annotations

from clerk_core._settings.settings import Settings

_PRODUCTION = "https://frontend-api.clerk.dev"
# Clerk's own test environments, by the suffix of the host in the publishable key.
_OTHERS = (
    ((".accountsstage.dev", ".lclstage.dev"), "https://frontend-api.clerkstage.dev"),
    ((".lclclerk.com", ".lcl.dev"), "https://frontend-api.lclclerk.com"),
)


def upstream_url(settings: Settings) -> str:
    """Return the URL to forward requests to, without a slash at the end."""
    if settings.fapi_url is not None:
        return settings.fapi_url
    host = settings.instance.frontend_api if settings.instance else ""
    for suffixes, url in _OTHERS:
        if host.endswith(suffixes):
            return url
    return _PRODUCTION
