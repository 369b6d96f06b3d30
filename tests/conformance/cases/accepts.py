"""`accepts_token`: one type, a list, any; and tokens of other types."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.book import (
    ABSENT,
    DOCUMENT,
    M2M_CATEGORY,
    NOW,
    SESSION_CATEGORY,
    TEMPLATE_CATEGORY,
    Book,
    Json,
    bearer,
    case,
    cookies,
)
from tests.conformance.cases.machine import GOOD

ACCEPTS: dict[str, object] = {
    "default": None,
    "session": "session_token",
    "api-key": "api_key",
    "m2m": "m2m_token",
    "oauth": "oauth_token",
    "any": "any",
    "list-session-and-key": ["session_token", "api_key"],
    "list-machine": ["api_key", "m2m_token", "oauth_token"],
    "list-all": ["session_token", "api_key", "m2m_token", "oauth_token"],
    "list-m2m": ["m2m_token"],
    "list-session": ["session_token"],
    "list-empty": [],
}


def _tokens(book: Book) -> dict[str, str]:
    return {
        "session": book.session("session"),
        "expired-session": book.session("expired", iat=NOW - 70, exp=NOW - 10, nbf=NOW - 80),
        "template": book.session("header cat-template", header={"cat": TEMPLATE_CATEGORY}),
        "session-cat-m2m": book.session("header cat-m2m", header={"cat": M2M_CATEGORY}),
        "api-key": "ak_1",
        "m2m": "mt_1",
        "oauth": "oat_1",
        "m2m-jwt": book.machine("good", "m2m"),
        "oauth-jwt": book.machine("good", "oauth"),
        "m2m-jwt-cat-session": book.machine("session cat", "m2m", header={"cat": SESSION_CATEGORY}),
        "oauth-jwt-of-machine": book.machine("of machine", "oauth", sub="mch_1"),
        "oauth-jwt-cat-template": book.machine(
            "template", "oauth", header={"cat": TEMPLATE_CATEGORY}
        ),
        "m2m-jwt-no-cat": book.machine("no cat", "m2m", header={"cat": ABSENT}),
        "unknown-prefix": "xx_1",
        "garbage": "garbage",
        "three-parts": "a.b.c",
        "prefix-alone": "ak_",
        "prefixed-jwt-form": "ak_a.b.c",
        "mt-jwt-form": "mt_a.b.c",
        "oat-jwt-form": "oat_a.b.c",
        "capital-prefix": "AK_1",
    }


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    for name, token in _tokens(book).items():
        for kind, accepts in ACCEPTS.items():
            headers = [bearer(token), DOCUMENT]
            yield case(f"{name}-for-{kind}", headers=headers, accepts=accepts, api=GOOD)
    session = book.session("session")
    browser = cookies(session=session, client_uat=str(NOW - 1000), clerk_db_jwt="dvb_1")
    stale = book.session("expired", iat=NOW - 70, exp=NOW - 10, nbf=NOW - 80)
    old = cookies(session=stale, client_uat=str(NOW - 1000), clerk_db_jwt="dvb_1")
    misplaced = cookies(session="ak_1", client_uat=str(NOW - 1000), clerk_db_jwt="dvb_1")
    as_machine = cookies(
        session=book.machine("good", "m2m"), client_uat=str(NOW - 1000), clerk_db_jwt="dvb_1"
    )
    for kind, accepts in ACCEPTS.items():
        for name, headers in {
            "nothing": [],
            "page": [DOCUMENT],
            "cookie": [browser, DOCUMENT],
            "old-cookie": [old, DOCUMENT],
            "basic": [("authorization", "Basic x"), browser],
            "key-in-cookie": [misplaced, DOCUMENT],
            "m2m-jwt-in-cookie": [as_machine, DOCUMENT],
            "key-and-cookie": [bearer("ak_1"), browser],
            "key-without-scheme": [("authorization", "ak_1")],
        }.items():
            yield case(f"{name}-for-{kind}", headers=headers, accepts=accepts, api=GOOD)
