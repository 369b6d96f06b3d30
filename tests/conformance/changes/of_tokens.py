"""Changes that one difference about tokens or keys is made of."""

from __future__ import annotations

import math
from typing import Any

from tests.conformance.changes.general import FREE, like, signed_in, signed_out
from tests.conformance.replay import Json, tables

_ARE_TEXT = ("session_id", "session_status", "org_id", "org_role", "org_slug")


def _is_age(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and (value == -1 or value >= 0)


def _sane(auth: Json) -> Json:
    """What is left of an Auth object without the members whose type is wrong."""
    kept = dict(auth)
    for name in _ARE_TEXT:
        if name in kept and (not isinstance(kept[name], str) or not kept[name]):
            del kept[name]
    if not isinstance(kept.get("actor", {}), dict):
        del kept["actor"]
    permissions = kept.get("org_permissions", [])
    if not isinstance(permissions, list):
        del kept["org_permissions"]
    elif permissions:
        kept["org_permissions"] = [one for one in permissions if isinstance(one, str)]
    ages = kept.get("factor_verification_age", [0, 0])
    if not (isinstance(ages, list) and len(ages) == 2 and all(map(_is_age, ages))):
        del kept["factor_verification_age"]
    return kept


def with_sane_claims(case: Json, outcome: Json) -> Json | None:
    auth = outcome.get("auth", FREE)
    if auth == FREE or auth.get("token_type") != "session_token" or _sane(auth) == auth:
        return None
    return {**outcome, "auth": _sane(auth)}


def without_permissions(case: Json, outcome: Json) -> Json:
    auth = {name: value for name, value in outcome["auth"].items() if name != "org_permissions"}
    return {**outcome, "auth": auth}


def signed_in_anyway(case: Json, outcome: Json) -> Json:
    """Signed in with the token of the Authorization header; the odd claim is left out."""
    token = dict(case["headers"])["authorization"].removeprefix("Bearer ")
    return {**signed_in(token), "auth": FREE, "calls": outcome["calls"]}


def signed_in_by_its_token(case: Json, outcome: Json) -> Json:
    """Signed in with the token of the header or the cookie, wherever the reference threw."""
    given = dict(case["headers"])
    token = given.get("authorization", "").removeprefix("Bearer ")
    token = token or given["cookie"].partition("__session=")[2].partition(";")[0]
    auth = {"token_type": "session_token", "is_authenticated": True}
    auth |= {"user_id": "user_1", "session_id": "sess_1"}
    # A key at hand needs no call.
    calls = {} if "jwt_key" in case["options"] else {"calls": _key_set_calls(case)}
    return {**signed_in(token), "auth": auth, **calls}


def _key_set_calls(case: Json) -> list[Json]:
    secret = tables()["presets"][case["options"]["preset"]]["secret_key"]
    url = "https://api.clerk.com/v1/jwks"
    return [{"method": "GET", "url": url, "authorization": f"Bearer {secret}"}]


def without_promised_facts(case: Json, outcome: Json) -> Json | None:
    """A call of the Backend API that gave nothing usable, where the reference did not say so."""
    if outcome.get("reason") == "unexpected-error":
        return None
    return signed_out("unexpected-error")(case, outcome)


def scopes_left_out(case: Json, outcome: Json) -> Json:
    """As the token without scopes, whose claims the application sees nevertheless."""
    shape, scopes = ("list", ["a"]) if case["id"].endswith("list") else ("number", 5)
    mine = f":scopes-{shape} claims>>"
    texts = ((":no-scopes claims>>", mine), (":no-scopes-no-aud claims>>", mine))
    changed = like(("scopes-(list|number)", "no-scopes"), texts=texts)(case, outcome) or {}
    if "claims" in changed["auth"]:
        changed["auth"]["claims"] |= {"scopes": scopes, "scope": scopes}
    return changed


def by_the_key_alone(case: Json, outcome: Json) -> Json | None:
    """As with a secret key besides."""
    return like(("jwt-key-only|jwt-key-and-machine-secret", "jwt-key"))(case, outcome)
