"""Validate and normalize the value of one option.

Each reader raises `InvalidValue` for a value that can never work. Its message continues a sentence
that begins with the name of the option. It never shows the value, which may be a misplaced secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import cast

from ada_url import URL

# Straight quotes, and the typographic ones that word processors insert.
_QUOTES = "\"'`\u201c\u201d\u201e\u2018\u2019"
HEADER_SAFE: re.Pattern[str] = re.compile(r"[!-~]+")
"""A key, which is sent in a header. HTTP clients would reject others in an error with the value."""
_HTTP = re.compile(r"https?://[^/\\]", re.IGNORECASE)
# Applied to the output of the URL parser, in which international names are ASCII.
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")
_PATH_SEGMENT = re.compile(r"[A-Za-z0-9._-]+")
_PEM_LABEL = re.compile(r"-----(?:BEGIN|END) ([A-Z0-9 ]+)-----")
_PEM_BODY = re.compile(r"[A-Za-z0-9+/=\s]+")
# RFC 6749, 3.3.
_SCOPE = re.compile(r"[!#-\[\]-~]+")
_SEPARATORS = re.compile(r"[\s,;|]")
# Origins of browser extensions and applications: chrome-extension://…, capacitor://localhost, etc.
_OTHER_ORIGIN = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*://[^/?#@\\*]*", re.IGNORECASE)


class InvalidValue(ValueError):  # noqa: N818 - never reaches users: ConfigurationError replaces it
    """The error for a value of an option that can never work."""


def read_string(value: object) -> str | None:
    """Return a string without surrounding white space, which copied keys often have.

    Returns:
        The string; None if it is empty.
    """
    if not isinstance(value, str):
        raise InvalidValue("must be a string.")
    stripped = value.strip()
    if stripped.strip(_QUOTES) != stripped:
        raise InvalidValue("is in quotes. Remove them, because they count as part of the value.")
    return stripped or None


def read_key(value: object) -> str | None:
    """Return a key that can be sent in a header."""
    text = read_string(value)
    if text is not None and not HEADER_SAFE.fullmatch(text):
        raise InvalidValue("contains invalid characters. Copy it again from the Clerk dashboard.")
    return text


def read_public_key(value: object) -> str | None:
    """Return a public key in PEM format; a literal backslash-n counts as a line break.

    Only the format is checked. `clerk_core._authentication.tokens.keys` loads the key, because that
    needs cryptography.
    """
    text = read_string(value.replace("\\n", "\n") if isinstance(value, str) else value)
    if text is None:
        return None
    labels = set(_PEM_LABEL.findall(text))
    if any("PRIVATE" in label for label in labels):
        raise InvalidValue(
            "holds a private key. Set it to the public key from the API keys page of the Clerk "
            "dashboard, and replace the private key, because it is no longer secret."
        )
    if labels - {"PUBLIC KEY"} or not _PEM_BODY.fullmatch(_PEM_LABEL.sub("", text)):
        raise InvalidValue(
            "is not an RSA public key in PEM format. Copy all of it, including the BEGIN and END "
            "lines, from the API keys page of the Clerk dashboard."
        )
    return text


def parse_http_url(text: str) -> URL | None:
    """Parse an absolute http or https URL; return None for anything else.

    A URL with a user, a password, white space or a host such as `*.example.com` is invalid.
    """
    if not _HTTP.match(text) or not text.isprintable() or " " in text:
        return None
    try:
        url = URL(text)
    except ValueError:
        return None
    is_plain = not url.username and not url.password and _HOST.fullmatch(url.hostname)
    return url if is_plain else None


def read_api_url(value: object) -> str | None:
    """Return the base URL of the Backend API without a slash at the end."""
    text = read_string(value)
    if text is not None and not _is_base_url(text):
        raise InvalidValue(
            "must be an absolute http or https URL such as https://api.clerk.com, without user, "
            "password, query or fragment."
        )
    return text and text.rstrip("/")


def read_api_version(value: object) -> str | None:
    """Return the version of the Backend API, which is a segment of its paths."""
    text = read_string(value)
    if text is not None and not _PATH_SEGMENT.fullmatch(text):
        raise InvalidValue("must be a version of the Backend API such as v1, without slashes.")
    return text


def read_proxy_url(value: object) -> str | None:
    """Return the URL of a proxy of the Frontend API, absolute or a path of the application."""
    text = read_string(value)
    if text is not None and not (_is_base_url(text) or _is_base_path(text)):
        raise InvalidValue(
            "must be an absolute http or https URL such as https://app.example.com/__clerk, or a "
            "path of this application that begins with a single slash such as /__clerk, without "
            "user, password, query or fragment."
        )
    return text


def read_host(value: object) -> str | None:
    """Return a host name, which may have a port."""
    text = read_string(value)
    if text is None:
        return None
    url = parse_http_url(f"https://clerk.{text}")
    if url is None or not set(text).isdisjoint("/?#\\"):
        raise InvalidValue(
            "must be a host name such as satellite.example.com, without scheme or path."
        )
    return text


def read_page_url(value: object) -> str | None:
    """Return the URL of a page: absolute, or a path of the application."""
    text = read_string(value)
    if text is None:
        return None
    absolute = f"https:{text}" if text.startswith("//") else text
    is_path = text.startswith("/") and absolute is text and text.isprintable()
    if not is_path and parse_http_url(absolute) is None:
        raise InvalidValue(
            "must be an absolute http or https URL such as https://app.example.com/page, or a "
            "path of this application that begins with a slash, such as /page."
        )
    return text


def read_path(value: object) -> str | None:
    """Return a path of the application."""
    text = read_string(value)
    if text is not None and not _is_base_path(text):
        raise InvalidValue(
            "must be a path of this application that begins with a single slash, such as "
            "/sign-out, without query or fragment."
        )
    return text


def read_resource(value: object) -> str | None:
    """Return an OAuth resource (RFC 9728, 1.2): an absolute URL, or a path of the application."""
    text = read_string(value)
    # It is quoted in a header.
    is_quotable = text is None or (text.isascii() and set(text).isdisjoint('"\\'))
    if text is not None and not (is_quotable and (_is_base_url(text) or _is_base_path(text))):
        raise InvalidValue(
            "must be a path of this application such as /mcp, or an absolute URL such as "
            "https://api.example.com/mcp, without query or fragment."
        )
    return text


def read_scopes(value: object) -> tuple[str, ...]:
    """Return OAuth scopes; a single string may list several, separated by spaces."""
    scopes = tuple(value.split()) if isinstance(value, str) else read_strings(value)
    if not all(map(is_scope, scopes)):
        raise InvalidValue("must list OAuth scopes such as profile, without spaces or quotes.")
    return scopes


def is_scope(text: str) -> bool:
    """Return whether a text is one scope (RFC 6749, 3.3), which is safe in a header."""
    return _SCOPE.fullmatch(text) is not None


def read_strings(value: object) -> tuple[str, ...]:
    """Return the items of a list of strings; a single string counts as a list of one item.

    Empty items are invalid: `"".split(",")` returns one, and a check against it would always fail.
    """
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, Iterable) or isinstance(value, (bytes, bytearray, Mapping)):
        raise InvalidValue("must be a string or a list of strings.")
    items = tuple(map(read_string, cast("Iterable[object]", value)))
    texts = tuple(item for item in items if item is not None)
    if len(texts) < len(items):
        raise InvalidValue("has an empty item. Remove the item or the option.")
    return texts


def read_origins(value: object) -> tuple[str, ...]:
    """Return origins in the form that browsers send (RFC 6454, 6.2)."""
    return tuple(map(_origin, read_strings(value)))


def read_issuers(value: object) -> tuple[str, ...]:
    """Return issuers in the form of session tokens: URLs without a slash at the end."""
    return tuple(map(_issuer, read_strings(value)))


def read_milliseconds(value: object) -> float:
    """Return a number of milliseconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise InvalidValue("must be a finite number of milliseconds.")
    return value


def read_seconds(value: object) -> float:
    """Return a number of seconds, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise InvalidValue("must be a finite number of seconds.")
    if value < 0:
        raise InvalidValue("must be 0 seconds or more.")
    return value


def read_flag(value: object) -> bool:
    """Return a boolean; None and an empty string are False.

    Accepts True, False, and the strings true, false, 1 and 0.
    """
    return value not in (None, "") and read_switch(value)


def read_switch(value: object) -> bool:
    """Return a boolean from True, False, or the strings true, false, 1 and 0."""
    text = str(value).strip().lower() if isinstance(value, str | bool) else ""
    if text not in ("1", "true", "0", "false"):
        raise InvalidValue("must be True or False.")
    return text in ("1", "true")


def _is_base_url(text: str) -> bool:
    return parse_http_url(text) is not None and set(text).isdisjoint("?#")


def _is_base_path(text: str) -> bool:
    is_path = text.startswith("/") and not text.startswith(("//", "/\\"))
    return is_path and text.isprintable() and set(text).isdisjoint(" ?#")


def _origin(text: str) -> str:
    _check_single(text)
    url = parse_http_url(text)
    if url is None and not _OTHER_ORIGIN.fullmatch(text):
        raise InvalidValue(
            "must list origins such as https://app.example.com: scheme, host and, unless it is the "
            "default, port. Wildcards are not supported."
        )
    if url is not None and url.origin != text:
        raise InvalidValue(
            f"must list origins as browsers send them, without slash, path or default port. Use "
            f"{url.origin}."
        )
    return text


def _issuer(text: str) -> str:
    _check_single(text)
    url = parse_http_url(text) if set(text).isdisjoint("?#") else None
    if url is None:
        raise InvalidValue("must be the URL of a Frontend API such as https://clerk.example.com.")
    expected = url.origin + url.pathname.rstrip("/")
    if text != expected:
        raise InvalidValue(
            f"must equal the issuer in the tokens of the instance, which has no slash at the end. "
            f"Use {expected}."
        )
    return text


def _check_single(text: str) -> None:
    if _SEPARATORS.search(text):
        raise InvalidValue("has several values in one string. Use a list of strings.")
