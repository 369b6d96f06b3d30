from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._authentication.request.jwt import MAX_TOKEN_LENGTH, MalformedJwtError, decode
from tests.sample import examples
from tests.support import NOW, base64url, mint, rsa_key, session_claims, sign

HEADER = '{"alg":"RS256","typ":"JWT"}'


def token(header: str = HEADER, claims: str = "{}", signature: bytes = b"signature") -> str:
    """Return an unsigned token of these strings."""
    parts = (header.encode(), claims.encode(), signature)
    return ".".join(base64url(part) for part in parts)


MESSAGES = ("too long", "not three base64url parts, or not JSON objects")


def is_rejected(text: str) -> bool:
    with pytest.raises(MalformedJwtError) as caught:
        decode(text)
    # The message is a constant, so that no part of the token reaches a log.
    return str(caught.value) in MESSAGES


def test_token_is_decoded() -> None:
    minted = mint({"name": "Zoë \U0001f98a"})
    jwt = decode(minted)
    assert jwt.claims == session_claims({"name": "Zoë \U0001f98a"})
    assert jwt.header["alg"] == "RS256"
    assert jwt.signing_input == minted.rpartition(".")[0].encode()
    assert base64url(jwt.signature) == minted.rpartition(".")[2]


def test_repr_hides_the_token() -> None:
    assert repr(decode(mint())) == "Jwt(…)"


@pytest.mark.parametrize("padding", ["=", "==", "===", "=" * 2048])
def test_padded_token_is_rejected(padding: str) -> None:
    for text in (mint(), token(claims="{}"), token(claims='{"a":1}'), token(claims='{"a":12}')):
        assert decode(text)
        for position, part in enumerate(text.split(".")):
            padded = [*text.split(".")]
            padded[position] = part + padding
            assert is_rejected(".".join(padded))


def test_empty_signature_is_decoded() -> None:
    assert decode(token(signature=b"")).signature == b""


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "Bearer",
        "null",
        mint() + ".",
        "." + mint(),
        mint() + " ",
        " " + mint(),
        mint() + "\n",
        mint().replace(".", "..", 1),
        mint() + "ж",
        "\ud800" + mint(),
        "\x00" * 30,
    ],
)
def test_text_that_is_not_a_compact_jws_is_rejected(text: str) -> None:
    assert is_rejected(text)


@pytest.mark.parametrize(
    "json_text", ["", "null", "[]", '"x"', "1", "{", "{}x", "{'a':1}", "{a:1}"]
)
def test_parts_that_are_not_json_objects_are_rejected(json_text: str) -> None:
    assert is_rejected(token(claims=json_text))
    assert is_rejected(token(header=json_text))


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_nan_and_infinity_are_rejected(constant: str) -> None:
    assert is_rejected(token(claims=f'{{"exp":{constant}}}'))


@pytest.mark.parametrize(
    "claims",
    [
        '{"sub":"user_1","sub":"user_2"}',
        '{"exp":1,"exp":1}',
        '{"o":{"id":"a","id":"b"}}',
        '{"a":[{"x":1,"x":2}]}',
        '{"sub":"user_1","\\u0073ub":"user_2"}',
    ],
)
def test_duplicate_claim_is_rejected(claims: str) -> None:
    assert is_rejected(token(claims=claims))


def test_duplicate_header_parameter_is_rejected() -> None:
    assert is_rejected(token(header='{"alg":"RS256","alg":"none"}'))


def test_deeply_nested_json_is_rejected() -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        deep = 40_000 // len(opening)
        inner = opening * deep + "1" * (opening != "[") + closing * deep
        text = token(claims=f'{{"a":{inner}}}')
        if len(text) <= MAX_TOKEN_LENGTH:
            assert is_rejected(text)
    assert is_rejected(token(claims='{"a":' + "[" * 20_000))


def test_huge_numbers_are_decoded_or_rejected() -> None:
    assert is_rejected(token(claims=f'{{"exp":1{"0" * 5000}}}'))
    assert decode(token(claims='{"exp":1e400}')).claims["exp"] == float("inf")
    assert decode(token(claims=f'{{"exp":1{"0" * 400}}}')).claims["exp"] == 10**400


def test_token_of_one_mebibyte_is_rejected() -> None:
    assert is_rejected("a" * 2**20)
    assert is_rejected(mint({"x": "y" * 2**20}))
    assert decode(mint({"x": "y" * 20_000})).claims["sub"] == "user_1"


def test_token_longer_than_the_limit_is_rejected() -> None:
    head = f"{base64url(HEADER.encode())}.e30."
    assert decode(head + "A" * ((MAX_TOKEN_LENGTH - len(head)) // 4 * 4)).claims == {}
    assert is_rejected(head + "A" * (MAX_TOKEN_LENGTH - len(head) + 1))


@pytest.mark.parametrize("invalid", [b"\xff{}", b'{"a":"\xed\xa0\x80"}', b'{"a":"\xc0\xaf"}'])
def test_invalid_utf_8_is_rejected(invalid: bytes) -> None:
    assert is_rejected(f"{base64url(HEADER.encode())}.{base64url(invalid)}.AAAA")


@pytest.mark.parametrize("other", ["+", "/", " ", "\n", "=", "%", "\x00"])
def test_characters_outside_base64url_are_rejected(other: str) -> None:
    header, claims, signature = mint().split(".")
    for position in (0, 1, 17):
        changed = signature[:position] + other + signature[position:]
        assert is_rejected(f"{header}.{claims}.{changed}")
        assert is_rejected(f"{header}.{claims[:position]}{other}{claims[position:]}.{signature}")


def test_each_value_has_only_one_accepted_encoding() -> None:
    # 256 octets end in a character of which four bits are left over: all but zero are refused.
    header, claims, signature = mint(key=rsa_key()).split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    accepted = []
    for last in alphabet:
        try:
            decode(f"{header}.{claims}.{signature[:-1]}{last}")
        except MalformedJwtError:
            continue
        accepted.append(last)
    assert accepted == ["A", "Q", "g", "w"]


@examples(150)
@given(st.text(max_size=60) | st.tuples(*[st.text(max_size=20)] * 3).map(".".join))
def test_arbitrary_text_is_rejected_without_a_crash(text: str) -> None:
    assert is_rejected(text)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@examples(100)
@given(st.dictionaries(st.text(max_size=6), json_values, max_size=5), st.binary(max_size=40))
def test_encoded_claims_and_signature_are_decoded(
    claims: dict[str, object], signature: bytes
) -> None:
    jwt = decode(token(claims=json.dumps(claims), signature=signature))
    assert jwt.claims == claims
    assert jwt.signature == signature


def test_signed_claims_of_any_shape_are_decoded() -> None:
    # Judging them is for others: they must get to see what was signed.
    for claims in ('{"fea":3,"o":"x"}', f'{{"exp":{NOW}}}', "{}"):
        assert decode(sign(HEADER, claims)).claims == json.loads(claims)
