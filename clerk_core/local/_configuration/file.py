"""Read a configuration file, and refuse keys that do not exist.

It must not know the store, or whether the values make sense to the Backend API.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike, fspath
from typing import Any, get_args, get_origin, get_type_hints

from clerk_core._arguments import check_names
from clerk_core._json_values import is_object, is_objects, is_strings
from clerk_core.errors import ConfigurationError
from clerk_core.local._api import jwt_templates, permissions, roles
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._storage.rows import JsonObject

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_METADATA = ("public_metadata", "private_metadata")
_ENTRIES: Mapping[str, Sequence[str]] = {
    "permissions": permissions.FIELDS,
    "roles": roles.FIELDS,
    "organizations": ("name", "slug", "max_allowed_memberships", *_METADATA),
    "users": (
        *("email_address", "password", "username", "first_name", "last_name", "external_id"),
        *("locale", "unsafe_metadata", "organizations", *_METADATA),
    ),
    "jwt_templates": jwt_templates.FIELDS,
    "webhooks": ("url", "events", "secret"),
}
_KEYS = ("settings", "allowed_origins", *_ENTRIES)
_EXPECTED = {bool: "true or false", str: "a string"}


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What a configuration file says.

    Attributes:
        file: The path of the file, for messages.
        settings: The settings of the instance.
        allowed_origins: Origins of web pages that may call the Frontend API.
        entries: The permissions, roles, organizations, users, JWT templates and endpoints of
            webhooks, by table.
    """

    file: str = ""
    settings: InstanceSettings = field(default_factory=InstanceSettings)
    allowed_origins: Sequence[str] = ()
    entries: Mapping[str, Sequence[JsonObject]] = field(default_factory=dict[str, list[JsonObject]])

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Configuration:
        """Return the configuration in a TOML file.

        Raises:
            ConfigurationError: The file cannot be read, or has an unknown key or an invalid value.
        """
        file = fspath(path)
        document = _document(file)
        _check_keys(f"{file} has an unknown key", document, _KEYS)
        origins = document.get("allowed_origins", [])
        if not is_strings(origins):
            raise invalid(f"{file}: allowed_origins must be a list of strings.")
        return cls(
            file=file,
            settings=_settings(file, document.get("settings", {})),
            allowed_origins=origins,
            entries={name: _entries(file, name, document.get(name, [])) for name in _ENTRIES},
        )


def invalid(message: str) -> ConfigurationError:
    """Return the error for a configuration file that cannot be used."""
    return ConfigurationError(message, code="local-config-invalid")


def _document(file: str) -> JsonObject:
    try:
        with open(file, "rb") as opened:
            document: JsonObject = tomllib.load(opened)
        # The entries are sent to the Backend API.
        json.dumps(document, allow_nan=False)
    except OSError as error:
        raise invalid(f"The configuration file {file} cannot be read: {error.strerror}.") from None
    except TypeError:
        raise invalid(f"{file} has a date or a time. Write it as a string.") from None
    except ValueError as error:
        raise invalid(f"{file} is not a TOML file: {error}.") from None
    return document


def _check_keys(problem: str, given: Iterable[str], known: Iterable[str]) -> None:
    try:
        check_names(problem, given, known)
    except TypeError as error:
        raise invalid(str(error)) from None


def _settings(file: str, given: object) -> InstanceSettings:
    if not is_object(given):
        raise invalid(f"{file}: settings must be a table: [settings].")
    types = get_type_hints(InstanceSettings)
    _check_keys(f"{file}: [settings] has an unknown key", given, types)
    for name, value in given.items():
        expected = _expected(types[name], value)
        if expected:
            raise invalid(f"{file}: {name} in [settings] must be {expected}.")
    values: dict[str, Any] = {
        name: tuple(value) if is_strings(value) else value for name, value in given.items()
    }
    return InstanceSettings(**values)


def _expected(kind: Any, value: object) -> str:
    """Return what the value of a setting must be, or an empty string if it is that."""
    choices = get_args(kind)
    if get_origin(kind) is tuple:
        return "" if is_strings(value) else "a list of strings"
    if choices:
        return "" if value in choices else f"one of {', '.join(choices)}"
    return "" if type(value) is kind else _EXPECTED[kind]


def _entries(file: str, name: str, given: object) -> list[JsonObject]:
    if not is_objects(given):
        raise invalid(f"{file}: {name} must be tables: [[{name}]].")
    for number, entry in enumerate(given, 1):
        problem = f"{file}: [[{name}]] number {number} has an unknown key"
        _check_keys(problem, entry, _ENTRIES[name])
    return given
