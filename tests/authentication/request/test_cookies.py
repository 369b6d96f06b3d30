from __future__ import annotations

import re
from contextlib import suppress
from typing import cast
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._authentication.request.cookies import CLIENT_UAT, SESSION, Cookies, uses_suffixed
from clerk_core._authentication.request.jwt import MalformedJwtError, decode
from clerk_core._settings.publishable_key import PublishableKey
from tests.sample import examples
from tests.support import HOST, ISSUER, NOW, base64url, mint, publishable_key

# Parsing


def test_cookies_are_read_by_name() -> None:
    cookies = Cookies("a=1; __session=x.y.z;b=2 ; c =3")
    assert [cookies.get(name) for name in ("a", "b", "c", "d")] == ["1", "2", "3", None]
    assert cookies.get("__session") == "x.y.z"


def test_missing_header_has_no_cookies() -> None:
    assert Cookies().get("__session") is None
    assert Cookies("").get("") is None


def test_empty_cookie_counts_as_missing() -> None:
    for header in ("a=", "a= ", "a=\t; b=1", "a"):
        assert Cookies(header).get("a") is None


def test_first_cookie_of_a_name_is_used() -> None:
    assert Cookies("a=specific; a=general").get("a") == "specific"
    assert Cookies("a=; a=general").get("a") is None


@pytest.mark.parametrize(
    "before",
    [
        'pref={"a":1}',
        "a/b=1",
        "x@y=1",
        "a,b=1",
        "a[b]=1",
        "(x)=1",
        "=1",
        "novalue",
        ";;;",
        'quoted="a b"',
        'half="a',
        "ümlaut=ä",
        "\x01=\x02",
        "bad=%",
        "bad=%zz",
        "bad=%ff",
        "$Version=1",
        "a=b=c=d",
        "Path=/",
        "x" * 5000 + "=1",
    ],
)
def test_session_is_found_next_to_any_other_cookie(before: str) -> None:
    for header in (f"{before}; __session=token", f"__session=token; {before}"):
        assert Cookies(header).get("__session") == "token"
        assert Cookies(header.replace("; ", ";")).get("__session") == "token"


@pytest.mark.parametrize(
    "other", ["__sessionid", "__session_xxx", "_session", "__Session", "x__session"]
)
def test_similar_cookie_names_are_not_the_session(other: str) -> None:
    assert Cookies(f"{other}=theirs; __session=ours").get("__session") == "ours"
    assert Cookies(f"{other}=theirs").get("__session") is None


def test_value_ends_only_at_a_semicolon() -> None:
    cookies = Cookies('a={"x":1, "y":"="}; b=2')
    assert (cookies.get("a"), cookies.get("b")) == ('{"x":1, "y":"="}', "2")


@pytest.mark.parametrize(
    ("value", "decoded"),
    [
        ("plain", "plain"),
        ("a%20b", "a b"),
        ("%3B%3D", ";="),
        ("%C3%A4", "ä"),
        ("%c3%a4", "ä"),
        ("+", "+"),
        ("%", "%"),
        ("%4", "%4"),
        ("%zz", "%zz"),
        ("%4z%41", "%4z%41"),
        ("%+1", "%+1"),
        ("%ff", "%ff"),
        ("a%20%ff", "a%20%ff"),
        ("%ED%A0%80", "%ED%A0%80"),
        ("%C0%AF", "%C0%AF"),
        ("%2541", "%41"),
        ("%٤١", "%٤١"),
    ],
)
def test_values_are_percent_decoded_completely_or_not_at_all(value: str, decoded: str) -> None:
    assert Cookies(f"a={value}").get("a") == decoded


@pytest.mark.parametrize("header", ["a%3D1", "a%3D1=x", "x=a%3B%20__session%3Dforged"])
def test_encoded_delimiters_do_not_separate_cookies(header: str) -> None:
    assert Cookies(header).get("__session") is None
    assert Cookies(header).get("a") is None


@examples(150)
@given(st.text(min_size=1, max_size=12))
def test_percent_encoded_value_is_decoded(value: str) -> None:
    encodable = value.encode("utf-8", "ignore").decode()
    assert Cookies(f"a={quote(encodable, safe='')}").get("a") == (encodable or None)


@examples(150)
@given(st.text(st.sampled_from("ab=;, \t%4é\x00\ud800"), max_size=40))
def test_arbitrary_headers_are_parsed_without_error(header: str) -> None:
    assert Cookies(f"{header};__session=token").get("__session") == "token"
    for name in ("", "a", "b", "ab"):
        assert Cookies(header).get(name) != ""


# Choosing between suffixed and unsuffixed cookies


TEST = PublishableKey.parse(publishable_key(HOST, "test"))
LIVE = PublishableKey.parse(publishable_key(HOST, "live"))


def session(**claims: object) -> str:
    return mint(claims)


def cookies_of(
    instance: PublishableKey,
    plain: tuple[str | None, str | None] = (None, None),
    suffixed: tuple[str | None, str | None] = (None, None),
) -> Cookies:
    """Return cookies with both sets, each given as (session, client_uat)."""
    pairs = [
        (f"{name}{suffix}", value)
        for suffix, values in (("", plain), (f"_{instance.cookie_suffix}", suffixed))
        for name, value in zip((SESSION, CLIENT_UAT), values, strict=True)
    ]
    return Cookies("; ".join(f"{name}={value}" for name, value in pairs if value is not None))


class SessionCookie:
    """The properties of a session cookie, possibly missing, that the rules use."""

    def __init__(self, text: str | None) -> None:
        self.is_there = bool(text)
        self.claims: dict[str, object] = {}
        with suppress(MalformedJwtError):
            self.claims = decode(text or "").claims
        self.issued_at = cast("float", self.claims.get("iat") or 0)
        expires = self.claims.get("exp")
        self.expires = expires if isinstance(expires, int | float) else float("inf")

    @property
    def host(self) -> str:
        issuer = self.claims.get("iss")
        return re.sub("https?://", "", issuer, flags=re.I) if isinstance(issuer, str) else ""


def reference_rules(cookies: Cookies, instance: PublishableKey, now: float) -> bool:
    """Apply the rules of `@clerk/backend` 3.25.0 in order."""
    suffix = f"_{instance.cookie_suffix}"
    plain, suffixed = (
        SessionCookie(cookies.get(SESSION)),
        SessionCookie(cookies.get(SESSION + suffix)),
    )
    plain_uat, suffixed_uat = cookies.get(CLIENT_UAT), cookies.get(CLIENT_UAT + suffix)
    is_production = instance.instance_type == "production"
    both_signed_in = suffixed_uat != "0" and plain_uat != "0"
    rules = (
        # An invalid unsuffixed session gives the signed-out state, not a handshake.
        (plain.is_there and not plain.claims.get("iss"), False),
        (plain.is_there and plain.host != instance.frontend_api, True),
        (not suffixed_uat and not suffixed.is_there, False),
        (both_signed_in and plain.issued_at > suffixed.issued_at, False),
        (suffixed_uat == "0" and plain_uat != "0", False),
        # An expired suffixed token means that clerk-js writes only the unsuffixed set.
        (
            not is_production
            and suffixed_uat != "0"
            and plain_uat == "0"
            and suffixed.expires <= int(now),
            False,
        ),
        # The instance has disabled suffixed cookies again.
        (not suffixed_uat and suffixed.is_there, False),
        (True, True),
    )
    return next(answer for applies, answer in rules if applies)


ISSUERS = (ISSUER, f"http://{HOST}", HOST, "https://clerk.other.example", "", None, 7)
TIMES = (int(NOW) - 61, int(NOW) - 1, int(NOW), int(NOW) + 1)
SESSIONS = (
    None,
    "",
    "broken",
    "a.b.c",
    mint({"iss": ISSUER, "iat": 0}),
    *(
        session(iss=issuer, iat=issued, exp=expires)
        for issuer in ISSUERS
        for issued in TIMES[::3]
        for expires in TIMES
    ),
)
UATS = (None, "", "0", "1", str(int(NOW)), "x")

sets = st.tuples(st.sampled_from(SESSIONS), st.sampled_from(UATS))


@examples(1500)
@given(sets, sets, st.sampled_from([TEST, LIVE]))
def test_set_is_chosen_as_in_clerk_backend(
    plain: tuple[str | None, str | None],
    suffixed: tuple[str | None, str | None],
    instance: PublishableKey,
) -> None:
    cookies = cookies_of(instance, plain, suffixed)
    assert uses_suffixed(cookies, instance, HOST, NOW + 0.5, decode) is reference_rules(
        cookies, instance, NOW + 0.5
    )


OURS_OLD = session(iat=int(NOW) - 100, exp=int(NOW) - 40)
OURS_NEW = session(iat=int(NOW) - 10, exp=int(NOW) + 50)
THEIRS = session(iss="https://clerk.other.example")


@pytest.mark.parametrize(
    ("plain", "suffixed", "in_development", "in_production"),
    [
        # (session, client_uat) of each set; whether the suffixed set is used.
        ((None, None), (None, None), False, False),
        ((OURS_NEW, "1"), (None, None), False, False),
        ((None, None), (OURS_NEW, "1"), True, True),
        ((OURS_NEW, "1"), (OURS_NEW, "1"), True, True),
        ((OURS_OLD, "1"), (OURS_NEW, "1"), True, True),
        ((OURS_NEW, "1"), (OURS_OLD, "1"), False, False),
        ((OURS_NEW, "1"), (None, "0"), False, False),
        ((None, "0"), (None, "0"), True, True),
        ((None, "0"), (OURS_NEW, "1"), True, True),
        ((None, "0"), (OURS_OLD, "1"), False, True),
        ((None, "0"), (None, "1"), True, True),
        ((OURS_NEW, "1"), (OURS_NEW, None), False, False),
        ((THEIRS, "1"), (None, None), True, True),
        ((THEIRS, "1"), (OURS_NEW, "1"), True, True),
        (("broken", "1"), (OURS_NEW, "1"), False, False),
        ((session(iss=""), "1"), (OURS_NEW, "1"), False, False),
    ],
)
def test_set_is_chosen_by_the_documented_table(
    plain: tuple[str | None, str | None],
    suffixed: tuple[str | None, str | None],
    in_development: bool,
    in_production: bool,
) -> None:
    for instance, expected in ((TEST, in_development), (LIVE, in_production)):
        cookies = cookies_of(instance, plain, suffixed)
        assert uses_suffixed(cookies, instance, HOST, NOW, decode) is expected
        assert reference_rules(cookies, instance, NOW) is expected


def test_scheme_of_an_issuer_is_case_insensitive() -> None:
    cookies = cookies_of(TEST, (session(iss=f"HTTPS://{HOST}"), "1"))
    assert reference_rules(cookies, TEST, NOW) is False
    assert uses_suffixed(cookies, TEST, HOST, NOW, decode) is False


def test_issuer_may_differ_from_the_publishable_key_host() -> None:
    # A satellite's tokens are issued at its own domain, whatever host the key names.
    satellites = cookies_of(LIVE, (session(iss="https://clerk.satellite.example"), "1"))
    assert uses_suffixed(satellites, LIVE, HOST, NOW, decode)
    assert not uses_suffixed(satellites, LIVE, "clerk.satellite.example", NOW, decode)


def test_set_with_another_suffix_is_ignored() -> None:
    cookies = Cookies(f"{SESSION}_xxxxxxxx={OURS_NEW}; {CLIENT_UAT}_xxxxxxxx=1")
    assert not uses_suffixed(cookies, TEST, HOST, NOW, decode)


@pytest.mark.parametrize(
    "claims",
    [
        '{"iss":[1],"iat":"x","exp":"y"}',
        '{"iss":{"a":1},"iat":[],"exp":{}}',
        f'{{"iss":"{ISSUER}","iat":true,"exp":null}}',
        f'{{"iss":"{ISSUER}","iat":1e999,"exp":-1e999}}',
        f'{{"iss":"{ISSUER}","iat":1{"0" * 400},"exp":1{"0" * 400}}}',
        f'{{"iss":"{ISSUER}","iat":-5,"exp":null}}',
    ],
)
def test_malformed_tokens_in_cookies_do_not_crash(claims: str) -> None:
    hostile = f"{base64url(b'{}')}.{base64url(claims.encode())}.AAAA"
    for instance in (TEST, LIVE):
        for uat in UATS:
            for plain, suffixed in ((hostile, OURS_NEW), (OURS_NEW, hostile), (hostile, hostile)):
                cookies = cookies_of(instance, (plain, uat), (suffixed, "1"))
                assert uses_suffixed(cookies, instance, HOST, NOW, decode) in (True, False)
