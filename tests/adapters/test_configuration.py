"""Clerk's settings in the configuration of a Flask or Quart application."""

from __future__ import annotations

from types import ModuleType
from typing import Any, NamedTuple

import pytest
from flask import Flask
from quart import Quart

from clerk_core import ConfigurationError
from clerk_core import flask as clerk_flask
from clerk_core import quart as clerk_quart
from clerk_core.testing._contract.installing import OTHER_KEY
from clerk_core.testing._tokens import other_rsa_key, public_pem, publishable_key
from tests.adapters import flask_site, quart_site


class Framework(NamedTuple):
    application: Any
    adapter: ModuleType
    site: ModuleType


FRAMEWORKS = {
    "flask": Framework(Flask, clerk_flask, flask_site),
    "quart": Framework(Quart, clerk_quart, quart_site),
}


@pytest.fixture(params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> Framework:
    return FRAMEWORKS[request.param]


@pytest.fixture
def app(framework: Framework) -> Any:
    return framework.application("app")


def test_two_applications_have_separate_settings(framework: Framework) -> None:
    one, other = framework.application("one"), framework.application("other")
    one.config.update(CLERK_SECRET_KEY="sk_test_one", CLERK_PUBLISHABLE_KEY=publishable_key())
    other.config.update(CLERK_SECRET_KEY="sk_test_other", CLERK_PUBLISHABLE_KEY=OTHER_KEY)
    framework.adapter.install(one)
    framework.adapter.install(other)

    assert framework.site.settings_of(one).secret_key == "sk_test_one"
    assert framework.site.settings_of(other).secret_key == "sk_test_other"


def test_options_override_configuration_which_overrides_environment(
    framework: Framework, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET_KEY", "SIGN_IN_URL", "SIGN_UP_URL"):
        monkeypatch.setenv(f"CLERK_{name}", f"/{name}/of/environment")
    monkeypatch.setenv("CLERK_PUBLISHABLE_KEY", publishable_key())
    app.config.update(CLERK_SECRET_KEY="sk_of_config", CLERK_SIGN_IN_URL="/of/config")
    app.config["CLERK_API_URL"] = None
    framework.adapter.install(
        app, secret_key="sk_of_options", publishable_key=OTHER_KEY, sign_in_url=None
    )

    settings = framework.site.settings_of(app)

    assert settings.secret_key == "sk_of_options"
    assert settings.sign_in_url == "/of/config"
    assert settings.sign_up_url == "/SIGN_UP_URL/of/environment"
    assert settings.publishable_key == OTHER_KEY
    assert settings.api_url == "https://api.clerk.com"


@pytest.mark.parametrize("name", ["publishable_key", "jwt_key", "machine_secret_key"])
@pytest.mark.parametrize("place", ["configuration", "options"])
def test_keys_of_one_source_are_not_combined_with_keys_of_another(
    framework: Framework, app: Any, name: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: dict[str, Any] = {
        "publishable_key": OTHER_KEY,
        "jwt_key": public_pem(other_rsa_key()),
        "machine_secret_key": "ak_other",
    }
    monkeypatch.setenv("CLERK_SECRET_KEY", "sk_test_of_environment")
    options: dict[str, Any] = {}
    if place == "configuration":
        app.config[f"CLERK_{name.upper()}"] = keys[name]
    else:
        options[name] = keys[name]

    with pytest.raises(ConfigurationError) as caught:
        framework.adapter.install(app, **options)
    assert caught.value.code == "keys-missing"


def test_configuration_accepts_every_option(framework: Framework, app: Any) -> None:
    app.config.update(
        CLERK_SECRET_KEY="sk_test_one",
        CLERK_AUTHORIZED_PARTIES=["https://app.example"],
        CLERK_TIMEOUT="soon",
    )

    with pytest.raises(ConfigurationError, match="timeout"):
        framework.adapter.install(app)
    app.config["CLERK_TIMEOUT"] = 2.5
    framework.adapter.install(app)
    assert framework.site.settings_of(app).authorized_parties == ("https://app.example",)


def test_misspelled_setting_is_rejected_and_unrelated_setting_is_ignored(
    framework: Framework, app: Any
) -> None:
    app.config.update(CLERK_SECRET_KEY="sk_test_one", CLERK_ADMIN_ROLE="org:admin")
    framework.adapter.install(app)
    app.config["CLERK_AUTHORISED_PARTIES"] = ["https://app.example"]

    with pytest.raises(ConfigurationError, match="Did you mean CLERK_AUTHORIZED_PARTIES"):
        framework.adapter.install(app)


@pytest.mark.parametrize("parties", ["", [""], ["https://app.example", ""]])
def test_empty_authorized_party_in_configuration_is_rejected(
    framework: Framework, app: Any, parties: object
) -> None:
    app.config.update(CLERK_SECRET_KEY="sk_test_one", CLERK_AUTHORIZED_PARTIES=parties)

    with pytest.raises(ConfigurationError, match="authorized_parties has an empty item"):
        framework.adapter.install(app)


def test_secret_key_of_framework_is_not_used_as_clerk_secret_key(
    framework: Framework, app: Any
) -> None:
    app.config["SECRET_KEY"] = "the framework's own"

    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        framework.adapter.install(app)
