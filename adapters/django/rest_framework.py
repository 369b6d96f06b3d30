"""Clerk for Django REST framework: authentication classes and permission classes.

    REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": ["clerk_core.django.rest_framework.ClerkAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["clerk_core.django.rest_framework.IsSignedIn"],
    }

`request.auth` is the Auth object; None if the request is signed out. The middleware of
`clerk_core.django` has to be installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from clerk_core import MachineAuth, SessionAuth
from clerk_core.adapters import AcceptsToken, GuardOptions, Refusal, Unpack, read_access
from clerk_core.django._kept_refusals import challenge_of, keep_refusal
from clerk_core.django._requests import request_auth
from clerk_core.django._users import has_users, user_of_request

__all__ = [
    "APIKeyAuthentication",
    "ClerkAuthentication",
    "HasFeature",
    "HasPermission",
    "HasPlan",
    "HasRole",
    "HasScope",
    "IsSignedIn",
    "M2MTokenAuthentication",
    "OAuthTokenAuthentication",
    "TokenUser",
]

_UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class TokenUser:
    """`request.user` of a machine, or of a user in a project without `clerk_core.django.users`.

    It has no permissions of Django.

    Attributes:
        pk: The ID of the user, or of what the token of a machine belongs to.
    """

    pk: str
    is_authenticated: ClassVar[Literal[True]] = True
    is_active: ClassVar[Literal[True]] = True
    is_anonymous: ClassVar[Literal[False]] = False
    is_staff: ClassVar[Literal[False]] = False
    is_superuser: ClassVar[Literal[False]] = False

    @property
    def id(self) -> str:
        """The same as `pk`."""
        return self.pk

    def has_perm(self, perm: str, obj: object = None) -> Literal[False]:
        """Return False."""
        return False

    def has_perms(self, perm_list: object, obj: object = None) -> Literal[False]:
        """Return False."""
        return False

    def __str__(self) -> str:
        return self.pk


class ClerkAuthentication(BaseAuthentication):
    """Authenticates users by their session token, in the header or in Clerk's cookies.

    As with Django's own sessions, a request that is authenticated by cookies and changes something
    needs a CSRF token. For other kinds of token, derive a class with `accepts_token`.

    Attributes:
        accepts_token: The kind or kinds of token to accept.
    """

    accepts_token: ClassVar[AcceptsToken] = "session_token"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Raises where the class is defined if a kind of token does not exist.
        read_access({"accepts_token": cls.accepts_token}, cls.__name__)

    def authenticate(self, request: Request) -> tuple[Any, SessionAuth | MachineAuth] | None:
        """Return the user and the Auth object; None for a request without an accepted token.

        Raises:
            APIException: Clerk does not respond, or a CSRF token is missing.
        """
        found = request_auth(request._request)
        refused = found.refuse(accepts_token=self.accepts_token)
        if refused is not None:
            keep_refusal(request._request, refused)
            if refused.status == _UNAVAILABLE:
                raise _unavailable(refused)
            return None
        auth = found.auth(accepts_token=self.accepts_token).require()
        if found.is_from_cookies:
            SessionAuthentication().enforce_csrf(request)
        user = _user(request, auth)
        return None if user is None else (user, auth)

    def authenticate_header(self, request: Request) -> str:
        """Return the value of `WWW-Authenticate` for the response 401."""
        return challenge_of(request._request)


class APIKeyAuthentication(ClerkAuthentication):
    """Authenticates machines by API keys."""

    accepts_token: ClassVar[AcceptsToken] = "api_key"


class M2MTokenAuthentication(ClerkAuthentication):
    """Authenticates machines by machine-to-machine tokens."""

    accepts_token: ClassVar[AcceptsToken] = "m2m_token"


class OAuthTokenAuthentication(ClerkAuthentication):
    """Authenticates applications by OAuth access tokens."""

    accepts_token: ClassVar[AcceptsToken] = "oauth_token"


class _Permission(BasePermission):
    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        """Return what `has_permission` returns, which `~` negates."""
        return self.has_permission(request, view)


class IsSignedIn(_Permission):
    """Admits users and machines whose token an authentication class of Clerk has accepted."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the request is signed in."""
        return isinstance(request.auth, (SessionAuth, MachineAuth))


class _HasRequirement(_Permission):
    required: ClassVar[dict[str, Any]]

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the session meets the requirement."""
        return isinstance(request.auth, SessionAuth) and request.auth.has(**self.required)


class _HasScope(_Permission):
    scopes: ClassVar[tuple[str, ...]]

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the machine has the scopes."""
        auth: object = request.auth
        if not isinstance(auth, MachineAuth):
            return False
        refused = request_auth(request._request).refuse(
            accepts_token=auth.token_type, scopes=self.scopes
        )
        if refused is not None:
            keep_refusal(request._request, refused)
        return refused is None


def HasRole(role: str) -> type[BasePermission]:  # noqa: N802
    """Return a permission class that admits users with a role in the active organization.

    Args:
        role: The role, such as `org:admin`.

    Raises:
        TypeError: The role is malformed.
    """
    return _requirement("HasRole", role=role)


def HasPermission(permission: str) -> type[BasePermission]:  # noqa: N802
    """Return a permission class that admits users with a permission in the active organization.

    Args:
        permission: The permission, such as `org:reports:read`.

    Raises:
        TypeError: The permission is malformed.
    """
    return _requirement("HasPermission", permission=permission)


def HasFeature(feature: str) -> type[BasePermission]:  # noqa: N802
    """Return a permission class that admits users whose plan has a feature.

    Args:
        feature: The feature, such as `org:exports` or `user:exports`.

    Raises:
        TypeError: The feature is malformed.
    """
    return _requirement("HasFeature", feature=feature)


def HasPlan(plan: str) -> type[BasePermission]:  # noqa: N802
    """Return a permission class that admits users with a plan.

    Args:
        plan: The plan, such as `org:premium` or `user:premium`.

    Raises:
        TypeError: The plan is malformed.
    """
    return _requirement("HasPlan", plan=plan)


def HasScope(scope: str, *others: str) -> type[BasePermission]:  # noqa: N802
    """Return a permission class that admits machines whose token has all scopes, and no users.

    Args:
        scope: The scope, such as `reports:read`.
        others: More scopes.

    Raises:
        TypeError: A scope is malformed.
    """
    scopes = (scope, *others)
    read_access({"accepts_token": "api_key", "scopes": scopes}, "HasScope")
    return type("HasScope", (_HasScope,), {"scopes": scopes})


def _requirement(name: str, **required: Unpack[GuardOptions]) -> type[BasePermission]:
    read_access(required, name)
    return type(name, (_HasRequirement,), {"required": required})


def _user(request: Request, auth: SessionAuth | MachineAuth) -> Any:
    """Return `request.user`; None if Django does not admit the user."""
    if isinstance(auth, MachineAuth):
        return TokenUser(auth.subject)
    if not has_users():
        return TokenUser(auth.user_id)
    user = user_of_request(request._request)
    return user if user.is_authenticated else None


def _unavailable(refused: Refusal) -> APIException:
    error = APIException(refused.message, refused.code)
    error.status_code = refused.status
    return error
