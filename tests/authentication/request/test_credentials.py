from __future__ import annotations

from collections import Counter

import pytest

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.jwt import Jwt, decode
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from tests.support import ISSUER, NOW, SECRET_KEY, mint, publishable_key, settings

SUFFIX = settings().cookie_suffix


def carried(
    headers: dict[str, str] | None = None,
    url: str = "http://localhost:5000/",
    method: str = "GET",
    given: Settings | None = None,
) -> Credentials:
    request = Request(method, url, (headers or {}).items())
    return Credentials(request, given or settings(), NOW, decode)


def with_cookies(**cookies: str) -> Credentials:
    return carried({"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())})


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_the_token_of_the_header_is_found(name: str) -> None:
    assert carried({name: "Bearer a.b.c"}).token_in_header == "a.b.c"
    assert carried({name: "a.b.c"}).token_in_header == "a.b.c"
    assert carried({name: "  Bearer a.b.c\t"}).token_in_header == "a.b.c"
    assert carried({name: "Bearer a.b.c and more"}).token_in_header == "a.b.c"


@pytest.mark.parametrize(
    "value", ["", " ", "\t", "Basic dXNlcjpwYXNz", "Digest username=x", "bearer a.b.c", "Token x"]
)
def test_what_is_somebody_elses_does_not_block_the_cookie(value: str) -> None:
    credentials = carried({"Authorization": value, "Cookie": f"__session={mint()}"})
    assert credentials.token_in_header is None
    assert credentials.session_token == mint()


def test_without_a_header_there_is_no_token() -> None:
    assert carried().token_in_header is None
    assert carried().session_token is None


def test_the_cookie_goes_before_the_header() -> None:
    both = carried({"Authorization": "Bearer a.b.c", "Cookie": f"__session={mint()}"})
    assert both.session_token == mint()
    assert carried({"Authorization": "Bearer a.b.c"}).session_token == "a.b.c"


def test_without_a_publishable_key_cookies_are_not_read() -> None:
    bare = Settings(secret_key=SECRET_KEY)
    cookies = {"Cookie": f"__session={mint()}; __client_uat=1; __refresh_=x; __clerk_handshake=y"}
    credentials = carried(cookies, given=bare)
    assert credentials.cookies.get("__session") is None
    assert not credentials.uses_suffixed_cookies
    assert credentials.session_token_in_cookie is None
    assert credentials.refresh_token_in_cookie is None
    assert credentials.handshake_token is None
    assert credentials.client_uat == 0
    # Nothing says that it is a development instance, so it is judged as production.
    assert credentials.instance_type == "production"
    assert not credentials.is_development


def test_the_publishable_key_says_which_kind_of_instance_it_is() -> None:
    assert carried().is_development
    live = settings(publishable_key=publishable_key(kind="live"))
    assert carried(given=live).instance_type == "production"


def test_cookies_with_the_suffix_count_all_together() -> None:
    credentials = with_cookies(
        __session=mint({"iss": "https://clerk.other.example"}),
        __client_uat="1",
        __clerk_db_jwt="theirs",
        **{
            f"__session_{SUFFIX}": mint(),
            f"__client_uat_{SUFFIX}": "1700000000",
            f"__clerk_db_jwt_{SUFFIX}": "ours",
        },
    )
    assert credentials.uses_suffixed_cookies
    assert credentials.session_token_in_cookie == mint()
    assert credentials.client_uat == 1700000000
    assert credentials.dev_browser_token == "ours"


def test_cookies_without_the_suffix_count_all_together() -> None:
    credentials = with_cookies(
        __session=mint(),
        __client_uat="1",
        __clerk_db_jwt="ours",
        **{f"__session_{SUFFIX}": mint({"iat": 1}), f"__clerk_db_jwt_{SUFFIX}": "old"},
    )
    assert not credentials.uses_suffixed_cookies
    assert credentials.session_token_in_cookie == mint()
    assert credentials.dev_browser_token == "ours"


@pytest.mark.parametrize("other", ["__sessionid", "__session_xxxxxxxx", "__session_"])
def test_another_applications_session_placed_first_is_not_taken(other: str) -> None:
    credentials = carried({"Cookie": f"{other}=theirs; __session={mint()}; __client_uat=1"})
    assert credentials.session_token_in_cookie == mint()
    assert carried({"Cookie": f"{other}=theirs"}).session_token_in_cookie is None


def test_the_refresh_token_is_read_with_the_suffix_only() -> None:
    assert with_cookies(**{f"__refresh_{SUFFIX}": "r"}).refresh_token_in_cookie == "r"
    assert with_cookies(__refresh="r").refresh_token_in_cookie is None
    assert with_cookies(**{f"__refresh_{SUFFIX}": ""}).refresh_token_in_cookie is None


def test_an_empty_cookie_is_an_absent_one() -> None:
    credentials = with_cookies(__session="", __client_uat="", __clerk_db_jwt="")
    assert credentials.session_token_in_cookie is None
    assert credentials.client_uat == 0
    assert credentials.dev_browser_token is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0),
        ("1700000000", 1700000000),
        ("12x", 12),
        ("-5", -5),
        ("+7", 7),
        ("x12", 0),
        ("NaN", 0),
        ("Infinity", 0),
        ("1e9", 1),
        ("٤", 0),
        ("%20%209", 9),
    ],
)
def test_the_client_uat_is_a_leading_integer_or_zero(value: str, expected: float) -> None:
    assert with_cookies(__client_uat=value).client_uat == expected


def test_a_client_uat_of_any_length_crashes_nothing() -> None:
    assert with_cookies(__client_uat="9" * 5000).client_uat > NOW


def test_handshakes_and_browsers_come_in_the_query_or_in_a_cookie() -> None:
    names = ("__clerk_handshake", "__clerk_handshake_nonce", "__clerk_db_jwt")

    def read(credentials: Credentials) -> tuple[str | None, ...]:
        return (
            credentials.handshake_token,
            credentials.handshake_nonce,
            credentials.dev_browser_token,
        )

    in_query = "http://localhost/?" + "&".join(f"{name}=q" for name in names)
    in_cookies = {"Cookie": "; ".join(f"{name}=c" for name in names)}
    assert read(carried()) == (None,) * 3
    assert read(carried(in_cookies)) == ("c",) * 3
    assert read(carried(url=in_query)) == ("q",) * 3
    assert read(carried(in_cookies, url=in_query)) == ("q",) * 3
    assert read(carried(in_cookies, url=in_query.replace("=q", "="))) == ("c",) * 3
    assert read(carried({"Cookie": "; ".join(f"{name}=" for name in names)})) == (None,) * 3


def test_a_malformed_url_is_none() -> None:
    credentials = carried(url="http://")
    assert credentials.url is None
    assert credentials.query("__clerk_db_jwt") is None


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("", None),
        ("?", None),
        ("?x=__clerk_db_jwt", None),
        ("?__clerk_db_jwt", ""),
        ("?__clerk_db_jwt=", ""),
        ("?__clerk_db_jwt=a&__clerk_db_jwt=b", "a"),
        ("?a=1&__clerk_db_jwt=%C3%A4+x&b=2", "ä x"),
        ("?__clerk%5Fdb_jwt=a", "a"),
        ("?%5F%5F%63lerk%5Fdb%5Fjwt=a", "a"),
        ("?__clerk_db_jwt=a#__clerk_db_jwt=b", "a"),
        ("#?__clerk_db_jwt=a", None),
        ("?__clerk_db_jwt=a?b", "a?b"),
        ("?__clerk_db_jwt_x=a", None),
    ],
)
def test_a_query_value_is_the_first_one_of_its_name(query: str, value: str | None) -> None:
    assert carried(url=f"http://localhost/{query}").query("__clerk_db_jwt") == value


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        ("", 0),
        ("0", 0),
        ("3", 3),
        ("999", 999),
        ("1000", 0),
        ("-1", 0),
        ("²", 0),
        ("٣", 0),
        ("x", 0),
    ],
)
def test_the_redirect_count_is_a_small_number(count: str, expected: int) -> None:
    assert with_cookies(__clerk_redirect_count=count).redirect_count == expected


def test_the_redirect_count_starts_at_zero() -> None:
    assert carried().redirect_count == 0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Sec-Fetch-Dest": "document"}, True),
        ({"Sec-Fetch-Dest": "iframe"}, True),
        ({"Sec-Fetch-Dest": "empty", "Accept": "text/html"}, False),
        ({"Sec-Fetch-Dest": "image", "Accept": "text/html"}, False),
        ({"Sec-Fetch-Dest": "websocket", "Sec-Fetch-Mode": "navigate"}, False),
        ({"Sec-Fetch-Dest": "", "Accept": "text/html"}, True),
        ({"Sec-Fetch-Mode": "navigate"}, True),
        ({"Sec-Fetch-Mode": "cors", "Accept": "text/html"}, False),
        ({"Sec-Fetch-Mode": "same-origin", "Sec-Fetch-Dest": "document"}, False),
        ({"Accept": "text/html,application/xhtml+xml"}, True),
        ({"Accept": "application/json, text/html"}, False),
        ({"Accept": "*/*"}, False),
        ({}, False),
    ],
)
def test_a_navigation_is_recognised_by_its_mode_its_destination_or_what_it_accepts(
    headers: dict[str, str], expected: bool
) -> None:
    for method in ("GET", "POST"):
        assert carried(headers, method=method).is_navigation is expected
    assert carried(headers).asks_for_document is expected
    assert not carried(headers, method="POST").asks_for_document
    for method in ("HEAD", "PUT", "DELETE", "OPTIONS"):
        assert not carried(headers, method=method).is_navigation


@pytest.mark.parametrize("destination", ["document", "embed", "frame", "iframe", "object"])
def test_every_destination_of_the_fetch_standard_is_a_navigation(destination: str) -> None:
    headers = {"Sec-Fetch-Dest": destination, "Sec-Fetch-Mode": "navigate"}
    assert carried(headers).is_navigation


def test_a_navigation_that_a_service_worker_forwards_is_one() -> None:
    headers = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
    assert carried(headers).is_navigation
    assert carried(headers).is_document_navigation


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "https://localhost"}, True),
        ({"Origin": "http://localhost:8000"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://a.example", "X-Forwarded-Host": "a.example"}, True),
        ({"Referer": "http://localhost/"}, False),
        ({}, False),
    ],
)
def test_a_request_is_of_the_same_origin_where_the_browser_says_so(
    headers: dict[str, str], expected: bool
) -> None:
    assert carried(headers, url="http://localhost/form").is_same_origin is expected


def test_what_has_no_url_is_of_no_origin() -> None:
    assert not carried({"Origin": "http://localhost"}, url="http://").is_same_origin


def test_each_part_is_read_once() -> None:
    decoded: Counter[str] = Counter()

    def counting(token: str) -> Jwt:
        decoded[token] += 1
        return decode(token)

    cookies = f"__session={mint()}; __client_uat=1; __client_uat_{SUFFIX}=1"
    credentials = Credentials(
        Request("GET", "http://localhost/", [("Cookie", cookies)]), settings(), NOW, counting
    )
    for _ in range(3):
        assert credentials.session_token == mint({"iss": ISSUER})
        assert credentials.client_uat == 1
        assert credentials.dev_browser_token is None
        assert credentials.decode(mint()) is credentials.decode(mint())
    assert decoded == {mint(): 1}


def test_a_repr_shows_no_token() -> None:
    headers = {"Authorization": "Bearer s3cr3t", "Cookie": "__session=s3cr3t"}
    credentials = carried(headers, url="http://localhost/?__clerk_db_jwt=s3cr3t")
    assert credentials.session_token == "s3cr3t"
    assert "s3cr3t" not in repr(credentials)


@pytest.mark.parametrize(
    ("cookie", "seconds"),
    [("17", 17), (" 17", 17), ("17.9", 17), ("17abc", 17), ("-1", -1), ("\x1f0", 0), ("abc", 0)],
)
def test_the_leading_integer_of_client_uat_counts_and_nothing_else_breaks_it(
    cookie: str, seconds: float
) -> None:
    request = Request("GET", "http://localhost/", [("cookie", f"__client_uat={cookie}")])
    assert Credentials(request, settings(), NOW, decode).client_uat == seconds
