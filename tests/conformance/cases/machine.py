"""Machine tokens: opaque ones verified by the Backend API, JWTs by the key set."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.book import (
    ABSENT,
    ANY_CATEGORY,
    M2M_CATEGORY,
    NOW,
    SESSION_CATEGORY,
    TEMPLATE_CATEGORY,
    Book,
    Json,
    bearer,
    case,
    error,
    public_pem,
)

PATHS = {
    "api_key": "/api_keys/verify",
    "m2m_token": "/m2m_tokens/verify",
    "oauth_token": "/oauth_applications/access_tokens/verify",
}
_OPAQUE = {"api_key": "ak_1", "m2m_token": "mt_1", "oauth_token": "oat_1"}
_COMMON: Json = {
    "scopes": ["a", "b"],
    "revoked": False,
    "revocation_reason": None,
    "expired": False,
    "expiration": None,
    "created_at": 1_700_000_000_000,
    "updated_at": 1_700_000_000_000,
}
BODIES: dict[str, Json] = {
    "api_key": {
        "object": "api_key",
        "id": "ak_id",
        "type": "api_key",
        "subject": "user_1",
        "name": "deploy",
        "claims": {"team": "x"},
        "created_by": None,
        "description": None,
        "last_used_at": None,
        **_COMMON,
    },
    "m2m_token": {
        "object": "machine_to_machine_token",
        "id": "mt_id",
        "subject": "mch_1",
        "claims": {"team": "x"},
        **_COMMON,
    },
    "oauth_token": {
        "object": "clerk_idp_oauth_access_token",
        "id": "oat_id",
        "type": "oauth_token",
        "subject": "user_1",
        "client_id": "client_1",
        **_COMMON,
    },
}
ANSWERS: dict[str, Json] = {
    f"good {kind}": {"status": 200, "json": body} for kind, body in BODIES.items()
}
GOOD = [["POST", PATHS[kind], f"good {kind}"] for kind in PATHS]
_SHARED = ("failure", "401", "404", "429", "500", "503 text")
_NONSENSE = ("200 html", "200 broken json", "200 empty", "200 null", "200 number", "200 list")


def _without(kind: str, *names: str) -> Json:
    return {name: value for name, value in BODIES[kind].items() if name not in names}


def _bodies(kind: str) -> dict[str, Json]:
    body = BODIES[kind]
    return {
        "good": body,
        "revoked": {**body, "revoked": True, "revocation_reason": "x"},
        "expired": {**body, "expired": True, "expiration": 1},
        "no-claims": {**body, "claims": None},
        "empty-claims": {**body, "claims": {}},
        "no-scopes": {**body, "scopes": []},
        "scopes-null": {**body, "scopes": None},
        "scopes-missing": _without(kind, "scopes"),
        "extra-members": {**body, "new": {"x": 1}},
        "of-organization": {**body, "subject": "org_1"},
        "of-nobody": {**body, "subject": "x_1"},
        "subject-empty": {**body, "subject": ""},
        "no-object": _without(kind, "object"),
        "object-unknown": {**body, "object": "something"},
        "only-id": {"object": body["object"], "id": "x"},
        "subject-number": {**body, "subject": 5},
        "id-null": {**body, "id": None},
    }


def _answers(kind: str) -> dict[str, object]:
    typed = {"json": BODIES[kind]}
    found: dict[str, object] = {name.replace(" ", "-"): name for name in (*_SHARED, *_NONSENSE)}
    for name, body in _bodies(kind).items():
        found[f"body-{name}"] = {"status": 200, "json": body}
    for status in (201, 202, 301, 302, 400, 402, 403, 405, 409, 410, 418, 422, 502, 504):
        found[f"status-{status}"] = error(status) if status >= 300 else {"status": status, **typed}
    found |= {
        "charset": {"status": 200, "type": "application/json; charset=utf-8", **typed},
        "text-type": {"status": 200, "type": "text/plain", **typed},
        "204": "204",
        "200-object": "200 object",
        "401-text": {"status": 401, "type": "text/plain", "text": "no"},
        "404-text": {"status": 404, "type": "text/plain", "text": "no"},
        "404-no-errors": {"status": 404, "json": {}},
        "401-empty-errors": {"status": 401, "json": {"errors": []}},
        "404-broken": {"status": 404, "text": "{"},
        "401-broken": {"status": 401, "text": "{"},
    }
    return found


def _opaque() -> Iterator[Json]:
    for kind, token in _OPAQUE.items():
        for name, answer in _answers(kind).items():
            api = [["POST", PATHS[kind], answer]]
            headers = [bearer(token)]
            yield case(f"{kind}-{name}", headers=headers, accepts=kind, api=api)
        for name in ("body-good", "failure", "404", "500", "200-html"):
            api = [["POST", PATHS[kind], _answers(kind)[name]]]
            yield case(f"{kind}-{name}-any", headers=[bearer(token)], accepts="any", api=api)
            yield case(
                f"{kind}-{name}-live", preset="live", headers=[bearer(token)], accepts=kind, api=api
            )


def _keys(book: Book) -> Iterator[Json]:
    """Yield cases about which secret key is used for which request."""
    secrets: dict[str, Json] = {
        "machine-secret": {"machine_secret_key": "ak_machine_<<case>>"},
        "machine-secret-only": {"machine_secret_key": "ak_machine_<<case>>", "secret_key": None},
        "jwt-key": {"jwt_key": public_pem("main")},
        "jwt-key-only": {"jwt_key": public_pem("main"), "secret_key": None},
        "jwt-key-and-machine-secret": {
            "jwt_key": public_pem("main"),
            "machine_secret_key": "ak_machine_<<case>>",
            "secret_key": None,
        },
        "no-publishable-key": {"publishable_key": None},
        "no-secret": {"secret_key": None},
        "api-url": {"api_url": "https://api.example.com"},
        "api-url-path": {"api_url": "https://api.example.com/clerk"},
        "api-version": {"api_version": "v2"},
    }
    tokens = {
        **_OPAQUE,
        "m2m-jwt": book.machine("good", "m2m"),
        "oauth-jwt": book.machine("good", "oauth"),
    }
    kinds = {**{kind: kind for kind in PATHS}, "m2m-jwt": "m2m_token", "oauth-jwt": "oauth_token"}
    api = [*GOOD, *([m, f"/clerk{p}", a] for m, p, a in GOOD), ["GET", "/v2/jwks", "jwks"]]
    for name, options in secrets.items():
        for kind, token in tokens.items():
            for accepts in (kinds[kind], "any"):
                yield case(
                    f"keys-{name}-{kind}-{'any' if accepts == 'any' else 'own'}",
                    headers=[bearer(token)],
                    accepts=accepts,
                    options=options,
                    api=api,
                )


def _jwts(book: Book) -> Iterator[Json]:
    claims: dict[str, Json] = {
        "good": {},
        "expired": {"exp": NOW - 10},
        "within-skew": {"exp": NOW - 4},
        "no-exp": {"exp": ABSENT},
        "exp-text": {"exp": "x"},
        "early": {"nbf": NOW + 100},
        "future": {"iat": NOW + 100},
        "no-iat": {"iat": ABSENT},
        "no-jti": {"jti": ABSENT},
        "custom": {"team": "x", "n": 1},
        "no-scopes": {"scopes": ABSENT, "scope": ABSENT},
        "no-scopes-no-aud": {"scopes": ABSENT, "scope": ABSENT, "aud": ABSENT},
        "scopes-empty": {"scopes": "", "scope": ""},
        "scopes-double-space": {"scopes": "a  b", "scope": "a  b"},
        "scopes-list": {"scopes": ["a"], "scope": ["a"]},
        "scopes-number": {"scopes": 5, "scope": 5},
        "scp": {"scp": ["c", "d"]},
        "aud-text": {"aud": "api"},
        "no-client": {"client_id": ABSENT},
        "client-number": {"client_id": 5},
        "sub-number": {"sub": 5},
        "no-sub": {"sub": ABSENT},
        "sub-organization": {"sub": "org_1"},
        "azp": {"azp": "https://x.example"},
        "act": {"act": {"sub": "user_9"}},
    }
    heads: dict[str, Json] = {
        "no-kid": {"kid": ABSENT},
        "unknown-kid": {"kid": "ins_unknown"},
        "rs512": {"alg": "RS512"},
        "hs256": {"alg": "HS256"},
        "none": {"alg": "none"},
        "cat-session": {"cat": SESSION_CATEGORY},
        "cat-template": {"cat": TEMPLATE_CATEGORY},
        "cat-m2m": {"cat": M2M_CATEGORY},
        "cat-any": {"cat": ANY_CATEGORY},
        "cat-null": {"cat": None},
        "no-cat": {"cat": ABSENT},
        "no-typ": {"typ": ABSENT},
        "typ-application": {"typ": "application/at+jwt"},
        "typ-capitals": {"typ": "AT+JWT"},
        "typ-jwt": {"typ": "JWT"},
        "typ-other": {"typ": "x"},
        "crit": {"crit": ["exp"]},
    }
    for kind, accepts in (("m2m", "m2m_token"), ("oauth", "oauth_token")):
        for name, over in claims.items():
            token = book.machine(f"{name} claims", kind, **over)
            yield case(f"{kind}-jwt-{name}", headers=[bearer(token)], accepts=accepts)
        for name, head in heads.items():
            token = book.machine(f"{name} header", kind, header=head)
            yield case(f"{kind}-jwt-{name}-header", headers=[bearer(token)], accepts=accepts)
            yield case(f"{kind}-jwt-{name}-header-any", headers=[bearer(token)], accepts="any")
        forged = book.machine("forged", kind, key="other", header={"kid": "ins_main"})
        yield case(f"{kind}-jwt-forged", headers=[bearer(forged)], accepts=accepts)
        for answer in ("failure", "401", "429", "500", "200 html", "jwks of the other instance"):
            yield case(
                f"{kind}-jwt-jwks-{answer.replace(' ', '-')}",
                headers=[bearer(book.machine("good", kind))],
                accepts=accepts,
                api=[["GET", "/v1/jwks", answer]],
            )


def _options(book: Book) -> Iterator[Json]:
    for name, audience in {"one": "api", "list": ["api", "x"], "empty": []}.items():
        options = {"audience": audience}
        for kind, accepts in (("m2m", "m2m_token"), ("oauth", "oauth_token")):
            for label, value in {
                "missing": ABSENT,
                "same": "api",
                "other": "web",
                "list": ["web", "api"],
                "list-other": ["web"],
                "empty": "",
                "empty-list": [],
                "number": 5,
                "list-of-empty": ["", "api"],
                "mixed": ["api", 5],
            }.items():
                token = book.machine(f"aud {label}", kind, aud=value)
                identity = f"audience-{name}-{kind}-{label}"
                yield case(identity, headers=[bearer(token)], accepts=accepts, options=options)
        for label, value in {"same": ["api"], "other": ["web"], "missing": None}.items():
            body = {**BODIES["oauth_token"], **({"aud": value} if value else {})}
            api = [["POST", PATHS["oauth_token"], {"status": 200, "json": body}]]
            identity = f"audience-{name}-opaque-{label}"
            yield case(
                identity, headers=[bearer("oat_1")], accepts="oauth_token", options=options, api=api
            )
    chosen: dict[str, Json] = {
        "authorized-parties": {"authorized_parties": ["https://a.example"]},
        "issuer": {"issuer": "https://other.example"},
        "skew": {"clock_skew_in_ms": 20_000},
    }
    claims: dict[str, Json] = {"good": {}, "expired": {"exp": NOW - 10}}
    for name, options in chosen.items():
        for kind, accepts in (("m2m", "m2m_token"), ("oauth", "oauth_token")):
            for label, over in claims.items():
                token = book.machine(f"{label} claims", kind, **over)
                identity = f"option-{name}-{kind}-{label}"
                yield case(identity, headers=[bearer(token)], accepts=accepts, options=options)


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    yield from _opaque()
    yield from _keys(book)
    yield from _jwts(book)
    yield from _options(book)
