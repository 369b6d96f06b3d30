"""The object that templates know as `clerk`: components, links, and who is signed in.

It is the same for every template engine, and knows none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Generic, Literal, NoReturn, TypeAlias, TypeVar

from clerk_core import pages
from clerk_core._arguments import check_names
from clerk_core._auth import AsyncAuth, Auth
from clerk_core._compat import Unpack
from clerk_core._integration.base_request_auth import BaseRequestAuth
from clerk_core._integration.bound_methods import function_of
from clerk_core._integration.request_auth import AsyncRequestAuth, RequestAuth
from clerk_core.errors import ConfigurationError
from clerk_core.pages._options import LoadOptions, SignInOptions, SignUpOptions
from clerk_core.pages._scripts import CLERK_JS_VERSION, UI_VERSION

if TYPE_CHECKING:
    from clerk_core.models._resource import JsonObject

_Base: TypeAlias = BaseRequestAuth
R = TypeVar("R", bound=BaseRequestAuth)


class _TemplateFunctions(Generic[R]):
    """What is the same in code that waits and in code that awaits."""

    def __init__(self, find: Callable[[], R]) -> None:
        self._find = find
        self.create_organization_url: Final = function_of(find, _Base.create_organization_url)
        self.organization_profile_url: Final = function_of(find, _Base.organization_profile_url)
        self.sign_in_url: Final = function_of(find, _Base.sign_in_url)
        self.sign_up_url: Final = function_of(find, _Base.sign_up_url)
        self.tasks_url: Final = function_of(find, _Base.tasks_url)
        self.user_profile_url: Final = function_of(find, _Base.user_profile_url)
        self.waitlist_url: Final = function_of(find, _Base.waitlist_url)

    api_keys: Final = staticmethod(pages.api_keys)
    create_organization: Final = staticmethod(pages.create_organization)
    organization_list: Final = staticmethod(pages.organization_list)
    organization_profile: Final = staticmethod(pages.organization_profile)
    organization_switcher: Final = staticmethod(pages.organization_switcher)
    pricing_table: Final = staticmethod(pages.pricing_table)
    sign_in: Final = staticmethod(pages.sign_in)
    sign_out_button: Final = staticmethod(pages.sign_out_button)
    sign_up: Final = staticmethod(pages.sign_up)
    task_choose_organization: Final = staticmethod(pages.task_choose_organization)
    task_reset_password: Final = staticmethod(pages.task_reset_password)
    task_setup_mfa: Final = staticmethod(pages.task_setup_mfa)
    user_avatar: Final = staticmethod(pages.user_avatar)
    user_button: Final = staticmethod(pages.user_button)
    user_profile: Final = staticmethod(pages.user_profile)
    waitlist: Final = staticmethod(pages.waitlist)

    def head(
        self,
        *,
        nonce: str | None = None,
        scripts: str | None = None,
        clerk_js_version: str = CLERK_JS_VERSION,
        ui_version: str = UI_VERSION,
        **options: Unpack[LoadOptions],
    ) -> pages.Markup:
        """Return the scripts of the page, as `clerk_core.pages.head` does.

        Args:
            nonce: The nonce of the Content-Security-Policy.
            scripts: The URL of a folder with the packages `clerk-js` and `ui`.
            clerk_js_version: The version of `@clerk/clerk-js`.
            ui_version: The version of `@clerk/ui`.
            options: Those of `Clerk.load()`.
        """
        found = self._find()
        state = found.state
        # The response to a form is not loaded again: the browser would send the form again.
        is_loaded_again = state.credentials.has_safe_method
        return pages.head(
            state.credentials.settings,
            state.auth("session_token") if is_loaded_again else None,
            nonce=nonce,
            scripts=scripts,
            clerk_js_version=clerk_js_version,
            ui_version=ui_version,
            **options,
        )

    def sign_in_button(
        self,
        text: str = "Sign in",
        *,
        return_back_url: str | None = None,
        mode: Literal["redirect", "modal"] = "redirect",
        class_: str | None = None,
        **options: Unpack[SignInOptions],
    ) -> pages.Markup:
        """Return a link to the sign-in page, as `clerk_core.pages.sign_in_button` does."""
        url = self.sign_in_url(return_back_url)
        return pages.sign_in_button(url, text, mode=mode, class_=class_, **options)

    def sign_up_button(
        self,
        text: str = "Sign up",
        *,
        return_back_url: str | None = None,
        mode: Literal["redirect", "modal"] = "redirect",
        class_: str | None = None,
        **options: Unpack[SignUpOptions],
    ) -> pages.Markup:
        """Return a link to the sign-up page, as `clerk_core.pages.sign_up_button` does."""
        url = self.sign_up_url(return_back_url)
        return pages.sign_up_button(url, text, mode=mode, class_=class_, **options)

    def __getitem__(self, name: object) -> NoReturn:
        # Jinja asks for an item where there is no attribute. It would take a `TypeError` or a
        # `LookupError` for a value that is undefined.
        try:
            check_names("clerk has no", [str(name)], [one for one in dir(self) if one[0] != "_"])
        except TypeError as error:
            raise ConfigurationError(str(error), code="template-name-unknown") from None
        raise ConfigurationError(f"Write clerk.{name}, not clerk[…].", code="template-name-unknown")


class TemplateFunctions(_TemplateFunctions[RequestAuth]):
    """The object `clerk` of templates, in code that waits.

    Args:
        find: Returns the object of the current request; raises if there is none.
    """

    @property
    def auth(self) -> Auth:
        """The Auth object of the request; false if nobody is signed in."""
        return self._find().auth()

    @property
    def user(self) -> JsonObject | None:
        """What a browser may see of the user, fetched once; None if nobody is signed in."""
        user = self._find().current_user()
        return None if user is None else user.to_public_dict()

    @property
    def organization(self) -> JsonObject | None:
        """What a browser may see of the active organization, fetched once; None without one."""
        organization = self._find().current_organization()
        return None if organization is None else organization.to_public_dict()


class AsyncTemplateFunctions(_TemplateFunctions[AsyncRequestAuth]):
    """The object `clerk` of templates, in code that awaits.

    Args:
        find: Returns the object of the current request; raises if there is none.
    """

    @property
    def auth(self) -> AsyncAuth:
        """The Auth object of the request; false if nobody is signed in."""
        return self._find().auth()

    @property
    def user(self) -> JsonObject | None:
        """What a browser may see of the user; None if nobody is signed in.

        Raises:
            ConfigurationError: The view did not await `current_user()`.
        """
        user = self._find().fetched_user()
        return None if user is None else user.to_public_dict()

    @property
    def organization(self) -> JsonObject | None:
        """What a browser may see of the active organization; None without one.

        Raises:
            ConfigurationError: The view did not await `current_organization()`.
        """
        organization = self._find().fetched_organization()
        return None if organization is None else organization.to_public_dict()
