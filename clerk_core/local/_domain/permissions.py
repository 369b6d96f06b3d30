"""Define Clerk's system permissions, which members need to manage their organization.

Session tokens never contain them. It must not know HTTP.
"""

from __future__ import annotations

READ_MEMBERS = "org:sys_memberships:read"
MANAGE_MEMBERS = "org:sys_memberships:manage"
READ_DOMAINS = "org:sys_domains:read"
MANAGE_DOMAINS = "org:sys_domains:manage"
MANAGE_PROFILE = "org:sys_profile:manage"
DELETE_ORGANIZATION = "org:sys_profile:delete"
READ_API_KEYS = "org:sys_api_keys:read"
MANAGE_API_KEYS = "org:sys_api_keys:manage"

SYSTEM_PERMISSIONS = {
    READ_MEMBERS: "Read members",
    MANAGE_MEMBERS: "Manage members",
    READ_DOMAINS: "Read domains",
    MANAGE_DOMAINS: "Manage domains",
    MANAGE_PROFILE: "Manage organization",
    DELETE_ORGANIZATION: "Delete organization",
    READ_API_KEYS: "Read API keys",
    MANAGE_API_KEYS: "Manage API keys",
}
"""The names of the system permissions by key."""

REQUIRED_OF_ONE_MEMBER = frozenset((READ_MEMBERS, MANAGE_MEMBERS, DELETE_ORGANIZATION))
"""The permissions that at least one member of an organization must have."""


def is_system_permission(key: str) -> bool:
    """Return whether the key is that of a system permission."""
    return key.startswith("org:sys_")
