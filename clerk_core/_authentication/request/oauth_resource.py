"""Name this API as a protected resource of OAuth, and where its metadata are (RFC 9728).

It knows no tokens and answers no requests.
"""

from __future__ import annotations

from ada_url import URL

from clerk_core._settings.settings import Settings

RESOURCE_PATH = "/.well-known/oauth-protected-resource"
SERVER_PATH = "/.well-known/oauth-authorization-server"


def resource_url(settings: Settings, url: URL | None) -> str | None:
    """Return the identifier of the resource; None without the option `oauth_resource`.

    Args:
        settings: The settings of the instance.
        url: The public URL of the request, whose origin a path belongs to.
    """
    resource = settings.oauth_resource
    if resource is None or not resource.startswith("/"):
        return resource
    if url is None:
        return None
    # Without a path, an identifier is the origin alone, as clients compare it.
    return url.origin + ("" if resource == "/" else resource)


def metadata_url(settings: Settings, url: URL | None) -> str | None:
    """Return the URL of the metadata of the resource (RFC 9728, 3.1); None without a resource.

    Args:
        settings: The settings of the instance.
        url: The public URL of the request.
    """
    resource = resource_url(settings, url)
    if resource is None:
        return None
    scheme, _, rest = resource.partition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}://{host}{RESOURCE_PATH}{'/' + path if path else ''}"


def authorization_server(settings: Settings) -> str:
    """Return the issuer of the OAuth tokens of the instance, its Frontend API."""
    if settings.fapi_url is not None:
        return settings.fapi_url
    return f"https://{settings.instance.frontend_api if settings.instance else ''}"
