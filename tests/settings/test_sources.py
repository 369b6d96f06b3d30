"""Merging options from several sources, and detecting misspelled names."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from clerk_core._settings.options import Options
from clerk_core._settings.settings import Settings
from clerk_core._settings.sources import (
    ignored_variables,
    merge_options,
    options_in,
    options_in_config,
)
from clerk_core.errors import ConfigurationError
from tests.support import other_rsa_key, public_pem, publishable_key

OTHER = publishable_key("other-otter-2.clerk.accounts.dev")
OTHER_PEM = public_pem(other_rsa_key())
A: Options = {
    "publishable_key": publishable_key(),
    "secret_key": "sk_test_a",
    "jwt_key": public_pem(),
    "machine_secret_key": "ak_a",
}
B: Options = {
    "publishable_key": OTHER,
    "secret_key": "sk_test_b",
    "jwt_key": OTHER_PEM,
    "machine_secret_key": "ak_b",
}


def only(options: Options, *names: str) -> Options:
    """Return the named options."""
    return {name: options[name] for name in names}  # type: ignore[literal-required, return-value]


def merged(*sources: Options) -> Options:
    """Merge sources; later ones take precedence."""
    whole: Options = {}
    for source in sources:
        whole = merge_options(whole, source)
    return whole


# The keys of an instance come from one source


def test_keys_of_different_sources_are_not_mixed() -> None:
    base: Options = {**A, "api_url": "https://api.example"}
    for given in (only(B, "secret_key"), only(B, "publishable_key", "jwt_key"), B):
        assert merge_options(base, given) == {**given, "api_url": "https://api.example"}


@pytest.mark.parametrize("name", ["publishable_key", "jwt_key", "machine_secret_key"])
@pytest.mark.parametrize("empty", [{}, {"secret_key": ""}, {"secret_key": None}])
@pytest.mark.parametrize("names", [["secret_key"], ["publishable_key"], list(A)])
def test_keys_without_a_secret_key_never_use_the_one_of_another_source(
    name: str, empty: Any, names: list[str]
) -> None:
    base: Options = only(A, *names)
    with pytest.raises(ConfigurationError) as caught:
        Settings(**merge_options(base, Options(**{**only(B, name), **empty})))
    assert caught.value.code == "keys-missing"
    assert "secret_key" in caught.value.message
    assert str(B[name]) not in str(caught.value)  # type: ignore[literal-required]


@pytest.mark.parametrize(
    "sources",
    [
        # Environment, application configuration and options; the request's options come last.
        [only(A, "secret_key"), {}, only(A, "publishable_key")],
        [only(A, "secret_key"), only(A, "publishable_key"), {}],
        [only(A, "secret_key"), {}, {}],
        [A, {}, {}],
        [{}, A, {}],
        [{}, {}, A],
    ],
)
@pytest.mark.parametrize("name", ["publishable_key", "jwt_key"])
def test_keys_are_not_mixed_in_any_order_of_merging(sources: list[Any], name: str) -> None:
    environ, config, given = sources
    request = only(B, name)
    orders: list[Callable[[], Options]] = [
        lambda: merged(environ, config, given, request),
        lambda: merged(environ, merged(config, merged(given, request))),
        lambda: merged(environ, merged(merged(config, given), request)),
        lambda: merged(merged(environ, config), merged(given, request)),
    ]
    for order in orders:
        with pytest.raises(ConfigurationError) as caught:
            order()
        assert caught.value.code == "keys-missing"


def test_empty_secret_key_does_not_fall_back_to_another_source() -> None:
    with pytest.raises(ConfigurationError, match="secret_key"):
        merge_options(A, Options(secret_key=""))


def test_sources_of_the_same_instance_are_combined() -> None:
    names = list(A)
    for count in range(1, 4):
        for chosen in itertools.combinations(names, count):
            assert merge_options(A, only(A, *chosen)) == A
            assert merge_options(only(A, *chosen), A) == A
    spaced: Options = {"jwt_key": public_pem().replace("\n", "\\n")}
    assert merge_options(A, spaced) == {**A, **spaced}


def test_one_different_key_means_another_instance() -> None:
    rotated: Options = {**only(A, "publishable_key"), "secret_key": "sk_test_rotated"}
    assert merge_options(A, rotated) == rotated


def test_none_key_counts_as_missing() -> None:
    assert merge_options(A, Options(secret_key=None)) == A
    assert merge_options({}, only(B, "jwt_key")) == only(B, "jwt_key")


def test_environment_keys_are_not_mixed_with_arguments() -> None:
    environ = {f"CLERK_{name.upper()}": str(value) for name, value in A.items()}
    made = Settings.from_environ(environ, secret_key="sk_test_b")
    assert (made.secret_key, made.publishable_key, made.jwt_key) == ("sk_test_b", None, None)
    assert made.machine_secret_key is None
    for name in ("publishable_key", "jwt_key", "machine_secret_key"):
        with pytest.raises(ConfigurationError) as caught:
            Settings.from_environ({"CLERK_SECRET_KEY": "sk_test_a"}, **only(B, name))
        assert caught.value.code == "keys-missing"


def test_merging_does_not_change_its_arguments() -> None:
    base: Options = {"secret_key": "sk_test_a", "api_url": "https://a.example"}
    over: Options = {"secret_key": "sk_test_b", "api_url": None}
    both = {"secret_key": "sk_test_b", "api_url": "https://a.example"}
    assert merge_options(base, over) == both
    assert (base["secret_key"], over["api_url"]) == ("sk_test_a", None)


# Names


def test_empty_variable_counts_as_missing() -> None:
    assert options_in({"CLERK_SECRET_KEY": "", "CLERK_API_URL": "x"}) == {"api_url": "x"}


@pytest.mark.parametrize("name", ["issuer", "authorized_parties", "audience"])
def test_empty_list_option_in_a_configuration_is_rejected(name: str) -> None:
    found = options_in_config({f"CLERK_{name.upper()}": ""}, Options.__annotations__)
    with pytest.raises(ConfigurationError, match=f"{name} has an empty item"):
        Settings(**merge_options(A, found))


TYPOS = {
    "CLERK_AUTHORISED_PARTIES": "CLERK_AUTHORIZED_PARTIES",
    "CLERK_AUTHORIZED_PARTY": "CLERK_AUTHORIZED_PARTIES",
    "CLERK_SECERT_KEY": "CLERK_SECRET_KEY",
    "CLERK_SECRETKEY": "CLERK_SECRET_KEY",
    "CLERK__SECRET_KEY": "CLERK_SECRET_KEY",
    "clerk_secret_key": "CLERK_SECRET_KEY",
    "CLERK_PUBLISHABLE_KEYS": "CLERK_PUBLISHABLE_KEY",
    "CLERK_ISSUERS": "CLERK_ISSUER",
    "CLERK_IS_SATELITE": "CLERK_IS_SATELLITE",
}
UNRELATED = [
    *["CLERK_SECRET_KEY_2", "CLERK_SECRET_KEY2", "CLERK_STAGING_SECRET_KEY", "CLERK_MY_DOMAIN"],
    *["CLERK_SECRET_KEY_FILE", "CLERK_APP_URL", "CLERK_ADMIN_ROLE", "CLERK_TELEMETRY_DISABLED"],
    *["CLERK_WEBHOOK_SIGNING_SECRET", "CLERK_ENCRYPTION_KEY"],
    *["CLERK_TELEMETRY_DEBUG", "CLERK_JS_URL", "CLERK_FRONTEND_API", "CLERK_API_KEY"],
    *["AUTHORISED_PARTIES", "CLERKSECRETKEY", "SECRET_KEY", "CLERK_"],
]


@pytest.mark.parametrize("name", TYPOS)
def test_misspelled_configuration_name_raises_with_a_suggestion(
    name: str,
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        options_in_config({name: "hidden"}, Options.__annotations__)
    assert caught.value.code == "setting-unknown"
    assert caught.value.message == (
        f"{name} is not a setting of Clerk. Did you mean {TYPOS[name]}?"
    )


@pytest.mark.parametrize("name", UNRELATED)
def test_unrelated_names_are_ignored(name: str) -> None:
    assert options_in_config({name: "x"}, Options.__annotations__) == {}
    assert ignored_variables({name: "x"}) == []


def test_every_option_can_be_set_in_a_configuration() -> None:
    config = {f"CLERK_{name.upper()}": name for name in Options.__annotations__}
    found = {name: name for name in Options.__annotations__}
    assert options_in_config(config, Options.__annotations__) == found


def test_misspelled_variable_is_reported_with_a_suggestion() -> None:
    (sentence,) = ignored_variables({"CLERK_SECERT_KEY": "hidden", "PATH": "/bin"})
    assert sentence == (
        "CLERK_SECERT_KEY is not a variable of Clerk and is ignored. Did you mean CLERK_SECRET_KEY?"
    )
    (sentence,) = ignored_variables({"CLERK_WEBHOOK_SIGNING_SECRETS": "hidden"})
    assert "Did you mean CLERK_WEBHOOK_SIGNING_SECRET?" in sentence


@pytest.mark.parametrize("name", ["CLERK_AUTHORIZED_PARTIES", "CLERK_AUTHORISED_PARTIES"])
def test_options_not_read_from_the_environment_are_reported(name: str) -> None:
    (sentence,) = ignored_variables({name: "https://a.example"})
    assert sentence.startswith(f"{name} is not ")
    assert sentence.endswith("Pass authorized_parties= instead.")


def test_known_variables_are_not_reported() -> None:
    environ = {f"CLERK_{name.upper()}": "x" for name in ("secret_key", "api_url", "is_satellite")}
    assert ignored_variables(environ) == []
