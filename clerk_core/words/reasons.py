"""Why a request is signed out, sent to a handshake, or refused: a stable slug, and what to do.

The slugs are those of `@clerk/backend` 3.25.0, so a dashboard or a log reads the same for both. A
reason is a value, never raised. This module knows nothing of how a reason is found.
"""

from __future__ import annotations

from enum import Enum


class Reason(str, Enum):
    """A slug (the value) with the sentence that explains it to a developer."""

    sentence: str

    def __new__(cls, slug: str, sentence: str) -> Reason:
        """Make a member whose value is the slug alone."""
        member = str.__new__(cls, slug)
        member._value_ = slug
        member.sentence = sentence
        return member

    def __str__(self) -> str:
        return str.__str__(self)

    SESSION_TOKEN_AND_UAT_MISSING = (
        "session-token-and-uat-missing",
        "The request carries no session. Sign in first.",
    )
    SESSION_TOKEN_MISSING = (
        "session-token-missing",
        "The handshake with Clerk ended without a session. Sign in first.",
    )
    SESSION_TOKEN_EXPIRED = (
        "session-token-expired",
        "The session token has expired and could not be renewed within this request.",
    )
    SESSION_TOKEN_NBF = (
        "session-token-nbf",
        "The session token is not valid yet. Check that this machine's clock is right.",
    )
    SESSION_TOKEN_IAT_IN_THE_FUTURE = (
        "session-token-iat-in-the-future",
        "The session token was issued in the future. Check that this machine's clock is right.",
    )
    SESSION_TOKEN_IAT_BEFORE_CLIENT_UAT = (
        "session-token-iat-before-client-uat",
        "The browser's session has changed since this token was issued; a handshake renews it.",
    )
    SESSION_TOKEN_BUT_NO_CLIENT_UAT = (
        "session-token-but-no-client-uat",
        "The session cookie came without the __client_uat cookie; a handshake settles it.",
    )
    CLIENT_UAT_BUT_NO_SESSION_TOKEN = (
        "client-uat-but-no-session-token",
        "The __client_uat cookie came without the session cookie; a handshake settles it.",
    )
    DEV_BROWSER_MISSING = (
        "dev-browser-missing",
        "This browser is unknown to the development instance; a handshake introduces it.",
    )
    DEV_BROWSER_SYNC = (
        "dev-browser-sync",
        "The browser comes back from Clerk's pages; a handshake brings its session here.",
    )
    PRIMARY_RESPONDS_TO_SYNCING = (
        "primary-responds-to-syncing",
        "The primary application sends the browser back to the satellite that asked.",
    )
    PRIMARY_DOMAIN_CROSS_ORIGIN_SYNC = (
        "primary-domain-cross-origin-sync",
        "The browser comes from another domain, where its session may have changed.",
    )
    SATELLITE_NEEDS_SYNCING = (
        "satellite-needs-syncing",
        "The satellite does not know the browser's session yet and asks the primary domain.",
    )
    ACTIVE_ORGANIZATION_MISMATCH = (
        "active-organization-mismatch",
        "The URL is for another organization than the active one; a handshake changes it.",
    )
    NO_TOKEN_IN_HEADER = (
        "No token in header",
        "Machine tokens come in the Authorization header, and there is none.",
    )
    TOKEN_TYPE_MISMATCH = (
        "token-type-mismatch",
        "The token is of another kind than this endpoint accepts.",
    )
    UNEXPECTED_ERROR = (
        "unexpected-error",
        "The request could not be judged. Nobody is signed in because of it.",
    )
    TOKEN_EXPIRED = (
        "token-expired",
        "The token has expired. Get a new one.",
    )
    TOKEN_INVALID = (
        "token-invalid",
        "The token is not a well-formed Clerk token. Send the session token as it was issued.",
    )
    TOKEN_INVALID_ALGORITHM = (
        "token-invalid-algorithm",
        "The token is signed with an algorithm that Clerk does not use (RS256, RS384, RS512).",
    )
    TOKEN_INVALID_AUTHORIZED_PARTIES = (
        "token-invalid-authorized-parties",
        "The token was issued to an origin outside authorized_parties. Add that origin, or refuse.",
    )
    TOKEN_INVALID_ISSUER = (
        "token-invalid-issuer",
        "The token was issued by another Clerk instance than the configured issuer.",
    )
    TOKEN_INVALID_SIGNATURE = (
        "token-invalid-signature",
        "The token's signature is wrong. Check that the keys belong to the token's instance.",
    )
    TOKEN_NOT_ACTIVE_YET = (
        "token-not-active-yet",
        "The token is not valid yet. Check that this machine's clock is right.",
    )
    TOKEN_IAT_IN_THE_FUTURE = (
        "token-iat-in-the-future",
        "The token was issued in the future. Check that this machine's clock is right.",
    )
    TOKEN_VERIFICATION_FAILED = (
        "token-verification-failed",
        "The token lacks a required claim or a claim has the wrong shape.",
    )
    SECRET_KEY_INVALID = (
        "secret-key-invalid",
        "Clerk does not know this secret key. Copy CLERK_SECRET_KEY from the dashboard again.",
    )
    JWK_FAILED_TO_RESOLVE = (
        "jwk-failed-to-resolve",
        "There is no key to verify tokens with. Set CLERK_SECRET_KEY or CLERK_JWT_KEY.",
    )
    JWK_REMOTE_FAILED_TO_LOAD = (
        "jwk-remote-failed-to-load",
        "Clerk's key set could not be loaded. Check the network to the Backend API.",
    )
    JWK_KID_MISMATCH = (
        "jwk-kid-mismatch",
        "No key of this instance signed the token. Check that all keys are of one instance.",
    )
    NO_REFRESH_COOKIE = (
        "non-eligible-no-refresh-cookie",
        "The browser sent no refresh cookie.",
    )
    REFRESH_NON_GET = (
        "non-eligible-non-get",
        "Only a GET request can renew a session on the way.",
    )
    REFRESH_INVALID_SESSION_TOKEN = (
        "invalid-session-token",
        "The renewed session token does not hold. Check that all keys are of one instance.",
    )
    REFRESH_MISSING_API_CLIENT = (
        "missing-api-client",
        "Renewing a session is a call of the Backend API. Set CLERK_SECRET_KEY.",
    )
    REFRESH_DECODE_FAILED = (
        "expired-session-token-decode-failed",
        "The expired session token cannot be read.",
    )
    REFRESH_MISSING_SID = (
        "expired-session-token-missing-sid-claim",
        "The expired session token names no session.",
    )
    REFRESH_FETCH_ERROR = (
        "fetch-error",
        "Clerk could not be asked to renew the session. Check the network to the Backend API.",
    )
    REFRESH_UNEXPECTED_ERROR = (
        "unexpected-sdk-error",
        "Clerk's answer renews nothing.",
    )
    REFRESH_UNEXPECTED_API_ERROR = (
        "unexpected-bapi-error",
        "Clerk refused to renew the session without saying why.",
    )
