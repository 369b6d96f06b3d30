"""Define the Auth objects without I/O: who makes a request and what they may do.

They hide the difference between versions 1 and 2 of the claims. `clerk_core._auth` adds the sync
and async `get_token()`. https://clerk.com/docs/reference/backend/types/auth-object
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, TypeVar

from clerk_core._authentication.request.token_kinds import (
    MACHINE_TOKEN_TYPES,
    AcceptsToken,
    TokenType,
    is_accepted,
)
from clerk_core._authentication.result.authorization import (
    Entitlements,
    FactorAges,
    Requirement,
    check_requirement,
    factor_ages,
    is_authorized,
    permissions_of,
    split_by_scope,
)
from clerk_core._authentication.result.public_view import public_fields
from clerk_core._compat import Self, Unpack
from clerk_core._flow import Flow, immediate
from clerk_core._frozen import Frozen
from clerk_core._json_values import is_array, is_object
from clerk_core._misuse import not_signed_in
from clerk_core.errors import ClerkAPIError

if TYPE_CHECKING:
    from clerk_core._authentication.result.state import RequestState, SignedIn

S = TypeVar("S")
M = TypeVar("M")
N = TypeVar("N")


_put = object.__setattr__

verified_of: Callable[[SignedIn], Any] = attrgetter("_verified")


@dataclass(frozen=True, slots=True)
class Organization:
    """The active organization of a session."""

    id: str | None = None
    slug: str | None = None
    role: str | None = None
    permissions: tuple[str, ...] | None = None


def make_auth(
    state: RequestState,
    accepts_token: AcceptsToken | None,
    treat_pending_as_signed_out: bool,
    run: object,
    session: Callable[[SignedIn, Any], S],
    machine: Callable[[SignedIn, Any], M],
    signed_out: Callable[[RequestState, Any, TokenType | None, str | None], N],
) -> S | M | N:
    """Return the Auth object of a state for the kinds of token that are accepted.

    Args:
        state: The result of authentication.
        accepts_token: The kinds of token to accept; None for the kind that was authenticated.
        treat_pending_as_signed_out: Whether a session with pending tasks counts as signed out.
        run: Runs the flows of the object; None for an object that only returns flows.
        session: Creates the object of a user.
        machine: Creates the object of a machine.
        signed_out: Creates the object of a signed-out request, from the accepted kind of token
            (None for several) and the status of the session.
    """
    kind = state.token_type
    # Compare first, because nearly all callers accept the kind that the request has.
    is_other = accepts_token is not None and accepts_token != kind
    if accepts_token is not None and is_other and not is_accepted(kind, accepts_token):
        return signed_out(state, run, _only_kind(accepts_token), None)
    if state.status != "signed-in":
        return signed_out(state, run, kind, None)
    if kind != "session_token":
        return machine(state, run)
    claims: Mapping[str, object] = verified_of(state)
    if treat_pending_as_signed_out and claims.get("sts") == "pending":
        return signed_out(state, run, kind, "pending")
    return session(state, run)


def _only_kind(accepts_token: AcceptsToken) -> TokenType | None:
    for kind in MACHINE_TOKEN_TYPES:
        if accepts_token == kind:
            return kind
    return "session_token" if isinstance(accepts_token, str) else None


class BaseSessionAuth(Frozen):
    """A signed-in user with a session."""

    __slots__ = ("_active", "_run", "_state")

    _active: Organization | None
    if TYPE_CHECKING:
        _state: SignedIn

    is_authenticated: ClassVar[Literal[True]] = True
    token_type: ClassVar[Literal["session_token"]] = "session_token"

    def __init__(self, state: SignedIn, run: object = None) -> None:
        _put(self, "_active", None)
        _put(self, "_run", run)
        _put(self, "_state", state)

    def __bool__(self) -> Literal[True]:
        # Lets type checkers narrow a union of Auth objects by `if auth`.
        return True

    def require(self) -> Self:
        """Return this object, for type checkers.

        In views with `require_auth`, the type of `auth().require().user_id` is `str`.
        """
        return self

    @property
    def _claims(self) -> Mapping[str, object]:
        claims: Mapping[str, object] = verified_of(self._state)
        return claims

    @property
    def user_id(self) -> str:
        """The user's ID."""
        return str(self._claims["sub"])

    @property
    def session_id(self) -> str | None:
        """The session's ID; None for a token without a session."""
        return _text(self._claims.get("sid"))

    @property
    def session_status(self) -> str | None:
        """`active` or `pending`; None if the token has no status."""
        return _text(self._claims.get("sts"))

    @property
    def session_claims(self) -> dict[str, object]:
        """A copy of all claims of the token, including custom ones."""
        return copy.deepcopy(dict(self._claims))

    @property
    def actor(self) -> dict[str, object] | None:
        """The actor who impersonates the user (RFC 8693, 4.1); None without impersonation."""
        actor = self._claims.get("act")
        return copy.deepcopy(actor) if is_object(actor) else None

    @property
    def _organization(self) -> Organization:
        if self._active is None:
            object.__setattr__(self, "_active", _organization_of(self._claims))
        return self._active or Organization()

    @property
    def org_id(self) -> str | None:
        """The ID of the active organization."""
        return self._organization.id

    @property
    def org_slug(self) -> str | None:
        """The slug of the active organization."""
        return self._organization.slug

    @property
    def org_role(self) -> str | None:
        """The user's role in the active organization, such as `org:admin`."""
        return self._organization.role

    @property
    def org_permissions(self) -> tuple[str, ...] | None:
        """The user's custom permissions in the active organization, such as `org:reports:read`."""
        return self._organization.permissions

    @property
    def factor_verification_age(self) -> FactorAges | None:
        """The minutes since the first and the second factor were verified; -1 if not enrolled."""
        return factor_ages(self._claims.get("fva"))

    def has(self, **required: Unpack[Requirement]) -> bool:
        """Return whether the session meets all requirements; False if there are none.

        Args:
            required: `role`, `permission`, `feature`, `plan` or `reverification`.

        Raises:
            TypeError: A requirement is malformed.
        """
        entitlements = Entitlements(
            self.org_id,
            self.org_role,
            self.org_permissions,
            self._claims.get("fea"),
            self._claims.get("pla"),
            self.factor_verification_age,
        )
        return is_authorized(entitlements, required)

    def to_public_dict(self) -> dict[str, object]:
        """Return the fields of the session that pages may show, as JSON: no token and no claims."""
        return public_fields(self)

    def get_token_flow(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> Flow[str | None]:
        """Return the flow that returns a token of this session.

        Without arguments, the flow returns the token of the request. With a template or a lifetime,
        it creates a new token with the Backend API. It returns None for a token without a session.
        https://clerk.com/docs/guides/sessions/jwt-templates

        Args:
            template: The name of a JWT template of the instance.
            expires_in_seconds: The lifetime of the new token, in seconds.

        Raises:
            ClerkAPIError: The Backend API returned an error.
            TransportError: The Backend API did not respond.
        """
        settings, session_id = self._state.credentials.settings, self.session_id
        if session_id is None:
            return None
        if template is None and expires_in_seconds is None:
            return self._state.token
        # Imported here, because it imports all models.
        from clerk_core._api.operations.sessions import Sessions

        given: dict[str, Any] = {}
        if expires_in_seconds is not None:
            given["expires_in_seconds"] = expires_in_seconds
        if template is None:
            made = yield from Sessions.create_token.flow(settings, session_id, **given)
        else:
            made = yield from Sessions.create_token_from_template.flow(
                settings, session_id, template, **given
            )
        if made.jwt is None:
            raise ClerkAPIError(
                "The response of the Backend API contains no token.",
                code="unexpected-response",
                status=200,
            )
        return made.jwt

    def debug(self) -> dict[str, object]:
        """Return what helps to find the cause; secrets and tokens are cut off."""
        return self._state.debug()

    def __repr__(self) -> str:
        return f"SessionAuth(user_id={self.user_id!r}, session_id={self.session_id!r})"


class BaseSignedOutAuth(Frozen):
    """A request that is signed out: all attributes of a user or machine are None.

    Attributes:
        token_type: The accepted kind of token; None if there are several.
        session_status: `pending` for a session with pending tasks; None otherwise.
    """

    __slots__ = ("_run", "_state", "session_status", "token_type")

    if TYPE_CHECKING:
        _state: RequestState
    session_status: str | None
    token_type: TokenType | None

    is_authenticated: ClassVar[Literal[False]] = False
    user_id: ClassVar[None] = None
    session_id: ClassVar[None] = None
    session_claims: ClassVar[None] = None
    actor: ClassVar[None] = None
    org_id: ClassVar[None] = None
    org_slug: ClassVar[None] = None
    org_role: ClassVar[None] = None
    org_permissions: ClassVar[None] = None
    factor_verification_age: ClassVar[None] = None
    id: ClassVar[None] = None
    subject: ClassVar[None] = None
    name: ClassVar[None] = None
    claims: ClassVar[None] = None
    scopes: ClassVar[None] = None
    client_id: ClassVar[None] = None
    machine_id: ClassVar[None] = None

    def __init__(
        self,
        state: RequestState,
        run: object,
        token_type: TokenType | None,
        session_status: str | None,
    ) -> None:
        _put(self, "_run", run)
        _put(self, "_state", state)
        _put(self, "token_type", token_type)
        _put(self, "session_status", session_status)

    def __bool__(self) -> Literal[False]:
        # So that `if auth():` does not admit signed-out requests.
        return False

    def require(self) -> NoReturn:
        """Raise an error, because nobody is signed in.

        Raises:
            ClerkError: Always.
        """
        raise not_signed_in()

    def has(self, **required: Unpack[Requirement]) -> Literal[False]:
        """Return False.

        Args:
            required: `role`, `permission`, `feature`, `plan` or `reverification`.

        Raises:
            TypeError: A requirement is malformed.
        """
        check_requirement(required)
        return False

    def to_public_dict(self) -> dict[str, object]:
        """Return the fields that pages may show, as JSON, with the names of a signed-in request."""
        return public_fields(self)

    def get_token_flow(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> Flow[str | None]:
        """Return a flow that returns None, because there is no token."""
        return immediate(None)

    def debug(self) -> dict[str, object]:
        """Return what helps to find the cause; secrets and tokens are cut off."""
        return self._state.debug()

    def __repr__(self) -> str:
        kind, status = self.token_type, self.session_status
        return f"SignedOutAuth(token_type={kind!r}, session_status={status!r})"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _organization_of(claims: Mapping[str, object]) -> Organization:
    """Return the active organization: `o` in version 2 of the claims, `org_…` in version 1.

    https://clerk.com/docs/guides/sessions/session-tokens
    """
    if claims.get("v") != 2:
        listed = claims.get("org_permissions")
        return Organization(
            _text(claims.get("org_id")),
            _text(claims.get("org_slug")),
            _text(claims.get("org_role")),
            tuple(one for one in listed if isinstance(one, str)) if is_array(listed) else None,
        )
    active = claims.get("o")
    if not is_object(active):
        return Organization()
    role = _text(active.get("rol"))
    return Organization(
        _text(active.get("id")),
        _text(active.get("slg")),
        f"org:{role}" if role else None,
        permissions_of(
            split_by_scope(claims.get("fea")).organization, active.get("per"), active.get("fpm")
        ),
    )
