from __future__ import annotations

from collections import Counter

import pytest

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.jwt import Jwt, decode
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from tests.support import ISSUER, NOW, SECRET_KEY, mint, publishable_key, settings

SUFFIX = settings().cookie_suffix


def credentials_of(
    headers: dict[str, str] | None = None,
    url: str = "http://localhost:5000/",
    method: str = "GET",
    given: Settings | None = None,
) -> Credentials:
    request = Request(method, url, (headers or {}).items())
    return Credentials(request, given or settings(), NOW, decode)


def with_cookies(**cookies: str) -> Credentials:
    return credentials_of(
        {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    )


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_token_is_read_from_the_authorization_header(name: str) -> None:
    assert credentials_of({name: "Bearer a.b.c"}).token_in_header == "a.b.c"
    assert credentials_of({name: "a.b.c"}).token_in_header == "a.b.c"
    assert credentials_of({name: "  Bearer a.b.c\t"}).token_in_header == "a.b.c"
    assert credentials_of({name: "Bearer a.b.c and more"}).token_in_header == "a.b.c"


@pytest.mark.parametrize(
    "value", ["", " ", "\t", "Basic dXNlcjpwYXNz", "Digest username=x", "bearer a.b.c", "Token x"]
)
def test_other_authorization_schemes_do_not_hide_the_cookie(value: str) -> None:
    credentials = credentials_of({"Authorization": value, "Cookie": f"__session={mint()}"})
    assert credentials.token_in_header is None
    assert credentials.session_token == mint()


def test_missing_authorization_header_has_no_token() -> None:
    assert credentials_of().token_in_header is None
    assert credentials_of().session_token is None


def test_cookie_takes_precedence_over_the_header() -> None:
    both = credentials_of({"Authorization": "Bearer a.b.c", "Cookie": f"__session={mint()}"})
    assert both.session_token == mint()
    assert credentials_of({"Authorization": "Bearer a.b.c"}).session_token == "a.b.c"


def test_cookies_are_ignored_without_a_publishable_key() -> None:
    bare = Settings(secret_key=SECRET_KEY)
    cookies = {"Cookie": f"__session={mint()}; __client_uat=1; __refresh_=x; __clerk_handshake=y"}
    credentials = credentials_of(cookies, given=bare)
    assert credentials.cookies.get("__session") is None
    assert not credentials.uses_suffixed_cookies
    assert credentials.session_token_in_cookie is None
    assert credentials.refresh_token_in_cookie is None
    assert credentials.handshake_token is None
    assert credentials.client_uat == 0
    # The instance type is unknown, so it is treated as production.
    assert credentials.instance_type == "production"
    assert not credentials.is_development


def test_publishable_key_determines_the_instance_type() -> None:
    assert credentials_of().is_development
    live = settings(publishable_key=publishable_key(kind="live"))
    assert credentials_of(given=live).instance_type == "production"


def test_suffixed_cookies_are_used_as_a_set() -> None:
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


def test_unsuffixed_cookies_are_used_as_a_set() -> None:
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
def test_similar_cookie_of_another_application_is_ignored(other: str) -> None:
    credentials = credentials_of({"Cookie": f"{other}=theirs; __session={mint()}; __client_uat=1"})
    assert credentials.session_token_in_cookie == mint()
    assert credentials_of({"Cookie": f"{other}=theirs"}).session_token_in_cookie is None


def test_refresh_token_is_read_only_from_the_suffixed_cookie() -> None:
    assert with_cookies(**{f"__refresh_{SUFFIX}": "r"}).refresh_token_in_cookie == "r"
    assert with_cookies(__refresh="r").refresh_token_in_cookie is None
    assert with_cookies(**{f"__refresh_{SUFFIX}": ""}).refresh_token_in_cookie is None


def test_empty_cookie_counts_as_missing() -> None:
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
def test_client_uat_is_a_leading_integer_or_zero(value: str, expected: float) -> None:
    assert with_cookies(__client_uat=value).client_uat == expected


def test_long_client_uat_does_not_crash() -> None:
    assert with_cookies(__client_uat="9" * 5000).client_uat > NOW


def test_handshake_and_dev_browser_are_read_from_query_or_cookie() -> None:
    names = ("__clerk_handshake", "__clerk_handshake_nonce", "__clerk_db_jwt")

    def read(credentials: Credentials) -> tuple[str | None, ...]:
        return (
            credentials.handshake_token,
            credentials.handshake_nonce,
            credentials.dev_browser_token,
        )

    in_query = "http://localhost/?" + "&".join(f"{name}=q" for name in names)
    in_cookies = {"Cookie": "; ".join(f"{name}=c" for name in names)}
    assert read(credentials_of()) == (None,) * 3
    assert read(credentials_of(in_cookies)) == ("c",) * 3
    assert read(credentials_of(url=in_query)) == ("q",) * 3
    assert read(credentials_of(in_cookies, url=in_query)) == ("q",) * 3
    assert read(credentials_of(in_cookies, url=in_query.replace("=q", "="))) == ("c",) * 3
    assert read(credentials_of({"Cookie": "; ".join(f"{name}=" for name in names)})) == (None,) * 3


def test_malformed_url_is_none() -> None:
    credentials = credentials_of(url="http://")
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
def test_first_query_parameter_of_a_name_is_used(query: str, value: str | None) -> None:
    assert credentials_of(url=f"http://localhost/{query}").query("__clerk_db_jwt") == value


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
def test_redirect_count_is_a_small_number(count: str, expected: int) -> None:
    assert with_cookies(__clerk_redirect_count=count).redirect_count == expected


def test_redirect_count_starts_at_zero() -> None:
    assert credentials_of().redirect_count == 0


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
def test_navigation_is_recognised_by_mode_destination_or_accept(
    headers: dict[str, str], expected: bool
) -> None:
    for method in ("GET", "POST"):
        assert credentials_of(headers, method=method).is_navigation is expected
    assert credentials_of(headers).asks_for_document is expected
    assert not credentials_of(headers, method="POST").asks_for_document
    for method in ("HEAD", "PUT", "DELETE", "OPTIONS"):
        assert not credentials_of(headers, method=method).is_navigation


@pytest.mark.parametrize("destination", ["document", "embed", "frame", "iframe", "object"])
def test_navigation_destinations_of_the_fetch_standard_are_recognised(destination: str) -> None:
    headers = {"Sec-Fetch-Dest": destination, "Sec-Fetch-Mode": "navigate"}
    assert credentials_of(headers).is_navigation


def test_navigation_forwarded_by_a_service_worker_is_recognised() -> None:
    headers = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
    assert credentials_of(headers).is_navigation
    assert credentials_of(headers).is_document_navigation


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
def test_same_origin_is_determined_from_browser_headers(
    headers: dict[str, str], expected: bool
) -> None:
    assert credentials_of(headers, url="http://localhost/form").is_same_origin is expected


def test_request_without_a_valid_url_is_not_same_origin() -> None:
    assert not credentials_of({"Origin": "http://localhost"}, url="http://").is_same_origin


def test_each_token_is_decoded_once() -> None:
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


def test_repr_hides_tokens() -> None:
    headers = {"Authorization": "Bearer s3cr3t", "Cookie": "__session=s3cr3t"}
    credentials = credentials_of(headers, url="http://localhost/?__clerk_db_jwt=s3cr3t")
    assert credentials.session_token == "s3cr3t"
    assert "s3cr3t" not in repr(credentials)


@pytest.mark.parametrize(
    ("cookie", "seconds"),
    [("17", 17), (" 17", 17), ("17.9", 17), ("17abc", 17), ("-1", -1), ("\x1f0", 0), ("abc", 0)],
)
def test_client_uat_may_have_trailing_text(cookie: str, seconds: float) -> None:
    request = Request("GET", "http://localhost/", [("cookie", f"__client_uat={cookie}")])
    assert Credentials(request, settings(), NOW, decode).client_uat == seconds
