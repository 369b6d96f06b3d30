"""The Auth objects: who is asking, as an application reads it. Frozen, and told apart by tags.

`is_authenticated` and `token_type` are the tags. What a version 1 and a version 2 token say reads
the same here. https://clerk.com/docs/reference/backend/types/auth-object
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, Literal, NoReturn

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
from clerk_core._authentication.result.origin import Origin, Token, settled
from clerk_core._compat import Self, Unpack
from clerk_core._flow import Flow
from clerk_core._frozen import Frozen
from clerk_core._json_values import is_array, is_object
from clerk_core._misuse import not_signed_in
from clerk_core.errors import ClerkAPIError


@dataclass(frozen=True, slots=True)
class Organization:
    """The organization that is active in a session, as its token tells."""

    id: str | None = None
    slug: str | None = None
    role: str | None = None
    permissions: tuple[str, ...] | None = None


class SessionAuth(Frozen, Generic[Token]):
    """A signed-in user, in a session."""

    __slots__ = ("_active", "_claims", "_origin", "_token")

    _token: str
    _claims: Mapping[str, object]
    _origin: Origin[Token]
    _active: Organization | None

    is_authenticated: ClassVar[Literal[True]] = True
    token_type: ClassVar[Literal["session_token"]] = "session_token"

    def __init__(self, origin: Origin[Token], token: str, claims: Mapping[str, object]) -> None:
        put = object.__setattr__
        put(self, "_origin", origin)
        put(self, "_token", token)
        put(self, "_claims", claims)
        put(self, "_active", None)

    def __bool__(self) -> Literal[True]:
        # Declared, so that type checkers narrow by the truth of an Auth object.
        return True

    def require(self) -> Self:
        """Return this object, which type checkers then know to be that of a signed-in user.

        Behind `require_auth`, `auth().require().user_id` is a `str` without a second check.
        """
        return self

    @property
    def user_id(self) -> str:
        """The user's identifier."""
        return str(self._claims["sub"])

    @property
    def session_id(self) -> str | None:
        """The session's identifier; None in a token that belongs to none."""
        return _text(self._claims.get("sid"))

    @property
    def session_status(self) -> str | None:
        """`active` or `pending`; None where the instance does not tell."""
        return _text(self._claims.get("sts"))

    @property
    def session_claims(self) -> dict[str, object]:
        """All claims of the token, custom ones too: a copy, yours to change."""
        return copy.deepcopy(dict(self._claims))

    @property
    def actor(self) -> dict[str, object] | None:
        """Who acts in the user's name, when somebody impersonates them (RFC 8693, 4.1)."""
        actor = self._claims.get("act")
        return copy.deepcopy(actor) if is_object(actor) else None

    @property
    def _organization(self) -> Organization:
        if self._active is None:
            object.__setattr__(self, "_active", _organization_of(self._claims))
        return self._active or Organization()

    @property
    def org_id(self) -> str | None:
        """The active organization's identifier."""
        return self._organization.id

    @property
    def org_slug(self) -> str | None:
        """The active organization's slug."""
        return self._organization.slug

    @property
    def org_role(self) -> str | None:
        """The user's role in the active organization, such as `org:admin`."""
        return self._organization.role

    @property
    def org_permissions(self) -> tuple[str, ...] | None:
        """The user's custom permissions in it, such as `org:reports:read`."""
        return self._organization.permissions

    @property
    def factor_verification_age(self) -> FactorAges | None:
        """Minutes since the first and the second factor were verified; -1 for one not enrolled."""
        return factor_ages(self._claims.get("fva"))

    def has(self, **question: Unpack[Requirement]) -> bool:
        """Whether the session has all of what is asked: role, permission, feature, plan, freshness.

        Asking for nothing is answered with no. Raises `TypeError` for a malformed question.
        """
        grants = Entitlements(
            self.org_id,
            self.org_role,
            self.org_permissions,
            self._claims.get("fea"),
            self._claims.get("pla"),
            self.factor_verification_age,
        )
        return is_authorized(grants, question)

    def get_token(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> Token:
        """A token of this session: the one at hand, or a new one from a JWT template.

        None without a session. With a template or a lifetime, the Backend API is asked, which may
        raise `ClerkAPIError` and `TransportError`.
        https://clerk.com/docs/guides/sessions/jwt-templates
        """
        return self._origin.perform(self._fetch_token(template, expires_in_seconds))

    def _fetch_token(self, template: str | None, expires_in: int | None) -> Flow[str | None]:
        settings, session_id = self._origin.credentials.settings, self.session_id
        if session_id is None:
            return None
        if template is None and expires_in is None:
            return self._token
        # Loaded by who asks for it: all models come with it.
        from clerk_core._api.operations.sessions import Sessions

        given = {} if expires_in is None else {"expires_in_seconds": expires_in}
        if template is None:
            made = yield from Sessions.create_token.flow(settings, session_id, **given)
        else:
            made = yield from Sessions.create_token_from_template.flow(
                settings, session_id, template, **given
            )
        if made.jwt is None:
            raise ClerkAPIError(
                "Clerk's answer holds no token.", code="unexpected-response", status=200
            )
        return made.jwt

    # Where `await` was forgotten, Python names what has not been awaited.
    _fetch_token.__qualname__ = "SessionAuth.get_token"

    def debug(self) -> dict[str, object]:
        """What helps to find out why; no secret and no token is shown whole."""
        return self._origin.debug()

    def __repr__(self) -> str:
        return f"SessionAuth(user_id={self.user_id!r}, session_id={self.session_id!r})"


class SignedOutAuth(Frozen, Generic[Token]):
    """Nobody is signed in. Everything about a user is None, every question is answered with no.

    `session_status` is `pending` for a session that still has tasks to do, None otherwise.
    """

    __slots__ = ("_origin", "session_status")

    _origin: Origin[Token]
    session_status: str | None

    is_authenticated: ClassVar[Literal[False]] = False
    token_type: ClassVar[Literal["session_token"]] = "session_token"
    user_id: ClassVar[None] = None
    session_id: ClassVar[None] = None
    session_claims: ClassVar[None] = None
    actor: ClassVar[None] = None
    org_id: ClassVar[None] = None
    org_slug: ClassVar[None] = None
    org_role: ClassVar[None] = None
    org_permissions: ClassVar[None] = None
    factor_verification_age: ClassVar[None] = None

    def __bool__(self) -> Literal[False]:
        # So that `if auth():` lets nobody in.
        return False

    def __init__(self, origin: Origin[Token], session_status: str | None = None) -> None:
        object.__setattr__(self, "_origin", origin)
        object.__setattr__(self, "session_status", session_status)

    def require(self) -> NoReturn:
        """Raise `ClerkError`, because nobody is signed in."""
        raise not_signed_in()

    def has(self, **question: Unpack[Requirement]) -> Literal[False]:
        """No, whatever is asked; raise `TypeError` for a malformed question."""
        check_requirement(question)
        return False

    def get_token(
        self, *, template: str | None = None, expires_in_seconds: int | None = None
    ) -> Token:
        """There is no token: None."""
        return self._origin.perform(settled(None))

    def debug(self) -> dict[str, object]:
        """What helps to find out why; no secret and no token is shown whole."""
        return self._origin.debug()

    def __repr__(self) -> str:
        return f"SignedOutAuth(session_status={self.session_status!r})"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _organization_of(claims: Mapping[str, object]) -> Organization:
    """The active organization of a token: version 2 keeps it in `o`, version 1 in `org_…` claims.

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
