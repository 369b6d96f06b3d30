"""The options in the setting `CLERK_USERS`, and their validation. It must not know models."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from django.utils.module_loading import import_string

from clerk_core import ConfigurationError, User

FieldsOf: TypeAlias = Callable[[User], Mapping[str, object]]
LinkBy: TypeAlias = Literal["verified_email", "external_id"]

_LINK_BY: tuple[str, ...] = ("verified_email", "external_id")
_ANY = "*"
_ROLE = "org:"
DEFAULT_FIELDS: Mapping[str, str] = {
    "username": "username",
    "email": "verified_email",
    "first_name": "first_name",
    "last_name": "last_name",
}
"""The fields of Django's user by default, and what they are filled with."""


@dataclass(frozen=True)
class UserOptions:
    """The options of a project.

    Attributes:
        create_on_request: Whether the first request of a user creates a user of Django.
        link_by: What a new user of Clerk is linked to an existing user of Django by, if at all.
        fields: The fields of Django's user, each with an attribute of Clerk's user or a function;
            or one function for all.
        organizations: The IDs of the organizations whose roles count; None for all.
        groups: The names of the groups that a role stands for.
        staff_roles: The roles that `is_staff` stands for.
        superuser_roles: The roles that `is_superuser` stands for.
    """

    create_on_request: bool = True
    link_by: LinkBy | None = None
    fields: Mapping[str, str | Callable[[User], object]] | FieldsOf | None = None
    organizations: frozenset[str] | None = frozenset()
    groups: Mapping[str, tuple[str, ...]] | None = None
    staff_roles: frozenset[str] = frozenset()
    superuser_roles: frozenset[str] = frozenset()

    def counts_roles_of(self, organization_id: str | None) -> bool:
        """Return whether the roles in an organization count."""
        return organization_id is not None and (
            self.organizations is None or organization_id in self.organizations
        )


def read_options(given: object) -> UserOptions:
    """Return the options in the value of the setting.

    Raises:
        ConfigurationError: An option is unknown or invalid.
    """
    if given is not None and not isinstance(given, Mapping):
        raise _invalid(f"The setting CLERK_USERS must be a dictionary, not {type(given).__name__}.")
    mapping = cast("Mapping[object, Any]", given or {})
    found: dict[str, Any] = {str(name).lower(): value for name, value in mapping.items()}
    unknown = found.keys() - _READERS.keys()
    if unknown:
        known = ", ".join(name.upper() for name in _READERS)
        raise _invalid(
            f"CLERK_USERS has no option {min(unknown).upper()}. Its options are {known}."
        )
    read: dict[str, Any] = {name: _READERS[name](name, value) for name, value in found.items()}
    options = UserOptions(**read)
    _check_roles(options)
    return options


def _check_roles(options: UserOptions) -> None:
    powerful = options.staff_roles | options.superuser_roles
    if not (powerful or options.groups):
        return
    # Whoever creates an organization is its admin.
    if options.organizations == frozenset():
        raise _invalid(
            "CLERK_USERS maps roles, but no organization's roles count. Set ORGANIZATIONS to the "
            'IDs of the organizations whose roles count, or to "*" if GROUPS may be given by all.'
        )
    if powerful and options.organizations is None:
        raise _invalid(
            "STAFF_ROLES and SUPERUSER_ROLES need ORGANIZATIONS to be a list of IDs. With "
            '"*", whoever creates an organization would be staff.'
        )


def _read_flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _invalid(f"CLERK_USERS[{name.upper()!r}] must be True or False.")
    return value


def _read_link_by(name: str, value: object) -> LinkBy | None:
    if value is not None and value not in _LINK_BY:
        raise _invalid(f'CLERK_USERS["LINK_BY"] must be None or one of {", ".join(_LINK_BY)}.')
    return cast("LinkBy | None", value)


def _read_fields(name: str, value: object) -> object:
    if isinstance(value, str):
        try:
            value = import_string(value)
        except ImportError as error:
            raise _invalid(f'CLERK_USERS["FIELDS"] cannot be imported. {error}.') from error
    if isinstance(value, Mapping):
        mapping = cast("Mapping[object, object]", value)
        sources = [source for source in mapping.values() if not callable(source)]
        for source in sources:
            if not isinstance(source, str) or not _is_attribute(source):
                raise _invalid(f'CLERK_USERS["FIELDS"]: a user of Clerk has no {source!r}.')
        return mapping
    if not callable(value):
        raise _invalid('CLERK_USERS["FIELDS"] must be a dictionary, a function, or its name.')
    return value


def _is_attribute(name: str) -> bool:
    return name == "verified_email" or (not name.startswith("_") and hasattr(User({}), name))


def _read_organizations(name: str, value: object) -> frozenset[str] | None:
    if value == _ANY:
        return None
    found = _strings(name, value)
    for one in found:
        if not one.startswith("org_"):
            raise _invalid(
                f'CLERK_USERS["ORGANIZATIONS"] has {one!r}, which is no ID of an organization. '
                "Slugs may be changed and taken by others."
            )
    return found


def _read_roles(name: str, value: object) -> frozenset[str]:
    found = _strings(name, value)
    for role in found:
        if not role.startswith(_ROLE):
            raise _invalid(f"CLERK_USERS[{name.upper()!r}] has the role {role!r}, without org:.")
    return found


def _read_groups(name: str, value: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise _invalid('CLERK_USERS["GROUPS"] must be a dictionary of lists of names of groups.')
    mapping = cast("Mapping[object, object]", value)
    _read_roles(name, list(mapping))
    return {str(role): tuple(sorted(_strings(name, names))) for role, names in mapping.items()}


def _strings(name: str, value: object) -> frozenset[str]:
    found = cast("Collection[object]", value)
    if (
        isinstance(value, str)
        or not isinstance(value, Collection)
        or not all(isinstance(one, str) for one in found)
    ):
        raise _invalid(f"CLERK_USERS[{name.upper()!r}] must have a list of strings.")
    return frozenset(cast("Collection[str]", found))


def _invalid(message: str) -> ConfigurationError:
    return ConfigurationError(message, code="clerk-users-invalid")


_READERS: Mapping[str, Callable[[str, object], object]] = {
    "create_on_request": _read_flag,
    "link_by": _read_link_by,
    "fields": _read_fields,
    "organizations": _read_organizations,
    "groups": _read_groups,
    "staff_roles": _read_roles,
    "superuser_roles": _read_roles,
}
