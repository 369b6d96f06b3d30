"""Define the reasons why a request is signed out, sent to a handshake, or refused.

The codes are those of `@clerk/backend` 3.25.0, so that logs of both libraries are comparable. The
last five belong to this library. Reasons are values, not exceptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Reason(str, Enum):
    """The code of a reason. `EXPLANATIONS` has a message for each."""

    __str__ = str.__str__

    SESSION_TOKEN_AND_UAT_MISSING = "session-token-and-uat-missing"
    SESSION_TOKEN_MISSING = "session-token-missing"
    SESSION_TOKEN_EXPIRED = "session-token-expired"
    SESSION_TOKEN_NBF = "session-token-nbf"
    SESSION_TOKEN_IAT_IN_THE_FUTURE = "session-token-iat-in-the-future"
    SESSION_TOKEN_IAT_BEFORE_CLIENT_UAT = "session-token-iat-before-client-uat"
    SESSION_TOKEN_BUT_NO_CLIENT_UAT = "session-token-but-no-client-uat"
    CLIENT_UAT_BUT_NO_SESSION_TOKEN = "client-uat-but-no-session-token"
    DEV_BROWSER_MISSING = "dev-browser-missing"
    DEV_BROWSER_SYNC = "dev-browser-sync"
    PRIMARY_RESPONDS_TO_SYNCING = "primary-responds-to-syncing"
    PRIMARY_DOMAIN_CROSS_ORIGIN_SYNC = "primary-domain-cross-origin-sync"
    SATELLITE_NEEDS_SYNCING = "satellite-needs-syncing"
    SATELLITE_SIGN_IN_URL_OWN = "satellite-sign-in-url-own"
    ACTIVE_ORGANIZATION_MISMATCH = "active-organization-mismatch"
    NO_TOKEN_IN_HEADER = "No token in header"
    TOKEN_TYPE_MISMATCH = "token-type-mismatch"
    UNEXPECTED_ERROR = "unexpected-error"
    TOKEN_EXPIRED = "token-expired"
    TOKEN_INVALID = "token-invalid"
    TOKEN_INVALID_ALGORITHM = "token-invalid-algorithm"
    TOKEN_INVALID_AUTHORIZED_PARTIES = "token-invalid-authorized-parties"
    TOKEN_INVALID_ISSUER = "token-invalid-issuer"
    TOKEN_INVALID_SIGNATURE = "token-invalid-signature"
    TOKEN_NOT_ACTIVE_YET = "token-not-active-yet"
    TOKEN_IAT_IN_THE_FUTURE = "token-iat-in-the-future"
    TOKEN_VERIFICATION_FAILED = "token-verification-failed"
    SECRET_KEY_INVALID = "secret-key-invalid"
    JWK_FAILED_TO_RESOLVE = "jwk-failed-to-resolve"
    JWK_REMOTE_FAILED_TO_LOAD = "jwk-remote-failed-to-load"
    JWK_KID_MISMATCH = "jwk-kid-mismatch"
    JWK_TOO_SHORT = "jwk-too-short"
    NO_REFRESH_COOKIE = "non-eligible-no-refresh-cookie"
    REFRESH_NON_GET = "non-eligible-non-get"
    REFRESH_SUBRESOURCE = "non-eligible-subresource"
    REFRESH_INVALID_SESSION_TOKEN = "invalid-session-token"
    REFRESH_MISSING_API_CLIENT = "missing-api-client"
    REFRESH_DECODE_FAILED = "expired-session-token-decode-failed"
    REFRESH_MISSING_SID = "expired-session-token-missing-sid-claim"
    REFRESH_FETCH_ERROR = "fetch-error"
    REFRESH_UNEXPECTED_ERROR = "unexpected-sdk-error"
    REFRESH_UNEXPECTED_API_ERROR = "unexpected-bapi-error"
    SESSION_PENDING = "session-pending"
    FORBIDDEN = "forbidden"
    REVERIFICATION_ERROR = "reverification-error"
    REQUEST_MALFORMED = "request-malformed"
    SESSION_REVOKED = "session-revoked"


EXPLANATIONS: Final[Mapping[str, str]] = {
    Reason.SESSION_TOKEN_AND_UAT_MISSING: "The request carries no session. Sign in first.",
    Reason.SESSION_TOKEN_MISSING: (
        "The handshake with Clerk ended without a session. Sign in first."
    ),
    Reason.SESSION_TOKEN_EXPIRED: (
        "The session token has expired and could not be renewed within this request."
    ),
    Reason.SESSION_TOKEN_NBF: (
        "The session token is not valid yet. Check the clock of this machine."
    ),
    Reason.SESSION_TOKEN_IAT_IN_THE_FUTURE: (
        "The session token was issued in the future. Check the clock of this machine."
    ),
    Reason.SESSION_TOKEN_IAT_BEFORE_CLIENT_UAT: (
        "The session has changed since this token was issued; a handshake renews the token."
    ),
    Reason.SESSION_TOKEN_BUT_NO_CLIENT_UAT: (
        "The request has the session cookie but no __client_uat cookie; a handshake sets both."
    ),
    Reason.CLIENT_UAT_BUT_NO_SESSION_TOKEN: (
        "The request has the __client_uat cookie but no session cookie; a handshake sets both."
    ),
    Reason.DEV_BROWSER_MISSING: (
        "The development instance does not know this browser; a handshake registers it."
    ),
    Reason.DEV_BROWSER_SYNC: (
        "The browser returns from Clerk's pages; a handshake syncs its session."
    ),
    Reason.PRIMARY_RESPONDS_TO_SYNCING: (
        "The primary application redirects the browser back to its satellite."
    ),
    Reason.PRIMARY_DOMAIN_CROSS_ORIGIN_SYNC: (
        "The browser comes from another domain, where the session may have changed."
    ),
    Reason.SATELLITE_NEEDS_SYNCING: (
        "The satellite does not know the session yet; a handshake syncs it from the primary domain."
    ),
    Reason.SATELLITE_SIGN_IN_URL_OWN: (
        "Users of a satellite application sign in on the primary domain. Set CLERK_SIGN_IN_URL to "
        "an absolute URL of the primary application, which must have another origin."
    ),
    Reason.ACTIVE_ORGANIZATION_MISMATCH: (
        "The URL selects another organization than the active one; a handshake activates it."
    ),
    Reason.NO_TOKEN_IN_HEADER: (
        "The Authorization header is missing. Send the machine token in it."
    ),
    Reason.TOKEN_TYPE_MISMATCH: "This endpoint does not accept this kind of token.",
    Reason.UNEXPECTED_ERROR: "The request could not be authenticated, so nobody is signed in.",
    Reason.TOKEN_EXPIRED: "The token has expired. Get a new one.",
    Reason.TOKEN_INVALID: ("The token is malformed. Send it unchanged."),
    Reason.TOKEN_INVALID_ALGORITHM: (
        "The token is signed with an unsupported algorithm. Clerk uses RS256, RS384 and RS512."
    ),
    Reason.TOKEN_INVALID_AUTHORIZED_PARTIES: (
        "The token was issued to an origin that is not in authorized_parties. Add it if trusted."
    ),
    Reason.TOKEN_INVALID_ISSUER: (
        "The token was not issued by the configured issuer. Check the issuer option."
    ),
    Reason.TOKEN_INVALID_SIGNATURE: (
        "The signature of the token is invalid. Check that all keys belong to one instance."
    ),
    Reason.TOKEN_NOT_ACTIVE_YET: ("The token is not valid yet. Check the clock of this machine."),
    Reason.TOKEN_IAT_IN_THE_FUTURE: (
        "The token was issued in the future. Check the clock of this machine."
    ),
    Reason.TOKEN_VERIFICATION_FAILED: (
        "The token lacks a required claim, or a claim is malformed."
    ),
    Reason.SECRET_KEY_INVALID: (
        "Clerk does not know this secret key. Copy CLERK_SECRET_KEY from the dashboard again."
    ),
    Reason.JWK_FAILED_TO_RESOLVE: (
        "There is no key to verify tokens with. Set CLERK_SECRET_KEY or CLERK_JWT_KEY."
    ),
    Reason.JWK_REMOTE_FAILED_TO_LOAD: (
        "The key set could not be loaded. Check the network path to the Backend API."
    ),
    Reason.JWK_KID_MISMATCH: (
        "No key of this instance signed the token. Check that all keys belong to one instance."
    ),
    Reason.JWK_TOO_SHORT: (
        "The RSA key that signed the token has less than 2048 bits (RFC 7518, 3.3). Check that "
        "CLERK_API_URL is Clerk's Backend API, and ask Clerk to replace the key."
    ),
    Reason.NO_REFRESH_COOKIE: "The browser sent no refresh cookie.",
    Reason.REFRESH_NON_GET: "Only GET requests and forms of the same origin can renew a session.",
    Reason.REFRESH_SUBRESOURCE: (
        "Requests for scripts, style sheets and images cannot renew a session, because of caches."
    ),
    Reason.REFRESH_INVALID_SESSION_TOKEN: (
        "The renewed session token is invalid. Check that all keys belong to one instance."
    ),
    Reason.REFRESH_MISSING_API_CLIENT: (
        "Renewing a session needs the Backend API. Set CLERK_SECRET_KEY."
    ),
    Reason.REFRESH_DECODE_FAILED: "The expired session token is malformed.",
    Reason.REFRESH_MISSING_SID: "The expired session token contains no session ID.",
    Reason.REFRESH_FETCH_ERROR: (
        "The session could not be renewed. Check the network path to the Backend API."
    ),
    Reason.REFRESH_UNEXPECTED_ERROR: "The response of Clerk contains no new session token.",
    Reason.REFRESH_UNEXPECTED_API_ERROR: "Clerk refused to renew the session, without a reason.",
    Reason.SESSION_PENDING: (
        "The session has pending tasks, such as choosing an organization. Finish them first."
    ),
    Reason.FORBIDDEN: (
        "The user is signed in, but lacks a required role, permission, feature or plan."
    ),
    Reason.REVERIFICATION_ERROR: (
        "The user is signed in, but the last verification is too old. Verify again."
    ),
    Reason.REQUEST_MALFORMED: (
        "The Host, X-Forwarded-Host or URL of the request is not a single host with an optional "
        "port, so the application is unknown. Check the headers that proxies send."
    ),
    Reason.SESSION_REVOKED: (
        "The session has ended or the user was banned or deleted, so the token is refused before "
        "it expires. Sign in again."
    ),
}
"""What each reason means and what to do about it. Clerk's API may return further reasons."""
