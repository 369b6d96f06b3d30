"""Changes for single differences about tokens and keys."""

from __future__ import annotations

import math
from typing import Any

from tests.conformance.changes.general import FREE, like, signed_in, signed_out
from tests.conformance.replay import Json, tables

_ARE_TEXT = ("session_id", "session_status", "org_id", "org_role", "org_slug")


def _is_age(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and (value == -1 or value >= 0)


def _without_invalid_members(auth: Json) -> Json:
    """Return an Auth object without the members of the wrong type."""
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


def without_invalid_claims(case: Json, outcome: Json) -> Json | None:
    auth = outcome.get("auth", FREE)
    if (
        auth == FREE
        or auth.get("token_type") != "session_token"
        or _without_invalid_members(auth) == auth
    ):
        return None
    return {**outcome, "auth": _without_invalid_members(auth)}


def without_permissions(case: Json, outcome: Json) -> Json:
    auth = {name: value for name, value in outcome["auth"].items() if name != "org_permissions"}
    return {**outcome, "auth": auth}


def signed_in_by_header(case: Json, outcome: Json) -> Json:
    """Expect the signed-in state with the header token; the odd claim is left out."""
    token = dict(case["headers"])["authorization"].removeprefix("Bearer ")
    return {**signed_in(token), "auth": FREE, "calls": outcome["calls"]}


def signed_in_by_token(case: Json, outcome: Json) -> Json:
    """Expect the signed-in state with the token of the header or the cookie."""
    given = dict(case["headers"])
    token = given.get("authorization", "").removeprefix("Bearer ")
    token = token or given["cookie"].partition("__session=")[2].partition(";")[0]
    auth = {"token_type": "session_token", "is_authenticated": True}
    auth |= {"user_id": "user_1", "session_id": "sess_1"}
    # A configured key needs no call.
    calls = {} if "jwt_key" in case["options"] else {"calls": _key_set_calls(case)}
    return {**signed_in(token), "auth": auth, **calls}


def _key_set_calls(case: Json) -> list[Json]:
    secret = tables()["presets"][case["options"]["preset"]]["secret_key"]
    url = "https://api.clerk.com/v1/jwks"
    return [{"method": "GET", "url": url, "authorization": f"Bearer {secret}"}]


def unexpected_error(case: Json, outcome: Json) -> Json | None:
    """Expect an unexpected error for an unusable API response, unless recorded."""
    if outcome.get("reason") == "unexpected-error":
        return None
    return signed_out("unexpected-error")(case, outcome)


def without_scopes(case: Json, outcome: Json) -> Json:
    """Expect the outcome of a token without scopes; its claims stay visible."""
    shape, scopes = ("list", ["a"]) if case["id"].endswith("list") else ("number", 5)
    mine = f":scopes-{shape} claims>>"
    texts = ((":no-scopes claims>>", mine), (":no-scopes-no-aud claims>>", mine))
    changed = like(("scopes-(list|number)", "no-scopes"), texts=texts)(case, outcome) or {}
    if "claims" in changed["auth"]:
        changed["auth"]["claims"] |= {"scopes": scopes, "scope": scopes}
    return changed


def like_jwt_key(case: Json, outcome: Json) -> Json | None:
    """Expect the outcome with a secret key in addition."""
    return like(("jwt-key-only|jwt-key-and-machine-secret", "jwt-key"))(case, outcome)
