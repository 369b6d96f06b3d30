"""WebSocket handshake requests: the origin of the page, and the source of the token."""

from __future__ import annotations

from functools import partial

import pytest

from clerk_core._authentication.request.websocket import websocket_request, without_token
from clerk_core._messages import Request
from clerk_core._settings.settings import Options
from tests.support import cpu_seconds, settings

URL = "https://app.example/ws"
COOKIE = ("cookie", "__session=of-a-browser")
ORIGIN = "https://app.example"


def read(
    *headers: tuple[str, str],
    url: str = URL,
    query: str | None = None,
    subprotocol: str | None = None,
    options: Options | None = None,
) -> tuple[Request, str | None]:
    host = [("host", "app.example")]
    using = settings(**(options or {}))
    return websocket_request(Request("GET", url, [*host, *headers]), using, query, subprotocol)


def has_cookie(*headers: tuple[str, str], url: str = URL, **options: object) -> bool:
    request, _ = read(COOKIE, *headers, url=url, options=options)  # type: ignore[arg-type]
    return request.headers.get("cookie") == COOKIE[1]


def token_of(
    *headers: tuple[str, str],
    url: str = URL,
    query: str | None = None,
    subprotocol: str | None = None,
) -> str | None:
    request, _ = read(*headers, url=url, query=query, subprotocol=subprotocol)
    return request.headers.get("authorization")


def offering(*protocols: str) -> tuple[str, str]:
    return "sec-websocket-protocol", ", ".join(protocols)


# Origin


def test_cookies_of_a_same_origin_page_are_used() -> None:
    assert has_cookie(("origin", ORIGIN))


def test_cookies_without_an_origin_are_used() -> None:
    assert has_cookie()


def test_https_origin_of_an_http_request_is_same_origin() -> None:
    assert has_cookie(("origin", "https://app.example"), url="http://app.example/chat")
    assert not has_cookie(("origin", "https://evil.example"), url="http://app.example/chat")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.evil.example",
        "https://evilapp.example",
        "https://sub.app.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example/",
        "https://APP.example",
        "https://app.example@evil.example",
        "app.example",
        "null",
        "",
        "*",
        "file://",
        "https://app.example, https://evil.example",
    ],
)
def test_cookies_of_other_origins_are_ignored(origin: str) -> None:
    assert not has_cookie(("origin", origin))
    assert not has_cookie(("Origin", origin))


def test_several_origin_headers_are_never_same_origin() -> None:
    assert not has_cookie(("origin", ORIGIN), ("origin", "https://evil.example"))
    assert not has_cookie(("origin", "https://evil.example"), ("origin", ORIGIN))
    assert not has_cookie(("origin", ORIGIN), ("origin", ORIGIN))


def test_all_cookie_headers_of_other_origins_are_removed() -> None:
    request, _ = read(("Cookie", "a=1"), ("COOKIE", "b=2"), COOKIE, ("origin", "null"))

    assert "cookie" not in {name.lower() for name, _ in request.headers}


def test_cookies_of_authorized_parties_are_used() -> None:
    parties = ["https://admin.example", ORIGIN]

    assert has_cookie(("origin", "https://admin.example"), authorized_parties=parties)
    assert has_cookie(("origin", ORIGIN), authorized_parties=["https://admin.example"])
    assert not has_cookie(("origin", "https://admin.example.evil"), authorized_parties=parties)
    assert not has_cookie(("origin", "https://admin"), authorized_parties=parties)


def test_same_origin_uses_the_public_url_behind_a_proxy() -> None:
    forwarded = (("x-forwarded-host", "shop.example"), ("x-forwarded-proto", "https"))

    assert has_cookie(("origin", "https://shop.example"), *forwarded)
    assert not has_cookie(("origin", ORIGIN), *forwarded)


def test_default_port_may_be_omitted() -> None:
    host = ("x-forwarded-host", "app.example:443")

    assert has_cookie(("origin", ORIGIN), host)


@pytest.mark.parametrize("url", ["http://", "https:///", "https://x:99999/"])
def test_no_origin_matches_an_invalid_url(url: str) -> None:
    request, _ = read(COOKIE, ("origin", ORIGIN), ("x-forwarded-host", ""), url=url)

    assert request.headers.get("cookie") is None


def test_authorization_header_is_used_from_any_origin() -> None:
    header = ("authorization", "Bearer t")

    assert token_of(header, ("origin", "https://evil.example")) == "Bearer t"


# Fetch metadata


@pytest.mark.parametrize("claimed", [(), (("sec-fetch-dest", "document"),)])
def test_websocket_is_never_a_document_request(claimed: tuple[tuple[str, str], ...]) -> None:
    request, _ = read(("accept", "text/html"), *claimed)

    assert request.headers.get("sec-fetch-dest") == "websocket"


def test_other_headers_keep_their_order() -> None:
    given = [("x-one", "1"), COOKIE, ("X-Two", "2"), ("x-one", "3")]

    request, _ = read(*given, url=f"{URL}?a=1")

    assert (request.method, request.url) == ("GET", f"{URL}?a=1")
    assert [pair for pair in request.headers if pair in given] == given


# Token in Sec-WebSocket-Protocol


def test_token_after_the_configured_subprotocol_is_used() -> None:
    request, accepted = read(offering("clerk", "t"), subprotocol="clerk")

    assert request.headers.get("authorization") == "Bearer t"
    assert accepted == "clerk"


def test_token_in_subprotocols_is_ignored_unless_configured() -> None:
    for subprotocol in (None, "", "other", "Clerk", "cler"):
        request, accepted = read(offering("clerk", "t"), subprotocol=subprotocol)
        assert request.headers.get("authorization") is None
        assert accepted is None


@pytest.mark.parametrize(
    ("offered", "token"),
    [
        ("chat, clerk, t", "t"),
        ("clerk,t,chat", "t"),
        (" clerk ,\tt ", "t"),
        ("clerk, t, clerk, u", "t"),
        ("clerk, clerk, t", "clerk"),
        ("clerk", None),
        ("chat, clerk", None),
        ("clerk,", None),
        ("clerk, , t", None),
        ("", None),
        (",,,", None),
    ],
)
def test_token_follows_the_first_matching_subprotocol(offered: str, token: str | None) -> None:
    header = ("sec-websocket-protocol", offered)
    request, accepted = read(header, subprotocol="clerk")

    assert request.headers.get("authorization") == (token and f"Bearer {token}")
    assert accepted == ("clerk" if token else None)


def test_subprotocol_headers_are_combined() -> None:
    headers = (("Sec-WebSocket-Protocol", "clerk"), ("sec-websocket-protocol", "t"))

    assert token_of(*headers, subprotocol="clerk") == "Bearer t"


def test_long_subprotocol_list_takes_linear_time() -> None:
    for offered in ("x," * 500_000, "clerk," * 500_000, "," * 500_000, "x" * 500_000):
        header = ("sec-websocket-protocol", offered)
        # Quadratic work would take minutes.
        assert cpu_seconds(partial(read, header, subprotocol="clerk")) < 5


# Token in the query


def test_token_in_the_configured_query_parameter_is_used() -> None:
    assert token_of(url=f"{URL}?token=t", query="token") == "Bearer t"
    assert read(url=f"{URL}?token=t", query="token")[1] is None


@pytest.mark.parametrize("query", [None, "", "other", "Token", "toke"])
def test_token_in_the_query_is_ignored_unless_configured(query: str | None) -> None:
    assert token_of(url=f"{URL}?token=t&=u", query=query) is None


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ("token=t&token=u", "t"),
        ("a=1&token=t", "t"),
        ("%74oken=t", "t"),
        ("token=a%2Eb", "a.b"),
        ("token=", None),
        ("token", None),
        ("", None),
        ("a=1#token=t", None),
        ("a=1;token=t", None),
        ("xtoken=t", None),
    ],
)
def test_first_query_value_is_used(query: str, token: str | None) -> None:
    assert token_of(url=f"{URL}?{query}", query="token") == (token and f"Bearer {token}")


def test_query_parameters_never_become_other_headers() -> None:
    url = f"{URL}?token=t&cookie=__session%3Dx&origin={ORIGIN}&authorization=Bearer+u&host=x"

    request, _ = read(COOKIE, ("origin", "https://evil.example"), url=url, query="token")

    assert request.headers.get("authorization") == "Bearer t"
    assert request.headers.get("cookie") is None
    assert request.headers.get("host") == "app.example"


def test_line_break_in_the_query_adds_no_header() -> None:
    url = f"{URL}?token=t%0D%0Acookie:%20__session=x"

    names = [name for name, _ in read(url=url, query="token")[0].headers]

    assert names == ["host", "sec-fetch-dest", "authorization"]


def test_query_with_too_many_parameters_is_ignored() -> None:
    many = "&".join(f"p{number}=1" for number in range(98))

    assert token_of(url=f"{URL}?{many}&token=t", query="token") == "Bearer t"
    assert token_of(url=f"{URL}?{many}&q=1&r=1&token=t", query="token") is None
    assert token_of(url=f"{URL}?token=t{'&' * 1_000_000}", query="token") is None


# Precedence


def test_authorization_header_takes_precedence() -> None:
    headers = (("authorization", "Bearer h"), offering("clerk", "s"))

    request, accepted = read(*headers, url=f"{URL}?token=q", query="token", subprotocol="clerk")

    assert request.headers.get("authorization") == "Bearer h"
    # A browser that offered a subprotocol closes the connection if none is accepted.
    assert accepted == "clerk"


def test_subprotocol_token_takes_precedence_over_the_query() -> None:
    found = token_of(
        offering("clerk", "s"), url=f"{URL}?token=q", query="token", subprotocol="clerk"
    )

    assert found == "Bearer s"


@pytest.mark.parametrize("foreign", ["Basic dTpw", "", "Digest a b"])
def test_other_authorization_scheme_does_not_hide_other_tokens(foreign: str) -> None:
    header = ("Authorization", foreign)

    assert token_of(header, offering("clerk", "s"), subprotocol="clerk") == "Bearer s"
    assert token_of(header, url=f"{URL}?token=q", query="token") == "Bearer q"
    assert token_of(header) == foreign


def test_other_subprotocols_are_kept() -> None:
    assert without_token("clerk, eyJ.a.b", "clerk") == "clerk"
    assert without_token("chat,clerk ,\teyJ.a.b, v2", "clerk") == "chat, clerk, v2"
