"""`verify_webhook`: the secret of the environment and the time of the clock."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import pytest

from clerk_core import (
    AsyncClerk,
    Clerk,
    ConfigurationError,
    WebhookVerificationError,
    verify_webhook,
)

KEY = b"a key of twenty-four byt"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"another key of the dashboard").decode()
BODY = json.dumps({"type": "user.created", "data": {"id": "user_1"}, "object": "event"}).encode()
VARIABLE = "CLERK_WEBHOOK_SIGNING_SECRET"


def signed(at: float, body: bytes = BODY, key: bytes = KEY) -> dict[str, str]:
    """The headers of a webhook that was sent at this time."""
    content = b".".join((b"msg_1", str(int(at)).encode(), body))
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "svix-id": "msg_1",
        "svix-timestamp": str(int(at)),
        "svix-signature": f"v1,{signature}",
    }


def test_the_secret_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)

    event = verify_webhook(signed(time.time()), BODY)

    assert (event.type, event.data) == ("user.created", {"id": "user_1"})


def test_a_secret_that_is_given_goes_before_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, OTHER_SECRET)
    headers = signed(time.time())

    assert verify_webhook(headers, BODY, SECRET).id == "msg_1"
    with pytest.raises(WebhookVerificationError) as refused:
        verify_webhook(headers, BODY)
    assert refused.value.code == "webhook-signature-mismatch"
    assert KEY.decode() not in str(refused.value)


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_secret_it_says_what_to_set_and_verifies_nothing(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)

    with pytest.raises(ConfigurationError, match=VARIABLE) as missing:
        verify_webhook(signed(time.time()), BODY)
    assert missing.value.code == "webhook-secret-missing"
    with pytest.raises(ConfigurationError):
        verify_webhook(signed(time.time(), key=b""), BODY, value)


def test_the_present_is_the_real_time() -> None:
    assert verify_webhook(signed(time.time() - 100), BODY, SECRET)
    for at, code in ((time.time() - 1000, "too-old"), (time.time() + 1000, "too-new")):
        with pytest.raises(WebhookVerificationError) as refused:
            verify_webhook(signed(at), BODY, SECRET)
        assert refused.value.code == f"webhook-timestamp-{code}"


def test_a_time_that_is_given_goes_before_the_clock() -> None:
    assert verify_webhook(signed(1000), BODY, SECRET, now=1000.0)
    assert verify_webhook(signed(0), BODY, SECRET, now=0.0)
    with pytest.raises(WebhookVerificationError):
        verify_webhook(signed(time.time()), BODY, SECRET, now=0.0)


def test_headers_may_be_pairs_or_a_mapping_in_any_case() -> None:
    headers = {name.title(): value for name, value in signed(1000).items()}

    assert verify_webhook(headers, BODY, SECRET, now=1000.0).id == "msg_1"
    assert verify_webhook(list(headers.items()), BODY, SECRET, now=1000.0).id == "msg_1"
    assert verify_webhook(iter(headers.items()), BODY, SECRET, now=1000.0).id == "msg_1"


@pytest.mark.parametrize("make", [Clerk, AsyncClerk])
def test_a_secret_of_the_environment_that_is_none_stops_the_application(
    monkeypatch: pytest.MonkeyPatch, make: Callable[..., object]
) -> None:
    for secret in ("whsec_AA==", "whsec_", KEY.decode()):
        monkeypatch.setenv(VARIABLE, secret)
        with pytest.raises(ConfigurationError, match=VARIABLE) as error:
            make(secret_key="sk_test_0123456789")
        assert error.value.code == "webhook-secret-invalid"
        assert KEY.decode() not in str(error.value)
    for fine in ("", SECRET):
        monkeypatch.setenv(VARIABLE, fine)
        make(secret_key="sk_test_0123456789")
