"""`debug()` explains the result and hides secrets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._authentication.tokens.machine_token import MachineToken
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from tests.authentication.result.support import context, in_handshake, signed_in, signed_out
from tests.sample import examples
from tests.support import public_pem, publishable_key, settings

SECRETS = {
    "secret_key": "sk_test_secretsecretsecretsecret",
    "machine_secret_key": "ak_machinesecretsecretsecret",
    "token_in_header": "eyHeader.token.0123456789",
    "session_token_in_cookie": "eyCookie.token.0123456789",
    "refresh_token_in_cookie": "rft_0123456789abcdef",
    "dev_browser_token": "dvb_0123456789abcdef",
    "handshake_token": "eyHandshake.token.0123456789",
    "handshake_nonce": "hsn_0123456789abcdef",
}
USING = settings(
    secret_key=SECRETS["secret_key"],
    machine_secret_key=SECRETS["machine_secret_key"],
    proxy_url="/__clerk",
)


def carrying(secrets: dict[str, str], using: Settings = USING) -> Request:
    cookies = {
        "__session": secrets["session_token_in_cookie"],
        f"__refresh_{using.cookie_suffix}": secrets["refresh_token_in_cookie"],
        "__clerk_db_jwt": secrets["dev_browser_token"],
        "__clerk_handshake": secrets["handshake_token"],
        "__clerk_handshake_nonce": secrets["handshake_nonce"],
        "__client_uat": "7",
    }
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    authorization = f"Bearer {secrets['token_in_header']}"
    return Request(
        "GET", "http://localhost:5000/", [("cookie", header), ("authorization", authorization)]
    )


REQUEST = carrying(SECRETS)


def test_secrets_are_shortened_to_seven_characters() -> None:
    debug = signed_out(REQUEST, USING).debug()
    for name, secret in SECRETS.items():
        assert debug[name] == secret[:7], name
    assert debug["jwt_key"] == "-----BE"
    for secret in (*SECRETS.values(), public_pem()):
        assert secret[:8] not in json.dumps(debug)
        assert secret[-8:] not in json.dumps(debug)


def test_other_values_are_shown() -> None:
    debug = signed_out(REQUEST, USING, "token-expired").debug()
    rest = {name: value for name, value in debug.items() if name not in (*SECRETS, "jwt_key")}
    assert rest == {
        "reason": "token-expired",
        "message": "",
        "publishable_key": publishable_key(),
        "proxy_url": "/__clerk",
        "domain": None,
        "is_satellite": False,
        "uses_suffixed_cookies": False,
        "client_uat": 7,
    }


def test_short_secret_is_never_shown_completely() -> None:
    for length in range(1, 16):
        secrets = dict.fromkeys(SECRETS, "0123456789abcdef"[:length])
        using = settings(secret_key=f"sk_{'x' * length}", machine_secret_key="y" * length)
        debug = signed_out(carrying(secrets, using), using).debug()
        for name in SECRETS:
            text = debug[name]
            assert isinstance(text, str)
            whole = length + 3 if name == "secret_key" else length
            assert len(text) <= min(7, whole // 2), name


def test_missing_values_are_shown_as_empty() -> None:
    nothing = Request("GET", "http://")
    debug = signed_out(nothing, settings(publishable_key=None)).debug()
    assert [debug[name] for name in SECRETS if name != "secret_key"] == [""] * 7
    assert debug["publishable_key"] is None


def test_rejected_request_shows_reason_and_message() -> None:
    state = context(REQUEST, USING).signed_out("token-expired", "Too late.")
    for get_debug in (state.debug, state.auth().debug, state.auth("api_key").debug):
        assert get_debug()["reason"] == "token-expired"
        assert get_debug()["message"] == "Too late."
    assert in_handshake(REQUEST, USING).debug()["reason"] == "dev-browser-missing"


def test_signed_in_state_has_no_reason_and_message() -> None:
    for get_debug in (signed_in(None, REQUEST, USING).debug, signed_in(None, REQUEST).auth().debug):
        assert get_debug()["reason"] is None
        assert get_debug()["message"] is None


def test_state_and_auth_objects_show_the_same() -> None:
    machine = context(REQUEST, USING).signed_in("ak_x", MachineToken("api_key", "i", "user_1", ()))
    for origin in (signed_in(None, REQUEST, USING), signed_out(REQUEST, USING), machine):
        debug = origin.debug()
        assert origin.auth().debug() == debug
        assert origin.auth("session_token").debug() == debug
        assert origin.auth("m2m_token").debug() == debug
        assert origin.auth([]).debug() == debug
        assert json.loads(json.dumps(debug)) == debug


@pytest.mark.parametrize("private", ["ada@example.com", "private_metadata"])
def test_claims_are_not_shown(private: str) -> None:
    state = signed_in({"email": private, private: 1}, REQUEST, USING)
    assert private not in str(state.debug())
    assert private not in str(state.auth().debug())


PLAIN = st.text(st.sampled_from("abcXYZ019_.-"), min_size=1, max_size=40)


@examples(80)
@given(st.fixed_dictionaries(dict.fromkeys(SECRETS, PLAIN)))
def test_arbitrary_secrets_are_mostly_hidden(secrets: dict[str, str]) -> None:
    using = settings(
        secret_key=f"sk_{secrets['secret_key']}", machine_secret_key=secrets["machine_secret_key"]
    )
    whole = {**secrets, "secret_key": f"sk_{secrets['secret_key']}"}
    debug = signed_out(carrying(secrets, using), using).debug()
    for name, secret in whole.items():
        text = debug[name]
        assert isinstance(text, str)
        assert len(text) <= 7
        assert secret.startswith(text)
        assert 2 * len(text) <= len(secret)
