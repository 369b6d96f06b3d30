"""Invalid option values are rejected when settings are created."""

from __future__ import annotations

import typing
from typing import Any

import pytest

from clerk_core._settings.options import OPTIONS, Options
from clerk_core._settings.settings import Settings
from clerk_core.errors import ConfigurationError
from tests.support import HOST, SECRET_KEY, public_pem, publishable_key, settings

KEYS = ["publishable_key", "secret_key", "machine_secret_key", "jwt_key"]
URLS = ["api_url", "proxy_url", "sign_in_url", "sign_up_url", "after_sign_in_url"]
LISTS = ["issuer", "authorized_parties", "audience"]
LIVE: dict[str, Any] = {
    "publishable_key": publishable_key(kind="live"),
    "secret_key": "sk_live_0123456789abcdef",
    "jwt_key": None,
}


def settings_error(**options: Any) -> ConfigurationError:
    """Return the error that these options raise, and check that it hides secret values."""
    with pytest.raises(ConfigurationError) as caught:
        settings(**options)
    assert "hidden" not in str(caught.value)
    assert caught.value.__cause__ is None
    return caught.value


def displayed_name(name: str) -> str:
    """Return the name that errors use for an option."""
    return f"CLERK_{name.upper()}" if OPTIONS[name].has_variable else name


def test_table_lists_every_option_and_settings_have_an_attribute_for_each() -> None:
    assert list(OPTIONS) == list(Options.__annotations__)
    assert {*OPTIONS, "instance", "cookie_suffix"} == set(typing.get_type_hints(Settings))


# Text values


@pytest.mark.parametrize("name", [*KEYS, *URLS, *LISTS, "api_version", "domain"])
@pytest.mark.parametrize("quotes", ['""', "''", "\u201c\u201d", '"', "`"])
def test_quoted_value_is_rejected(name: str, quotes: str) -> None:
    value = {
        "publishable_key": publishable_key(),
        "secret_key": f"{SECRET_KEY}hidden",
        "jwt_key": public_pem(),
    }.get(name, "https://hidden.example")
    error = settings_error(**{name: f"{quotes[0]}{value}{quotes[-1]}"})
    assert error.message.startswith(f"{displayed_name(name)} is in quotes")
    assert error.code == f"{name.replace('_', '-')}-invalid"


@pytest.mark.parametrize("name", [*KEYS, *URLS, *LISTS, "api_version", "domain"])
@pytest.mark.parametrize("value", [1, b"hidden", object(), True])
def test_non_text_value_is_rejected(name: str, value: object) -> None:
    assert settings_error(**{name: value}).message.startswith(f"{displayed_name(name)} must be")


@pytest.mark.parametrize("name", URLS)
def test_white_space_around_urls_is_stripped(name: str) -> None:
    made = settings(**{name: " https://a.example/x\r\n"})  # type: ignore[arg-type]
    assert getattr(made, name) == "https://a.example/x"


# Lists


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", ["", " ", [""], ("https://a.example", " ")])
def test_empty_list_item_is_rejected(name: str, value: object) -> None:
    error = settings_error(**{name: value})
    assert error.message.startswith(f"{name} has an empty item")


@pytest.mark.parametrize("name", ["organization_patterns", "personal_account_patterns"])
@pytest.mark.parametrize("value", ["", [""], ["/a", " "]])
def test_empty_pattern_is_rejected(name: str, value: object) -> None:
    error = settings_error(organization_sync_options={name: value})
    assert error.message.startswith(f"{name} has an empty item")


@pytest.mark.parametrize("name", [*LISTS, "personal_account_patterns"])
@pytest.mark.parametrize("value", [[None], [1], {"https://a.example": 1}, 7])
def test_list_option_of_another_type_is_rejected(name: str, value: object) -> None:
    options = {name: value}
    if name not in LISTS:
        options = {"organization_sync_options": options}
    assert settings_error(**options).message.startswith(f"{name} must be")


@pytest.mark.parametrize("value", [{"organizationPatterns": ["/a"]}, ["/a"], "/a"])
def test_organization_sync_options_with_wrong_names_raise_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="organization_patterns and personal_account_patterns"):
        settings(organization_sync_options=value)  # type: ignore[arg-type]


def test_white_space_around_list_items_is_stripped() -> None:
    listed = ["https://a.example", " https://b.example"]
    parties = ("https://a.example", "https://b.example")
    assert settings(authorized_parties=listed).authorized_parties == parties


# Origins


@pytest.mark.parametrize(
    "origin",
    [
        "https://a.example",
        "http://localhost:3000",
        "http://127.0.0.1:5000",
        "http://[::1]:5000",
        "https://xn--mnchen-3ya.example",
        "chrome-extension://abcdefghijklmnop",
        "capacitor://localhost",
    ],
)
def test_authorized_party_may_be_any_origin(origin: str) -> None:
    assert settings(authorized_parties=origin).authorized_parties == (origin,)


@pytest.mark.parametrize(
    ("party", "right"),
    [
        ("https://a.example/", "https://a.example"),
        ("https://a.example/path?x=1", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("HTTPS://A.example", "https://a.example"),
        ("https://m\u00fcnchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_authorized_party_in_a_wrong_form_is_rejected_with_the_right_form(
    party: str, right: str
) -> None:
    error = settings_error(authorized_parties=["https://b.example", party])
    assert error.message.endswith(f"Use {right}.")


@pytest.mark.parametrize(
    "party",
    [
        *["a.example", "localhost:3000", "*", "https://*.example", "https://*", "null"],
        *["//a.example", "https://user:hidden@a.example", "sk_test_hidden", "https://"],
        "capacitor://localhost/",
    ],
)
def test_authorized_party_that_is_not_an_origin_is_rejected(party: str) -> None:
    assert "https://app.example.com" in settings_error(authorized_parties=party).message


@pytest.mark.parametrize("separator", [",", ", ", " ", ";", "|", "\n"])
@pytest.mark.parametrize("name", ["authorized_parties", "issuer"])
def test_several_values_in_one_text_are_rejected(name: str, separator: str) -> None:
    error = settings_error(**{name: f"https://a.example{separator}https://b.example"})
    assert error.message == f"{name} has several values in one string. Use a list of strings."


# Issuers and audiences


@pytest.mark.parametrize("issuer", [f"https://{HOST}", "https://app.example/__clerk"])
def test_issuer_may_be_a_frontend_api_url(issuer: str) -> None:
    assert settings(issuer=issuer).issuer == (issuer,)


@pytest.mark.parametrize(
    ("issuer", "right"),
    [
        ("https://clerk.a.example/", "https://clerk.a.example"),
        ("https://a.example/__clerk/", "https://a.example/__clerk"),
        ("https://Clerk.A.example", "https://clerk.a.example"),
    ],
)
def test_issuer_in_a_wrong_form_is_rejected_with_the_right_form(issuer: str, right: str) -> None:
    assert settings_error(issuer=issuer).message.endswith(f"Use {right}.")


@pytest.mark.parametrize("issuer", ["clerk.a.example", "*", "https://*.a.example", "https://a?x"])
def test_issuer_that_is_not_a_url_is_rejected(issuer: str) -> None:
    assert "https://clerk.example.com" in settings_error(issuer=issuer).message


def test_audience_may_be_any_text() -> None:
    assert settings(audience="urn:my api, v1").audience == ("urn:my api, v1",)


# Keys


@pytest.mark.parametrize("key", ["hello", "test_hidden", "SK_TEST_hidden", "whsec_hidden"])
def test_value_that_is_not_a_secret_key_is_rejected(key: str) -> None:
    error = settings_error(secret_key=key)
    assert error.code == "secret-key-invalid"
    assert "CLERK_SECRET_KEY is not a Clerk secret key" in error.message


def test_swapped_keys_are_reported() -> None:
    error = settings_error(publishable_key="sk_test_hidden", secret_key=publishable_key())
    assert error.code == "keys-swapped"
    assert "CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY are swapped" in error.message


def test_secret_key_given_as_publishable_key_is_reported() -> None:
    error = settings_error(publishable_key="sk_test_hidden")
    assert "CLERK_PUBLISHABLE_KEY holds a secret key" in error.message


@pytest.mark.parametrize("key", ["sk_test_hidden", publishable_key()])
def test_instance_key_given_as_machine_secret_key_is_rejected(key: str) -> None:
    error = settings_error(machine_secret_key=key)
    assert error.code == "machine-secret-key-invalid"
    assert "CLERK_MACHINE_SECRET_KEY" in error.message


def test_error_for_missing_keys_names_both_and_the_local_instance() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings()
    assert caught.value.code == "keys-missing"
    for name in ("CLERK_PUBLISHABLE_KEY", "CLERK_SECRET_KEY", "clerk-core local"):
        assert name in caught.value.message


def test_error_for_a_missing_key_names_only_that_key() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings(publishable_key=publishable_key())
    assert caught.value.code == "keys-missing"
    assert "Set CLERK_SECRET_KEY" in caught.value.message
    assert "Set CLERK_PUBLISHABLE_KEY" not in caught.value.message


@pytest.mark.parametrize("label", ["PRIVATE KEY", "RSA PRIVATE KEY"])
def test_private_key_given_as_jwt_key_is_reported(label: str) -> None:
    error = settings_error(jwt_key=f"-----BEGIN {label}-----\nhidden\n-----END {label}-----")
    assert error.code == "jwt-key-invalid"
    assert "holds a private key" in error.message


@pytest.mark.parametrize(
    "pem",
    [
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----",
        '{"keys": []}',
        "./hidden.pem",
        "-----BEGIN PUBLIC KEY-----",
    ],
)
def test_jwt_key_that_is_not_a_pem_public_key_is_rejected(pem: str) -> None:
    error = settings_error(jwt_key=pem)
    assert error.code == "jwt-key-invalid"
    assert "CLERK_JWT_KEY is not an RSA public key in PEM format" in error.message


# URLs and hosts


@pytest.mark.parametrize("name", ["api_url", "proxy_url"])
@pytest.mark.parametrize(
    "url",
    [
        *["a.example", "localhost:4000", "//a.example/x", "https://", "https:///a.example"],
        *["ftp://a", "https://user:hidden@a.example", "https://a.example?x=1"],
        *["https://a.example/#x", "https://*.example", "https://a.example,https://b.example"],
        *["https://a.example https://b", "https://a.example/\nx", "https:a.example"],
    ],
)
def test_base_url_must_be_absolute_without_query_or_fragment(name: str, url: str) -> None:
    error = settings_error(**{name: url})
    assert error.code == f"{name.replace('_', '-')}-invalid"
    assert error.message.startswith(f"{displayed_name(name)} must be an absolute http or https URL")


@pytest.mark.parametrize("url", ["https://api.example/v1", "https://api.example/v1/"])
def test_api_url_that_contains_the_version_is_rejected(url: str) -> None:
    assert "Remove /v1 from it" in settings_error(api_url=url).message


def test_api_url_may_have_a_path_and_a_port() -> None:
    assert settings(api_url="http://clerk_api:8080/x/").api_url == "http://clerk_api:8080/x"


@pytest.mark.parametrize("version", ["/v1", "v1/", "v 1", "../v1", "v1?x"])
def test_api_version_must_be_one_path_segment(version: str) -> None:
    assert "CLERK_API_VERSION must be a version" in settings_error(api_version=version).message


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/x?y=1", "/x#y", "/a b"])
def test_proxy_path_must_be_a_plain_absolute_path(path: str) -> None:
    assert settings_error(proxy_url=path).code == "proxy-url-invalid"


@pytest.mark.parametrize("name", ["sign_in_url", "sign_up_url", "after_sign_in_url"])
@pytest.mark.parametrize(
    "url",
    [
        *["sign-in", "a.example/sign-in", "localhost:3000/in", "javascript:hidden", "https://"],
        *["ftp://a", "https://*.example/in", "https://user:hidden@a.example/", "https://a b/"],
        *["//", "/\x00"],
    ],
)
def test_page_url_must_be_absolute_or_a_path(name: str, url: str) -> None:
    error = settings_error(**{name: url})
    assert error.code == f"{name.replace('_', '-')}-invalid"
    assert error.message.startswith(f"{displayed_name(name)} must be an absolute http or https URL")


@pytest.mark.parametrize(
    "path", ["sign-out", "//evil.example", "/\\evil.example", "https://evil.example/out", "/a?b"]
)
def test_sign_out_url_must_be_a_path_of_the_application(path: str) -> None:
    with pytest.raises(ConfigurationError, match="sign_out_url must be a path"):
        settings(sign_out_url=path)
    assert settings(sign_out_url="/sign-out").sign_out_url == "/sign-out"


@pytest.mark.parametrize("url", ["/in", "/in?theme=dark#x", "//a.example/in", "https://a/in?x=1"])
def test_page_url_may_have_a_query(url: str) -> None:
    assert settings(sign_in_url=url).sign_in_url == url


@pytest.mark.parametrize(
    "domain",
    [
        *["https://a.example", "//a.example", "a.example/", "a.example?x", "*.a.example"],
        *["a@b.example", "a.example,b.example", "a b.example"],
    ],
)
def test_domain_must_be_a_host_name(domain: str) -> None:
    error = settings_error(domain=domain)
    assert error.code == "domain-invalid"
    assert "CLERK_DOMAIN must be a host name such as satellite.example.com" in error.message


def test_domain_must_not_have_a_port_in_production() -> None:
    assert "has a port" in settings_error(**LIVE, domain="satellite.example:8443").message
    assert settings(domain="localhost:3001").domain == "localhost:3001"


# Numbers


@pytest.mark.parametrize("skew", ["5000", True, float("nan"), float("inf"), [5]])
def test_clock_skew_must_be_a_finite_number(skew: object) -> None:
    error = settings_error(clock_skew_in_ms=skew)
    assert error.code == "clock-skew-invalid"
    assert "clock_skew_in_ms must be" in error.message
