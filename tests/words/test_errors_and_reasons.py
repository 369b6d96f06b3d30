from __future__ import annotations

import copy
import json
import pickle

import pytest

from clerk_core.backend.errors import ClerkAPIError, ErrorDetail
from clerk_core.words.errors import ClerkError, ConfigurationError, TransportError
from clerk_core.words.reasons import EXPLANATIONS, Reason

ERRORS = [
    ClerkError("a-code", "Do this."),
    ConfigurationError("a-code", "Do this."),
    TransportError("Do this.", "a-code"),
    ClerkAPIError(422, "a-code", "Do this.", (ErrorDetail("a-code", "Do", "Do this."),), "trace"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_has_a_code_and_a_sentence_and_survives_a_process_border(
    error: ClerkError,
) -> None:
    for one in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert isinstance(one, ClerkError)
        assert type(one) is type(error)
        assert str(one) == "Do this. [a-code]"
        assert (one.code, one.message) == ("a-code", "Do this.")
        assert vars(one) == vars(error)


def test_a_transport_error_has_a_code_of_its_own() -> None:
    assert TransportError("refused").code == "no-answer"


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_is_its_slug_and_explains_itself(reason: Reason) -> None:
    assert str(reason) == reason.value == f"{reason}"
    assert reason == reason.value
    # One of the reference's reasons is a sentence, and stays one.
    if reason is not Reason.NO_TOKEN_IN_HEADER:
        assert reason.value == reason.value.lower().replace(" ", "-")
    assert EXPLANATIONS[reason].endswith(".")
    assert json.loads(json.dumps(reason)) == reason.value
    assert pickle.loads(pickle.dumps(reason)) is reason


def test_every_reason_has_an_explanation_and_no_other_text_has_one() -> None:
    assert list(EXPLANATIONS) == list(Reason)


def test_no_two_reasons_share_a_slug() -> None:
    assert len({reason.value for reason in Reason}) == len(Reason.__members__)
