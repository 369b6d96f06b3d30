"""Auth objects: version 1 and 2 claims, pending sessions, actors, and results of `has()`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.book import ABSENT, DOCUMENT, NOW, Book, Json, bearer, case, cookies

_ORGANIZATIONS: dict[str, Any] = {
    "admin": {"id": "org_1", "slg": "acme", "rol": "admin", "per": "read,manage", "fpm": "3"},
    "member": {"id": "org_1", "slg": "acme", "rol": "member", "per": "read,manage", "fpm": "1"},
    "no-role": {"id": "org_1", "slg": "acme"},
    "empty-role": {"id": "org_1", "slg": "acme", "rol": ""},
    "prefixed-role": {"id": "org_1", "slg": "acme", "rol": "org:admin"},
    "no-id": {"slg": "acme", "rol": "admin", "per": "read", "fpm": "1"},
    "empty": {},
    "null": None,
    "text": "org_1",
    "number": 7,
    "list": ["org_1"],
    "fpm-two": {"id": "org_1", "rol": "admin", "per": "read,manage", "fpm": "1,2"},
    "fpm-three": {"id": "org_1", "rol": "admin", "per": "read,manage", "fpm": "3,3,3"},
    "fpm-zero": {"id": "org_1", "rol": "admin", "per": "read,manage", "fpm": "0,0"},
    "fpm-large": {"id": "org_1", "rol": "admin", "per": "read,manage", "fpm": "255"},
    "fpm-huge": {"id": "org_1", "rol": "admin", "per": "read", "fpm": "9" * 40},
    "fpm-letters": {"id": "org_1", "rol": "admin", "per": "read", "fpm": "x"},
    "fpm-negative": {"id": "org_1", "rol": "admin", "per": "read", "fpm": "-1"},
    "fpm-empty": {"id": "org_1", "rol": "admin", "per": "read", "fpm": ""},
    "fpm-gap": {"id": "org_1", "rol": "admin", "per": "read,manage", "fpm": ",3"},
    "fpm-spaces": {"id": "org_1", "rol": "admin", "per": " read , manage ", "fpm": " 3 , 1 "},
    "fpm-leading-zeros": {"id": "org_1", "rol": "admin", "per": "read,manage", "fpm": "0003"},
    "fpm-number": {"id": "org_1", "rol": "admin", "per": "read", "fpm": 3},
    "per-missing": {"id": "org_1", "rol": "admin", "fpm": "1"},
    "per-list": {"id": "org_1", "rol": "admin", "per": ["read"], "fpm": "1"},
    "ids-numbers": {"id": 1, "slg": 2},
}
_FEATURES: dict[str, object] = {
    "missing": ABSENT,
    "org": "o:reports",
    "user": "u:chat",
    "both": "o:reports,u:chat",
    "shared": "ou:reports",
    "shared-reversed": "uo:reports",
    "order": "u:chat,o:reports,o:chat",
    "spaces": " o:reports , u:chat ",
    "no-colon": "reports",
    "no-colon-later": "o:reports,chat",
    "empty": "",
    "empty-name": "o:",
    "unknown-scope": "x:reports",
    "two-colons": "o:reports:x",
    "trailing-comma": "o:reports,",
    "number": 3,
    "list": ["o:reports"],
    "null": None,
    "capitals": "O:reports",
}
_AGES: dict[str, object] = {
    "missing": ABSENT,
    "null": None,
    "fresh": [0, 0],
    "first-only": [1, -1],
    "second-only": [-1, 1],
    "none": [-1, -1],
    "stale-second": [1, 30],
    "stale-first": [30, 1],
    "old": [100, 100],
    "very-old": [2000, 2000],
    "limit": [10, 10],
    "below-limit": [9, 9],
    "float": [9.5, 9.5],
    "text": ["1", "1"],
    "negative": [-2, 0],
    "one": [1],
    "three": [1, 1, 1],
    "empty": [],
    "not-a-list": 5,
    "truth": [True, True],
    "with-null": [1, None],
}
_OLD: dict[str, Json] = {
    "full": {
        "org_id": "org_1",
        "org_slug": "acme",
        "org_role": "org:admin",
        "org_permissions": ["org:reports:read"],
    },
    "bare-role": {"org_id": "org_1", "org_role": "admin", "org_permissions": []},
    "no-permissions": {"org_id": "org_1", "org_slug": "acme", "org_role": "org:member"},
    "no-id": {"org_slug": "acme", "org_role": "org:admin", "org_permissions": ["org:reports:read"]},
    "odd-permissions": {"org_id": "org_1", "org_role": "org:admin", "org_permissions": "x"},
    "mixed-permissions": {"org_id": "org_1", "org_permissions": ["org:reports:read", 5, None]},
    "doubled-prefix": {"org_id": "org_1", "org_role": "org:org:admin"},
    "odd-types": {"org_id": 1, "org_slug": 2, "org_role": 3},
    "nulls": {"org_id": None, "org_slug": None, "org_role": None, "org_permissions": None},
    "none": {},
}


def _plain(book: Book, name: str, **claims: Any) -> Json:
    token = book.session(name, **claims)
    return case(name.replace(" ", "-"), headers=[bearer(token)])


def _version_2(book: Book) -> Iterator[Json]:
    for name, organization in _ORGANIZATIONS.items():
        yield _plain(book, f"o {name}", o=organization, fea="o:reports,o:team")
    full = _ORGANIZATIONS["admin"]
    for name, features in _FEATURES.items():
        yield _plain(book, f"fea {name}", fea=features)
        yield _plain(book, f"fea {name} with o", fea=features, o=full)
    for name, plans in _FEATURES.items():
        swapped = plans.replace("reports", "pro") if isinstance(plans, str) else plans
        yield _plain(book, f"pla {name}", pla=swapped, fea="o:reports")
    for name, ages in _AGES.items():
        yield _plain(book, f"fva {name}", fva=ages, o=full)


def _version_1(book: Book) -> Iterator[Json]:
    for name, organization in _OLD.items():
        for kind, version in {"1": 1, "absent": ABSENT, "text": "2", "3": 3}.items():
            yield _plain(book, f"old {name} v {kind}", v=version, fea="o:reports", **organization)
    yield _plain(book, "old claims v 2", **_OLD["full"])
    both = {"o": _ORGANIZATIONS["member"], **_OLD["full"]}
    yield _plain(book, "both kinds v 2", fea="o:reports", **both)
    yield _plain(book, "both kinds v 1", v=1, fea="o:reports", **both)
    yield _plain(book, "v float", v=2.0, o=_ORGANIZATIONS["admin"], fea="o:reports")
    yield _plain(book, "v true", v=True, o=_ORGANIZATIONS["admin"], fea="o:reports")


def _sessions(book: Book) -> Iterator[Json]:
    statuses = {"active": "active", "pending": "pending", "other": "x", "empty": "", "number": 5}
    for name, status in {**statuses, "null": None, "missing": ABSENT}.items():
        token = book.session(f"sts {name}", sts=status, o=_ORGANIZATIONS["admin"], fea="o:reports")
        yield case(f"sts-{name}-header", headers=[bearer(token)])
        browser = cookies(session=token, client_uat=str(NOW - 1000), clerk_db_jwt="dvb_1")
        yield case(f"sts-{name}-cookie", headers=[browser, DOCUMENT])
    actors = {"user": {"sub": "user_9", "iss": "https://x.example"}, "empty": {}, "null": None}
    for name, actor in {**actors, "text": "user_9", "number": 5, "list": ["x"]}.items():
        yield _plain(book, f"act {name}", act=actor)
    yield _plain(book, "custom claims", metadata={"role": "x"}, email="a@b.example", n=1.5)
    for accepts in (["session_token"], ["api_key"], "any"):
        for name, status in (("active", "active"), ("pending", "pending")):
            token = book.session(
                f"sts {name}", sts=status, o=_ORGANIZATIONS["admin"], fea="o:reports"
            )
            kinds = [
                "session_token",
                "api_key",
                "m2m_token",
                "oauth_token",
                "any",
                ["session_token", "api_key"],
                ["api_key"],
            ]
            label = accepts if isinstance(accepts, str) else accepts[0]
            yield case(
                f"auth-for-{name}-accepting-{label}",
                headers=[bearer(token)],
                accepts=accepts,
                auth_for=kinds,
            )
    token = book.session("session")
    kinds = ["session_token", "api_key", "m2m_token", "oauth_token", "any", ["api_key"]]
    yield case("auth-for-nobody", headers=[], auth_for=kinds)
    yield case("auth-for-session", headers=[bearer(token)], auth_for=kinds)


def _drawn(book: Book) -> Iterator[Json]:
    drawn = random.Random(3)
    for number in range(40):
        claims = {
            "o": drawn.choice([ABSENT, *list(_ORGANIZATIONS.values())[:7]]),
            "fea": drawn.choice(list(_FEATURES.values())[:8]),
            "pla": drawn.choice([ABSENT, "o:pro", "u:pro", "ou:pro", "pro"]),
            "fva": drawn.choice(list(_AGES.values())),
            "v": drawn.choice([2, 2, 2, 1]),
            **drawn.choice([{}, _OLD["full"]]),
        }
        yield _plain(book, f"drawn {number:02}", **claims)


def cases(book: Book) -> Iterator[Json]:
    """Yield every case of the group."""
    yield from _version_2(book)
    yield from _version_1(book)
    yield from _sessions(book)
    yield from _drawn(book)
