"""Why a request is signed out, sent to a handshake, or refused: a stable slug, and what to do.

The slugs are those of `@clerk/backend` 3.25.0, so a dashboard or a log reads the same for both; the
last four are of this library. A reason is a value, never raised. This module knows nothing of how
a reason is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Reason(str, Enum):
    """The slugs of reasons; `EXPLANATIONS` says for each what happened and what to do."""

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


EXPLANATIONS: Final[Mapping[str, str]] = {
    Reason.SESSION_TOKEN_AND_UAT_MISSING: "The request carries no session. Sign in first.",
    Reason.SESSION_TOKEN_MISSING: (
        "The handshake with Clerk ended without a session. Sign in first."
    ),
    Reason.SESSION_TOKEN_EXPIRED: (
        "The session token has expired and could not be renewed within this request."
    ),
    Reason.SESSION_TOKEN_NBF: (
        "The session token is not valid yet. Check that this machine's clock is right."
    ),
    Reason.SESSION_TOKEN_IAT_IN_THE_FUTURE: (
        "The session token was issued in the future. Check that this machine's clock is right."
    ),
    Reason.SESSION_TOKEN_IAT_BEFORE_CLIENT_UAT: (
        "The browser's session has changed since this token was issued; a handshake renews it."
    ),
    Reason.SESSION_TOKEN_BUT_NO_CLIENT_UAT: (
        "The session cookie came without the __client_uat cookie; a handshake settles it."
    ),
    Reason.CLIENT_UAT_BUT_NO_SESSION_TOKEN: (
        "The __client_uat cookie came without the session cookie; a handshake settles it."
    ),
    Reason.DEV_BROWSER_MISSING: (
        "This browser is unknown to the development instance; a handshake introduces it."
    ),
    Reason.DEV_BROWSER_SYNC: (
        "The browser comes back from Clerk's pages; a handshake brings its session here."
    ),
    Reason.PRIMARY_RESPONDS_TO_SYNCING: (
        "The primary application sends the browser back to the satellite that asked."
    ),
    Reason.PRIMARY_DOMAIN_CROSS_ORIGIN_SYNC: (
        "The browser comes from another domain, where its session may have changed."
    ),
    Reason.SATELLITE_NEEDS_SYNCING: (
        "The satellite does not know the browser's session yet and asks the primary domain."
    ),
    Reason.SATELLITE_SIGN_IN_URL_OWN: (
        "A satellite application signs in on the primary domain. Set CLERK_SIGN_IN_URL to an "
        "absolute URL of the primary application, on another origin than this one."
    ),
    Reason.ACTIVE_ORGANIZATION_MISMATCH: (
        "The URL is for another organization than the active one; a handshake changes it."
    ),
    Reason.NO_TOKEN_IN_HEADER: (
        "Machine tokens are sent in the Authorization header, which is missing."
    ),
    Reason.TOKEN_TYPE_MISMATCH: "The token is of another kind than this endpoint accepts.",
    Reason.UNEXPECTED_ERROR: "The request could not be authenticated, so nobody is signed in.",
    Reason.TOKEN_EXPIRED: "The token has expired. Get a new one.",
    Reason.TOKEN_INVALID: ("The token is not a well-formed Clerk token. Send it as it was issued."),
    Reason.TOKEN_INVALID_ALGORITHM: (
        "The token is signed with an algorithm that Clerk does not use (RS256, RS384, RS512)."
    ),
    Reason.TOKEN_INVALID_AUTHORIZED_PARTIES: (
        "The token was issued to an origin outside authorized_parties. Add that origin, or refuse."
    ),
    Reason.TOKEN_INVALID_ISSUER: (
        "The token was issued by another Clerk instance than the configured issuer."
    ),
    Reason.TOKEN_INVALID_SIGNATURE: (
        "The token's signature is wrong. Check that the keys belong to the token's instance."
    ),
    Reason.TOKEN_NOT_ACTIVE_YET: (
        "The token is not valid yet. Check that this machine's clock is right."
    ),
    Reason.TOKEN_IAT_IN_THE_FUTURE: (
        "The token was issued in the future. Check that this machine's clock is right."
    ),
    Reason.TOKEN_VERIFICATION_FAILED: (
        "The token lacks a required claim or a claim has the wrong shape."
    ),
    Reason.SECRET_KEY_INVALID: (
        "Clerk does not know this secret key. Copy CLERK_SECRET_KEY from the dashboard again."
    ),
    Reason.JWK_FAILED_TO_RESOLVE: (
        "There is no key to verify tokens with. Set CLERK_SECRET_KEY or CLERK_JWT_KEY."
    ),
    Reason.JWK_REMOTE_FAILED_TO_LOAD: (
        "Clerk's key set could not be loaded. Check the network to the Backend API."
    ),
    Reason.JWK_KID_MISMATCH: (
        "No key of this instance signed the token. Check that all keys are of one instance."
    ),
    Reason.JWK_TOO_SHORT: (
        "The RSA key that signed the token has less than 2048 bits (RFC 7518, 3.3). Check that "
        "CLERK_API_URL is Clerk's Backend API, and have Clerk replace the key."
    ),
    Reason.NO_REFRESH_COOKIE: "The browser sent no refresh cookie.",
    Reason.REFRESH_NON_GET: "Only GET requests and forms of the same origin renew a session.",
    Reason.REFRESH_SUBRESOURCE: (
        "Scripts, style sheets, images and the like do not renew a session: caches keep them."
    ),
    Reason.REFRESH_INVALID_SESSION_TOKEN: (
        "The renewed session token does not hold. Check that all keys are of one instance."
    ),
    Reason.REFRESH_MISSING_API_CLIENT: (
        "Renewing a session is a call of the Backend API. Set CLERK_SECRET_KEY."
    ),
    Reason.REFRESH_DECODE_FAILED: "The expired session token cannot be read.",
    Reason.REFRESH_MISSING_SID: "The expired session token names no session.",
    Reason.REFRESH_FETCH_ERROR: (
        "Clerk could not be asked to renew the session. Check the network to the Backend API."
    ),
    Reason.REFRESH_UNEXPECTED_ERROR: "Clerk's answer renews nothing.",
    Reason.REFRESH_UNEXPECTED_API_ERROR: "Clerk refused to renew the session without saying why.",
    Reason.SESSION_PENDING: (
        "The session has tasks left, such as choosing an organization. The sign-in page has them."
    ),
    Reason.FORBIDDEN: (
        "The user is signed in, but lacks a role, permission, feature or plan that is required."
    ),
    Reason.REVERIFICATION_ERROR: (
        "The user is signed in, but has to verify again: too much time has passed since."
    ),
    Reason.REQUEST_MALFORMED: (
        "The request's Host, X-Forwarded-Host or URL does not name one host with an optional port, "
        "so that nothing says which application it is for. Check what the proxies send."
    ),
}
"""What each reason means and what to do about it. Reasons that Clerk's API adds are not listed."""
