"""The differences on purpose: where clerk_core decides otherwise than the reference, and why.

Each one names its cases and turns what the reference did into what clerk_core is to do instead; all
that it leaves alone has to be the same. The tests fail for an entry without a case, and for a case
under an entry that does not differ: the list cannot rot.
"""

from __future__ import annotations

from tests.conformance.changes.general import (
    asked_once,
    explained_mismatch,
    like,
    refusing_malformed_questions,
    threw,
    without_cors,
    without_debug,
)
from tests.conformance.changes.of_pages import counted_in_the_url
from tests.conformance.differences.difference import Difference
from tests.conformance.differences.pages import DIFFERENCES_OF_PAGES
from tests.conformance.differences.tokens import DIFFERENCES_OF_TOKENS
from tests.conformance.replay import Json

__all__ = ["DIFFERENCES", "Difference", "expected_of"]

_EVERYWHERE = (
    Difference(
        "an answer is read whatever else its content type says",
        "Takes everything but exactly application/json for text.",
        "RFC 9110, 8.3.1: parameters do not make it another type.",
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
        "Lets the origin null read every response that ends a handshake, with credentials.",
        "Fetch, 3.2: a sandboxed frame of any page has that origin. A handshake is a navigation,"
        " which CORS does not apply to; what else may be read is the application's decision.",
        "*",
        without_cors,
    ),
    Difference(
        "an empty item of a list option is refused",
        "Ignores it, and checks nothing where it is the only one.",
        "It comes of an empty variable that was split; a check must not end by accident.",
        "session_tokens/aud-*-empty organizations/pattern-empty-text-*",
        threw,
    ),
    Difference(
        "handshakes are counted in the URL, too",
        "Counts them in a cookie.",
        "A browser that keeps no cookies, such as in an iframe of another site, would be sent to "
        "handshakes for ever.",
        "*",
        counted_in_the_url,
    ),
    Difference(
        "debug() shows no secret",
        "Whole tokens and the machine secret key are in what debug() gives.",
        "What is meant for a log must not sign anybody in.",
        "*",
        without_debug,
    ),
    Difference(
        "a malformed question is an error",
        "Answers with no, for ever.",
        "A slip such as reverification='stirct' must not look like a missing permission.",
        "*",
        refusing_malformed_questions,
    ),
    Difference(
        "a token of another kind is refused with what is accepted",
        "Says nothing but the reason.",
        "A developer sees which kind was sent and which one to send.",
        "*",
        explained_mismatch,
    ),
    Difference(
        "one call, no retries",
        "Asks for the key set up to five times in a row, and again for every unknown kid.",
        "An outage must not hold up every request, nor random kids cause any number of calls.",
        "*",
        asked_once,
    ),
)
DIFFERENCES = (*DIFFERENCES_OF_TOKENS, *DIFFERENCES_OF_PAGES, *_EVERYWHERE)


def expected_of(case: Json) -> Json:
    """What clerk_core has to do with a case: as the reference, but for the differences."""
    outcome: Json = case["expect"]
    for difference in DIFFERENCES:
        if difference.names(case):
            outcome = difference.change(case, outcome) or outcome
    return outcome
