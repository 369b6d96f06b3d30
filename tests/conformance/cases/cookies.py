"""Cookies: parsing, suffixed and unsuffixed sets, and formats of `client_uat`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

from tests.conformance.book import ABSENT, DOCUMENT, NOW, Book, Json, case, cookies, suffix

_UAT = str(NOW - 100)


def _headers_around(book: Book, session: str, mine: str) -> dict[str, str]:
    encoded = book.text(session).replace(".", "%2E")
    pair, uat = f"__session={session}", f"__client_uat={_UAT}"
    return {
        "plain": f"{pair}; {uat}",
        "no-space": f"{pair};{uat}",
        "many-spaces": f"  {pair}  ;   {uat}  ",
        "tabs": f"\t{pair}\t;\t{uat}",
        "spaces-around-equals": f"__session = {session}; __client_uat = {_UAT}",
        "quoted": f'__session="{session}"; __client_uat="{_UAT}"',
        "half-quoted": f'__session="{session}; {uat}',
        "json-before": f'pref={{"a":1,"b":"c"}}; {pair}; {uat}',
        "odd-names-before": f"a/b=1; x@y=2; a,b=3; [x]=4; {pair}; {uat}",
        "no-equals-before": f"flag; {pair}; {uat}",
        "no-equals-after": f"{pair}; {uat}; flag",
        "empty-pairs": f";;; {pair};;; {uat};;",
        "empty-name": f"=nothing; {pair}; {uat}",
        "empty-value-before": f"a=; {pair}; {uat}",
        "comma-separated": f"{pair}, {uat}",
        "twice-good-first": f"{pair}; __session=bad; {uat}",
        "twice-bad-first": f"__session=bad; {pair}; {uat}",
        "twice-empty-first": f"__session=; {pair}; {uat}",
        "twice-uat-zero-last": f"{pair}; {uat}; __client_uat=0",
        "twice-uat-zero-first": f"{pair}; __client_uat=0; {uat}",
        "capitals": f"__SESSION={session}; {uat}",
        "prefix-of-name": f"__sessionid={session}; {uat}",
        "foreign-suffix-first": f"__session_abcdefgh=bad; {pair}; {uat}",
        "foreign-suffix-only": f"__session_abcdefgh={session}; __client_uat_abcdefgh={_UAT}",
        "percent-encoded-value": f"__session={encoded}; {uat}",
        "percent-encoded-token": f"{pair}; __client_uat=%31{_UAT[1:]}",
        "percent-encoded-name": f"__s%65ssion={session}; {uat}",
        "percent-encoded-delimiter": f"x=1%3B {pair}; {uat}",
        "encoded-forgery": f"x=1%3B__session%3D{session}; {uat}",
        "bad-percent": f"x=%zz; {pair}; {uat}",
        "bad-percent-in-uat": f"{pair}; __client_uat={_UAT}%",
        "bad-utf-8": f"x=%ff; {pair}; {uat}",
        "plus": f"x=a+b; {pair}; {uat}",
        "equals-in-value": f"x=a=b=c; {pair}; {uat}",
        "latin-1": f"x=\u00e9; {pair}; {uat}",
        "dollar-names": f"$Version=1; {pair}; $Path=/; {uat}",
        "proto-name": f"__proto__=x; constructor=y; {pair}; {uat}",
        "no-cookies": "",
        "semicolons-only": ";;;",
        "suffixed": f"__session_{mine}={session}; __client_uat_{mine}={_UAT}",
        "suffixed-without-uat": f"__session_{mine}={session}; {uat}",
        "suffixed-percent": f"__session_{mine}={session}; __client_uat_{mine}=%31{_UAT[1:]}",
        "trailing-equals": f"__session={session}=; {uat}",
        "space-inside": f"__session={session} x; {uat}",
        "hundred-others": "; ".join([f"c{n}={n}" for n in range(100)] + [pair, uat]),
    }


def _parsing(book: Book) -> Iterator[Json]:
    for preset, extra in (("live", ""), ("dev", "__clerk_db_jwt=dvb_1; ")):
        session = book.session("session", preset)
        for name, header in _headers_around(book, session, suffix(preset)).items():
            headers = [("cookie", extra + header if header else header), DOCUMENT]
            yield case(f"parse-{name}-{preset}", preset=preset, headers=headers)
    pair = ("cookie", f"__session={book.session('session', 'live')}")
    two = [pair, ("cookie", f"__client_uat={_UAT}"), DOCUMENT]
    yield case("parse-two-cookie-headers", preset="live", headers=two)
    capitals = [("Cookie", f"{pair[1]}; __client_uat={_UAT}")]
    yield case("parse-header-name-in-capitals", preset="live", headers=capitals)


_FORMS = {
    "zero": "0",
    "double-zero": "00",
    "negative": "-1",
    "plus": f"+{_UAT}",
    "minus-zero": "-0",
    "exponent": "1e9",
    "letters-after": f"{_UAT}abc",
    "letters": "abc",
    "hexadecimal": "0x10",
    "octal": "0o17",
    "nan": "NaN",
    "infinity": "Infinity",
    "float": f"{_UAT}.9",
    "leading-zero": f"0{_UAT}",
    "huge": "9" * 30,
    "space": "%20" + _UAT,
    "nbsp": "%C2%A0" + _UAT,
    "line-feed": "%0A" + _UAT,
    "arabic-digits": "%D9%A1%D9%A2",
    "underscore": "1_000",
    "comma": "1,2",
    "empty": "",
    "null": "null",
    "true": "true",
    "milliseconds": _UAT + "000",
    "one": "1",
    "equal-to-iat": str(NOW - 10),
    "one-after-iat": str(NOW - 9),
    "one-before-iat": str(NOW - 11),
    "now": str(NOW),
    "future": str(NOW + 1000),
}


def _client_uat(book: Book) -> Iterator[Json]:
    for preset in ("live", "dev"):
        session, mine = book.session("session", preset), suffix(preset)
        for name, value in _FORMS.items():
            both = {"session": session, "client_uat": value, "clerk_db_jwt": "dvb_1"}
            headers = [cookies(**both), DOCUMENT]
            yield case(f"uat-{name}-{preset}", preset=preset, headers=headers)
            own = {f"session_{mine}": session, f"client_uat_{mine}": value, "clerk_db_jwt": "dvb_1"}
            headers = [cookies(**own), DOCUMENT]
            yield case(f"uat-{name}-{preset}-suffixed", preset=preset, headers=headers)
        alone = [cookies(client_uat=_UAT, clerk_db_jwt="dvb_1"), DOCUMENT]
        yield case(f"uat-alone-{preset}", preset=preset, headers=alone)
    issued: dict[str, object] = {
        "float": NOW - 99.5,
        "string": str(NOW - 10),
        "missing": ABSENT,
        "null": None,
        "true": True,
        "zero": 0,
        "negative": -5,
        "older": NOW - 101,
        "same": NOW - 100,
    }
    for name, issued_at in issued.items():
        session = book.session(f"iat {name}", "live", iat=issued_at)
        headers = [cookies(session=session, client_uat=_UAT), DOCUMENT]
        yield case(f"iat-against-uat-{name}", preset="live", headers=headers)


def _sessions(book: Book, preset: str) -> dict[str, str | None]:
    """Return unsuffixed session cookies that affect the choice between the two sets."""
    return {
        "none": None,
        "same": book.session("session", preset),
        "newer": book.session("newer", preset, iat=NOW - 5, sid="sess_newer"),
        "older": book.session("older", preset, iat=NOW - 30, sid="sess_older"),
        "expired": book.session("expired", preset, iat=NOW - 70, exp=NOW - 10, nbf=NOW - 80),
        "foreign": book.session("foreign", preset, key="other", iss="https://clerk.other.example"),
        "no-iss": book.session("no iss", preset, iss=ABSENT),
        "odd-iss": book.session("iss a number", preset, iss=7),
        "malformed": "a.b.c",
    }


def _sets(book: Book) -> Iterator[Json]:
    drawn = random.Random(2)
    stamps = {"none": None, "zero": "0", "uat": _UAT}
    for preset in ("dev", "live"):
        mine = suffix(preset)
        plain = _sessions(book, preset)
        suffixed = {name: plain[name] for name in ("none", "same", "newer", "expired", "malformed")}
        grid = list(product(plain.items(), stamps.items(), suffixed.items(), stamps.items()))
        for (s, session), (u, uat), (z, own), (v, own_uat) in drawn.sample(grid, 150):
            values = {
                "session": session,
                "client_uat": uat,
                "clerk_db_jwt": "dvb_plain" if preset == "dev" else None,
                f"session_{mine}": own,
                f"client_uat_{mine}": own_uat,
                f"clerk_db_jwt_{mine}": "dvb_suffixed" if preset == "dev" else None,
            }
            headers = [cookies(**values), DOCUMENT]
            yield case(f"sets-{preset}-{s}-{u}-{z}-{v}", preset=preset, headers=headers)


def _issuers(book: Book) -> Iterator[Json]:
    """Yield cases about issuers of the unsuffixed session cookie."""
    mine = suffix("live")
    for name, issuer in {
        "http": "http://clerk.example.com",
        "none": "clerk.example.com",
        "capitals": "HTTPS://clerk.example.com",
        "host-capitals": "https://CLERK.example.com",
        "trailing-slash": "https://clerk.example.com/",
        "twice": "https://https://clerk.example.com",
        "inside": "clerk.https://example.com",
        "empty": "",
        "null": None,
        "list": ["https://clerk.example.com"],
        "false": False,
        "satellite": "https://clerk.satellite.example",
    }.items():
        plain = book.session(f"issuer {name}", "live", iss=issuer)
        own = book.session("session", "live")
        values = {"session": plain, "client_uat": _UAT}
        both = {**values, f"session_{mine}": own, f"client_uat_{mine}": _UAT}
        for kind, chosen in (("plain", values), ("both", both)):
            headers = [cookies(**chosen), DOCUMENT]
            yield case(f"issuer-{name}-{kind}", preset="live", headers=headers)


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    yield from _parsing(book)
    yield from _client_uat(book)
    yield from _sets(book)
    yield from _issuers(book)
