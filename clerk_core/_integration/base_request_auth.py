"""What the per-request objects for code that waits and for code that awaits have in common."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_core._authentication.response import redirects as links
from clerk_core._authentication.response.headers import merge_headers
from clerk_core._authentication.response.refusal import redirect_if_needed, redirect_to
from clerk_core._authentication.response.request_flows import RecalledRequest, RequestFlows
from clerk_core._authentication.result.state import HeaderPairs, RequestState
from clerk_core._messages import Response


class BaseRequestAuth:
    """What both faces share: a request that was authenticated. Never share it between requests."""

    __slots__ = ("_found",)

    _found: RequestFlows | RecalledRequest

    @property
    def _flows(self) -> RequestFlows:
        found = self._found
        if isinstance(found, RecalledRequest):
            found = self._found = found.flows()
        return found

    def _session_state(self) -> RequestState:
        found = self._found
        # A remembered result needs no flows for the Auth object of a session.
        return found.state() if isinstance(found, RecalledRequest) else found.session_state()

    @property
    def state(self) -> RequestState:
        """The result of authentication by the session token: status, reason, headers."""
        return self._flows.session

    @property
    def is_from_cookies(self) -> bool:
        """Whether cookies sign in the user, which browsers send with forms of other sites, too.

        A framework that checks forms only where cookies authenticate has to check this request.
        """
        return self.state.is_authenticated and self.state.credentials.token_in_header is None

    @property
    def redirect(self) -> Response | None:
        """The response to give in place of the application, or None."""
        # A remembered result is no redirect.
        is_recalled = isinstance(self._found, RecalledRequest)
        return None if is_recalled else redirect_if_needed(self.state)

    @property
    def headers(self) -> HeaderPairs:
        """The headers to add to the application's response; `merge_headers` adds them."""
        return self._found.headers

    def merge_headers(self, own: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the headers of the application's response with those of this request added.

        A response that sets a cookie becomes private, so that no cache stores it.
        """
        return merge_headers(own, self.headers)

    def sign_in_url(self, return_back_url: str | None = None) -> str:
        """Return the URL of the sign-in page.

        Args:
            return_back_url: Where the page leads back to: a path or a URL. By default the page of
                this request; after a form, the page with the form.

        Raises:
            ConfigurationError: Nothing says where users sign in.
            ValueError: `return_back_url` is neither http nor https.
        """
        return links.sign_in_url(self.state, return_back_url)

    def sign_up_url(self, return_back_url: str | None = None) -> str:
        """Return the URL of the sign-up page.

        Args:
            return_back_url: Where the page leads back to: a path or a URL. By default the page of
                this request; after a form, the page with the form.

        Raises:
            ConfigurationError: Nothing says where users sign up.
            ValueError: `return_back_url` is neither http nor https.
        """
        return links.sign_up_url(self.state, return_back_url)

    def tasks_url(self, return_back_url: str | None = None) -> str:
        """Return the URL of the page where a user finishes the pending tasks of the session.

        https://clerk.com/docs/guides/configure/session-tasks

        Args:
            return_back_url: Where the page leads back to: a path or a URL. By default the page of
                this request; after a form, the page with the form.

        Raises:
            ConfigurationError: Nothing says where users sign in.
            ValueError: `return_back_url` is neither http nor https.
        """
        return links.tasks_url(self.state, return_back_url)

    def waitlist_url(self, return_back_url: str | None = None) -> str:
        """Return the URL of the page where visitors join the waitlist.

        Args:
            return_back_url: Where the page leads back to: a path or a URL. By default the page of
                this request; after a form, the page with the form.

        Raises:
            ConfigurationError: Nothing says where the page is.
            ValueError: `return_back_url` is neither http nor https.
        """
        return links.waitlist_url(self.state, return_back_url)

    def user_profile_url(self) -> str:
        """Return the URL of the page where users manage their account.

        Raises:
            ConfigurationError: Nothing says where the page is.
        """
        return links.user_profile_url(self.state)

    def organization_profile_url(self) -> str:
        """Return the URL of the page of the active organization.

        Raises:
            ConfigurationError: Nothing says where the page is.
        """
        return links.organization_profile_url(self.state)

    def create_organization_url(self) -> str:
        """Return the URL of the page to create an organization.

        Raises:
            ConfigurationError: Nothing says where the page is.
        """
        return links.create_organization_url(self.state)

    def redirect_to_sign_in(self, return_back_url: str | None = None) -> Response:
        """Return a redirect to the sign-in page.

        Args:
            return_back_url: Where the page leads back to: a path or a URL. By default the page of
                this request; after a form, the page with the form.

        Raises:
            ConfigurationError: Nothing says where users sign in.
            ValueError: `return_back_url` is neither http nor https.
        """
        return redirect_to(self.state, self.sign_in_url(return_back_url))

    def redirect_to_sign_up(self, return_back_url: str | None = None) -> Response:
        """Return a redirect to the sign-up page.

        Args:
            return_back_url: Where the page leads back to: a path or a URL. By default the page of
                this request; after a form, the page with the form.

        Raises:
            ConfigurationError: Nothing says where users sign up.
            ValueError: `return_back_url` is neither http nor https.
        """
        return redirect_to(self.state, self.sign_up_url(return_back_url))

    def redirect_to_tasks(self, return_back_url: str | None = None) -> Response:
        """Return a redirect to the page of pending tasks.

        Args:
            return_back_url: Where the page leads back to: a path or a URL. By default the page of
                this request; after a form, the page with the form.

        Raises:
            ConfigurationError: Nothing says where users sign in.
            ValueError: `return_back_url` is neither http nor https.
        """
        return redirect_to(self.state, self.tasks_url(return_back_url))
