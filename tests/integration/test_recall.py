"""A recalled result equals a new authentication, for any request, settings and time."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clerk_core import Keyring, Observer, Options, RequestState, asgi, hookimpl, wsgi
from clerk_core._authentication.response.request_flows import Authenticator, RequestFlows
from clerk_core._authentication.steps.authenticate import decide
from clerk_core._authentication.steps.memory import (
    MAX_LENGTH,
    MAX_SIGNED_IN,
    MAX_SIGNED_OUT,
    RecallKey,
    ResultMemory,
    key_of_request,
)
from clerk_core._authentication.tokens.keyring import FRESH_FOR
from clerk_core._flow import run
from clerk_core._integration.asgi_request import recall_key_of_scope
from clerk_core._integration.installation import Installation
from clerk_core._integration.wsgi_request import recall_key_of_environ
from clerk_core._messages import Headers, HttpRequest, HttpResponse, Request
from clerk_core._settings.settings import Settings
from clerk_core.errors import ClerkError, TransportError
from clerk_core.testing._tokens import SECRET_KEY, bearer, public_pem, publishable_key
from tests.authentication.steps.strategies import ALL_SETTINGS, PLAUSIBLE
from tests.authentication.steps.support import (
    DEVELOPMENT,
    ORIGIN,
    SUFFIX,
    browser_cookies,
    cookie_header,
)
from tests.sample import examples
from tests.support import NOW, jwk, key_set, mint, other_rsa_key, settings

REMOTE = settings(jwt_key=None)
KEY_SETS = [key_set(), key_set(jwk(other_rsa_key())), key_set(jwk(kid="another"))]
MINUTE = 60.0


def scope_of(request: Request) -> dict[str, Any]:
    """Return the ASGI scope of a request."""
    url = urlsplit(request.url)
    return {
        "type": "http",
        "method": request.method,
        "scheme": url.scheme,
        "path": unquote(url.path),
        "raw_path": url.path.encode("utf-8"),
        "query_string": url.query.encode("utf-8"),
        "root_path": "",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
            for name, value in request.headers
        ],
        "server": ("localhost", 5000),
    }


def as_latin_1(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")


def environ_of(request: Request) -> dict[str, Any]:
    """Return the WSGI environ of a request; the last of several headers of one name is used."""
    url = urlsplit(request.url)
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": value.encode("latin-1", "replace").decode(
            "latin-1"
        )
        for name, value in request.headers
    }
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(url.path).encode("utf-8", "replace").decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "5000",
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": BytesIO(),
        **headers,
    }


class Received(NamedTuple):
    """A request of a server, with the key of its cached result."""

    key: RecallKey | None
    request: Request

    def make(self) -> Request:
        return self.request


def authenticator_at(
    now: float, using: Settings, keyring: Keyring, memory: ResultMemory
) -> Authenticator:
    return Authenticator(using, keyring, memory, lambda: now, lambda _: None, is_observed=False)


def by_asgi(request: Request) -> Received:
    scope = scope_of(request)
    return Received(recall_key_of_scope(scope), asgi.request_from_scope(scope))


def by_wsgi(request: Request) -> Received:
    environ = environ_of(request)
    return Received(recall_key_of_environ(environ), wsgi.request_from_environ(environ))


def with_headers(request: Request, *headers: tuple[str, str]) -> Request:
    names = {name for name, _ in headers}
    kept = [pair for pair in request.headers if pair[0].lower() not in names]
    return Request.received(request.method, request.url, Headers([*kept, *headers]))


CHANGED_HEADERS = st.sampled_from(
    [
        ("referer", f"{ORIGIN}/other"),
        ("referer", "https://satellite.example/"),
        ("referer", ORIGIN),
        ("accept", "text/html"),
        ("accept", "*/*"),
        ("sec-fetch-dest", "document"),
        ("sec-fetch-dest", "empty"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-mode", "cors"),
        ("host", "localhost:5000"),
        ("host", "other.example"),
        ("host", "a@b"),
        ("x-forwarded-host", "other.example"),
        ("x-forwarded-proto", "https"),
        ("authorization", f"Bearer {mint()}"),
        ("cookie", "a=1"),
        ("user-agent", "other"),
        ("upgrade", "websocket"),
    ]
)
URLS = st.sampled_from(
    ["", "/", "/orgs/acme", "/?a=1", "/?__clerk_db_jwt=x", "/?%5F_clerk_redirect_count=1"]
)
METHODS = st.sampled_from(["", "", "GET", "POST", "HEAD"])


class Step(NamedTuple):
    """How the next request differs from the first one."""

    headers: list[tuple[str, str]]
    path: str
    method: str
    seconds: float
    settings: int
    keys: int

    def request(self, first: Request) -> Request:
        changed = with_headers(first, *self.headers)
        return Request.received(
            self.method or changed.method,
            f"{ORIGIN}{self.path}" if self.path else changed.url,
            changed.headers,
        )


SECONDS = st.sampled_from([0.0, 0.0, 1.0, -1.0, -600.0, 30.0, 59.0, 61.0, 305.0, 3600.0])
STEPS = st.lists(
    st.builds(
        Step,
        st.lists(CHANGED_HEADERS, max_size=2),
        URLS,
        METHODS,
        SECONDS,
        st.sampled_from([0, 0, 0, 1]),
        st.sampled_from([0, 0, 0, 1, 2]),
    ),
    min_size=1,
    max_size=4,
)


def page(*headers: tuple[str, str]) -> Request:
    return Request("GET", f"{ORIGIN}/", [("host", "localhost:5000"), ("accept", "*/*"), *headers])


PLAIN = browser_cookies(mint())
BEARER = page(("authorization", f"Bearer {mint()}"))
COOKIES = page(("cookie", cookie_header(PLAIN)))
SUFFIXED = page(
    ("cookie", cookie_header({f"{name}_{SUFFIX}": value for name, value in PLAIN.items()}))
)
NOTHING = page(("user-agent", "any"))
FORGED = page(("authorization", f"Bearer {mint(key=other_rsa_key())}"))
RECALLED = [BEARER, COOKIES, SUFFIXED, NOTHING, FORGED]
PAIRS = st.lists(st.sampled_from([REMOTE, *ALL_SETTINGS]), min_size=2, max_size=2)


def described(state: RequestState) -> dict[str, object]:
    """Return everything an application or an observer can read from a result."""
    auth = state.auth(treat_pending_as_signed_out=False)
    return {
        "state": (type(state), state.status, state.token_type, state.token, state.headers),
        "why": (state.reason, state.message),
        "auth": (auth.user_id, auth.token_type, getattr(auth, "session_claims", None)),
        "request": state.credentials.request,
        "now": state.credentials.now,
        "debug": state.debug(),
    }


def by_hand(request: Request) -> Received:
    return Received(key_of_request(request), request)


@pytest.mark.parametrize("receive", [by_asgi, by_wsgi, by_hand], ids=["asgi", "wsgi", "by hand"])
def test_recalled_results_equal_new_results(
    receive: Callable[[Request], Received],
) -> None:
    recalled_statuses: list[str] = []

    same_again = [Step([], "", "", 0.0, 0, 0)]

    @examples(2_000)
    @example(BEARER, same_again, [DEVELOPMENT, REMOTE])
    @example(NOTHING, same_again, [DEVELOPMENT, REMOTE])
    @given(st.sampled_from(RECALLED) | PLAUSIBLE, STEPS, PAIRS)
    def check(first: Request, steps: list[Step], pair: list[Settings]) -> None:
        keyring, memory, now = Keyring(), ResultMemory(), NOW
        answer = KEY_SETS[0]

        def send(request: HttpRequest) -> HttpResponse:
            if request.url.endswith("/jwks"):
                return answer
            raise TransportError("No response.")

        for step in [Step([], "", "", 0.0, 0, 0), *steps]:
            now += step.seconds
            using, answer = pair[step.settings], KEY_SETS[step.keys]
            received = receive(step.request(first))
            authenticator = authenticator_at(now, using, keyring, memory)
            recalled = received.key and authenticator.recall(received.key, received.make)
            try:
                anew = run(decide(received.request, using, now, keyring), send)
            except ClerkError:
                assert not recalled
                continue
            if recalled:
                recalled_statuses.append(anew.status)
                assert described(recalled.flows().session) == described(anew)
                assert recalled.headers == RequestFlows(authenticator, anew).headers
            authenticator.remember(received.key, anew)

    check()
    # Both kinds of results were recalled.
    assert {"signed-in", "signed-out"} <= set(recalled_statuses)


def remembered(request: Request, using: Settings = DEVELOPMENT) -> Callable[..., bool]:
    """Authenticate a request; return a function that checks if another request is recalled."""
    keyring, memory = Keyring(), ResultMemory()
    received = by_asgi(request)

    state = run(decide(received.request, using, NOW, keyring), lambda _: KEY_SETS[0])
    authenticator_at(NOW, using, keyring, memory).remember(received.key, state)

    def is_recalled(other: Request, now: float = NOW, using: Settings = using) -> bool:
        key = by_asgi(other).key
        authenticator = authenticator_at(now, using, keyring, memory)
        return key is not None and authenticator.recall(key, lambda: other) is not None

    return is_recalled


@pytest.mark.parametrize(
    "request_", RECALLED, ids=["header", "cookies", "suffixed", "nothing", "forged"]
)
def test_same_credentials_are_recalled_on_another_page(request_: Request) -> None:
    is_recalled = remembered(request_)

    assert is_recalled(Request(request_.method, f"{ORIGIN}/other?a=1", request_.headers))
    assert is_recalled(with_headers(request_, ("user-agent", "other")))


def test_a_token_is_recalled_until_it_expires() -> None:
    token = mint({"exp": NOW + 60})
    is_recalled = remembered(with_headers(NOTHING, ("authorization", f"Bearer {token}")))
    again = with_headers(NOTHING, ("authorization", f"Bearer {token}"))

    assert is_recalled(again, NOW + 59)
    assert is_recalled(again, NOW + 64)
    assert not is_recalled(again, NOW + 65)
    assert not is_recalled(again, NOW - 1)


def test_keys_are_not_recalled_longer_than_they_are_fresh() -> None:
    token = mint({"exp": NOW + 3600})
    bearer = with_headers(NOTHING, ("authorization", f"Bearer {token}"))
    is_recalled = remembered(bearer, REMOTE)

    assert is_recalled(bearer, NOW + FRESH_FOR - 1)
    assert not is_recalled(bearer, NOW + FRESH_FOR)


def test_request_from_another_origin_is_not_recalled() -> None:
    is_recalled = remembered(COOKIES)

    assert is_recalled(with_headers(COOKIES, ("referer", f"{ORIGIN}/page")))
    assert not is_recalled(with_headers(COOKIES, ("referer", "https://satellite.example/")))


@pytest.mark.parametrize("query", ["__clerk_db_jwt=x", "%5F_clerk_db_jwt=x"])
def test_query_parameters_of_clerk_are_never_recalled(query: str) -> None:
    is_recalled = remembered(BEARER)

    assert not is_recalled(Request("GET", f"{ORIGIN}/?{query}", BEARER.headers))


def test_tenants_never_share_a_result() -> None:
    is_recalled = remembered(BEARER)

    assert is_recalled(BEARER)
    assert not is_recalled(BEARER, using=settings())


def test_signed_out_requests_do_not_evict_signed_in_users() -> None:
    memory, keyring = ResultMemory(), Keyring()
    anonymous = [with_headers(NOTHING, ("accept", f"x/{number}")) for number in range(300)]
    forged = [with_headers(FORGED, ("cookie", f"a={number}")) for number in range(300)]
    for request in (BEARER, *anonymous, *forged):
        received = by_asgi(request)
        state = run(decide(received.request, DEVELOPMENT, NOW, keyring), lambda _: KEY_SETS[0])
        assert received.key is not None
        memory.remember(received.key, state, keyring)

    assert (len(memory._signed_in), len(memory._signed_out)) == (1, MAX_SIGNED_OUT)


def test_memory_is_bounded_in_number_and_length() -> None:
    memory, keyring = ResultMemory(), Keyring()
    received = by_asgi(BEARER)
    state = run(decide(received.request, DEVELOPMENT, NOW, keyring), lambda _: KEY_SETS[0])
    for number in range(MAX_SIGNED_IN + 10):
        memory.remember(RecallKey(number, None, True), state, keyring)
    assert len(memory._signed_in) == MAX_SIGNED_IN

    long = with_headers(COOKIES, ("cookie", f"a={'x' * MAX_LENGTH}"))
    assert not remembered(long)(long)


@pytest.mark.parametrize("request_", [BEARER, COOKIES])
def test_key_does_not_show_credentials(request_: Request) -> None:
    key = by_asgi(request_).key

    assert key is not None
    assert repr(key) == "RecallKey(...)"


def installed(**options: Any) -> Installation:
    return Installation(
        publishable_key=publishable_key(), secret_key=SECRET_KEY, jwt_key=public_pem(), **options
    )


def test_observers_receive_remembered_results() -> None:
    results: list[RequestState] = []

    class Plugin:
        @hookimpl
        def clerk_observer(self) -> Observer:
            return results.append

    received = by_wsgi(with_headers(NOTHING, bearer("user_7")))
    installation = installed(plugins=[Plugin()])
    installation.request_auth(received.request, received.key)
    assert installation.recall(received.key, received.make) is not None

    assert [state.auth().user_id for state in results] == ["user_7", "user_7"]


def test_tenants_are_chosen_before_a_result_is_recalled() -> None:
    chosen: list[str | None] = []

    def options_for(request: Request) -> Options:
        chosen.append(request.headers.get("x-tenant"))
        return {"domain": f"{chosen[-1]}.example"}

    installation = installed(options_for=options_for)
    for tenant in ("a", "a", "b"):
        received = by_wsgi(with_headers(NOTHING, bearer("user_7"), ("x-tenant", tenant)))
        assert installation.recall(received.key, received.make) is None
        auth = installation.request_auth(received.request, received.key)
        assert auth.client.settings.domain == f"{tenant}.example"
        assert auth.state.credentials.settings is auth.client.settings
    assert chosen == ["a", "a", "b"]


def test_skipped_requests_are_never_recalled() -> None:
    received = by_wsgi(with_headers(NOTHING, bearer("user_7")))
    installation = installed(skip="/")
    installation.request_auth(received.request, received.key)

    assert installation.recall(received.key, received.make) is None


def test_request_is_created_only_when_the_application_reads_it() -> None:
    installation = installed()
    received = by_wsgi(with_headers(NOTHING, bearer("user_7")))
    installation.request_auth(received.request, received.key)
    made: list[Request] = []

    def make() -> Request:
        made.append(received.request)
        return received.request

    auth = installation.recall(received.key, make)
    assert auth is not None
    assert auth.auth().user_id == "user_7"
    assert auth.merge_headers([("a", "b")]) == [("a", "b")]
    assert made == []
    assert auth.state.credentials.request is received.request
    assert len(made) == 1
