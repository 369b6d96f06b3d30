"""`verify_webhook` with the secret of the environment and the current time."""

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


def signed_headers(at: float, body: bytes = BODY, key: bytes = KEY) -> dict[str, str]:
    """Return the headers of a webhook sent at this time."""
    content = b".".join((b"msg_1", str(int(at)).encode(), body))
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "svix-id": "msg_1",
        "svix-timestamp": str(int(at)),
        "svix-signature": f"v1,{signature}",
    }


def test_secret_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)

    event = verify_webhook(signed_headers(time.time()), BODY)

    assert (event.type, event.data) == ("user.created", {"id": "user_1"})


def test_given_secret_overrides_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, OTHER_SECRET)
    headers = signed_headers(time.time())

    assert verify_webhook(headers, BODY, SECRET).id == "msg_1"
    with pytest.raises(WebhookVerificationError) as error:
        verify_webhook(headers, BODY)
    assert error.value.code == "webhook-signature-mismatch"
    assert KEY.decode() not in str(error.value)


@pytest.mark.parametrize("value", [None, ""])
def test_missing_secret_raises_configuration_error(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)

    with pytest.raises(ConfigurationError, match=VARIABLE) as missing:
        verify_webhook(signed_headers(time.time()), BODY)
    assert missing.value.code == "webhook-secret-missing"
    with pytest.raises(ConfigurationError):
        verify_webhook(signed_headers(time.time(), key=b""), BODY, value)


def test_time_defaults_to_the_current_time() -> None:
    assert verify_webhook(signed_headers(time.time() - 100), BODY, SECRET)
    for at, code in ((time.time() - 1000, "too-old"), (time.time() + 1000, "too-new")):
        with pytest.raises(WebhookVerificationError) as error:
            verify_webhook(signed_headers(at), BODY, SECRET)
        assert error.value.code == f"webhook-timestamp-{code}"


def test_given_time_overrides_the_clock() -> None:
    assert verify_webhook(signed_headers(1000), BODY, SECRET, now=1000.0)
    assert verify_webhook(signed_headers(0), BODY, SECRET, now=0.0)
    with pytest.raises(WebhookVerificationError):
        verify_webhook(signed_headers(time.time()), BODY, SECRET, now=0.0)


def test_headers_may_be_pairs_or_mapping_with_names_in_any_case() -> None:
    headers = {name.title(): value for name, value in signed_headers(1000).items()}

    assert verify_webhook(headers, BODY, SECRET, now=1000.0).id == "msg_1"
    assert verify_webhook(list(headers.items()), BODY, SECRET, now=1000.0).id == "msg_1"
    assert verify_webhook(iter(headers.items()), BODY, SECRET, now=1000.0).id == "msg_1"


@pytest.mark.parametrize("make", [Clerk, AsyncClerk])
def test_invalid_secret_in_the_environment_raises_at_startup(
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
