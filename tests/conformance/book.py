"""Building blocks of the cases: two keys, named tokens, presets of options, canned API responses.

Each token is created once under a name; cases refer to it as `<<token:NAME>>`. Nothing here imports
clerk_core, so that the cases do not depend on the code they test.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

Json: TypeAlias = dict[str, Any]

NOW = 1_800_000_000
"""The default time of the cases, in Unix seconds."""
ABSENT = object()
"""Removes a claim or header parameter from a token."""
KEYS = Path(__file__).parent / "keys"
HOSTS = {"dev": "happy-hippo-1.clerk.accounts.dev", "live": "clerk.example.com"}
KIDS = {"main": "ins_main", "other": "ins_other"}
SESSION_CATEGORY = "cl_B7d4PD111AAA"
TEMPLATE_CATEGORY = "cl_B7d4PD222AAA"
M2M_CATEGORY = "cl_B7d4PD333AAA"
ANY_CATEGORY = "cl_I7d4PD111III"

DEV_URL = "http://localhost:3000/page?x=1"
LIVE_URL = "https://app.example.com/page?x=1"
URLS = {"dev": DEV_URL, "live": LIVE_URL}
DOCUMENT = ("sec-fetch-dest", "document")

_HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}


@cache
def private_key(name: str) -> RSAPrivateKey:
    """Return the private key with this name."""
    key = load_pem_private_key((KEYS / f"{name}.pem").read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


def public_pem(name: str) -> str:
    """Return the public key in the form of `CLERK_JWT_KEY`."""
    public = private_key(name).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def base64url(content: bytes) -> str:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _integer(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def jwk(name: str, **over: Any) -> Json:
    """Return the public key as a JSON Web Key."""
    numbers = private_key(name).public_key().public_numbers()
    members = {
        "use": "sig",
        "kty": "RSA",
        "kid": KIDS[name],
        "alg": "RS256",
        "n": _integer(numbers.n),
        "e": _integer(numbers.e),
    }
    return _present({**members, **over})


def _present(members: Json) -> Json:
    return {name: value for name, value in members.items() if value is not ABSENT}


def publishable_key(instance: str, host: str | None = None) -> str:
    """Return the publishable key of the development or production instance."""
    text = base64.b64encode(f"{host or HOSTS[instance]}$".encode()).decode()
    return f"pk_{'test' if instance == 'dev' else 'live'}_{text}"


def suffix(instance: str) -> str:
    """Return the cookie suffix of an instance."""
    digest = hashlib.sha1(publishable_key(instance).encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(digest).decode()[:8]


def sign(header: Json | str, claims: Json | str, key: str = "main") -> str:
    """Sign a token. A header or claims given as text are encoded unchanged."""
    parts = [
        part if isinstance(part, str) else json.dumps(part, separators=(",", ":"))
        for part in (header, claims)
    ]
    signing_input = ".".join(base64url(part.encode()) for part in parts)
    algorithm = header.get("alg") if isinstance(header, dict) else None
    digest = _HASHES.get(str(algorithm), _HASHES["RS256"])
    signature = private_key(key).sign(signing_input.encode(), padding.PKCS1v15(), digest)
    return f"{signing_input}.{base64url(signature)}"


class Book:
    """The named tokens that cases refer to."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}

    def put(self, name: str, text: str) -> str:
        """Store a token under a name and return its placeholder."""
        assert self.tokens.setdefault(name, text) == text, f"two tokens are named {name}"
        assert ">" not in name
        return f"<<token:{name}>>"

    def text(self, reference: str) -> str:
        """Return the token of a placeholder."""
        return self.tokens[reference.removeprefix("<<token:").removesuffix(">>")]

    def session(
        self,
        name: str,
        instance: str = "dev",
        *,
        header: Json | None = None,
        key: str = "main",
        **claims: Any,
    ) -> str:
        """Add a version 2 session token; `claims` and `header` replace or remove members."""
        base = {
            "azp": "http://localhost:3000" if instance == "dev" else "https://app.example.com",
            "exp": NOW + 60,
            "iat": NOW - 10,
            "iss": f"https://{HOSTS[instance]}",
            "nbf": NOW - 20,
            "sid": "sess_1",
            "sub": "user_1",
            "v": 2,
        }
        head = {"alg": "RS256", "cat": SESSION_CATEGORY, "kid": KIDS[key], "typ": "JWT"}
        token = sign(_present({**head, **(header or {})}), _present({**base, **claims}), key)
        return self.put(f"{instance}:{name}", token)

    def machine(
        self,
        name: str,
        kind: str,
        *,
        header: Json | None = None,
        key: str = "main",
        **claims: Any,
    ) -> str:
        """Add an M2M token (`m2m`) or an OAuth access token (`oauth`) as a JWT."""
        base: Json = {"exp": NOW + 600, "iat": NOW - 10, "iss": "https://clerk.example.com"}
        head: Json = {"alg": "RS256", "kid": KIDS[key]}
        if kind == "m2m":
            base |= {"sub": "mch_1", "jti": "mt_1", "aud": ["mch_2"], "scopes": "mch_2 mch_3"}
            head |= {"typ": "JWT", "cat": M2M_CATEGORY}
        else:
            base |= {"sub": "user_1", "jti": "oat_1", "client_id": "client_1", "scope": "a b"}
            head |= {"typ": "at+jwt"}
        token = sign(_present({**head, **(header or {})}), _present({**base, **claims}), key)
        return self.put(f"{kind}:{name}", token)

    def handshake(
        self,
        name: str,
        directives: object,
        *,
        header: Json | None = None,
        key: str = "main",
        **claims: Any,
    ) -> str:
        """Add a signed handshake; its directives may refer to other tokens."""
        text = json.dumps(directives)
        for known, token in self.tokens.items():
            text = text.replace(f"<<token:{known}>>", token)
        head = {"alg": "RS256", "cat": SESSION_CATEGORY, "kid": KIDS[key], "typ": "JWT"}
        payload = _present({"handshake": json.loads(text), **claims})
        return self.put(
            f"handshake:{name}", sign(_present({**head, **(header or {})}), payload, key)
        )


def case(
    identity: str,
    *,
    preset: str = "dev",
    url: str | None = None,
    headers: list[tuple[str, str]] | None = None,
    **more: Any,
) -> Json:
    """Return a case. `more`: method, now, accepts, api, auth_for, redirect, additional options."""
    options = {"preset": preset, **more.pop("options", {})}
    instance = "live" if preset.startswith("live") else "dev"
    return {
        "id": identity,
        "url": url or URLS[instance],
        "headers": [list(pair) for pair in headers or []],
        "options": options,
        **{name: value for name, value in more.items() if value is not None},
    }


def cookies(**values: str | None) -> tuple[str, str]:
    """Return a Cookie header. Names get a leading double underscore; None is left out."""
    return "cookie", "; ".join(
        f"__{name}={value}" for name, value in values.items() if value is not None
    )


def bearer(token: str) -> tuple[str, str]:
    """Return an Authorization header."""
    return "authorization", f"Bearer {token}"


def presets() -> dict[str, Json]:
    """Return named options, which a case may change; null removes one."""
    base: Json = {"secret_key": "sk_test_<<case>>", "publishable_key": publishable_key("dev")}
    live: Json = {"secret_key": "sk_live_<<case>>", "publishable_key": publishable_key("live")}
    return {
        "dev": base,
        "live": live,
        "dev-satellite": {
            **base,
            "is_satellite": True,
            "domain": "satellite.example",
            "sign_in_url": "https://primary.example/sign-in",
        },
        "live-satellite": {**live, "is_satellite": True, "domain": "satellite.example"},
    }


def _organization_questions() -> dict[str, Json]:
    return {
        "role admin": {"role": "admin"},
        "role org:admin": {"role": "org:admin"},
        "role org:member": {"role": "org:member"},
        "role empty": {"role": ""},
        "role null": {"role": None},
        "permission reports:read": {"permission": "org:reports:read"},
        "permission bare": {"permission": "reports:manage"},
        "role and permission": {"role": "org:admin", "permission": "org:reports:read"},
        "role and feature": {"role": "org:admin", "feature": "o:reports"},
    }


def questions() -> dict[str, Json]:
    """Return the arguments of `has()` that are checked for every Auth object."""
    return {
        "nothing": {},
        **_organization_questions(),
        "feature reports": {"feature": "reports"},
        "feature o:reports": {"feature": "o:reports"},
        "feature user:chat": {"feature": "user:chat"},
        "feature u:reports": {"feature": "u:reports"},
        "feature bad scope": {"feature": "team:reports"},
        "feature scope alone": {"feature": "o:"},
        "plan pro": {"plan": "pro"},
        "plan org:pro": {"plan": "org:pro"},
        "plan and feature": {"plan": "pro", "feature": "reports"},
        "strict_mfa": {"reverification": "strict_mfa"},
        "strict": {"reverification": "strict"},
        "moderate": {"reverification": "moderate"},
        "lax": {"reverification": "lax"},
        "first factor in 5": {"reverification": {"level": "first_factor", "after_minutes": 5}},
        "second factor in 5": {"reverification": {"level": "second_factor", "after_minutes": 5}},
        "multi factor in 5": {"reverification": {"level": "multi_factor", "after_minutes": 5}},
        "reverification unknown": {"reverification": "mild"},
        "reverification and role": {"reverification": "lax", "role": "org:admin"},
    }


AUTH_ATTRIBUTES = [
    "token_type",
    "is_authenticated",
    "user_id",
    "session_id",
    "session_status",
    "actor",
    "org_id",
    "org_role",
    "org_slug",
    "org_permissions",
    "factor_verification_age",
    "id",
    "subject",
    "name",
    "claims",
    "scopes",
    "client_id",
    "machine_id",
]


def tables(book: Book, answers: dict[str, Json]) -> Json:
    """Return the tables that all groups refer to."""
    return {
        "now": NOW,
        "clerk_api_version": "2026-05-12",
        "auth_attributes": AUTH_ATTRIBUTES,
        "questions": questions(),
        "presets": presets(),
        "api": [["GET", "/v1/jwks", "jwks"]],
        "answers": answers,
        "tokens": dict(sorted(book.tokens.items())),
    }


def error(status: int, code: str = "some_code", **more: Any) -> Json:
    """Return a Backend API error response."""
    details = {"message": "Some message", "long_message": "Some longer message", "code": code}
    return {"status": status, "json": {"errors": [details], **more}}


def answers() -> dict[str, Json]:
    """Return the canned responses that several cases share."""
    return {
        "jwks": {"status": 200, "json": {"keys": [jwk("main")]}},
        "jwks of the other instance": {"status": 200, "json": {"keys": [jwk("other")]}},
        "jwks of both": {"status": 200, "json": {"keys": [jwk("other"), jwk("main")]}},
        "failure": {"failure": True},
        "401": error(401, "clerk_key_invalid"),
        "404": error(404, "resource_not_found"),
        "429": error(429, "too_many_requests"),
        "500": error(500, "internal_clerk_error"),
        "503 text": {"status": 503, "type": "text/plain", "text": "no healthy upstream"},
        "200 html": {"status": 200, "type": "text/html", "text": "<html>Welcome</html>"},
        "200 broken json": {"status": 200, "text": '{"object": '},
        "200 empty": {"status": 200, "text": ""},
        "200 null": {"status": 200, "json": None},
        "200 number": {"status": 200, "json": 42},
        "200 list": {"status": 200, "json": []},
        "200 object": {"status": 200, "json": {}},
        "204": {"status": 204, "text": ""},
    }
