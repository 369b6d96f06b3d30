"""Intentional differences between clerk_core and the reference, with reasons.

Each difference names its cases and changes the recorded outcome into the expected one; everything
else must be the same. The tests fail for an entry without a case and for a listed case that does
not differ, so that the list stays correct.
"""

from __future__ import annotations

from tests.conformance.changes.general import (
    configuration_error,
    like,
    rejecting_malformed_arguments,
    with_mismatch_message,
    with_single_calls,
    without_cors,
    without_debug,
)
from tests.conformance.changes.of_pages import with_count_in_url
from tests.conformance.differences.difference import Difference
from tests.conformance.differences.pages import DIFFERENCES_OF_PAGES
from tests.conformance.differences.tokens import DIFFERENCES_OF_TOKENS
from tests.conformance.replay import Json

__all__ = ["DIFFERENCES", "Difference", "expected_of"]

_EVERYWHERE = (
    Difference(
        "parameters of the response content type are ignored",
        "Treats everything except exactly application/json as text.",
        "RFC 9110, 8.3.1: parameters do not change the type.",
        "handshake/nonce-charset-* refresh/charset-*"
        " machine/{api_key,m2m_token,oauth_token}-{charset,text-type}",
        like(
            ("nonce-charset", "nonce-good"),
            ("(charset|text-type)$", "body-good"),
            ("charset", "no-object"),
        ),
    ),
    Difference(
        "no response grants CORS access",
        "Allows the origin null to read every response that ends a handshake, with credentials.",
        "Fetch, 3.2: a sandboxed frame of any page has that origin. A handshake is a navigation,"
        " to which CORS does not apply; other CORS policy is up to the application.",
        "*",
        without_cors,
    ),
    Difference(
        "an empty item of a list option is rejected",
        "Ignores it, and skips the check if it is the only one.",
        "It results from splitting an empty variable; a check must not be disabled by accident.",
        "session_tokens/aud-*-empty organizations/pattern-empty-text-*",
        configuration_error,
    ),
    Difference(
        "handshakes are also counted in the URL",
        "Counts them in a cookie.",
        "A browser that stores no cookies, such as in a cross-site iframe, would be redirected to "
        "handshakes forever.",
        "*",
        with_count_in_url,
    ),
    Difference(
        "debug() shows no secret",
        "Includes complete tokens and the machine secret key in debug().",
        "Log output must not contain credentials.",
        "*",
        without_debug,
    ),
    Difference(
        "a malformed argument of has() raises TypeError",
        "Returns false.",
        "A typo such as reverification='stirct' must not look like a missing permission.",
        "*",
        rejecting_malformed_arguments,
    ),
    Difference(
        "the message for a token of the wrong type names the accepted types",
        "Gives only the reason.",
        "A developer sees which type was sent and which one to send.",
        "*",
        with_mismatch_message,
    ),
    Difference(
        "the key set is fetched once, without retries",
        "Fetches the key set up to five times in a row, and again for every unknown kid.",
        "An outage must not delay every request, and random kids must not cause unlimited calls.",
        "*",
        with_single_calls,
    ),
)
DIFFERENCES = (*DIFFERENCES_OF_TOKENS, *DIFFERENCES_OF_PAGES, *_EVERYWHERE)


def expected_of(case: Json) -> Json:
    """Return the expected outcome of a case: the recorded one with all differences applied."""
    outcome: Json = case["expect"]
    for difference in DIFFERENCES:
        if difference.names(case):
            outcome = difference.change(case, outcome) or outcome
    return outcome
