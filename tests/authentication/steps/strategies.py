"""Hypothesis strategies for settings, requests, API responses and claims."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from clerk_core._authentication.request.token_kinds import AcceptsToken, TokenType
from clerk_core._messages import Headers, HttpResponse, Request
from clerk_core._settings.settings import Options
from clerk_core._settings.sources import merge_options
from clerk_core.errors import TransportError
from tests.authentication.steps.support import (
    DEVELOPMENT,
    NAMELESS,
    ORIGIN,
    PRODUCTION,
    SUFFIX,
    cookie_header,
    handshake_token,
    m2m_jwt,
    oauth_jwt,
)
from tests.support import (
    ABSENT,
    NOW,
    key_set,
    mint,
    other_rsa_key,
    publishable_key,
    settings,
    sign,
    tampered,
)

PRIMARY = "https://primary.example"
REMOTE = settings(jwt_key=None)
STRICT = settings(secret_key=None, issuer="https://x", audience="a")
LIVE: Options = {"publishable_key": publishable_key(kind="live"), "secret_key": "sk_live_x"}
SATELLITE: Options = {"is_satellite": True, "domain": "localhost", "sign_in_url": f"{PRIMARY}/in"}
PATTERNS = {
    "organization_patterns": ["/orgs/:slug", "/orgs/:slug/(.*)", "/by-id/:id", "/:id+"],
    "personal_account_patterns": ["/me", "/me{/:rest}*", "/(.*)"],
}
ALL_SETTINGS = [
    DEVELOPMENT,
    PRODUCTION,
    NAMELESS,
    REMOTE,
    settings(jwt_key=None, publishable_key=publishable_key(kind="live")),
    settings(proxy_url="/__clerk", sign_in_url="/sign-in", authorized_parties=ORIGIN),
    STRICT,
    settings(**merge_options(SATELLITE, Options(satellite_auto_sync=True))),
    settings(**merge_options(SATELLITE, Options(organization_sync_options=PATTERNS))),
    settings(**merge_options(merge_options(SATELLITE, LIVE), Options(satellite_auto_sync=True))),
    settings(
        **merge_options(merge_options(SATELLITE, LIVE), Options(proxy_url="https://p.example/x"))
    ),
    settings(organization_sync_options=PATTERNS, machine_secret_key="ak_machine"),
    settings(secret_key=None, jwt_key=None, machine_secret_key="ak_machine"),
]
KINDS: tuple[TokenType, ...] = ("session_token", "api_key", "m2m_token", "oauth_token")
ACCEPTED: st.SearchStrategy[AcceptsToken] = st.sampled_from(
    [
        *(*KINDS, "session_token", "any", "any", [], ()),
        *([one, other] for one in KINDS for other in KINDS),
        *((one,) for one in KINDS),
        list(KINDS),
    ]
)

# Servers decode the bytes of a header as Latin-1.
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
# Only optional claims, so that most of these tokens are accepted.
OPTIONAL_CLAIMS = st.fixed_dictionaries(
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
EXPIRED = mint({"exp": NOW - 60})
ACME = mint({"o": {"id": "org_acme", "slg": "acme", "rol": "admin"}})
VALID = [mint(), EXPIRED, mint({"sts": "pending"}), ACME]
OPAQUE = ["ak_1", "mt_1", "oat_1", "ak_a.b.c", "mt_\xff"]
MACHINES = [m2m_jwt(), oauth_jwt(), m2m_jwt({"exp": NOW - 60}), tampered(oauth_jwt()), *OPAQUE]
FORGED = [
    tampered(mint()),
    mint(key=other_rsa_key()),
    mint(header={"alg": "none"}).rpartition(".")[0] + ".",
    mint(header={"cat": "cl_B7d4PD222AAA"}),
    mint({"sub": ABSENT}),
    sign('{"alg":"RS256"}', '{"sid":"\\ud800","sub":"user_1"}', other_rsa_key()),
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
    "__clerk_synced",
    "__clerk_redirect_url",
]
PAGES = [f"{PRIMARY}/x?a=1", "javascript:alert(1)", "/x", "//x.example", "https://[", "about:blank"]
COOKIE_NAMES = st.sampled_from([*NAMES, *(f"{name}_{SUFFIX}" for name in NAMES)]) | TEXT
VALUES = (
    st.sampled_from(
        [
            *(*VALID, *FORGED, *MACHINES, *HANDSHAKES, *PAGES),
            *("0", str(int(NOW) - 20), "3", "n", "%FF", "%C3%A9%00", "true", "false"),
        ]
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
        "referer",
        "origin",
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
ARBITRARY = st.builds(
    Request.received,
    st.sampled_from(["GET", "POST", "HEAD"]) | TEXT,
    URLS,
    HEADERS.map(Headers),
)

# Requests of browsers with some parts changed.
TOKENS = st.sampled_from([*VALID, *VALID, *FORGED]) | TEXT
TIMES = st.sampled_from([str(int(NOW) - 20), str(int(NOW) - 20), "0", str(int(NOW))]) | TEXT
HANDSHAKE_PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "__clerk_handshake": st.sampled_from(HANDSHAKES) | TEXT,
        "__clerk_handshake_nonce": st.sampled_from(["n", "%FF", "%C3%A9%00"]) | TEXT,
        "__clerk_db_jwt": st.sampled_from(["", "dvb_2", "%ED%B2%80"]),
        "__clerk_synced": st.sampled_from(["true", "false", ""]),
        "__clerk_redirect_url": st.sampled_from(PAGES) | TEXT,
    },
)
COOKIE_SET = st.fixed_dictionaries(
    {"__clerk_db_jwt": st.sampled_from(["dvb_1", "dvb_1", ""])},
    optional={"__session": TOKENS, "__client_uat": TIMES},
)
COOKIE_SETS = st.builds(
    lambda plain, suffixed, rest: {
        **plain,
        **{f"{name}_{SUFFIX}": value for name, value in suffixed.items()},
        **rest,
    },
    COOKIE_SET,
    COOKIE_SET | st.just({}),
    st.fixed_dictionaries(
        {},
        optional={
            "__clerk_redirect_count": st.sampled_from(["1", "3", "x"]),
            "__clerk_handshake": st.sampled_from(HANDSHAKES),
            f"__refresh_{SUFFIX}": st.sampled_from(["refresh_1", "refresh_1", ""]) | TEXT,
            f"__refresh_{PRODUCTION.cookie_suffix}": st.just("refresh_1"),
        },
    ),
)
DESTINATIONS = st.sampled_from(["document", "document", "empty", "iframe", ""])
PATHS = st.sampled_from(["/", "/orgs/acme", "/orgs/other/x", "/by-id/org_1", "/me", "/a%00/é"])
EXTRAS = st.fixed_dictionaries(
    {},
    optional={
        "authorization": st.sampled_from([*VALID, *FORGED, *MACHINES]).map("Bearer {}".format),
        "referer": st.sampled_from([*PAGES, ORIGIN]) | TEXT,
        "origin": st.sampled_from([ORIGIN, PRIMARY, "null"]),
        "x-forwarded-host": st.sampled_from(["primary.example", "app.example", "["]),
    },
)
PLAUSIBLE = st.builds(
    lambda method, path, query, destination, cookies, extras: Request(
        method,
        f"{ORIGIN}{path}?{'&'.join(f'{name}={value}' for name, value in query.items())}",
        [
            ("sec-fetch-dest", destination),
            ("cookie", cookie_header(cookies)),
            *extras.items(),
        ],
    ),
    st.sampled_from(["GET", "GET", "GET", "POST"]),
    PATHS,
    HANDSHAKE_PARAMETERS | st.just({}),
    DESTINATIONS,
    COOKIE_SETS,
    EXTRAS | st.just({}),
)
REQUESTS = PLAUSIBLE | PLAUSIBLE | ARBITRARY
DIRECTIVES = st.lists(
    st.sampled_from([*VALID, *FORGED]).map("__session={}; Path=/".format) | JSON, max_size=3
)
VERIFIED = st.fixed_dictionaries(
    {"id": st.just("ak_1") | JSON, "subject": st.sampled_from(["user_1", "org_1", "mch_1"]) | JSON},
    optional={
        "scopes": JSON,
        "claims": JSON,
        "name": JSON,
        "client_id": JSON,
        "aud": JSON,
        "revoked": st.booleans() | JSON,
        "expired": st.booleans() | JSON,
    },
)
DOCUMENTS = (
    JSON
    | st.builds(lambda value: {"directives": value, "keys": value, "cookies": value}, DIRECTIVES)
    | VERIFIED
    | st.builds(lambda code: {"errors": [{"code": code, "message": code}]}, JSON)
)
RESPONSES = (
    st.builds(
        HttpResponse,
        st.sampled_from([200, 200, 200, 204, 301, 400, 401, 404, 422, 429, 500, 503, 599]),
        st.sampled_from([(), (("content-type", "application/json"),)]),
        DOCUMENTS.map(lambda document: json.dumps(document).encode()) | st.binary(max_size=20),
    )
    | st.builds(TransportError, TEXT)
    | st.just(key_set())
)
REQUIREMENTS = st.dictionaries(
    st.sampled_from(["role", "permission", "feature", "plan", "reverification"]), JSON
)
