"""Differences in tokens, claims and keys."""

from __future__ import annotations

from tests.conformance.changes.general import (
    if_reference_threw,
    like,
    members,
    rejected,
    signed_out,
    with_auth,
    with_reason,
)
from tests.conformance.changes.of_tokens import (
    like_jwt_key,
    signed_in_by_header,
    signed_in_by_token,
    unexpected_error,
    without_invalid_claims,
    without_permissions,
    without_scopes,
)
from tests.conformance.differences.difference import Difference

DIFFERENCES_OF_TOKENS = (
    # Tokens and claims.
    Difference(
        "an ambiguous or malformed token is rejected",
        "Verifies the result of JSON.parse, whether an object or not, or throws.",
        "RFC 7519, 4 and 7.2, and RFC 8259, 8.1: an object, unique names, no byte order mark.",
        "session_tokens/form-{body,header}-{a-list,a-string,null,number,duplicate}-{header,cookie}"
        " session_tokens/form-body-bom-{header,cookie}",
        signed_out("token-invalid", calls=None),
    ),
    Difference(
        "a token with padding is rejected",
        "Ignores padding after the signature.",
        "RFC 7515, 2: base64url without padding. Each variant of a token would cost a verification "
        "and evict other users' tokens from the cache of verified tokens.",
        "session_tokens/form-padded-{header,cookie} cookies/parse-trailing-equals-{live,dev}"
        " credentials/authorization-padded{,-and-cookie}",
        signed_out("token-invalid", calls=None),
    ),
    Difference(
        "malformed permission claims grant nothing",
        "Throws from toAuth().",
        "A malformed claim must not cause an exception.",
        "auth/{o-fpm-number,o-per-list} auth/fea-*-with-o",
        if_reference_threw(signed_in_by_header),
    ),
    Difference(
        "claims of the wrong type count as missing",
        "Passes any value of the claim to the application.",
        "Attributes have their declared types.",
        "auth/* session_tokens/sid-*",
        without_invalid_claims,
    ),
    Difference(
        "an organization claim that is not an object grants nothing",
        "Returns an empty list of permissions.",
        "There is no active organization.",
        "auth/o-{text,number,list}",
        without_permissions,
    ),
    Difference(
        "an empty subject is rejected",
        "Signs in a user with an empty id.",
        "Applications would accept an empty user id.",
        "session_tokens/sub-empty-{header,cookie}",
        rejected("token-verification-failed"),
    ),
    Difference(
        "an infinite expiry is rejected",
        "Signs in forever.",
        "JSON has no infinite numbers.",
        "session_tokens/form-body-exp-infinite-{header,cookie}",
        rejected("token-verification-failed"),
    ),
    Difference(
        "times beyond the range of dates are in the future",
        "Signs in: its invalid dates compare as not later than now.",
        "A larger number is a later time.",
        "session_tokens/{nbf,iat}-huge-{header,cookie}",
        like(
            ("-huge", "-ahead-6"),
            texts=((":nbf ahead-6>>", ":nbf huge>>"), (":iat ahead-6>>", ":iat huge>>")),
        ),
    ),
    Difference(
        "an issue time of null is rejected after verifying the signature",
        "Treats null as 1970 and starts a handshake.",
        "Clerk issues no such token; a handshake would return the same.",
        "session_tokens/iat-null-cookie cookies/iat-against-uat-null",
        like(("null", "string")),
    ),
    Difference(
        "unknown critical header extensions are rejected",
        "Signs in and ignores the extension.",
        "RFC 7515, 4.1.11: recipients must reject extensions that they do not support.",
        "session_tokens/header-crit-{header,cookie} machine/{m2m,oauth}-jwt-crit-header*",
        rejected("token-invalid"),
    ),
    Difference(
        "an audience of the wrong type is rejected if one is configured",
        "Signs in, as if the token had no audience.",
        "A configured audience must be checked.",
        "session_tokens/aud-{number,object,list-of-numbers,list-of-empty}-{one,list}"
        " machine/audience-{one,list}-m2m-number",
        rejected("token-verification-failed"),
    ),
    # Keys.
    Difference(
        "no key set is fetched for a token without a kid",
        "Fetches the key set.",
        "A forged token must not cause a call.",
        "session_tokens/header-kid-{missing,null,number}-{header,cookie}"
        " machine/{m2m,oauth}-jwt-no-kid-header*"
        " handshake/refused-{no-kid,template,m2m}-{alone,with-client}-live",
        members(calls=None),
    ),
    Difference(
        "a kid named like a built-in property is an unknown kid",
        "Finds a member of every JavaScript object and fails.",
        "It is an ordinary name.",
        "session_tokens/header-kid-proto-{header,cookie}",
        with_reason("jwk-kid-mismatch"),
    ),
    Difference(
        "a key set without a usable key counts as a failed fetch",
        "Signs out with unexpected-error and no message, or blames the token.",
        "The token may be valid, and an outage should be distinguishable from an invalid token.",
        "session_tokens/jwks-{failure,503-text,200-html,200-broken-json,200-null,keys-text}-*"
        " session_tokens/jwks-{kty-ec,broken-modulus,use-enc}-*",
        with_reason("jwk-remote-failed-to-load"),
    ),
    Difference(
        "an invalid key does not affect the other keys of the set",
        "Signs out with unexpected-error.",
        "RFC 7517, 5: unknown members are ignored.",
        "session_tokens/jwks-null-among-keys-{header,cookie}",
        like(("null-among-keys", "no-alg")),
    ),
    Difference(
        "a PEM key may contain literal backslash n",
        "Rejects every token if line breaks are written as backslash n.",
        "Environment variables often store it that way.",
        "session_tokens/jwt-key-literal-backslash-n-{header,cookie}",
        like(("literal-backslash-n", "pem")),
    ),
    Difference(
        "a JWT key is enough to verify a header token",
        "Throws.",
        "Verification needs nothing else.",
        "session_tokens/jwt-key-alone-{header,cookie,header-only}"
        " session_tokens/no-publishable-key-header",
        signed_in_by_token,
    ),
    Difference(
        "without a publishable key cookies are ignored",
        "Throws.",
        "Their instance is unknown; a header token can still sign in.",
        "session_tokens/no-publishable-key-cookie",
        signed_out("session-token-and-uat-missing", False, calls=None),
    ),
    # Machine tokens.
    Difference(
        "a machine token where only sessions are accepted is a type mismatch",
        "Reports a malformed token, and asks for the unchanged session token.",
        "The token is valid but sent to the wrong endpoint.",
        "accepts/{api-key,m2m,oauth,prefix-alone,prefixed-jwt-form,mt-jwt-form,oat-jwt-form}"
        "-for-{default,session}"
        " accepts/{key-and-cookie,key-without-scheme}-for-{default,session}",
        with_reason("token-type-mismatch"),
    ),
    Difference(
        "a missing token is not a type mismatch",
        "Reports a type mismatch if a list of machine tokens is accepted.",
        "The reason is the same as with one accepted type.",
        "accepts/{nothing,page,cookie,old-cookie,basic,key-in-cookie,m2m-jwt-in-cookie}"
        "-for-{list-machine,list-m2m,list-empty}",
        with_reason("No token in header", message=False),
    ),
    Difference(
        "a response without id and subject does not sign in",
        "Signs in with the existing fields, or throws.",
        "A proxy's start page must not sign anyone in, and applications rely on id and subject.",
        "machine/{api_key,m2m_token,oauth_token}-{200-html*,200-list,204,200-object,body-only-id}"
        " machine/{api_key,m2m_token,oauth_token}-body-{subject-number,id-null,subject-empty}",
        unexpected_error,
    ),
    Difference(
        "a response with revoked or expired does not sign in",
        "Signs in: it relies on the status code.",
        "Fields of the response must not be ignored.",
        "machine/{api_key,m2m_token,oauth_token}-body-{revoked,expired}",
        signed_out("token-invalid"),
    ),
    Difference(
        "scopes are always a list",
        "Passes null or undefined to the application.",
        "Attributes have their declared types.",
        "machine/{api_key,m2m_token,oauth_token}-body-scopes-{null,missing}",
        with_auth(scopes=[]),
    ),
    Difference(
        "scopes of the wrong type in a JWT are ignored",
        "Throws.",
        "A malformed claim must not cause an exception.",
        "machine/{m2m,oauth}-jwt-scopes-{list,number}",
        without_scopes,
    ),
    Difference(
        "a client id of the wrong type is empty",
        "Passes any value of the claim to the application.",
        "Attributes have their declared types.",
        "machine/oauth-jwt-client-number",
        with_auth(client_id=""),
    ),
    Difference(
        "the fields of an OAuth token are read whatever `object` says",
        "Passes on an unknown object with other field names.",
        "The token type was known before the response.",
        "machine/oauth_token-body-{no-object,object-unknown}",
        with_auth(client_id="client_1"),
    ),
    Difference(
        "machine tokens need no publishable key",
        "Throws for most of the accepted types.",
        "Their verification does not use it.",
        "machine/keys-no-publishable-key-{api_key,oauth_token,oauth-jwt,m2m-jwt}-*",
        if_reference_threw(like(("no-publishable-key", "machine-secret"))),
    ),
    Difference(
        "settings that verify M2M tokens suffice if other types are accepted",
        "Throws if other types are accepted, too.",
        "Neither the publishable nor the secret key is used.",
        "machine/keys-{no-publishable-key,machine-secret-only,jwt-key-and-machine-secret}"
        "-m2m_token-any",
        like(("-any", "-own")),
    ),
    Difference(
        "a JWT key is enough to verify a machine JWT",
        "Throws for most of the accepted types.",
        "Verification needs nothing else.",
        "machine/keys-{jwt-key-only,jwt-key-and-machine-secret}-*-jwt-*",
        if_reference_threw(like_jwt_key),
    ),
    Difference(
        "a machine JWT is rejected if no key is configured",
        "Throws for most of the accepted types.",
        "Anyone can send a JWT; it must not cause an exception.",
        "machine/keys-machine-secret-only-{m2m-jwt-any,oauth-jwt-own,oauth-jwt-any}",
        signed_out("token-verification-failed"),
    ),
)
