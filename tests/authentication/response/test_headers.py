"""Response headers: merging those of the request state, and adding a length."""

from __future__ import annotations

import pytest

from clerk_core._authentication.response.headers import headers_with_length, merge_headers
from clerk_core._messages import Response

OWN = [("Content-Type", "text/css"), ("set-cookie", "own=1"), ("set-cookie", "own=2")]
SESSION = ("set-cookie", "__session=token; Path=/")
PRIVATE = ("cache-control", "private, no-store")


def test_headers_are_appended_to_those_of_the_application() -> None:
    own = [*OWN, ("Cache-Control", "public"), ("x-clerk-auth-reason", "own")]

    merged = merge_headers(own, (("x-clerk-auth-reason", "session-token-missing"),))

    assert merged == [*own, ("x-clerk-auth-reason", "session-token-missing")]


def test_cookie_makes_the_response_private() -> None:
    assert merge_headers(OWN, (SESSION,)) == [*OWN, PRIVATE, SESSION]


@pytest.mark.parametrize("name", ["set-cookie", "Set-Cookie", "SET-COOKIE"])
def test_set_cookie_is_recognised_in_any_case(name: str) -> None:
    assert PRIVATE in merge_headers((), ((name, "__session=token"),))


@pytest.mark.parametrize(
    "field",
    [
        ("Cache-Control", "public, max-age=31536000"),
        ("cache-control", "no-cache"),
        ("Expires", "Thu, 31 Dec 2099 23:59:59 GMT"),
        ("CDN-Cache-Control", "max-age=60"),
        ("Cloudflare-CDN-Cache-Control", "max-age=60"),
        ("Vercel-CDN-Cache-Control", "max-age=60"),
        ("X-LiteSpeed-Cache-Control", "public"),
        ("Surrogate-Control", "max-age=60"),
        ("Edge-Control", "cache-maxage=60s"),
        ("X-Accel-Expires", "60"),
    ],
)
def test_cache_headers_are_removed_from_a_private_response(field: tuple[str, str]) -> None:
    assert merge_headers([*OWN, field, field], (SESSION,)) == [*OWN, PRIVATE, SESSION]


def test_cookies_of_the_application_keep_the_response_public() -> None:
    own = [*OWN, ("cache-control", "public")]

    assert merge_headers(own, ()) == own
    assert merge_headers(own, (("x-clerk-auth-status", "signed-out"),))[:-1] == own


def test_merging_accepts_iterators_and_changes_no_argument() -> None:
    own = [("cache-control", "public")]
    merged = merge_headers(own, (SESSION,))
    merged.append(("x-later", "1"))

    assert own == [("cache-control", "public")]
    assert merge_headers(iter(own), iter([SESSION])) == [PRIVATE, SESSION]


def test_content_length_is_added_except_for_204() -> None:
    assert headers_with_length(Response(200, (SESSION,), b"abc")) == [
        SESSION,
        ("content-length", "3"),
    ]
    assert headers_with_length(Response(307)) == [("content-length", "0")]
    assert headers_with_length(Response(204, (SESSION,))) == [SESSION]
