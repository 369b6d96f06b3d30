"""Changes for single differences about pages, handshakes and satellites."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from tests.conformance.changes.general import Change, like, signed_out
from tests.conformance.replay import Json, tables


def redirecting_back_to(url_of: Callable[[Json], str]) -> Change:
    """Expect a handshake that redirects back to this URL."""

    def change(case: Json, outcome: Json) -> Json:
        headers = []
        for name, value in outcome["headers"]:
            if name == "location":
                start, _, query = value.partition("?")
                pairs = [
                    (key, url_of(case) if key == "redirect_url" else text)
                    for key, text in parse_qsl(query, keep_blank_values=True)
                ]
                value = f"{start}?{urlencode(pairs)}"
            headers.append([name, value])
        return {**outcome, "headers": headers}

    return change


def with_count_in_url(case: Json, outcome: Json) -> Json | None:
    """Expect the count of the cookie in the redirect URL of the handshake as well."""
    given = outcome.get("headers", [])
    if not any(value.partition("?")[0].endswith("/v1/client/handshake") for _, value in given):
        return None
    cookies = "; ".join(value for name, value in given if name == "set-cookie")
    count = cookies.rpartition("__clerk_redirect_count=")[2].partition(";")[0]
    now = int(float(case.get("now") or tables()["now"]))

    def counted(back: re.Match[str]) -> str:
        url, hash_sign, fragment = back[0].partition("%23")
        joint = "%26" if "%3F" in url else "%3F"
        return f"{url}{joint}__clerk_redirect_count%3D{count}-{now}{hash_sign}{fragment}"

    headers = [
        [name, re.sub("redirect_url=[^&]*", counted, value, count=1)]
        if name == "location"
        else [name, value]
        for name, value in given
    ]
    return {**outcome, "headers": headers}


def received_url(case: Json) -> str:
    return str(case["url"])


def forwarded_url(case: Json) -> str:
    """Return the forwarded origin followed by the unchanged path."""
    given = dict(case["headers"])
    path = case["url"].removeprefix("http://10.0.0.5:8080").replace("\\", "/")
    return f"{given['x-forwarded-proto']}://{given['x-forwarded-host']}{path}"


def ignoring_handshake(case: Json, outcome: Json) -> Json | None:
    """Expect the signed-out state of a request without a handshake, and no call."""
    is_live = case["options"]["preset"] == "live"
    reason = "session-token-and-uat-missing" if is_live else "dev-browser-missing"
    changed = signed_out(reason, message=False)(case, outcome) or {}
    return {name: value for name, value in changed.items() if name != "calls"}


def with_machine_token(case: Json, outcome: Json) -> Json | None:
    """Expect the outcome of a handshake whose token has the category of M2M tokens."""
    kind, _, instance = case["id"].partition("-")[2].partition("-")
    instance = instance.partition("-")[0]
    tokens = tables()["tokens"]
    names = f"handshake:m2m {instance}", f"handshake:{kind} {instance}"
    texts = (names, (tokens[names[0]], tokens[names[1]]))
    return like(("template|machine", "m2m"), texts=texts)(case, outcome)


def bare_cookie_kept(case: Json, outcome: Json) -> Json | None:
    """Expect the outcome of a handshake without a session; the odd cookie is passed on."""
    texts = (("__client_uat=0; Path=/", "__session; Path=/"),)
    return like(("session-no-value", "no-session"), texts=texts)(case, outcome)


# The reason for which a handshake token is rejected, by the name of the token in the case.
_REASONS = {
    "other-key": "token-invalid-signature",
    "other-jwt-key": "token-invalid-signature",
    "unknown-kid": "jwk-kid-mismatch",
    "no-kid": "jwk-kid-mismatch",
    "template": "token-invalid",
    "m2m": "token-invalid",
    "typ-at": "token-invalid",
    "alg-none": "token-invalid-algorithm",
    "garbage": "token-invalid",
    "two-dots": "token-invalid",
    "not-json": "token-invalid",
    "jwks-failure": "jwk-remote-failed-to-load",
    "jwks-401": "secret-key-invalid",
    "jwks-500": "jwk-remote-failed-to-load",
}
_REJECTED_WITHOUT_CALL = ("no-kid", "template", "m2m")


def rejected_in_development(case: Json, outcome: Json) -> Json | None:
    """Expect the signed-out state with the reason why the handshake token was rejected."""
    if "threw" not in outcome and not case["id"].startswith("handshake/jwks-failure"):
        return None
    found = next(name for name in _REASONS if name in case["id"])
    over: Json = {"calls": None} if found in _REJECTED_WITHOUT_CALL else {}
    session = {"token_type": "session_token"}
    return signed_out(_REASONS[found], **over)(case, {**outcome, **session})


def ignoring_redirect_url(case: Json, outcome: Json) -> Json | None:
    """Expect the outcome of an empty parameter, which stays in the redirect URL."""
    parameter = "__clerk_redirect_url%3D"
    given = case["url"].partition("__clerk_redirect_url=")[2]
    # Removing a parameter re-encodes the query in the form of URLSearchParams.
    encoded = quote(unquote(given), safe="")
    texts = ((parameter, parameter + quote(encoded, safe="")),)
    return like((r"primary-.*-(nothing|browser|signed-in)", r"primary-empty-\1"), texts=texts)(
        case, outcome
    )


def with_trimmed_cookie(case: Json, outcome: Json) -> Json:
    """Expect the outcome of a cookie without blanks, passed on unchanged."""
    instance = "dev" if "-dev" in case["id"] else "live"
    token = f"<<token:{instance}:session>>"
    texts = ((f"__session={token}; Path=/", f"__session = {token} ; Path=/"),)
    return like(("session-spaces", "plain-only"), texts=texts)(case, outcome) or {}


_ODD_IDS = {"slash": "sess/1", "dots": "../users", "query": "sess_1?x=1"}


def as_one_segment(case: Json, outcome: Json) -> Json | None:
    """Expect the outcome of an unknown session."""
    kind = case["id"].rpartition("-")[2]
    texts = (
        (":expired other sid>>", f":expired sid {kind}>>"),
        ("/sessions/sess_2/", f"/sessions/{quote(_ODD_IDS[kind], safe='')}/"),
    )
    return like(("token-sid-.*", "token-other-sid"), texts=texts)(case, outcome)


def without_api_client(case: Json, outcome: Json) -> Json:
    """Expect the outcome without a refresh cookie, with another reason and without calls."""
    texts = (("non-eligible-no-refresh-cookie", "missing-api-client"), ("&format=nonce", ""))
    other_outcome = (
        like(("option-jwt-key-only", "no-refresh-cookie-GET"), texts=texts)(case, outcome) or {}
    )
    del other_outcome["calls"]
    return other_outcome


def renewed_by_form(case: Json, outcome: Json) -> Json:
    """Expect the outcome of a page, with the headers of the form sent to Clerk."""
    other_outcome = like(("form-.*", "good-live"))(case, outcome) or {}
    for call in other_outcome["calls"]:
        if "body" in call:
            call["body"]["request_headers"] = {name: [value] for name, value in case["headers"]}
    return other_outcome


def not_renewed(case: Json, outcome: Json) -> Json | None:
    """Expect the signed-out state without a refresh call."""
    reason = "session-token-expired-refresh-non-eligible-subresource"
    kept = [call for call in outcome["calls"] if call["method"] == "GET"]
    changed = signed_out(reason, calls=kept)(case, outcome) or {}
    changed.pop("token", None)
    return changed


def slashes_kept(case: Json, outcome: Json) -> Json:
    """Expect slashes between the parts of the requested organization."""
    headers = [
        [name, value.replace("%2C", "%2F") if name == "location" else value]
        for name, value in outcome["headers"]
    ]
    return {**outcome, "headers": headers}


def with_tasks_in_path(case: Json, outcome: Json) -> Json:
    """Expect `/tasks` in the path instead of the query, without double slashes."""
    url = urlsplit(outcome["redirect"])
    query = url.query.replace("%2Ftasks&", "&")
    path = url.path.replace("//", "/") + ("/tasks" if query != url.query else "")
    return {**outcome, "redirect": url._replace(path=path, query=query).geturl()}
