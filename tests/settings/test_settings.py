from __future__ import annotations

import base64
import copy
import json
import pickle
from contextlib import suppress
from dataclasses import is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._settings.publishable_key import PublishableKey
from clerk_core._settings.settings import Options, Settings
from clerk_core.errors import ConfigurationError
from tests.sample import examples
from tests.support import HOST, SECRET_KEY, publishable_key, settings

PEM = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"


# Publishable keys


def test_publishable_key_identifies_the_instance() -> None:
    key = PublishableKey.parse(publishable_key(HOST, "test"))
    assert (key.frontend_api, key.instance_type) == (HOST, "development")
    assert PublishableKey.parse(publishable_key(HOST, "live")).instance_type == "production"


def test_publishable_key_may_lack_base64_padding() -> None:
    padded = "pk_live_" + base64.b64encode(b"clerk.a.example$").decode()
    assert padded.endswith("==")
    assert PublishableKey.parse(padded).frontend_api == "clerk.a.example"
    assert PublishableKey.parse(padded.rstrip("=")).frontend_api == "clerk.a.example"


def test_cookie_suffix_is_the_one_of_clerk_js() -> None:
    # SHA-1 of the key in base64url, its first eight characters: computed with openssl.
    key = PublishableKey.parse("pk_test_Y2xlcmsuYXBwLmV4YW1wbGUk")
    assert key.cookie_suffix == "Md4_zuvs"
    assert settings(publishable_key=key.text).cookie_suffix == "Md4_zuvs"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "pk_",
        "pk_test",
        "pk_test_",
        "pk_prod_" + encoded("clerk.app.example$"),
        "test_" + encoded("clerk.app.example$"),
        "pk_test_" + encoded("clerk.app.example"),
        "pk_test_" + encoded("clerk.app.example$$"),
        "pk_test_" + encoded("clerk$.app.example$"),
        "pk_test_" + encoded("localhost$"),
        "pk_test_" + encoded("clerk.äpp.example$"),
        "pk_test_" + encoded("clerk.app.example$")[:-2] + "!!",
        "pk_test_ключ",
        SECRET_KEY,
    ],
)
def test_invalid_publishable_key_is_rejected_without_being_shown(text: str) -> None:
    for use in (PublishableKey.parse, lambda text: settings(publishable_key=text)):
        with pytest.raises(ConfigurationError) as caught:
            use(text)
        assert "CLERK_PUBLISHABLE_KEY" in str(caught.value)
        assert text not in str(caught.value).replace("pk_test_…", "").replace("pk_", "", 1)
        assert caught.value.code == "publishable-key-invalid"
        assert caught.value.__cause__ is None


@examples(100)
@given(st.text(max_size=30) | st.text(max_size=30).map(lambda text: f"pk_test_{text}"))
def test_arbitrary_text_is_a_publishable_key_or_raises_configuration_error(text: str) -> None:
    with suppress(ConfigurationError):
        assert PublishableKey.parse(text).text == text


# Settings


def values(result: Settings) -> dict[str, object]:
    return {name: getattr(result, name) for name in Settings.__slots__}


def test_secret_key_or_jwt_key_is_enough() -> None:
    assert Settings(secret_key=SECRET_KEY).secret_key == SECRET_KEY
    assert Settings(jwt_key=PEM).jwt_key == PEM


def test_missing_options_have_defaults() -> None:
    result = Settings(secret_key=SECRET_KEY)
    assert (result.api_url, result.api_version) == ("https://api.clerk.com", "v1")
    assert result.clock_skew_in_ms == 5000
    assert (result.issuer, result.authorized_parties, result.audience) == ((), (), ())
    assert (result.publishable_key, result.instance, result.cookie_suffix) == (None, None, "")
    assert (result.jwt_key, result.proxy_url, result.sign_in_url, result.sign_up_url) == (None,) * 4


def test_none_and_empty_values_count_as_missing() -> None:
    empty: Options = {
        "publishable_key": "",
        "jwt_key": " ",
        "api_url": "",
        "api_version": None,
        "issuer": [],
        "authorized_parties": None,
        "audience": None,
        "clock_skew_in_ms": None,
        "proxy_url": " ",
    }
    assert values(settings(**empty)) == values(Settings(secret_key=SECRET_KEY))


def test_clock_skew_of_zero_is_kept() -> None:
    assert settings(clock_skew_in_ms=0).clock_skew_in_ms == 0


def test_white_space_around_keys_is_stripped() -> None:
    result = Settings(secret_key=f" {SECRET_KEY}\n", publishable_key=f"{publishable_key()}\r\n")
    assert (result.secret_key, result.publishable_key) == (SECRET_KEY, publishable_key())


def test_jwt_key_may_contain_literal_backslash_n() -> None:
    assert Settings(jwt_key=PEM.replace("\n", "\\n")).jwt_key == PEM


def test_list_options_become_tuples_and_accept_one_str() -> None:
    origins = ("https://a.example", "https://b.example")
    assert settings(authorized_parties=iter(origins)).authorized_parties == origins
    assert settings(authorized_parties=origins[0]).authorized_parties == origins[:1]
    assert settings(authorized_parties=[]).authorized_parties == ()
    assert settings(issuer="https://i.example", audience=["one"]).audience == ("one",)


def test_trailing_slash_of_the_api_url_is_removed() -> None:
    assert settings(api_url="https://api.example/").api_url == "https://api.example"


@pytest.mark.parametrize(
    ("options", "code", "variable"),
    [
        ({}, "keys-missing", "CLERK_SECRET_KEY"),
        ({}, "keys-missing", "CLERK_JWT_KEY"),
        ({"secret_key": " ", "jwt_key": "\\n"}, "keys-missing", "CLERK_SECRET_KEY"),
        ({"secret_key": "pk_test_shown"}, "secret-key-is-publishable", "CLERK_SECRET_KEY"),
        ({"secret_key": "sk_test_shown\nx"}, "secret-key-invalid", "CLERK_SECRET_KEY"),
        ({"secret_key": "sk_test_shown x"}, "secret-key-invalid", "CLERK_SECRET_KEY"),
        ({"secret_key": "sk_test_shown…"}, "secret-key-invalid", "CLERK_SECRET_KEY"),
        (
            {"secret_key": "sk_test_shown", "publishable_key": "sk_test_shown"},
            "publishable-key-invalid",
            "CLERK_PUBLISHABLE_KEY",
        ),
        (
            {"secret_key": "sk_test_shown", "proxy_url": "shown.example/__clerk"},
            "proxy-url-invalid",
            "CLERK_PROXY_URL",
        ),
        (
            {"secret_key": "sk_test_shown", "proxy_url": "javascript:shown"},
            "proxy-url-invalid",
            "CLERK_PROXY_URL",
        ),
    ],
)
def test_errors_name_the_variable_and_hide_the_value(
    options: Options, code: str, variable: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings(**options)
    assert caught.value.code == code
    assert variable in caught.value.message
    assert "shown" not in str(caught.value)
    assert "shown" not in repr(caught.value)


@pytest.mark.parametrize("proxy", ["/__clerk", "https://app.example/__clerk", "http://localhost:1"])
def test_proxy_url_is_absolute_or_a_path(proxy: str) -> None:
    assert settings(proxy_url=proxy).proxy_url == proxy


def test_unknown_option_raises_type_error_without_its_value() -> None:
    with pytest.raises(TypeError, match="secretkey") as caught:
        Settings(secretkey="sk_test_shown")  # type: ignore[call-arg]
    assert "shown" not in str(caught.value)


def test_repr_hides_secrets() -> None:
    result = settings()
    assert result.secret_key
    assert result.jwt_key
    for text in (repr(result), str(result), f"{result}"):
        assert result.secret_key not in text
        assert "sk_test_" not in text
        assert result.jwt_key[40:60] not in text
        assert publishable_key() in text


def test_settings_are_immutable() -> None:
    result = settings()
    for name in ("secret_key", "another"):
        with pytest.raises(AttributeError):
            setattr(result, name, "other")
    with pytest.raises(AttributeError):
        del result.secret_key
    assert result.instance is result.instance


def test_settings_cannot_be_copied_pickled_or_encoded() -> None:
    result = settings(machine_secret_key="ak_machine")
    assert not is_dataclass(result)
    assert not hasattr(result, "__dict__")
    for take in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as caught:
            take(result)
        assert SECRET_KEY not in str(caught.value)
        assert "ak_machine" not in str(caught.value)


@pytest.mark.parametrize("skew", [True, "5000", float("nan"), float("inf"), []])
def test_invalid_clock_skew_is_rejected(skew: object) -> None:
    with pytest.raises(ConfigurationError, match="clock_skew_in_ms"):
        settings(clock_skew_in_ms=skew)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url", ["api.example", "/v1", "https://", "https://[", "ftp://x", "https://a:b@api.example"]
)
def test_invalid_api_url_is_rejected(url: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_API_URL"):
        settings(api_url=url)


def test_require_secret_key_raises_without_one() -> None:
    assert settings().require_secret_key() == SECRET_KEY
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY") as caught:
        Settings(jwt_key=PEM).require_secret_key()
    assert caught.value.code == "secret-key-missing"


# The environment


ENVIRONMENT = {
    "CLERK_PUBLISHABLE_KEY": publishable_key(),
    "CLERK_SECRET_KEY": SECRET_KEY,
    "CLERK_JWT_KEY": PEM.replace("\n", "\\n"),
    "CLERK_API_URL": "https://api.example",
    "CLERK_API_VERSION": "v9",
    "CLERK_PROXY_URL": "/__clerk",
    "CLERK_SIGN_IN_URL": "/sign-in",
    "CLERK_SIGN_UP_URL": "/sign-up",
    "PATH": "/usr/bin",
}


def test_options_are_read_from_the_documented_environment_variables() -> None:
    assert values(Settings.from_environ(ENVIRONMENT)) == values(
        Settings(
            publishable_key=publishable_key(),
            secret_key=SECRET_KEY,
            jwt_key=PEM,
            api_url="https://api.example",
            api_version="v9",
            proxy_url="/__clerk",
            sign_in_url="/sign-in",
            sign_up_url="/sign-up",
        )
    )


def test_arguments_override_the_environment_unless_none() -> None:
    result = Settings.from_environ(ENVIRONMENT, api_version="v2", api_url=None)
    assert (result.api_version, result.api_url) == ("v2", "https://api.example")


def test_error_for_an_empty_environment_says_what_to_set() -> None:
    with pytest.raises(ConfigurationError, match="Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY"):
        Settings.from_environ({})
