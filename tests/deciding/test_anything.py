"""Whatever comes in: a decision, never an error, and nobody is signed in by a forgery."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import Any

from hypothesis import example, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from clerk_core import Keyring, SignedIn
from clerk_core.answering.access import refuse_access
from clerk_core.reading.jwt import MalformedJwtError, decode
from clerk_core.words.errors import ConfigurationError, TransportError
from clerk_core.words.flow import Flow, run
from clerk_core.words.messages import HttpRequest, HttpResponse, Request
from clerk_core.words.settings import Settings
from tests.deciding.support import (
    DEVELOPMENT,
    NAMELESS,
    ORIGIN,
    PRODUCTION,
    SUFFIX,
    State,
    cookie_header,
    deciding,
    handshake_token,
)
from tests.support import (
    ABSENT,
    KID,
    NOW,
    SESSION_CATEGORY,
    key_set,
    mint,
    other_rsa_key,
    publishable_key,
    session_claims,
    settings,
    sign,
    tampered,
)

REMOTE = settings(jwt_key=None)
EVERY_SETTINGS = [
    DEVELOPMENT,
    PRODUCTION,
    NAMELESS,
    REMOTE,
    settings(jwt_key=None, publishable_key=publishable_key(kind="live")),
    settings(proxy_url="/__clerk", sign_in_url="/sign-in", authorized_parties=ORIGIN),
    settings(secret_key=None, issuer="https://x", audience="a"),
]

# What a server hands over: the bytes of a header, decoded as Latin-1.
LATIN = st.characters(max_codepoint=0xFF)
TEXT = st.text(LATIN, max_size=40)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=()), max_size=12)
    | st.sampled_from(["o:a,u:b", "1,2", "org:admin", "read,write", "pending", "user_1", "9" * 99]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
CLAIM_NAMES = st.sampled_from(
    [
        "sub",
        "sid",
        "sts",
        "exp",
        "iat",
        "nbf",
        "iss",
        "azp",
        "aud",
        "v",
        "o",
        "fea",
        "pla",
        "fva",
        "act",
        "org_id",
        "org_slug",
        "org_role",
        "org_permissions",
        "handshake",
    ]
)
ORGANIZATION = st.dictionaries(st.sampled_from(["id", "slg", "rol", "per", "fpm"]), JSON)
CLAIMS = st.dictionaries(CLAIM_NAMES, JSON, max_size=6)
# Only exotic claims, so that most of these tokens do sign in.
DECORATION = st.fixed_dictionaries(
    {"v": st.sampled_from([1, 2, 2.0, "2", None])},
    optional={
        "o": ORGANIZATION | JSON,
        "fea": JSON,
        "pla": JSON,
        "fva": JSON | st.lists(st.integers(-2, 20), min_size=2, max_size=2),
        "act": JSON,
        "sid": JSON,
        "sts": JSON,
        "org_id": JSON,
        "org_role": JSON,
        "org_permissions": JSON,
        "metadata": JSON,
    },
)
HEADER_PARAMETERS = st.dictionaries(
    st.sampled_from(["alg", "typ", "cat", "kid", "crit"]), JSON, max_size=2
)
GOOD = [mint(), mint({"exp": NOW - 60}), mint({"sts": "pending"})]
FORGED = [
    tampered(mint()),
    mint(key=other_rsa_key()),
    mint(header={"alg": "none"}).rpartition(".")[0] + ".",
    mint(header={"cat": "cl_B7d4PD222AAA"}),
    mint({"sub": ABSENT}),
]
HANDSHAKES = [
    handshake_token(f"__session={mint()}; Path=/", "a=b\r\nc: d"),
    handshake_token(f"__session={tampered(mint())}"),
    handshake_token(7, None),
    sign('{"alg":"RS256"}', '{"handshake":["__session=x"]}', other_rsa_key()),
]
NAMES = [
    "__session",
    "__client_uat",
    "__clerk_db_jwt",
    "__clerk_handshake",
    "__clerk_handshake_nonce",
    "__clerk_redirect_count",
    "__refresh",
]
COOKIE_NAMES = st.sampled_from([*NAMES, *(f"{name}_{SUFFIX}" for name in NAMES)]) | TEXT
VALUES = (
    st.sampled_from(
        [*GOOD, *FORGED, *HANDSHAKES, "0", str(int(NOW) - 20), "3", "n", "%FF", "%C3%A9%00"]
    )
    | TEXT
)
COOKIES = st.lists(st.tuples(COOKIE_NAMES, VALUES), max_size=6).map(
    lambda pairs: ";".join(f"{name}={value}" for name, value in pairs)
)
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES) | TEXT, VALUES | TEXT), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
URLS = (
    st.builds(lambda path, query: f"{ORIGIN}/{path}?{query}", TEXT, QUERIES)
    | TEXT
    | st.sampled_from(["", "http://", "//x", "http://[::1]/", "https://x:99999/", "javascript:1"])
)
HEADER_NAMES = st.sampled_from(
    [
        "authorization",
        "Cookie",
        "host",
        "x-forwarded-host",
        "x-forwarded-proto",
        "sec-fetch-dest",
        "accept",
    ]
)
HEADERS = st.lists(
    st.tuples(HEADER_NAMES, TEXT | VALUES)
    | st.tuples(st.just("cookie"), COOKIES)
    | st.tuples(st.just("Authorization"), VALUES.map(lambda value: f"Bearer {value}"))
    | st.just(("sec-fetch-dest", "document"))
    | st.tuples(TEXT, TEXT),
    max_size=6,
)
WILD = st.builds(Request, st.sampled_from(["GET", "POST", "HEAD"]) | TEXT, URLS, HEADERS)

# What browsers do send, with one or another part of it wrong.
TOKENS = st.sampled_from([*GOOD, *GOOD, *FORGED]) | TEXT
TIMES = st.sampled_from([str(int(NOW) - 20), str(int(NOW) - 20), "0", str(int(NOW))]) | TEXT
RETURNING = st.fixed_dictionaries(
    {},
    optional={
        "__clerk_handshake": st.sampled_from(HANDSHAKES) | TEXT,
        "__clerk_handshake_nonce": st.sampled_from(["n", "%FF", "%C3%A9%00"]) | TEXT,
        "__clerk_db_jwt": st.sampled_from(["", "dvb_2", "%ED%B2%80"]),
    },
)
ONE_SET = st.fixed_dictionaries(
    {"__clerk_db_jwt": st.sampled_from(["dvb_1", "dvb_1", ""])},
    optional={"__session": TOKENS, "__client_uat": TIMES},
)
SEVERAL_SETS = st.builds(
    lambda plain, suffixed, rest: {
        **plain,
        **{f"{name}_{SUFFIX}": value for name, value in suffixed.items()},
        **rest,
    },
    ONE_SET,
    ONE_SET | st.just({}),
    st.fixed_dictionaries(
        {},
        optional={
            "__clerk_redirect_count": st.sampled_from(["1", "3", "x"]),
            "__clerk_handshake": st.sampled_from(HANDSHAKES),
        },
    ),
)
DESTINATIONS = st.sampled_from(["document", "document", "empty", "iframe", ""])
LIKELY = st.builds(
    lambda method, query, destination, cookies: Request(
        method,
        f"{ORIGIN}/?{'&'.join(f'{name}={value}' for name, value in query.items())}",
        [("sec-fetch-dest", destination), ("cookie", cookie_header(cookies))],
    ),
    st.sampled_from(["GET", "GET", "GET", "POST"]),
    RETURNING | st.just({}),
    DESTINATIONS,
    SEVERAL_SETS,
)
REQUESTS = LIKELY | LIKELY | WILD
DOCUMENTS = JSON | st.builds(lambda value: {"directives": value, "keys": value}, JSON)
ANSWERS = st.builds(
    HttpResponse,
    st.sampled_from([200, 204, 301, 400, 401, 404, 422, 429, 500, 503, 599]),
    st.just(()),
    DOCUMENTS.map(lambda document: json.dumps(document).encode()) | st.binary(max_size=20),
) | st.builds(TransportError, TEXT)
QUESTIONS = st.dictionaries(
    st.sampled_from(["role", "permission", "feature", "plan", "reverification"]), JSON
)


def taken(request: Request, using: Settings, answers: list[HttpResponse | TransportError]) -> State:
    """The state of a request, decided with these answers and no network after them."""
    remaining = list(answers)

    def send(_: HttpRequest) -> HttpResponse:
        answer = remaining.pop(0) if remaining else TransportError("No answer.")
        if isinstance(answer, TransportError):
            raise answer
        return answer

    flow: Flow[State] = deciding(request, using, Keyring())
    return run(flow, send)


def assert_sound(state: State) -> None:
    """What holds of every state: headers that a server can send, and a consistent Auth object."""
    for name, value in state.headers:
        assert type(name) is str
        assert type(value) is str
        assert name == name.lower()
        assert value.isascii()
        assert all(character.isprintable() for character in name + value)
    assert state.redirect is None or state.redirect.startswith(("http://", "https://"))
    assert isinstance(state, SignedIn) is state.is_authenticated is (state.token is not None)
    assert (state.reason is None) is state.is_authenticated
    if isinstance(state, SignedIn):
        assert is_genuine(state.token)


def is_genuine(token: str) -> bool:
    """Whether signing the same text again gives the same token (RS256 has no randomness)."""
    try:
        jwt = decode(token)
    except MalformedJwtError:
        return False
    return token.rstrip("=") == sign_again(jwt.signing_input)


def sign_again(signing_input: bytes) -> str:
    header, claims = (
        base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)).decode()
        for part in signing_input.split(b".")
    )
    return sign(header, claims)


def read_everything(state: State) -> None:
    """Read all that an application may read."""
    for auth in (state.auth(), state.auth(treat_pending_as_signed_out=False)):
        assert auth.is_authenticated in (True, False)
        assert auth.user_id is None or type(auth.user_id) is str
        for text in (auth.session_id, auth.session_status, auth.org_id, auth.org_slug):
            assert text is None or type(text) is str
        assert auth.org_role is None or type(auth.org_role) is str
        permissions = auth.org_permissions
        assert permissions is None or all(type(one) is str for one in permissions)
        assert auth.actor is None or type(auth.actor) is dict
        assert auth.session_claims is None or type(auth.session_claims) is dict
        ages = auth.factor_verification_age
        assert ages is None or len(ages) == 2
        assert repr(auth)
        assert auth.has() is False
    assert repr(state)


@bounded(max_examples=300, deadline=None)
@given(REQUESTS, st.sampled_from(EVERY_SETTINGS), st.lists(ANSWERS, max_size=3))
def test_any_request_with_any_answers_is_decided(
    request: Request, using: Settings, answers: list[HttpResponse | TransportError]
) -> None:
    state = taken(request, using, answers)
    assert_sound(state)
    read_everything(state)


@bounded(max_examples=200, deadline=None)
@given(REQUESTS, st.sampled_from(EVERY_SETTINGS))
def test_any_request_is_refused_or_let_pass(request: Request, using: Settings) -> None:
    state = taken(request, using, [key_set()])
    refusal = refuse_access(state, {})
    assert (refusal is None) is state.auth().is_authenticated
    if refusal is not None:
        assert refusal.status in (307, 401, 503)
        for name, value in refusal.headers:
            assert (name + value).isascii()
            assert (name + value).isprintable()


@bounded(max_examples=150, deadline=None)
@given(CLAIMS, HEADER_PARAMETERS, st.sampled_from([DEVELOPMENT, PRODUCTION, EVERY_SETTINGS[6]]))
def test_any_signed_claims_are_judged(
    claims: dict[str, object], header: dict[str, object], using: Settings
) -> None:
    token = mint(claims, header)
    for headers in (
        [("authorization", f"Bearer {token}")],
        [("cookie", f"__clerk_db_jwt=d; __client_uat=5; __session={token}")],
    ):
        state = taken(Request("GET", ORIGIN, headers), using, [])
        assert_sound(state)
        read_everything(state)


@bounded(max_examples=250, deadline=None)
@given(DECORATION, QUESTIONS)
@example({"v": 2, "o": {"id": "org_1", "rol": "admin", "per": "a", "fpm": "9" * 5000}}, {})
def test_any_decoration_of_a_good_session_is_read_and_asked_about(
    claims: dict[str, object], question: dict[str, Any]
) -> None:
    header = json.dumps({"alg": "RS256", "cat": SESSION_CATEGORY, "kid": KID})
    token = sign(header, json.dumps(session_claims(claims)))
    state = taken(Request("GET", ORIGIN, [("authorization", token)]), DEVELOPMENT, [])
    assert isinstance(state, SignedIn)
    read_everything(state)
    auth = state.auth(treat_pending_as_signed_out=False)
    assert auth.has(**question) in (True, False)
    parts = [auth.has(**{name: asked}) for name, asked in question.items()]
    assert auth.has(**question) is (bool(parts) and all(parts))


@bounded(max_examples=150, deadline=None)
@given(st.lists(JSON, max_size=4), st.booleans())
def test_any_directives_of_a_handshake_are_taken_in(
    directives: list[object], is_production: bool
) -> None:
    using = PRODUCTION if is_production else DEVELOPMENT
    answer = HttpResponse(200, (), json.dumps({"directives": directives}).encode())
    state = taken(Request("GET", f"{ORIGIN}/?__clerk_handshake_nonce=n"), using, [answer])
    assert_sound(state)
    token = handshake_token(*directives)
    assert_sound(taken(Request("GET", f"{ORIGIN}/?__clerk_handshake={token}"), using, []))


@bounded(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_pem_is_a_key_or_a_mistake_of_the_configuration(pem: str) -> None:
    request = Request("GET", ORIGIN, [("authorization", mint())])
    with suppress(ConfigurationError):
        assert not taken(request, settings(jwt_key=pem), []).is_authenticated
