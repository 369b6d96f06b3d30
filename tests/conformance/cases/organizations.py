"""Organization sync: the path determines the active organization."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tests.conformance.book import DOCUMENT, NOW, Book, Json, bearer, case, cookies

_UAT = str(NOW - 100)
_USUAL = {
    "organization_patterns": ["/orgs/:slug", "/orgs/:slug/(.*)", "/by-id/:id", "/by-id/:id/(.*)"],
    "personal_account_patterns": ["/me", "/me/(.*)"],
}
_PATTERNS: dict[str, list[str]] = {
    "slug": ["/orgs/:slug"],
    "id": ["/orgs/:id"],
    "both-names": ["/orgs/:id/:slug"],
    "other-name": ["/orgs/:name"],
    "rest": ["/orgs/:slug/(.*)"],
    "optional": ["/orgs/:slug{/settings}?"],
    "optional-param": ["/orgs/:slug?"],
    "repeated": ["/orgs/:slug+"],
    "starred": ["/orgs/:slug*"],
    "custom": ["/orgs/:slug([a-z]+)"],
    "custom-digits": ["/orgs/:id(\\d+)"],
    "prefix": ["/orgs-:slug"],
    "anything": ["(.*)"],
    "anything-then": ["/(.*)/orgs/:slug"],
    "wildcard-bare": ["/orgs/*"],
    "two": ["/teams/:slug", "/orgs/:slug"],
    "first-wins": ["/orgs/:id", "/orgs/:slug"],
    "trailing-slash": ["/orgs/:slug/"],
    "capitals": ["/ORGS/:slug"],
    "empty-list": [],
    "empty-text": [""],
    "escaped": ["/orgs/\\:slug"],
    "dot": ["/orgs/:slug.json"],
    "encoded": ["/orgs/caf\u00e9/:slug"],
}
_BROKEN = [
    "/orgs/:",
    "/orgs/(",
    "/orgs/:slug(",
    "/orgs/:slug/:slug",
    "/orgs/?",
    "/orgs/)",
    "/a/{",
    "/(?x)",
    "/:a:b:c",
    "/((?:a*)*)",
]
_PATHS = (
    "/orgs/acme",
    "/orgs/acme/",
    "/orgs/acme/settings",
    "/orgs/acme/a/b",
    "/ORGS/acme",
    "/orgs/Acme",
    "/orgs",
    "/orgs/",
    "/orgs/org_1",
    "/orgs/123",
    "/orgs/other",
    "/orgs/caf%C3%A9",
    "/orgs/a%2Fb",
    "/orgs/%zz",
    "/orgs/acme.json",
    "/orgs-acme",
    "/teams/acme",
    "/x/orgs/acme",
    "/orgs/org_1/acme",
    "/by-id/org_1",
    "/by-id/org_2/x",
    "/me",
    "/me/",
    "/me/settings",
    "/",
)


def _sessions(book: Book, preset: str) -> dict[str, str]:
    return {
        "acme": book.session("in acme", preset, o={"id": "org_1", "slg": "acme", "rol": "admin"}),
        "personal": book.session("session", preset),
        "old": book.session(
            "in acme v 1", preset, v=1, org_id="org_1", org_slug="acme", org_role="org:x"
        ),
        "pending": book.session(
            "pending in acme", preset, sts="pending", o={"id": "org_1", "slg": "acme"}
        ),
    }


def _page(
    book: Book, session: str, preset: str = "live", **more: str | None
) -> list[tuple[str, str]]:
    browser = "dvb_1" if preset == "dev" else None
    return [cookies(session=session, client_uat=_UAT, clerk_db_jwt=browser, **more), DOCUMENT]


def _url(path: str, preset: str = "live") -> str:
    return ("https://app.example.com" if preset == "live" else "http://localhost:3000") + path


def _usual(book: Book) -> Iterator[Json]:
    for path, (name, session) in product(_PATHS, _sessions(book, "live").items()):
        yield case(
            f"usual-{path}-{name}",
            preset="live",
            url=_url(path),
            headers=_page(book, session),
            options={"organization_sync_options": _USUAL},
        )


def _patterns(book: Book) -> Iterator[Json]:
    session = _sessions(book, "live")["personal"]
    for name, patterns in _PATTERNS.items():
        for path in _PATHS[:19]:
            if hash_of(name, path) % 3 and path not in ("/orgs/acme", "/orgs/acme/"):
                continue
            yield case(
                f"pattern-{name}-{path}",
                preset="live",
                url=_url(path),
                headers=_page(book, session),
                options={"organization_sync_options": {"organization_patterns": patterns}},
            )
    for number, pattern in enumerate(_BROKEN):
        for kind in ("organization_patterns", "personal_account_patterns"):
            yield case(
                f"broken-{number}-{kind}",
                preset="live",
                url=_url("/orgs/acme"),
                headers=_page(book, session),
                options={"organization_sync_options": {kind: [pattern]}},
            )


def hash_of(*texts: str) -> int:
    """Return a hash that is the same on every machine."""
    return sum(ord(one) * (place + 7) for text in texts for place, one in enumerate(text))


def _other_conditions(book: Book) -> Iterator[Json]:
    for preset in ("dev", "live"):
        sessions = _sessions(book, preset)
        options = {"organization_sync_options": _USUAL}
        for count in ("0", "1", "2", "3", "4"):
            headers = _page(book, sessions["acme"], preset, clerk_redirect_count=count)
            identity = f"loop-{count}-{preset}"
            yield case(
                identity,
                preset=preset,
                url=_url("/orgs/other", preset),
                headers=headers,
                options=options,
            )
        for name, headers in {
            "header-token": [bearer(sessions["acme"]), DOCUMENT],
            "fetch": [*_page(book, sessions["acme"], preset)[:1], ("sec-fetch-dest", "empty")],
            "no-session": [cookies(clerk_db_jwt="dvb_1"), DOCUMENT],
            "client-only": [cookies(client_uat=_UAT, clerk_db_jwt="dvb_1"), DOCUMENT],
            "expired": _page(
                book,
                book.session("expired", preset, iat=NOW - 70, exp=NOW - 10, nbf=NOW - 80),
                preset,
            ),
            "proxied": [
                *_page(book, sessions["acme"], preset),
                ("x-forwarded-host", "public.example.com"),
                ("x-forwarded-proto", "https"),
            ],
            "foreign-referrer": [
                *_page(book, sessions["acme"], preset),
                ("referer", "https://s.example/"),
            ],
        }.items():
            for path in ("/orgs/other", "/by-id/org_2", "/me"):
                identity = f"around-{name}-{path}-{preset}"
                yield case(
                    identity,
                    preset=preset,
                    url=_url(path, preset),
                    headers=headers,
                    options=options,
                )
        for method in ("POST", "HEAD"):
            headers = _page(book, sessions["acme"], preset)
            identity = f"around-{method}-{preset}"
            yield case(
                identity,
                preset=preset,
                method=method,
                url=_url("/orgs/other", preset),
                headers=headers,
                options=options,
            )
    token = _sessions(book, "live")["acme"]
    overlap = {"organization_patterns": ["/(.*)/:slug"], "personal_account_patterns": ["/me/(.*)"]}
    for path in ("/me/x", "/me", "/a/acme"):
        yield case(
            f"overlap-{path}",
            preset="live",
            url=_url(path),
            headers=_page(book, token),
            options={"organization_sync_options": overlap},
        )
    personal = {"personal_account_patterns": ["/(.*)"]}
    for name, session in _sessions(book, "live").items():
        yield case(
            f"personal-everywhere-{name}",
            preset="live",
            url=_url("/x"),
            headers=_page(book, session),
            options={"organization_sync_options": personal},
        )


def _long_paths(book: Book) -> Iterator[Json]:
    session = _sessions(book, "live")["acme"]
    for length in (2048, 2049):
        path = "/orgs/other/"
        yield case(
            f"path-of-{length}",
            preset="live",
            url=_url(path + "a" * (length - len(path))),
            headers=_page(book, session),
            options={"organization_sync_options": _USUAL},
        )


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    yield from _usual(book)
    yield from _patterns(book)
    yield from _other_conditions(book)
    yield from _long_paths(book)
