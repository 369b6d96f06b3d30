"""Changes from recorded to expected outcomes that several intentional differences use.

Nothing here calls clerk_core: expectations are built from the case and other recordings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from tests.conformance.replay import Json, cases

FREE = "not compared"
"""Marks a member of the outcome that is not compared."""

Change = Callable[[Json, Json], "Json | None"]
"""Return the expected outcome for a case and its recorded outcome, or None if unchanged."""

_MACHINE_KINDS = {"m2m": "m2m_token", "oauth": "oauth_token", "api_key": "api_key"}


def _debug_headers(status: str, reason: str, message: bool) -> list[list[str]]:
    spoken = [["x-clerk-auth-message", "*"]] if message else []
    return [*spoken, ["x-clerk-auth-reason", reason], ["x-clerk-auth-status", status]]


def _kept_headers(outcome: Json) -> list[list[str]]:
    headers: list[list[str]] = outcome.get("headers", [])
    return [pair for pair in headers if not pair[0].startswith("x-clerk-auth-")]


def _token_type(case: Json, outcome: Json) -> str:
    """Return the token type of an outcome; for an exception, that of the case."""
    found = re.search(r"^machine/.*(m2m|oauth|api_key)", case["id"])
    of_case = _MACHINE_KINDS[found[1]] if found else "session_token"
    return str(outcome.get("token_type", of_case))


def signed_out(
    reason: str, message: bool = True, *, keep_headers: bool = False, **more: Any
) -> Change:
    """Expect the signed-out state with this reason; `calls` replaces the recorded calls."""

    def change(case: Json, outcome: Json) -> Json:
        kind = _token_type(case, outcome)
        kept = _kept_headers(outcome) if keep_headers else []
        changed = {
            "status": "signed-out",
            "reason": reason,
            "message": message,
            "headers": [*kept, *_debug_headers("signed-out", reason, message)],
            "token_type": kind,
            "is_authenticated": False,
            "auth": {"token_type": kind, "is_authenticated": False},
            "calls": outcome.get("calls"),
            **more,
        }
        return {name: value for name, value in changed.items() if value is not None}

    return change


def rejected(reason: str) -> Change:
    """Expect the signed-out state with this reason; machine tokens have a common one."""

    def change(case: Json, outcome: Json) -> Json | None:
        is_machine = case["id"].startswith("machine/")
        return signed_out("token-verification-failed" if is_machine else reason)(case, outcome)

    return change


def with_reason(reason: str, message: bool = True) -> Change:
    def change(case: Json, outcome: Json) -> Json:
        headers = [*_kept_headers(outcome), *_debug_headers(outcome["status"], reason, message)]
        return {**outcome, "reason": reason, "message": message, "headers": headers}

    return change


def members(**over: Any) -> Change:
    """Replace members of the outcome; None removes one."""

    def change(case: Json, outcome: Json) -> Json:
        kept = {name: value for name, value in outcome.items() if name not in over}
        return {**kept, **{name: value for name, value in over.items() if value is not None}}

    return change


def with_auth(**over: Any) -> Change:
    """Replace attributes of the Auth object."""
    return lambda case, outcome: {**outcome, "auth": {**outcome["auth"], **over}}


def like(*pairs: tuple[str, str], texts: tuple[tuple[str, str], ...] = ()) -> Change:
    """Expect the outcome of another case, found by replacing a pattern in the identifier.

    The first pair that gives an existing identifier is used. `texts` are replacements in the
    recording, such as the name of the other case's token.
    """

    def change(case: Json, outcome: Json) -> Json:
        others = (re.sub(old, new, case["id"], count=1) for old, new in pairs)
        other = next(one for one in others if one != case["id"] and one in _by_id())
        text = json.dumps(_by_id()[other])
        for theirs, mine in texts:
            text = text.replace(theirs, mine)
        other_outcome: Json = json.loads(text)
        return other_outcome

    return change


@cache
def _by_id() -> dict[str, Json]:
    return {case["id"]: case["expect"] for case in cases()}


def if_reference_threw(change: Change) -> Change:
    """Apply a change only to cases in which the reference threw."""
    return lambda case, outcome: change(case, outcome) if "threw" in outcome else None


def configuration_error(case: Json, outcome: Json) -> Json:
    """Expect a ConfigurationError and no call."""
    return {"threw": "ConfigurationError"}


def signed_in(token: str) -> Json:
    """Return the signed-in outcome of a token, without Auth object and calls."""
    return {
        "status": "signed-in",
        "reason": None,
        "message": False,
        "headers": [],
        "token": token,
        "token_type": "session_token",
        "is_authenticated": True,
    }


def without_debug(case: Json, outcome: Json) -> Json | None:
    return members(debug_shows=None)(case, outcome) if "debug_shows" in outcome else None


def without_cors(case: Json, outcome: Json) -> Json | None:
    kept = [
        pair for pair in outcome.get("headers", []) if not pair[0].startswith("access-control-")
    ]
    return None if kept == outcome.get("headers", []) else {**outcome, "headers": kept}


def with_mismatch_message(case: Json, outcome: Json) -> Json | None:
    is_silent = outcome.get("reason") == "token-type-mismatch" and not outcome["message"]
    return with_reason("token-type-mismatch")(case, outcome) if is_silent else None


def rejecting_malformed_arguments(case: Json, outcome: Json) -> Json | None:
    changed = {
        name: _without_malformed(outcome[name])
        for name in ("auth", "pending", "auth_for")
        if outcome.get(name, FREE) != FREE
    }
    return {**outcome, **changed} if changed else None


def _without_malformed(auth: Any) -> Any:
    if isinstance(auth, list):
        return [_without_malformed(one) for one in auth]
    return {**auth, "malformed": ["role null", "reverification unknown"]}


def with_single_calls(case: Json, outcome: Json) -> Json | None:
    calls = outcome.get("calls", [])
    if not any("times" in call for call in calls):
        return None
    once = [{name: value for name, value in call.items() if name != "times"} for call in calls]
    return {**outcome, "calls": once}
