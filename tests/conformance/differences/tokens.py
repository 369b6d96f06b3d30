"""Differences in what a token is, whose it is, and which keys vouch for it."""

from __future__ import annotations

from tests.conformance.changes.general import (
    like,
    members,
    refused,
    signed_out,
    where_it_threw,
    with_auth,
    with_reason,
)
from tests.conformance.changes.of_tokens import (
    by_the_key_alone,
    scopes_left_out,
    signed_in_anyway,
    signed_in_by_its_token,
    with_sane_claims,
    without_permissions,
    without_promised_facts,
)
from tests.conformance.differences.difference import Difference

DIFFERENCES_OF_TOKENS = (
    # What a token says.
    Difference(
        "a token that two readers would read in two ways is none",
        "Verifies what JSON.parse makes of it, an object or not, or throws.",
        "RFC 7519, 4 and 7.2, and RFC 8259, 8.1: an object, every name once, no byte order mark.",
        "session_tokens/form-{body,header}-{a-list,a-string,null,number,duplicate}-{header,cookie}"
        " session_tokens/form-body-bom-{header,cookie}",
        signed_out("token-invalid", calls=None),
    ),
    Difference(
        "a token has one spelling",
        "Ignores padding after the signature.",
        "RFC 7515, 2: base64url without padding. One token in any number of spellings would cost a "
        "verification each, and push other users' tokens out of the memory of verified ones.",
        "session_tokens/form-padded-{header,cookie} cookies/parse-trailing-equals-{live,dev}"
        " credentials/authorization-padded{,-and-cookie}",
        signed_out("token-invalid", calls=None),
    ),
    Difference(
        "malformed grants grant nothing",
        "Throws from toAuth().",
        "A signed but odd claim must not become a stack trace.",
        "auth/{o-fpm-number,o-per-list} auth/fea-*-with-o",
        where_it_threw(signed_in_anyway),
    ),
    Difference(
        "claims of another type read as missing",
        "Gives the application whatever the claim holds.",
        "The attributes have the types that they promise.",
        "auth/* session_tokens/sid-*",
        with_sane_claims,
    ),
    Difference(
        "an organization claim that is no object grants nothing",
        "Gives an empty list of permissions.",
        "There is no active organization.",
        "auth/o-{text,number,list}",
        without_permissions,
    ),
    Difference(
        "an empty subject is nobody",
        "Signs in the user with the empty name.",
        "An application would take a falsy user for a user.",
        "session_tokens/sub-empty-{header,cookie}",
        refused("token-verification-failed"),
    ),
    Difference(
        "a time that is not finite is no time",
        "Signs in for ever.",
        "JSON has no infinity.",
        "session_tokens/form-body-exp-infinite-{header,cookie}",
        refused("token-verification-failed"),
    ),
    Difference(
        "times beyond the calendar are in the future",
        "Signs in: its dates end before, and compare as not later than now.",
        "A number that is larger than now is later than now.",
        "session_tokens/{nbf,iat}-huge-{header,cookie}",
        like(
            ("-huge", "-ahead-6"),
            texts=((":nbf ahead-6>>", ":nbf huge>>"), (":iat ahead-6>>", ":iat huge>>")),
        ),
    ),
    Difference(
        "an issue date of null is judged under the signature",
        "Takes null for 1970 and starts a handshake.",
        "Clerk writes no such token; a handshake would bring back the same.",
        "session_tokens/iat-null-cookie cookies/iat-against-uat-null",
        like(("null", "string")),
    ),
    Difference(
        "critical extensions are not passed over",
        "Signs in, the extension unheard of.",
        "RFC 7515, 4.1.11: who does not understand one has to refuse the token.",
        "session_tokens/header-crit-{header,cookie} machine/{m2m,oauth}-jwt-crit-header*",
        refused("token-invalid"),
    ),
    Difference(
        "an audience of the wrong type is refused where one is configured",
        "Signs in, as if the token had no audience.",
        "Who configures an audience wants it checked.",
        "session_tokens/aud-{number,object,list-of-numbers,list-of-empty}-{one,list}"
        " machine/audience-{one,list}-m2m-number",
        refused("token-verification-failed"),
    ),
    # Keys.
    Difference(
        "a token without the name of a key is worth no call",
        "Fetches the key set to look for nothing.",
        "A forgery must not cost a call.",
        "session_tokens/header-kid-{missing,null,number}-{header,cookie}"
        " machine/{m2m,oauth}-jwt-no-kid-header*"
        " handshake/refused-{no-kid,template,m2m}-{alone,with-client}-live",
        members(calls=None),
    ),
    Difference(
        "no key has the name of a built-in",
        "Finds a member of every JavaScript object and fails on it.",
        "It is a name like any other.",
        "session_tokens/header-kid-proto-{header,cookie}",
        with_reason("jwk-kid-mismatch"),
    ),
    Difference(
        "a key set without a usable key did not come",
        "Signs out with unexpected-error and no message, or blames the token.",
        "The token may be right, and an outage should be told from a mistake.",
        "session_tokens/jwks-{failure,503-text,200-html,200-broken-json,200-null,keys-text}-*"
        " session_tokens/jwks-{kty-ec,broken-modulus,use-enc}-*",
        with_reason("jwk-remote-failed-to-load"),
    ),
    Difference(
        "one broken key does not spoil the others",
        "Signs out with unexpected-error.",
        "RFC 7517, 5: what is not understood is passed over.",
        "session_tokens/jwks-null-among-keys-{header,cookie}",
        like(("null-among-keys", "no-alg")),
    ),
    Difference(
        "a PEM survives the environment",
        "Refuses every token where a backslash and an n stand for a line break.",
        "That is how most environments keep it.",
        "session_tokens/jwt-key-literal-backslash-n-{header,cookie}",
        like(("literal-backslash-n", "pem")),
    ),
    Difference(
        "a key is enough to read a header token",
        "Throws.",
        "Nothing more is needed to verify a token.",
        "session_tokens/jwt-key-alone-{header,cookie,header-only}"
        " session_tokens/no-publishable-key-header",
        signed_in_by_its_token,
    ),
    Difference(
        "without a publishable key there are no cookies",
        "Throws.",
        "Nothing says whose cookies they are; a header token may still sign in.",
        "session_tokens/no-publishable-key-cookie",
        signed_out("session-token-and-uat-missing", False, calls=None),
    ),
    # Machine tokens.
    Difference(
        "a machine token where only sessions are accepted is of another kind",
        "Calls it malformed, and asks for the session token as it was issued.",
        "Nothing is wrong with the token; it is sent to the wrong endpoint.",
        "accepts/{api-key,m2m,oauth,prefix-alone,prefixed-jwt-form,mt-jwt-form,oat-jwt-form}"
        "-for-{default,session}"
        " accepts/{key-and-cookie,key-without-scheme}-for-{default,session}",
        with_reason("token-type-mismatch"),
    ),
    Difference(
        "no token at all is not a token of another kind",
        "Says so where a list of machine tokens is accepted.",
        "Who sends nothing is told to send something, as where one kind is accepted.",
        "accepts/{nothing,page,cookie,old-cookie,basic,key-in-cookie,m2m-jwt-in-cookie}"
        "-for-{list-machine,list-m2m,list-empty}",
        with_reason("No token in header", message=False),
    ),
    Difference(
        "an answer without a token's facts signs nobody in",
        "Signs in with what there is, or throws.",
        "A proxy's welcome page must not let anybody in, and applications key by id and subject.",
        "machine/{api_key,m2m_token,oauth_token}-{200-html*,200-list,204,200-object,body-only-id}"
        " machine/{api_key,m2m_token,oauth_token}-body-{subject-number,id-null,subject-empty}",
        without_promised_facts,
    ),
    Difference(
        "an answer that says revoked or expired signs nobody in",
        "Signs in: it relies on another status for those.",
        "What the answer says must not be passed over.",
        "machine/{api_key,m2m_token,oauth_token}-body-{revoked,expired}",
        signed_out("token-invalid"),
    ),
    Difference(
        "scopes are always a list",
        "Gives the application null or undefined.",
        "The attributes have the types that they promise.",
        "machine/{api_key,m2m_token,oauth_token}-body-scopes-{null,missing}",
        with_auth(scopes=[]),
    ),
    Difference(
        "scopes of the wrong type in a JWT are none",
        "Throws.",
        "A signed but odd claim must not become a stack trace.",
        "machine/{m2m,oauth}-jwt-scopes-{list,number}",
        scopes_left_out,
    ),
    Difference(
        "a client id of the wrong type is empty",
        "Gives the application whatever the claim holds.",
        "The attributes have the types that they promise.",
        "machine/oauth-jwt-client-number",
        with_auth(client_id=""),
    ),
    Difference(
        "the fields of an OAuth token are read whatever `object` says",
        "Takes an answer of an unheard-of kind as it is, in another spelling of its names.",
        "Which token it is was known before the answer came.",
        "machine/oauth_token-body-{no-object,object-unknown}",
        with_auth(client_id="client_1"),
    ),
    Difference(
        "no publishable key is needed for machine tokens",
        "Throws for most of the accepted kinds.",
        "Nothing in their verification uses it.",
        "machine/keys-no-publishable-key-{api_key,oauth_token,oauth-jwt,m2m-jwt}-*",
        where_it_threw(like(("no-publishable-key", "machine-secret"))),
    ),
    Difference(
        "what verifies M2M tokens alone verifies them among others",
        "Throws where other kinds are accepted too.",
        "Neither the publishable nor the secret key is used for them.",
        "machine/keys-{no-publishable-key,machine-secret-only,jwt-key-and-machine-secret}"
        "-m2m_token-any",
        like(("-any", "-own")),
    ),
    Difference(
        "a key is enough to read a machine's JWT",
        "Throws for most of the accepted kinds.",
        "Nothing more is needed to verify a token.",
        "machine/keys-{jwt-key-only,jwt-key-and-machine-secret}-*-jwt-*",
        where_it_threw(by_the_key_alone),
    ),
    Difference(
        "a JWT that no key can verify is refused",
        "Throws for most of the accepted kinds.",
        "Anybody can send a JWT; it must not become a stack trace.",
        "machine/keys-machine-secret-only-{m2m-jwt-any,oauth-jwt-own,oauth-jwt-any}",
        signed_out("token-verification-failed"),
    ),
)
