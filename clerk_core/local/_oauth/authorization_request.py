"""Read and check an authorization request, and build the redirects that answer it.

Until the client and its redirect URI are known, an error is not sent anywhere. It must not know
pages, or who is signed in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from ada_url import URL

from clerk_core.local._call import Call
from clerk_core.local._domain.oauth_applications import find_client, requested_scopes
from clerk_core.local._domain.oauth_errors import OAuthError, invalid_request
from clerk_core.local._domain.oauth_grants import check_single_values
from clerk_core.local._frontend.urls import read_return_url
from clerk_core.local._storage.rows import OAuthApplication

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_MIN_STATE_LENGTH = 8
_PROMPTS = ("none", "consent")
PARAMETERS = (
    *("response_type", "client_id", "redirect_uri", "scope", "state", "prompt", "resource"),
    *("code_challenge", "code_challenge_method", "response_mode", "nonce"),
)
"""The parameters of a request that are read; all others are ignored (RFC 6749, 3.1)."""


class UnknownClientError(Exception):
    """The client or its redirect URI is unknown, so that only the user can be told."""


@dataclass(frozen=True)
class ReturnAddress:
    """Where the answer to a request goes.

    Attributes:
        application: The client.
        uri: A redirect URI of the client.
        given: The parameter `redirect_uri`, or None without it.
        state: The parameter `state`.
        issuer: The issuer, which tells the client who answers (RFC 9207).
    """

    application: OAuthApplication
    uri: str
    given: str | None
    state: str | None
    issuer: str

    @property
    def is_trusted(self) -> bool:
        """Whether a browser may be sent there before its user has agreed (RFC 9700, 4.11.2).

        Anybody can register a client, and would have a link that leads anywhere.
        """
        return not self.application.dynamically_registered or read_return_url(self.uri) is not None

    @property
    def url(self) -> URL:
        """The redirect URI, as a browser parses it."""
        return URL(self.uri)

    def with_code(self, code: str) -> str:
        """Return the redirect URI with an authorization code."""
        return self._with({"code": code})

    def with_error(self, error: OAuthError) -> str:
        """Return the redirect URI with an error (RFC 6749, 4.1.2.1)."""
        return self._with({"error": error.code, "error_description": error.description})

    def _with(self, parameters: dict[str, str]) -> str:
        if self.state is not None:
            parameters["state"] = self.state
        query = urlencode({**parameters, "iss": self.issuer})
        return f"{self.uri}{'&' if '?' in self.uri else '?'}{query}"


@dataclass(frozen=True)
class AuthorizationRequest:
    """A request that is valid, and that a user may answer."""

    address: ReturnAddress
    scopes: Sequence[str]
    resources: Sequence[str]
    code_challenge: str | None
    nonce: str | None
    prompts: frozenset[str]

    @property
    def needs_consent(self) -> bool:
        """Whether the user has to agree; otherwise being signed in is enough."""
        return self.address.application.consent_screen_enabled or "consent" in self.prompts


def read_address(call: Call) -> ReturnAddress:
    """Return where the answer to a request goes.

    The redirect URI is compared with the registered ones character by character (RFC 9700, 2.1).

    Raises:
        UnknownClientError: The client is unknown, or has not registered the redirect URI.
    """
    if any(len(call.query.get(name, ())) > 1 for name in ("client_id", "redirect_uri", "state")):
        raise UnknownClientError
    application = find_client(call.store, call.argument("client_id") or "")
    if application is None:
        raise UnknownClientError
    given = call.argument("redirect_uri")
    registered = application.redirect_uris
    # RFC 6749, 3.1.2.3: without the parameter, there is only one that can be meant.
    uri = registered[0] if given is None and len(registered) == 1 else given
    if uri is None or uri not in registered:
        raise UnknownClientError
    return ReturnAddress(application, uri, given, call.argument("state"), call.url)


def read_request(call: Call, address: ReturnAddress) -> AuthorizationRequest:
    """Return the request, whose answer goes to an address.

    Raises:
        OAuthError: A parameter is missing or invalid.
    """
    check_single_values({name: call.query.get(name, []) for name in PARAMETERS})
    response_type = call.argument("response_type")
    if not response_type:
        raise invalid_request("response_type is missing.")
    if response_type != "code":
        raise OAuthError("unsupported_response_type", "response_type must be code.")
    if call.argument("response_mode") not in (None, "query"):
        raise invalid_request("This local instance supports the response_mode query only.")
    challenge = _challenge(call, address.application)
    _check_state(address.state, challenge)
    return AuthorizationRequest(
        address,
        requested_scopes(address.application, call.argument("scope")),
        _resources(call),
        challenge,
        call.argument("nonce"),
        _prompts(call),
    )


def _challenge(call: Call, application: OAuthApplication) -> str | None:
    challenge = call.argument("code_challenge")
    if challenge is None:
        if application.public or application.pkce_required:
            raise invalid_request("code_challenge is missing. This client must use PKCE.")
        if call.argument("code_challenge_method") is not None:
            raise invalid_request("code_challenge is missing.")
        return None
    # RFC 7636, 4.3: without the parameter, the method is plain, which protects from nothing.
    if call.argument("code_challenge_method") != "S256":
        raise invalid_request("code_challenge_method must be S256.")
    if not _CHALLENGE.fullmatch(challenge):
        raise invalid_request("code_challenge must be a SHA-256 hash in base64url.")
    return challenge


def _check_state(state: str | None, challenge: str | None) -> None:
    if state is None and challenge is None:
        raise invalid_request("state is missing. Without PKCE, it protects from CSRF.")
    if state is not None and len(state) < _MIN_STATE_LENGTH:
        raise invalid_request(f"state must have at least {_MIN_STATE_LENGTH} characters.")


def _resources(call: Call) -> list[str]:
    """Return the resource indicators, which are absolute URIs without fragment (RFC 8707, 2)."""
    resources = list(dict.fromkeys(call.query.get("resource", [])))
    for resource in resources:
        try:
            URL(resource)
        except ValueError:
            raise _invalid_target() from None
        if "#" in resource:
            raise _invalid_target()
    return resources


def _invalid_target() -> OAuthError:
    return OAuthError("invalid_target", "resource must be an absolute URI without fragment.")


def _prompts(call: Call) -> frozenset[str]:
    prompts = frozenset((call.argument("prompt") or "").split())
    if prompts - set(_PROMPTS) or ("none" in prompts and len(prompts) > 1):
        # OpenID Connect Core, 3.1.2.1: none is alone.
        raise invalid_request("This local instance supports the prompts none and consent only.")
    return prompts
