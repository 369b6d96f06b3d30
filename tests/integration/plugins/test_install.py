"""`clerk_core.install(app)` finds the adapter of an application."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable
from typing import Any

import aiohttp.web_app
import pytest
from aiohttp import web
from fastapi import FastAPI
from flask import Flask
from litestar import Litestar
from quart import Quart
from starlette.applications import Starlette

import clerk_core
from clerk_core import ConfigurationError
from clerk_core._integration.plugins import loading
from clerk_core._integration.plugins.adapters import installer_for
from clerk_core._integration.plugins.hookspecs import Adapter, hookimpl
from clerk_core._integration.plugins.loading import find_plugins
from clerk_core._integration.plugins.outcome_counter import OutcomeCounter
from clerk_core.testing._tokens import SECRET_KEY, bearer, public_pem, publishable_key
from clerk_core.testing.contract import AsgiSite, WsgiSite
from tests.integration.plugins.conftest import Distributions


class SubFlask(Flask):
    pass


class SubStarlette(Starlette):
    pass


class SubFastAPI(FastAPI):
    pass


class SubLitestar(Litestar):
    pass


class SubQuart(Quart):
    pass


FRAMEWORKS: dict[str, Callable[[], Any]] = {
    "flask": lambda: Flask("app"),
    "starlette": Starlette,
    "fastapi": FastAPI,
    "litestar": Litestar,
    "quart": lambda: Quart("app"),
    "aiohttp": web.Application,
}
SUBCLASSES: dict[str, Callable[[], Any]] = {
    "flask": lambda: SubFlask("app"),
    "starlette": SubStarlette,
    "fastapi": SubFastAPI,
    "litestar": SubLitestar,
    "quart": lambda: SubQuart("app"),
}
APPS = [*FRAMEWORKS.items(), *SUBCLASSES.items()]


def _options(**over: Any) -> Any:
    keys = {"publishable_key": publishable_key(), "jwt_key": public_pem()}
    return {**keys, "secret_key": SECRET_KEY, **over}


def _installer(app: object, *given: object) -> object:
    return installer_for(app, find_plugins(given))


class AdapterPlugin:
    """A plugin that provides an adapter."""

    def __init__(self, app_type: str, install: str) -> None:
        self._adapter = Adapter("given", app_type, install)

    @hookimpl
    def clerk_adapter(self) -> Adapter:
        return self._adapter


def install_given(app: object, **options: object) -> None:
    seen.append((app, options))


seen: list[tuple[object, object]] = []
GIVEN = f"{__name__}:install_given"


# --- finding the adapter -------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "make"), APPS)
def test_clerk_adapter_is_found_for_applications_and_subclasses(
    name: str, make: Callable[[], Any]
) -> None:
    assert _installer(make()) is importlib.import_module(f"clerk_core.{name}").install


@pytest.mark.parametrize("make", [FRAMEWORKS["flask"], SUBCLASSES["flask"]])
def test_sync_application_authenticates_requests(make: Callable[[], Any]) -> None:
    app = make()
    clerk_core.install(app, **_options())
    site = WsgiSite(app, app.extensions["clerk"].close)

    assert site.visit("/x").header("x-clerk-auth-status") == "signed-out"
    assert not site.visit("/x", bearer()).header("x-clerk-auth-status")
    site.close()


@pytest.mark.parametrize("name", ["starlette", "fastapi", "litestar", "quart"])
def test_async_application_authenticates_requests(name: str) -> None:
    app = FRAMEWORKS[name]()
    clerk_core.install(app, **_options())
    site = AsgiSite(app)

    assert site.visit("/x").header("x-clerk-auth-status") == "signed-out"
    assert not site.visit("/x", bearer()).header("x-clerk-auth-status")
    site.close()


def test_aiohttp_application_has_a_client() -> None:
    from clerk_core.aiohttp import CLERK

    app = web.Application()
    clerk_core.install(app, **_options())

    assert app[CLERK].client.settings.secret_key == SECRET_KEY


def test_application_class_is_recognised_from_any_module(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = aiohttp.web_app.Application()
    monkeypatch.delitem(sys.modules, "aiohttp.web")
    try:
        assert callable(_installer(app))
    finally:
        aiohttp.web = web


def test_options_reach_the_adapter_and_its_errors_are_raised() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        clerk_core.install(Flask("app"))
    with pytest.raises(TypeError, match="nickname"):
        clerk_core.install(Flask("app"), nickname="Ada")  # type: ignore[call-arg]


def test_plugins_may_be_any_iterable() -> None:
    counter = OutcomeCounter()
    app = Flask("app")
    clerk_core.install(app, **_options(plugins=(one for one in [counter])))

    app.test_client().get("/x")

    assert counter.counts() == {"dev-browser-missing": 1}


# --- third-party adapters ------------------------------------------------------------------------


def test_third_party_adapter_is_used_for_its_framework(installed: Distributions) -> None:
    code = "class App: pass\ndef install(app, **options): app.options = options"
    installed.add_adapter("shelf", "shelf_adapter:App", code)
    app = importlib.import_module("shelf_adapter").App()

    clerk_core.install(app, **_options())

    assert app.options == _options()


def test_third_party_adapter_replaces_a_built_in_one(installed: Distributions) -> None:
    installed.add_adapter("shelf", "flask:Flask", "def install(app, **options): pass")

    assert _installer(Flask("app")) is importlib.import_module("shelf_adapter").install
    assert _installer(Quart("app")) is importlib.import_module("clerk_core.quart").install


def test_given_adapter_replaces_all_others(installed: Distributions) -> None:
    installed.add_adapter("shelf", "flask:Flask", "def install(app, **options): pass")
    app = Flask("app")
    given = AdapterPlugin("flask:Flask", GIVEN)

    clerk_core.install(app, plugins=[given])

    assert seen.pop() == (app, {"plugins": (given,)})


def test_adapter_of_the_most_specific_class_is_used() -> None:
    for_base = AdapterPlugin("starlette.applications:Starlette", GIVEN)
    for_own = AdapterPlugin(f"{__name__}:SubFlask", GIVEN)
    for_all = AdapterPlugin("builtins:object", GIVEN)

    assert _installer(Starlette(), for_base) is install_given
    assert _installer(FastAPI(), for_base) is importlib.import_module("clerk_core.fastapi").install
    assert _installer(SubFlask("app"), for_own) is install_given
    assert _installer(Flask("app"), for_own) is importlib.import_module("clerk_core.flask").install
    assert _installer(Flask("app"), for_all) is importlib.import_module("clerk_core.flask").install


@pytest.mark.parametrize(
    ("install", "problem"),
    [
        ("no_such_module:install", "No module named 'no_such_module'"),
        (f"{__name__}:instal", "AttributeError"),
        (f"{__name__}:GIVEN", "it is not a function"),
    ],
)
def test_broken_replacement_falls_back_to_the_next_adapter(
    caplog: pytest.LogCaptureFixture, install: str, problem: str
) -> None:
    flask = importlib.import_module("clerk_core.flask")

    assert _installer(Flask("app"), AdapterPlugin("flask:Flask", install)) is flask.install
    assert "The adapter given of this application is broken" in caplog.text
    assert problem in caplog.text


@pytest.mark.parametrize("code", ["raise OSError('no disk')", "import sys; sys.exit()", "def"])
def test_adapter_with_a_broken_module_falls_back_to_the_next(
    installed: Distributions, code: str
) -> None:
    installed.add_adapter("shelf", "flask:Flask", code)

    assert _installer(Flask("app")) is importlib.import_module("clerk_core.flask").install


def test_error_during_install_is_raised(
    installed: Distributions,
) -> None:
    code = "def install(app, **options): raise ValueError('no shelf')"
    installed.add_adapter("shelf", "flask:Flask", code)

    with pytest.raises(ValueError, match="no shelf"):
        clerk_core.install(Flask("app"), **_options())


class Everything:
    """An object that equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


everything = Everything()


@pytest.mark.parametrize(
    "app_type",
    [
        "flask:Flsk",
        "flask.no_such_module:Flask",
        "no_such_module:Flask",
        f"{__name__}:everything",
        f"{__name__}:install_given",
    ],
)
def test_adapter_for_a_missing_class_is_ignored(app_type: str) -> None:
    flask = importlib.import_module("clerk_core.flask")

    assert _installer(Flask("app"), AdapterPlugin(app_type, GIVEN)) is flask.install


# --- no adapter ----------------------------------------------------------------------------------


def test_unknown_application_raises_with_the_available_adapters(installed: Distributions) -> None:
    installed.add("clerk-shelf", "shelf = shelf_plugin", shelf_plugin="raise OSError('no disk')")

    with pytest.raises(ConfigurationError) as raised:
        clerk_core.install(object())

    assert raised.value.code == "adapter-missing"
    assert (
        "There is no adapter for builtins.object. Adapters: aiohttp, django, fastapi"
        in raised.value.message
    )
    assert "The plugin shelf of clerk-shelf 1.0 is broken" in raised.value.message
    assert "clerk_core.WsgiMiddleware or clerk_core.AsgiMiddleware" in raised.value.message


def test_environment_without_plugins_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "distributions", list)

    with pytest.raises(ConfigurationError, match="Adapters: none"):
        clerk_core.install(Flask("app"))


@pytest.mark.parametrize(("name", "make"), FRAMEWORKS.items())
def test_adapter_that_cannot_be_imported_raises_with_the_install_command(
    monkeypatch: pytest.MonkeyPatch, name: str, make: Callable[[], Any]
) -> None:
    monkeypatch.setitem(sys.modules, f"clerk_core.{name}", None)

    with pytest.raises(ConfigurationError) as raised:
        clerk_core.install(make(), **_options())

    assert raised.value.code == "adapter-broken"
    assert isinstance(raised.value.__cause__, ImportError)
    assert f"The adapter {name} of clerk-core" in raised.value.message
    assert f'pip install "clerk-core[{name}]"' in raised.value.message


def test_broken_adapter_error_names_its_distribution(installed: Distributions) -> None:
    installed.add_adapter("shelf", f"{__name__}:Everything", "raise OSError('no disk')")

    with pytest.raises(
        ConfigurationError, match=r"shelf of clerk-shelf 1\.0 is broken \(.*OSError"
    ):
        clerk_core.install(Everything())


# --- when plugins are called ---------------------------------------------------------------------


class RecordingPlugin:
    """A plugin that records the calls of its hooks."""

    def __init__(self) -> None:
        self.called: list[str] = []

    @hookimpl
    def clerk_adapter(self) -> Adapter:
        self.called.append("clerk_adapter")
        return Adapter("shelf", "shelf:App", "clerk_shelf:install")

    @hookimpl
    def clerk_observer(self) -> Callable[[object], None]:
        self.called.append("clerk_observer")
        return lambda state: None


def test_requests_call_no_hooks_and_load_no_plugins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, plugin = Flask("app"), RecordingPlugin()
    options = _options(plugins=[plugin], options_for=lambda request: {})
    clerk_core.install(app, **options)
    at_install = list(plugin.called)
    monkeypatch.setattr(loading, "distributions", pytest.fail)

    for _ in range(3):
        assert app.test_client().get("/x", headers=[bearer()]).status_code == 404

    assert plugin.called == at_install
    assert at_install.count("clerk_observer") == 1


def test_broken_plugin_is_logged_once_per_installation(
    installed: Distributions, caplog: pytest.LogCaptureFixture
) -> None:
    installed.add("clerk-shelf", "shelf = shelf_plugin", shelf_plugin="raise OSError('no disk')")

    with caplog.at_level(logging.WARNING, "clerk_core"):
        clerk_core.install(Flask("app"), **_options())

    assert caplog.text.count("The plugin shelf of clerk-shelf 1.0 was skipped") == 1
