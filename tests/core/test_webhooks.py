"""Verification of webhooks: only recent bodies signed by Clerk are accepted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from email.message import Message
from io import BytesIO
from typing import Any
from wsgiref.headers import Headers as WsgirefHeaders

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core import (
    ConfigurationError,
    WebhookEvent,
    WebhookVerificationError,
    verify_webhook,
)
from clerk_core._messages import HeaderSource
from clerk_core._webhooks import TOLERANCE, WebhookBody, read_webhook
from tests.sample import examples
from tests.support import NOW

KEY = b"0123456789abcdef01234567"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
OTHER_KEY = b"another-key-altogether!!"
EVENT = {
    "object": "event",
    "type": "user.created",
    "data": {"id": "user_1", "private_metadata": {"a": [1]}},
    "instance_id": "ins_1",
    "timestamp": 1_800_000_000_123,
    "event_attributes": {"http_request": {"client_ip": "192.0.2.1"}},
}
BODY = json.dumps(EVENT).encode()


def signature(
    body: bytes = BODY, at: object = int(NOW), key: bytes = KEY, identifier: str = "msg_1"
) -> str:
    """Return the signature that Clerk would send, in base64."""
    signed = f"{identifier}.{at}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(
    body: bytes = BODY, at: object = int(NOW), key: bytes = KEY, **over: str
) -> dict[str, str]:
    """Return the headers that Clerk would send. `over` replaces one or, if empty, removes it."""
    sent = {
        "svix-id": "msg_1",
        "svix-timestamp": str(at),
        "svix-signature": f"v1,{signature(body, at, key)}",
    }
    sent.update({name.replace("_", "-"): value for name, value in over.items()})
    return {name: value for name, value in sent.items() if value}


def read(sent: HeaderSource, body: WebhookBody = BODY, now: float = NOW) -> WebhookEvent:
    return read_webhook(sent, body, SECRET, now)


def error_code(sent: HeaderSource, body: WebhookBody = BODY, now: float = NOW) -> str:
    with pytest.raises(WebhookVerificationError) as error:
        read(sent, body, now)
    assert error.value.message.startswith("The webhook is refused. ")
    assert error.value.__cause__ is None
    assert_reveals_no_secret(error.value)
    return error.value.code


def assert_reveals_no_secret(error: Exception) -> None:
    for secret in (SECRET, SECRET[6:], KEY.decode(), signature(), signature()[:12]):
        assert secret not in str(error)
        assert secret not in repr(error)


# Valid webhooks


def test_webhook_signed_by_clerk_is_read() -> None:
    event = read(headers())
    assert (event.id, event.type, event.instance_id) == ("msg_1", "user.created", "ins_1")
    assert event.timestamp == 1_800_000_000_123
    assert event.data == EVENT["data"]
    assert event.event_attributes == EVENT["event_attributes"]


def test_headers_may_be_pairs_or_mapping_with_names_in_any_case() -> None:
    sent = headers()
    shouted = {name.upper(): f" {value} " for name, value in sent.items()}
    for source in (sent, shouted, sent.items(), iter(list(shouted.items())), list(sent.items())):
        assert read(source).type == "user.created"


def test_svix_and_standard_webhooks_header_names_are_read() -> None:
    standard = {name.replace("svix", "webhook"): value for name, value in headers().items()}
    assert read(standard).type == "user.created"
    # An incomplete set of headers neither hides a complete one nor completes another.
    assert read({**standard, "svix-id": "msg_other"}).id == "msg_1"
    mixed = {name: value for name, value in standard.items() if name != "webhook-id"}
    assert error_code({**mixed, "svix-id": "msg_1"}) == "webhook-headers-missing"


def test_example_of_standard_webhooks_verifies() -> None:
    # https://github.com/standard-webhooks/standard-webhooks: computed with openssl.
    body = b'{"type":"a","data":{}}'
    signed = hmac.new(KEY, b"msg_1.1800000000." + body, "sha256").digest()
    sent = headers(body, svix_signature=f"v1,{base64.b64encode(signed).decode()}")
    assert read(sent, body).type == "a"


def test_secret_prefix_and_white_space_are_ignored() -> None:
    for secret in (SECRET, SECRET.removeprefix("whsec_"), f" {SECRET}\n"):
        assert read_webhook(headers(), BODY, secret, NOW).type == "user.created"


def test_one_matching_signature_is_enough() -> None:
    good, bad = f"v1,{signature()}", f"v1,{signature(key=OTHER_KEY)}"
    for several in (
        f"{bad} {good}",
        f"{good} {bad}",
        f"{bad} {bad} {good} {bad}",
        f"v1a,xxx {good}",
        f"nonsense {good} v2,{signature()}",
        f"v1,ü {good}",
        f"  {good}",
    ):
        assert read(headers(svix_signature=several)).type == "user.created"


def test_old_and_new_secret_verify_during_rotation() -> None:
    both = f"v1,{signature(key=OTHER_KEY)} v1,{signature()}"
    for key in (KEY, OTHER_KEY):
        secret = f"whsec_{base64.b64encode(key).decode()}"
        assert read_webhook(headers(svix_signature=both), BODY, secret, NOW).id == "msg_1"


@pytest.mark.parametrize("age", [0, 1, TOLERANCE - 1, TOLERANCE, -1, -TOLERANCE])
def test_webhook_within_five_minutes_is_accepted(age: int) -> None:
    assert TOLERANCE == 300
    assert read(headers(at=int(NOW) - age)).type == "user.created"


def test_body_may_be_str() -> None:
    body = json.dumps({"type": "a", "data": {"name": "Zoë"}}, ensure_ascii=False)
    event = read_webhook(headers(body.encode()), body, SECRET, NOW)
    assert event.data == {"name": "Zoë"}
    for changed in (body.replace("ë", "e"), body + "\n", "\ud800"):
        with pytest.raises(WebhookVerificationError):
            read_webhook(headers(body.encode()), changed, SECRET, NOW)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_body_may_be_any_bytes_type(kind: Any) -> None:
    assert read(headers(), kind(BODY)).data == EVENT["data"]
    assert error_code(headers(), kind(BODY + b" ")) == "webhook-signature-mismatch"


@pytest.mark.parametrize("body", [EVENT, None, 3, [BODY], BytesIO(BODY)])
def test_other_body_types_raise_type_error(body: Any) -> None:
    with pytest.raises(TypeError, match=f"unparsed body of the request, not {type(body).__name__}"):
        read(headers(), body)


def test_headers_are_read_from_standard_library_types() -> None:
    message, several = Message(), {name: [value] for name, value in headers().items()}
    for name, value in headers().items():
        message[name.title()] = value
    for source in (message, WsgirefHeaders(list(headers().items())), several):
        assert read(source).type == "user.created"


def test_non_text_headers_raise_type_error() -> None:
    octets = [(name.encode(), value.encode()) for name, value in headers().items()]
    wrong: list[Any] = [octets, {**headers(), "svix-id": None}, None, "svix-id: msg_1"]
    for source in wrong:
        with pytest.raises(TypeError, match="headers must be a mapping, or pairs, of str") as error:
            read(source)
        assert_reveals_no_secret(error.value)


def test_time_in_milliseconds_raises_value_error() -> None:
    with pytest.raises(ValueError, match="Unix seconds"):
        read(headers(), now=NOW * 1000)


# Invalid signatures and timestamps


@pytest.mark.parametrize(
    ("age", "code"),
    [
        (TOLERANCE + 1, "webhook-timestamp-too-old"),
        (86_400, "webhook-timestamp-too-old"),
        (int(NOW), "webhook-timestamp-too-old"),
        (-TOLERANCE - 1, "webhook-timestamp-too-new"),
        (-(10**14), "webhook-timestamp-too-new"),
    ],
)
def test_webhook_outside_the_tolerance_is_rejected(age: int, code: str) -> None:
    assert error_code(headers(at=int(NOW) - age)) == code


def test_tolerance_is_checked_to_fractions_of_a_second() -> None:
    assert error_code(headers(), now=NOW + TOLERANCE + 0.5) == "webhook-timestamp-too-old"
    assert error_code(headers(), now=NOW - TOLERANCE - 0.5) == "webhook-timestamp-too-new"


@pytest.mark.parametrize(
    "at",
    [
        *("x", "-1", "+1800000000", "1800000000.0", "1.8e9", "0x6b49d200", "1800000000 "),
        *("1_800_000_000", "\uff11", "9" * 16, "9" * 5000, "NaN", "1800000000\n"),
    ],
)
def test_timestamp_must_be_whole_seconds(at: str) -> None:
    sent = headers(at=at)
    if at.strip(" ") == str(int(NOW)):
        assert error_code(sent) == "webhook-signature-mismatch"
    else:
        assert error_code(sent) == "webhook-timestamp-invalid"


@pytest.mark.parametrize("name", ["svix-id", "svix-timestamp", "svix-signature"])
def test_webhook_with_a_missing_or_empty_header_is_rejected(name: str) -> None:
    sent = headers()
    for empty in ("", " ", "\t"):
        assert error_code({**sent, name: empty}) == "webhook-headers-missing"
    del sent[name]
    assert error_code(sent) == "webhook-headers-missing"


def test_webhook_without_headers_is_rejected() -> None:
    assert error_code({}) == error_code([]) == error_code(iter(())) == "webhook-headers-missing"


@pytest.mark.parametrize(
    "body", [b"", BODY + b" ", b" " + BODY, BODY.replace(b"user_1", b"user_2"), BODY[:-1], b"{}"]
)
def test_changed_body_is_rejected(body: bytes) -> None:
    assert error_code(headers(), body) == "webhook-signature-mismatch"


def test_changed_headers_are_rejected() -> None:
    assert error_code(headers(svix_id="msg_2")) == "webhook-signature-mismatch"
    later = str(int(NOW) + 1)
    assert error_code(headers(svix_timestamp=later)) == "webhook-signature-mismatch"


def test_separator_cannot_be_shifted_between_signed_parts() -> None:
    sent = headers(svix_id="msg_1.1", svix_signature=f"v1,{signature(b'2.' + BODY, int(NOW))}")
    assert error_code(sent) == "webhook-signature-mismatch"


GOOD = signature()


@pytest.mark.parametrize(
    "sent",
    [
        f"v1,{signature(key=OTHER_KEY)}",
        *("v1,", "v1", ",", "v1,AAAA", "v1,=", "v1,ü", "\udc80"),
        *(GOOD, f"v2,{GOOD}", f"V1,{GOOD}", f"v1a,{GOOD}", f" ,{GOOD}", f"v1;{GOOD}"),
        *(f"v1,{GOOD[:-1]}", f"v1,{GOOD}=", f"v1,{GOOD},", f"v1,{GOOD}\n", f"v1,{GOOD[:-4]}"),
        f"v1,{GOOD.swapcase()}",
        f"v1,{hmac.new(KEY, b'msg_1.' + BODY, 'sha256').hexdigest()}",
        f"v1,{base64.b64encode(b'').decode()}",
    ],
)
def test_invalid_signature_is_rejected(sent: str) -> None:
    assert error_code(headers(svix_signature=sent)) == "webhook-signature-mismatch"


def test_signature_with_any_flipped_bit_is_rejected() -> None:
    raw = base64.b64decode(signature())
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        sent = f"v1,{base64.b64encode(changed).decode()}"
        assert error_code(headers(svix_signature=sent)) == "webhook-signature-mismatch"


def test_ten_thousand_wrong_signatures_are_rejected() -> None:
    sent = " ".join([f"v1,{signature(key=OTHER_KEY)}"] * 10_000)
    assert error_code(headers(svix_signature=sent)) == "webhook-signature-mismatch"


# Signed bodies that are not events


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"[]", b'"user.created"', b"7", b"{}", b"{", b"\xff\xfe", b"\x00"),
        *(b'{"type":"a"}', b'{"data":{}}', b'{"type":7,"data":{}}', b'{"type":null,"data":{}}'),
        *(b'{"type":"a","data":[]}', b'{"type":"a","data":null}', b'{"type":"a","data":"x"}'),
        b"[" * 100_000,
        b'{"type":"a","data":{},"x":' + b"9" * 10_000 + b"}",
    ],
)
def test_signed_body_that_is_not_an_event_is_rejected(body: bytes) -> None:
    assert error_code(headers(body), body) == "webhook-body-invalid"


@pytest.mark.parametrize(
    ("more", "instance_id", "timestamp"),
    [
        ({}, None, None),
        ({"instance_id": 7, "timestamp": "1"}, None, None),
        ({"instance_id": "ins_1", "timestamp": 1.5}, "ins_1", None),
        ({"timestamp": True, "event_attributes": []}, None, None),
        ({"timestamp": 5, "event_attributes": None}, None, 5),
    ],
)
def test_optional_event_fields_may_be_missing_or_invalid(
    more: dict[str, object], instance_id: str | None, timestamp: int | None
) -> None:
    body = json.dumps({"type": "a", "data": {}, **more}).encode()
    event = read(headers(body), body)
    assert (event.instance_id, event.timestamp) == (instance_id, timestamp)
    assert (event.data, event.event_attributes) == ({}, {})


def test_event_is_immutable_and_its_repr_hides_data() -> None:
    event = read(headers())
    event.data["private_metadata"]["a"].append(2)  # type: ignore[index]
    event.event_attributes.clear()
    assert event.data == EVENT["data"]
    assert event.event_attributes == EVENT["event_attributes"]
    with pytest.raises(AttributeError):
        event.type = "user.deleted"
    assert repr(event) == "WebhookEvent(user.created, id='msg_1')"
    assert not hasattr(event, "__dict__")


# The secret


@pytest.mark.parametrize(
    "secret",
    [
        *("whsec_", "whsec_%%%", "nonsense!", "whsec_AAA", "whsec_ключ", " ", "whsec_\udc80"),
        # Keys of one byte and of 120 bits, and keys with a character too many or too few.
        *("whsec_AA==", f"whsec_{base64.b64encode(KEY[:15]).decode()}", f"{SECRET}A", SECRET[:-3]),
        *(f"{SECRET}===", SECRET.replace("M", "-"), f"{SECRET[:20]} {SECRET[20:]}"),
    ],
)
def test_invalid_secret_raises_configuration_error(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_WEBHOOK_SIGNING_SECRET") as error:
        read_webhook(headers(), BODY, secret, NOW)
    assert error.value.code == "webhook-secret-invalid"
    assert secret.strip() == "" or secret[6:] == "" or secret[6:] not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize("size", range(16, 34))
@pytest.mark.parametrize("padding", ["", "=", "=="])
def test_secret_is_read_with_and_without_padding(size: int, padding: str) -> None:
    # As @clerk/backend 3.25.0 reads it (tests/conformance/node_modules/standardwebhooks).
    key = (KEY + OTHER_KEY)[:size]
    bare = base64.b64encode(key).decode().rstrip("=")
    for secret in (f"whsec_{bare}{padding}", f"{bare}{padding}"):
        assert read_webhook(headers(key=key), BODY, secret, NOW).id == "msg_1"


def test_secret_and_time_default_to_environment_and_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CLERK_WEBHOOK_SIGNING_SECRET", raising=False)
    for missing in (None, ""):
        with pytest.raises(ConfigurationError, match="CLERK_WEBHOOK_SIGNING_SECRET") as error:
            verify_webhook(headers(), BODY, missing, now=NOW)
        assert error.value.code == "webhook-secret-missing"
    monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", SECRET)
    assert verify_webhook(headers(), BODY, now=NOW).type == "user.created"
    with pytest.raises(WebhookVerificationError):
        verify_webhook(headers(), BODY, f"whsec_{base64.b64encode(OTHER_KEY).decode()}", now=NOW)
    with pytest.raises(WebhookVerificationError) as late:
        verify_webhook(headers(at=0), BODY)
    assert late.value.code == "webhook-timestamp-too-old"
    assert verify_webhook(headers(at=0), BODY, now=0.0).type == "user.created"


# Arbitrary input


NAMES = st.sampled_from(
    [f"{scheme}-{name}" for scheme in ("svix", "webhook", "Svix")
     for name in ("id", "timestamp", "signature")]
)  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)
VALUES = (
    st.sampled_from([str(int(NOW)), f"v1,{GOOD}", "v1,AAAA", "msg_1", "\ud800", "é"]) | ANY_TEXT
)


@examples(400)
@given(st.lists(st.tuples(NAMES | ANY_TEXT, VALUES), max_size=7), st.binary(max_size=60))
def test_arbitrary_headers_and_body_raise_only_verification_errors(
    sent: list[tuple[str, str]], body: bytes
) -> None:
    for source in (sent, dict(sent)):
        with pytest.raises(WebhookVerificationError) as error:
            read(source, body)
        assert_reveals_no_secret(error.value)


@pytest.mark.parametrize("identifier", ["\ud800", "msg_\udcff"])
def test_unencodable_identifier_is_rejected(identifier: str) -> None:
    assert error_code(headers(svix_id=identifier)).startswith("webhook-")


@examples(150)
@given(st.binary(max_size=60) | st.text(max_size=30).map(str.encode))
def test_arbitrary_signed_body_is_an_event_or_rejected(body: bytes) -> None:
    try:
        event = read(headers(body), body)
    except WebhookVerificationError as error:
        assert error.code == "webhook-body-invalid"  # noqa: PT017
    else:
        assert type(event.type) is str
