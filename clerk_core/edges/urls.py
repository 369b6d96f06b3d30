"""Put the URL of a request together from what servers say of it. It knows no server's protocol."""

from __future__ import annotations

from urllib.parse import quote

# What may stand in a path as it is (RFC 3986, 3.3).
_PATH_CHARACTERS = "/:@!$&'()*+,;=~"


def quoted_path(path: bytes) -> str:
    """A path as it stands in a URL."""
    return quote(path, safe=_PATH_CHARACTERS)


def server_host(name: object, port: object) -> str:
    """What stands for the host header of a request that has none; a Unix socket has no port."""
    if not port:
        return "localhost"
    return f"[{name}]:{port}" if ":" in str(name) else f"{name}:{port}"


def request_url(scheme: str, host: str, path: str, query: str) -> str:
    """The absolute URL; `path` is quoted already, `query` has no question mark."""
    if path and path[0] != "/":
        # Or it would be read as a part of the host.
        path = f"/{path}"
    return f"{scheme}://{host}{path}?{query}" if query else f"{scheme}://{host}{path}"
