"""Webhooks: only what Clerk signed just now is an event."""

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
    """The signature that Clerk would make, in base64."""
    signed = f"{identifier}.{at}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(
    body: bytes = BODY, at: object = int(NOW), key: bytes = KEY, **over: str
) -> dict[str, str]:
    """The headers that Clerk would send; `over` with underscores replaces, empty removes."""
    sent = {
        "svix-id": "msg_1",
        "svix-timestamp": str(at),
        "svix-signature": f"v1,{signature(body, at, key)}",
    }
    sent.update({name.replace("_", "-"): value for name, value in over.items()})
    return {name: value for name, value in sent.items() if value}


def read(sent: HeaderSource, body: WebhookBody = BODY, now: float = NOW) -> WebhookEvent:
    return read_webhook(sent, body, SECRET, now)


def refusal(sent: HeaderSource, body: WebhookBody = BODY, now: float = NOW) -> str:
    with pytest.raises(WebhookVerificationError) as error:
        read(sent, body, now)
    assert error.value.message.startswith("The webhook is refused. ")
    assert error.value.__cause__ is None
    assert_silent(error.value)
    return error.value.code


def assert_silent(error: Exception) -> None:
    for secret in (SECRET, SECRET[6:], KEY.decode(), signature(), signature()[:12]):
        assert secret not in str(error)
        assert secret not in repr(error)


# What Clerk signed


def test_a_webhook_that_clerk_signed_is_an_event() -> None:
    event = read(headers())
    assert (event.id, event.type, event.instance_id) == ("msg_1", "user.created", "ins_1")
    assert event.timestamp == 1_800_000_000_123
    assert event.data == EVENT["data"]
    assert event.event_attributes == EVENT["event_attributes"]


def test_headers_may_be_pairs_or_a_mapping_in_any_case() -> None:
    sent = headers()
    shouted = {name.upper(): f" {value} " for name, value in sent.items()}
    for given_ in (sent, shouted, sent.items(), iter(list(shouted.items())), list(sent.items())):
        assert read(given_).type == "user.created"


def test_both_schemes_of_header_names_are_understood() -> None:
    standard = {name.replace("svix", "webhook"): value for name, value in headers().items()}
    assert read(standard).type == "user.created"
    # An incomplete set does not stand in the way of a whole one, nor lend it a part.
    assert read({**standard, "svix-id": "msg_other"}).id == "msg_1"
    mixed = {name: value for name, value in standard.items() if name != "webhook-id"}
    assert refusal({**mixed, "svix-id": "msg_1"}) == "webhook-headers-missing"


def test_the_known_example_of_the_scheme_verifies() -> None:
    # https://github.com/standard-webhooks/standard-webhooks: computed with openssl.
    body = b'{"type":"a","data":{}}'
    signed = hmac.new(KEY, b"msg_1.1800000000." + body, "sha256").digest()
    sent = headers(body, svix_signature=f"v1,{base64.b64encode(signed).decode()}")
    assert read(sent, body).type == "a"


def test_the_prefix_of_a_secret_and_white_space_around_it_do_not_matter() -> None:
    for secret in (SECRET, SECRET.removeprefix("whsec_"), f" {SECRET}\n"):
        assert read_webhook(headers(), BODY, secret, NOW).type == "user.created"


def test_of_several_signatures_one_has_to_match() -> None:
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


def test_while_a_secret_is_rotated_the_old_and_the_new_one_verify() -> None:
    both = f"v1,{signature(key=OTHER_KEY)} v1,{signature()}"
    for key in (KEY, OTHER_KEY):
        secret = f"whsec_{base64.b64encode(key).decode()}"
        assert read_webhook(headers(svix_signature=both), BODY, secret, NOW).id == "msg_1"


@pytest.mark.parametrize("age", [0, 1, TOLERANCE - 1, TOLERANCE, -1, -TOLERANCE])
def test_within_five_minutes_a_webhook_is_of_now(age: int) -> None:
    assert TOLERANCE == 300
    assert read(headers(at=int(NOW) - age)).type == "user.created"


def test_the_text_of_a_body_will_do() -> None:
    body = json.dumps({"type": "a", "data": {"name": "Zoë"}}, ensure_ascii=False)
    event = read_webhook(headers(body.encode()), body, SECRET, NOW)
    assert event.data == {"name": "Zoë"}
    for changed in (body.replace("ë", "e"), body + "\n", "\ud800"):
        with pytest.raises(WebhookVerificationError):
            read_webhook(headers(body.encode()), changed, SECRET, NOW)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_a_body_may_be_of_any_kind_of_bytes(kind: Any) -> None:
    assert read(headers(), kind(BODY)).data == EVENT["data"]
    assert refusal(headers(), kind(BODY + b" ")) == "webhook-signature-mismatch"


@pytest.mark.parametrize("body", [EVENT, None, 3, [BODY], BytesIO(BODY)])
def test_what_is_no_body_is_refused_with_what_is_expected(body: Any) -> None:
    with pytest.raises(TypeError, match=f"bytes of the request's body, not {type(body).__name__}"):
        read(headers(), body)


def test_headers_are_read_in_the_forms_of_servers() -> None:
    message, several = Message(), {name: [value] for name, value in headers().items()}
    for name, value in headers().items():
        message[name.title()] = value
    for given_ in (message, WsgirefHeaders(list(headers().items())), several):
        assert read(given_).type == "user.created"


def test_headers_that_are_not_text_are_refused_with_what_is_expected() -> None:
    octets = [(name.encode(), value.encode()) for name, value in headers().items()]
    wrong: list[Any] = [octets, {**headers(), "svix-id": None}, None, "svix-id: msg_1"]
    for given_ in wrong:
        with pytest.raises(TypeError, match="headers must be a mapping, or pairs, of str") as error:
            read(given_)
        assert_silent(error.value)


def test_a_time_in_milliseconds_is_refused_with_what_is_expected() -> None:
    with pytest.raises(ValueError, match="Unix seconds"):
        read(headers(), now=NOW * 1000)


# What it did not sign


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
def test_an_old_webhook_or_one_of_the_future_is_refused(age: int, code: str) -> None:
    assert refusal(headers(at=int(NOW) - age)) == code


def test_the_edges_are_judged_to_the_fraction_of_a_second() -> None:
    assert refusal(headers(), now=NOW + TOLERANCE + 0.5) == "webhook-timestamp-too-old"
    assert refusal(headers(), now=NOW - TOLERANCE - 0.5) == "webhook-timestamp-too-new"


@pytest.mark.parametrize(
    "at",
    [
        *("x", "-1", "+1800000000", "1800000000.0", "1.8e9", "0x6b49d200", "1800000000 "),
        *("1_800_000_000", "\uff11", "9" * 16, "9" * 5000, "NaN", "1800000000\n"),
    ],
)
def test_a_timestamp_is_a_whole_number_of_seconds(at: str) -> None:
    sent = headers(at=at)
    if at.strip(" ") == str(int(NOW)):
        assert refusal(sent) == "webhook-signature-mismatch"
    else:
        assert refusal(sent) == "webhook-timestamp-invalid"


@pytest.mark.parametrize("name", ["svix-id", "svix-timestamp", "svix-signature"])
def test_a_webhook_without_one_of_its_headers_is_refused(name: str) -> None:
    sent = headers()
    for empty in ("", " ", "\t"):
        assert refusal({**sent, name: empty}) == "webhook-headers-missing"
    del sent[name]
    assert refusal(sent) == "webhook-headers-missing"


def test_no_headers_at_all_are_refused() -> None:
    assert refusal({}) == refusal([]) == refusal(iter(())) == "webhook-headers-missing"


@pytest.mark.parametrize(
    "body", [b"", BODY + b" ", b" " + BODY, BODY.replace(b"user_1", b"user_2"), BODY[:-1], b"{}"]
)
def test_a_body_that_was_changed_is_refused(body: bytes) -> None:
    assert refusal(headers(), body) == "webhook-signature-mismatch"


def test_headers_that_were_changed_are_refused() -> None:
    assert refusal(headers(svix_id="msg_2")) == "webhook-signature-mismatch"
    later = str(int(NOW) + 1)
    assert refusal(headers(svix_timestamp=later)) == "webhook-signature-mismatch"


def test_a_dot_cannot_be_moved_between_the_parts() -> None:
    sent = headers(svix_id="msg_1.1", svix_signature=f"v1,{signature(b'2.' + BODY, int(NOW))}")
    assert refusal(sent) == "webhook-signature-mismatch"


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
def test_a_signature_that_is_none_or_another_is_refused(sent: str) -> None:
    assert refusal(headers(svix_signature=sent)) == "webhook-signature-mismatch"


def test_every_bit_of_the_signature_counts() -> None:
    raw = base64.b64decode(signature())
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        sent = f"v1,{base64.b64encode(changed).decode()}"
        assert refusal(headers(svix_signature=sent)) == "webhook-signature-mismatch"


def test_ten_thousand_signatures_cost_little_and_match_nothing() -> None:
    sent = " ".join([f"v1,{signature(key=OTHER_KEY)}"] * 10_000)
    assert refusal(headers(svix_signature=sent)) == "webhook-signature-mismatch"


# What is signed and yet no event


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
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    assert refusal(headers(body), body) == "webhook-body-invalid"


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
def test_an_event_may_say_little(
    more: dict[str, object], instance_id: str | None, timestamp: int | None
) -> None:
    body = json.dumps({"type": "a", "data": {}, **more}).encode()
    event = read(headers(body), body)
    assert (event.instance_id, event.timestamp) == (instance_id, timestamp)
    assert (event.data, event.event_attributes) == ({}, {})


def test_an_event_is_frozen_gives_copies_and_shows_no_data_when_printed() -> None:
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
        # A key of one byte, one of 120 bits, and one that lacks or has a character too many.
        *("whsec_AA==", f"whsec_{base64.b64encode(KEY[:15]).decode()}", f"{SECRET}A", SECRET[:-3]),
        *(f"{SECRET}===", SECRET.replace("M", "-"), f"{SECRET[:20]} {SECRET[20:]}"),
    ],
)
def test_a_secret_that_is_none_is_a_mistake_of_the_configuration(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_WEBHOOK_SIGNING_SECRET") as error:
        read_webhook(headers(), BODY, secret, NOW)
    assert error.value.code == "webhook-secret-invalid"
    assert secret.strip() == "" or secret[6:] == "" or secret[6:] not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize("size", range(16, 34))
@pytest.mark.parametrize("padding", ["", "=", "=="])
def test_a_secret_is_read_with_and_without_its_padding(size: int, padding: str) -> None:
    # As @clerk/backend 3.25.0 reads it (tests/conformance/node_modules/standardwebhooks).
    key = (KEY + OTHER_KEY)[:size]
    bare = base64.b64encode(key).decode().rstrip("=")
    for secret in (f"whsec_{bare}{padding}", f"{bare}{padding}"):
        assert read_webhook(headers(key=key), BODY, secret, NOW).id == "msg_1"


def test_the_secret_and_the_time_come_from_outside_when_they_are_not_given(
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


# Anything


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
def test_any_headers_and_any_body_are_refused_and_nothing_else(
    sent: list[tuple[str, str]], body: bytes
) -> None:
    for given_ in (sent, dict(sent)):
        with pytest.raises(WebhookVerificationError) as error:
            read(given_, body)
        assert_silent(error.value)


@pytest.mark.parametrize("identifier", ["\ud800", "msg_\udcff"])
def test_an_identifier_that_no_encoding_holds_is_refused(identifier: str) -> None:
    assert refusal(headers(svix_id=identifier)).startswith("webhook-")


@examples(150)
@given(st.binary(max_size=60) | st.text(max_size=30).map(str.encode))
def test_any_signed_body_is_an_event_or_refused(body: bytes) -> None:
    try:
        event = read(headers(body), body)
    except WebhookVerificationError as error:
        assert error.code == "webhook-body-invalid"  # noqa: PT017
    else:
        assert type(event.type) is str
