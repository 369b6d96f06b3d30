"""Redirects to sign-in and sign-up pages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tests.conformance.book import (
    DOCUMENT,
    LIVE_URL,
    NOW,
    Book,
    Json,
    bearer,
    case,
    cookies,
    publishable_key,
)

_PAGES: dict[str, Json] = {
    "portal": {},
    "own": {"sign_in_url": "/sign-in", "sign_up_url": "/sign-up"},
    "own-sign-in": {"sign_in_url": "/sign-in"},
    "own-sign-in-query": {"sign_in_url": "/sign-in?a=1"},
    "own-slash": {"sign_in_url": "/sign-in/"},
    "elsewhere": {
        "sign_in_url": "https://id.example/in",
        "sign_up_url": "https://id.example/up?a=1",
    },
    "elsewhere-sign-in": {"sign_in_url": "https://id.example/in"},
    "other-port": {
        "sign_in_url": "http://localhost:4000/in",
        "sign_up_url": "http://localhost:4000/up",
    },
}
_BACKS = (
    None,
    "/back?a=1",
    "back",
    "https://other.example/back",
    "//evil.example/x",
    "https://s.example/?__clerk_synced=true",
)


def _states(book: Book, preset: str) -> dict[str, list[tuple[str, str]]]:
    instance = preset.partition("-")[0]
    return {
        "nobody": [],
        "browser": [cookies(clerk_db_jwt="dvb_1")],
        "pending": [bearer(book.session("sts pending plain", instance, sts="pending"))],
        "signed-in": [bearer(book.session("session", instance))],
    }


def _usual(book: Book) -> Iterator[Json]:
    for preset, (page, options), to in product(
        ("dev", "live", "dev-satellite", "live-satellite"), _PAGES.items(), ("sign-in", "sign-up")
    ):
        if preset == "dev-satellite" and not str(options.get("sign_in_url", "https:")).startswith(
            "http"
        ):
            continue
        for state, headers in _states(book, preset).items():
            if state == "signed-in" and page != "portal":
                continue
            yield case(
                f"{preset}-{page}-{to}-{state}",
                preset=preset,
                headers=headers,
                options=options,
                redirect={"to": to, "back": None},
            )


def _backs(book: Book) -> Iterator[Json]:
    for preset, (number, back), page in product(
        ("dev", "live", "live-satellite"), enumerate(_BACKS), ("portal", "own", "elsewhere")
    ):
        yield case(
            f"back-{number}-{preset}-{page}",
            preset=preset,
            headers=[cookies(clerk_db_jwt="dvb_1")],
            options=_PAGES[page],
            redirect={"to": "sign-in", "back": back},
        )


def _hosts() -> Iterator[Json]:
    for name, host in {
        "dev": "happy-hippo-1.clerk.accounts.dev",
        "staging": "happy-hippo-1.clerk.accountsstage.dev",
        "legacy": "clerk.happy.hippo-1.lcl.dev",
        "live": "clerk.example.com",
        "live-deep": "clerk.app.example.com",
        "no-clerk": "frontend.example.com",
        "clerk-twice": "clerk.clerk.example.com",
        "stage-in-name": "myclerk.example.com",
    }.items():
        for kind in ("dev", "live"):
            for to in ("sign-in", "sign-up"):
                yield case(
                    f"portal-of-{name}-{kind}-{to}",
                    preset=kind,
                    options={"publishable_key": publishable_key(kind, host)},
                    redirect={"to": to, "back": None},
                )
    proxied = [("x-forwarded-host", "public.example.com"), ("x-forwarded-proto", "https")]
    for page, options in _PAGES.items():
        yield case(
            f"proxied-{page}",
            preset="live",
            headers=proxied,
            options=options,
            redirect={"to": "sign-in", "back": None},
        )


def _browsers() -> Iterator[Json]:
    for name, url, headers in (
        ("query", "http://localhost:3000/p?__clerk_db_jwt=dvb_q", []),
        ("both", "http://localhost:3000/p?__clerk_db_jwt=dvb_q", [cookies(clerk_db_jwt="dvb_1")]),
        ("page", "http://localhost:3000/p", [cookies(clerk_db_jwt="dvb_1"), DOCUMENT]),
        ("client", "http://localhost:3000/p", [cookies(client_uat=str(NOW), clerk_db_jwt="dvb_1")]),
    ):
        for page in ("portal", "own", "elsewhere"):
            yield case(
                f"browser-{name}-{page}",
                url=url,
                headers=headers,
                options=_PAGES[page],
                redirect={"to": "sign-in", "back": None},
            )
    yield case(
        "live-has-no-browser",
        preset="live",
        url=f"{LIVE_URL}&__clerk_db_jwt=d",
        redirect={"to": "sign-in", "back": None},
    )


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    yield from _usual(book)
    yield from _backs(book)
    yield from _hosts()
    yield from _browsers()
