"""Satellites and multiple domains: sync, redirects of the primary, cross-origin referrers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tests.conformance.book import (
    DOCUMENT,
    HOSTS,
    NOW,
    Book,
    Json,
    bearer,
    case,
    cookies,
    suffix,
)

_UAT = str(NOW - 100)
_SATELLITE = "https://satellite.example/page?x=1"
_OTHERS: dict[str, list[tuple[str, str]]] = {
    "document": [DOCUMENT],
    "fetch": [("sec-fetch-dest", "empty")],
    "html": [("accept", "text/html")],
    "iframe": [("sec-fetch-dest", "iframe")],
}


def _states(book: Book, preset: str) -> dict[str, dict[str, str | None]]:
    instance = preset.partition("-")[0]
    browser: dict[str, str | None] = {"clerk_db_jwt": "dvb_1" if instance == "dev" else None}
    session = book.session("session", instance)
    expired = book.session("expired", instance, iat=NOW - 70, exp=NOW - 10, nbf=NOW - 80)
    return {
        "nothing": {},
        "browser": browser,
        "zero": {**browser, "client_uat": "0"},
        "client": {**browser, "client_uat": _UAT},
        "token": {**browser, "session": session},
        "signed-in": {**browser, "session": session, "client_uat": _UAT},
        "expired": {**browser, "session": expired, "client_uat": _UAT},
    }


def _syncing(book: Book) -> Iterator[Json]:
    for preset in ("dev-satellite", "live-satellite"):
        grid = product(
            _states(book, preset).items(),
            ("", "&__clerk_synced=true", "&__clerk_synced=false", "&__clerk_synced=x"),
            (None, True, False),
        )
        for (name, values), query, auto in grid:
            headers = [cookies(**values), DOCUMENT]
            identity = f"sync-{preset}-{name}-{query[16:] or 'unset'}-{auto}"
            options = {} if auto is None else {"satellite_auto_sync": auto}
            yield case(
                identity,
                preset=preset,
                url=f"{_SATELLITE}{query}",
                headers=headers,
                options=options,
            )
        for kind, fields in _OTHERS.items():
            for method in ("GET", "POST"):
                identity = f"sync-{preset}-{kind}-{method}"
                options = {"satellite_auto_sync": True}
                yield case(
                    identity,
                    preset=preset,
                    url=_SATELLITE,
                    method=method,
                    headers=fields,
                    options=options,
                )
        for count in ("1", "2", "3", "4"):
            headers = [cookies(clerk_redirect_count=count), DOCUMENT]
            options = {"satellite_auto_sync": True}
            yield case(
                f"sync-{preset}-loop-{count}",
                preset=preset,
                url=_SATELLITE,
                headers=headers,
                options=options,
            )
        twice = f"{_SATELLITE}&__clerk_synced=true&__clerk_synced=false"
        yield case(f"sync-{preset}-twice", preset=preset, url=twice, headers=[DOCUMENT])
        yield case(
            f"sync-{preset}-header-token",
            preset=preset,
            url=_SATELLITE,
            headers=[bearer(book.session("session", preset.partition("-")[0])), DOCUMENT],
        )


def _configurations() -> Iterator[Json]:
    """Yield cases about settings of a satellite and the URL of its handshake."""
    on: Json = {"satellite_auto_sync": True}
    for preset in ("dev-satellite", "live-satellite"):
        configurations: dict[str, Json] = {
            "no-domain": {"domain": None},
            "no-sign-in-url": {"sign_in_url": None},
            "relative-sign-in-url": {"sign_in_url": "/sign-in"},
            "bad-sign-in-url": {"sign_in_url": "nonsense"},
            "own-sign-in-url": {"sign_in_url": "https://satellite.example/sign-in"},
            "sign-in-url-with-query": {"sign_in_url": "https://primary.example/sign-in?a=1#b"},
            "http-sign-in-url": {"sign_in_url": "http://primary.example/sign-in"},
            "javascript-sign-in-url": {"sign_in_url": "javascript:alert(1)"},
            "proxy": {"proxy_url": "https://satellite.example/__clerk"},
            "proxy-without-domain": {
                "proxy_url": "https://satellite.example/__clerk",
                "domain": None,
            },
            "proxy-path": {"proxy_url": "/__clerk"},
            "proxy-path-without-domain": {"proxy_url": "/__clerk", "domain": None},
            "domain-with-port": {"domain": "satellite.example:8443"},
            "not-satellite": {"is_satellite": False},
        }
        for name, options in configurations.items():
            for kind, fields in {
                "page": [DOCUMENT],
                "same-origin": [DOCUMENT, ("origin", "https://satellite.example")],
                "cross-origin": [DOCUMENT, ("origin", "https://primary.example")],
                "null-origin": [DOCUMENT, ("origin", "null")],
            }.items():
                identity = f"configured-{preset}-{name}-{kind}"
                yield case(
                    identity,
                    preset=preset,
                    url=_SATELLITE,
                    headers=fields,
                    options={**on, **options},
                )
        for accepts in ("m2m_token", "api_key", "any"):
            options = {"domain": None, "sign_in_url": None}
            identity = f"configured-{preset}-accepting-{accepts}"
            yield case(
                identity,
                preset=preset,
                url=_SATELLITE,
                headers=[DOCUMENT],
                options=options,
                accepts=accepts,
            )


def _primary(book: Book) -> Iterator[Json]:
    """Yield requests from development satellites to the primary, which redirects back."""
    targets = {
        "satellite": "https%3A%2F%2Fsatellite.example%2Fpage%3Fx%3D1",
        "unencoded": "https://satellite.example/page",
        "needs-sync": "https%3A%2F%2Fsatellite.example%2F%3F__clerk_synced%3Dfalse",
        "synced-twice": "https%3A%2F%2Fs.example%2F%3F__clerk_synced%3Dfalse%26__clerk_synced%3Dx",
        "has-browser": "https%3A%2F%2Fsatellite.example%2F%3F__clerk_db_jwt%3Ddvb_old",
        "fragment": "https%3A%2F%2Fsatellite.example%2F%23part",
        "localhost": "http%3A%2F%2Flocalhost%3A4000%2F",
        "javascript": "javascript%3Aalert(1)",
        "data": "data%3Atext%2Fhtml%2Cx",
        "relative": "%2Fpage",
        "protocol-relative": "%2F%2Fevil.example",
        "empty": "",
        "nonsense": "nonsense",
        "newline": "https%3A%2F%2Fsatellite.example%2F%0D%0Ax",
        "own": "http%3A%2F%2Flocalhost%3A3000%2F",
        "credentials": "https%3A%2F%2Fuser%3Apass%40satellite.example%2F",
        "wide": "https%3A%2F%2Fm%C3%BCnchen.example%2F",
    }
    for name, target in targets.items():
        for state, values in _states(book, "dev").items():
            if state not in ("nothing", "browser", "signed-in"):
                continue
            url = f"http://localhost:3000/sign-in?__clerk_redirect_url={target}"
            identity = f"primary-{name}-{state}"
            yield case(identity, url=url, headers=[cookies(**values), DOCUMENT])
    good = f"http://localhost:3000/sign-in?__clerk_redirect_url={targets['satellite']}"
    for kind, fields in _OTHERS.items():
        for method in ("GET", "POST"):
            headers = [cookies(clerk_db_jwt="dvb_1"), *fields]
            yield case(f"primary-{kind}-{method}", url=good, method=method, headers=headers)
    for count in ("2", "3", "4"):
        headers = [cookies(clerk_db_jwt="dvb_1", clerk_redirect_count=count), DOCUMENT]
        yield case(f"primary-loop-{count}", url=good, headers=headers)
    yield case("primary-browser-in-query", url=f"{good}&__clerk_db_jwt=dvb_q", headers=[DOCUMENT])
    live = good.replace("http://localhost:3000", "https://app.example.com")
    yield case("primary-live", preset="live", url=live, headers=[DOCUMENT])
    yield case("primary-satellite-itself", preset="dev-satellite", url=good, headers=[DOCUMENT])


def _referrers(book: Book) -> Iterator[Json]:
    for preset in ("dev", "live"):
        values = _states(book, preset)["signed-in"]
        own = "http://localhost:3000" if preset == "dev" else "https://app.example.com"
        referrers = {
            "none": None,
            "own": f"{own}/other",
            "other": "https://satellite.example/page",
            "other-port": f"{own}:9999/" if preset == "live" else "http://localhost:4000/",
            "other-scheme": own.replace("https", "http")
            if preset == "live"
            else "https://localhost:3000/",
            "frontend-api": f"https://{HOSTS[preset]}/v1",
            "frontend-api-http": f"http://{HOSTS[preset]}:8080/v1",
            "accounts": "https://happy-hippo-1.accounts.dev/sign-in"
            if preset == "dev"
            else "https://accounts.example.com/sign-in",
            "accounts-http": "http://accounts.example.com/sign-in",
            "accounts-port": "https://accounts.example.com:8443/",
            "foreign-accounts": "https://accounts.evil.example/",
            "dev-accounts": "https://foo-bar-13.accounts.dev/sign-in",
            "legacy-dev-accounts": "https://accounts.foo.bar-13.lcl.dev/sign-in",
            "clerk-com": "https://clerk.com/",
            "nonsense": "nonsense",
            "empty": "",
            "about": "about:client",
            "android": "android-app://com.example",
            "upper-case": "HTTPS://SATELLITE.EXAMPLE/",
        }
        for name, referrer in referrers.items():
            headers = [cookies(**values), DOCUMENT]
            headers += [("referer", referrer)] if referrer is not None else []
            yield case(f"referrer-{name}-{preset}", preset=preset, headers=headers)
        foreign = ("referer", "https://satellite.example/page")
        for kind, fields in _OTHERS.items():
            for method in ("GET", "POST"):
                headers = [cookies(**values), foreign, *fields]
                identity = f"referrer-foreign-{kind}-{method}-{preset}"
                yield case(identity, preset=preset, method=method, headers=headers)
        for count in ("0", "1", "3"):
            headers = [cookies(**values, clerk_redirect_count=count), foreign, DOCUMENT]
            yield case(f"referrer-foreign-count-{count}-{preset}", preset=preset, headers=headers)
        headers = [cookies(**_states(book, preset)["expired"]), foreign, DOCUMENT]
        yield case(f"referrer-foreign-expired-{preset}", preset=preset, headers=headers)
        token = bearer(book.session("session", preset))
        yield case(
            f"referrer-foreign-header-{preset}", preset=preset, headers=[token, foreign, DOCUMENT]
        )
        headers = [cookies(**values), foreign, DOCUMENT]
        for name, options in {
            "satellite": {
                "is_satellite": True,
                "domain": "s.example",
                "sign_in_url": "https://p.example/",
            },
            "proxy": {"proxy_url": "https://satellite.example/__clerk"},
            "proxy-path": {"proxy_url": "/__clerk"},
        }.items():
            yield case(
                f"referrer-foreign-{name}-{preset}", preset=preset, headers=headers, options=options
            )


def _suffixed(book: Book) -> Iterator[Json]:
    """Yield cases about suffixed cookies of a satellite."""
    mine = suffix("live")
    for name, issuer in {
        "own": "https://clerk.example.com",
        "satellite": "https://clerk.satellite.example",
    }.items():
        session = book.session(f"satellite {name}", "live", iss=issuer)
        values = {"session": session, "client_uat": _UAT}
        headers = [cookies(**values), DOCUMENT]
        yield case(f"issuer-{name}-plain", preset="live-satellite", url=_SATELLITE, headers=headers)
        values |= {f"session_{mine}": book.session("session", "live"), f"client_uat_{mine}": _UAT}
        headers = [cookies(**values), DOCUMENT]
        yield case(f"issuer-{name}-both", preset="live-satellite", url=_SATELLITE, headers=headers)


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    yield from _syncing(book)
    yield from _configurations()
    yield from _primary(book)
    yield from _referrers(book)
    yield from _suffixed(book)
