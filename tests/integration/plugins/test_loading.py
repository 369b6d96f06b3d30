"""Plugins are found by entry points; broken ones are skipped and logged."""

from __future__ import annotations

import logging
from pathlib import Path
from types import ModuleType

import pluggy
import pytest

from clerk_core._authentication.result.state import Observer, RequestState
from clerk_core._integration.plugins.hookspecs import Adapter, hookimpl
from clerk_core._integration.plugins.loading import Plugin, find_plugins, load_observers
from tests.integration.plugins.conftest import Distributions

BUILT_IN = {"aiohttp", "django", "fastapi", "flask", "litestar", "quart", "starlette"}
HEAD = "from clerk_core import Adapter, hookimpl\n"


def _found(name: str) -> Plugin:
    (found,) = [plugin for plugin in find_plugins() if plugin.name == name]
    return found


def _observe(state: RequestState) -> None:
    pass


# --- finding plugins -----------------------------------------------------------------------------


def test_clerk_adapter_of_built_in_frameworks_is_found_by_entry_points() -> None:
    own = [plugin for plugin in find_plugins() if plugin.distribution == "clerk-core"]

    assert {plugin.name for plugin in own} == BUILT_IN
    for plugin in own:
        (adapter,) = plugin.adapters
        assert plugin.problem is None
        assert adapter.name == plugin.name
        assert adapter.install == f"clerk_core.{plugin.name}:install"


def test_plugin_is_found_by_the_entry_point_of_its_distribution(installed: Distributions) -> None:
    installed.add_adapter("shelf", "shelf:App", "", distribution="clerk-shelf")

    plugin = _found("shelf")

    assert plugin.origin == "clerk-shelf 1.0"
    assert plugin.adapters == (Adapter("shelf", "shelf:App", "shelf_adapter:install"),)
    assert "shelf_adapter" not in installed.modules()


def test_plugin_may_be_an_object_in_a_module(installed: Distributions) -> None:
    code = """
    class Shelf:
        @hookimpl
        def clerk_adapter(self):
            return Adapter("shelf", "shelf:App", "clerk_shelf:install")

    plugin = Shelf()
    """
    installed.add("clerk-shelf", "shelf = shelf_plugin:plugin", shelf_plugin=HEAD + _plain(code))

    assert _found("shelf").adapters[0].name == "shelf"


def test_plugin_may_provide_several_adapters_and_an_observer(installed: Distributions) -> None:
    code = """
    @hookimpl(specname="clerk_adapter")
    def first():
        return Adapter("one", "shelf:One", "clerk_shelf:install")

    @hookimpl(specname="clerk_adapter")
    def second():
        return Adapter("two", "shelf:Two", "clerk_shelf:install")

    @hookimpl
    def clerk_observer():
        return print
    """
    installed.add("clerk-shelf", "shelf = shelf_plugin", shelf_plugin=HEAD + _plain(code))

    plugin = _found("shelf")

    assert {adapter.name for adapter in plugin.adapters} == {"one", "two"}
    assert plugin.is_observer


def test_hooks_may_return_none(installed: Distributions) -> None:
    code = HEAD + _function("pass") + _function("pass", name="clerk_observer()").removeprefix(HEAD)
    installed.add("clerk-shelf", "shelf = shelf_plugin", shelf_plugin=code)

    plugin = _found("shelf")

    assert plugin.problem is None
    assert plugin.adapters == ()
    assert plugin.observers() == ((), ())


def test_plugins_are_ordered_built_in_installed_given(
    installed: Distributions,
) -> None:
    for name in ("zebra", "ant"):
        installed.add_adapter(name, f"{name}:App", "")
    given = ModuleType("given")
    given.clerk_observer = hookimpl(_provide_observer)  # type: ignore[attr-defined]

    names = [plugin.name for plugin in find_plugins([given])]

    assert names[: len(BUILT_IN)] == sorted(BUILT_IN)
    assert names[-1] == "given"
    assert names.index("ant") < names.index("zebra")


def test_first_of_duplicate_distributions_is_used(
    installed: Distributions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed.add_adapter("shelf", "shelf:App", "")
    installed.add("clerk-shelf", "shelf = older_plugin", version="0.9", folder="behind")
    monkeypatch.syspath_prepend(tmp_path / "behind")
    monkeypatch.syspath_prepend(tmp_path)

    assert _found("shelf").version == "1.0"


# --- broken plugins ------------------------------------------------------------------------------


def _plain(code: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in code.splitlines())


def _function(line: str, decorator: str = "@hookimpl", name: str = "clerk_adapter()") -> str:
    return f"{HEAD}{decorator}\ndef {name}:\n    {line}\n"


BROKEN = {
    "missing dependency": ("import no_such_module", "No module named 'no_such_module'"),
    "syntax error": ("def", "SyntaxError"),
    "error at import": ("raise OSError('no disk')", "OSError: no disk"),
    "exit at import": ("import sys\nsys.exit('usage: …')", "SystemExit: usage: …"),
    "no hook": ("x = 1", "no function marked with hookimpl"),
    "hook without marker": (_function("return 1", decorator=""), "marked with hookimpl"),
    "misspelled hook": (_function("return 1", name="clerk_adaptor()"), "'clerk_adaptor'"),
    "hook with arguments": (_function("return 1", name="clerk_adapter(app)"), "{'app'}"),
    "error in hook": (_function("raise KeyError('x')"), "KeyError: 'x'"),
    "exit in hook": (_function("raise SystemExit"), "SystemExit"),
    "returns a name": (_function("return 'shelf'"), "clerk_adapter() must return an Adapter"),
    "names no class": (
        _function("return Adapter('shelf', 'shelf.App', 'shelf:install')"),
        "'shelf.App' must be written as module:name",
    ),
    "names no function": (
        _function("return Adapter('shelf', 'shelf:App', None)"),
        "must be strings",
    ),
    "has no name": (
        _function("return Adapter(None, 'shelf:App', 'shelf:install')"),
        "must be strings",
    ),
    "marks for another project": (
        "import pluggy\nhookimpl = pluggy.HookimplMarker('pytest')\n"
        "@hookimpl\ndef clerk_adapter(): pass",
        "marked with hookimpl",
    ),
}


@pytest.mark.parametrize(("code", "problem"), BROKEN.values(), ids=list(BROKEN))
def test_broken_plugin_is_skipped_and_logged(
    installed: Distributions, caplog: pytest.LogCaptureFixture, code: str, problem: str
) -> None:
    installed.add("clerk-shelf", "shelf = shelf_plugin", shelf_plugin=code)

    plugin = _found("shelf")
    load_observers()

    assert plugin.problem is not None
    assert problem in plugin.problem
    assert "\n" not in plugin.problem
    assert plugin.adapters == ()
    assert plugin.observers() == ((), ())
    assert {one.name for one in find_plugins() if one.adapters} == BUILT_IN
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "The plugin shelf of clerk-shelf 1.0 was skipped (shelf_plugin: " in caplog.text
    assert "See: clerk-core plugins" in caplog.text


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("no_such_module", "No module named"),
        ("shelf_plugin:plugni", "no attribute 'plugni'"),
        ("shelf_plugin:Shelf", "it is a class. Pass an object of it: Shelf()"),
        ("shelf plugin", "shelf plugin: "),
        ("", ": "),
    ],
)
def test_invalid_entry_point_is_reported(
    installed: Distributions, target: str, problem: str
) -> None:
    installed.add("clerk-shelf", f"shelf = {target}", shelf_plugin="class Shelf: pass")

    assert problem in str(_found("shelf").problem)


def test_distribution_with_malformed_entry_points_does_not_hide_others(
    installed: Distributions,
) -> None:
    installed.add("clerk-shelf", "this is no entry point")
    installed.add_adapter("rack", "rack:App", "")

    assert _found("rack").problem is None
    assert _found("entry_points.txt").origin == "clerk-shelf 1.0"


def test_distribution_without_metadata_does_not_hide_others(
    installed: Distributions, tmp_path: Path
) -> None:
    installed.add_adapter("shelf", "shelf:App", "")
    (tmp_path / "clerk_shelf-1.0.dist-info" / "METADATA").unlink()

    plugin = _found("shelf")

    assert plugin.problem is None
    assert plugin.distribution == "unknown"
    assert {one.name for one in find_plugins() if one.adapters} == {*BUILT_IN, "shelf"}


def test_broken_given_plugin_raises() -> None:
    class Misspelt:
        @hookimpl
        def clerk_observr(self) -> None:
            pass

    with pytest.raises(pluggy.PluginValidationError, match="clerk_observr"):
        find_plugins([Misspelt()])
    with pytest.raises(
        TypeError, match=r"Misspelt, which is not a plugin: it is a class. Pass an object"
    ):
        find_plugins([Misspelt])
    with pytest.raises(TypeError, match="hookimpl"):
        find_plugins([None])


# --- observers -----------------------------------------------------------------------------------


def _provide_observer() -> Observer:
    return _observe


def test_clerk_observer_of_a_distribution_precedes_given_observers(
    installed: Distributions,
) -> None:
    code = "def see(state): pass\n" + _function("return see", name="clerk_observer()")
    installed.add("clerk-watch", "watch = watch_plugin", watch_plugin=code)
    given = ModuleType("given")
    given.clerk_observer = hookimpl(_provide_observer)  # type: ignore[attr-defined]

    first, second = load_observers([given]).of_requests

    assert getattr(first, "__name__", None) == "see"
    assert second is _observe


def test_clerk_call_observer_of_a_distribution_is_loaded(installed: Distributions) -> None:
    code = "def see(call): pass\n" + _function("return see", name="clerk_call_observer()")
    installed.add("clerk-watch", "watch = watch_plugin", watch_plugin=code)

    (found,) = load_observers().of_calls

    assert getattr(found, "__name__", None) == "see"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("raise OSError('no disk')", "OSError: no disk"),
        ("raise SystemExit", "SystemExit"),
        ("return 'see'", "clerk_observer() must return a plain function"),
        ("async def see(state): pass\n    return see", "must return a plain function"),
    ],
)
def test_broken_observer_is_skipped_and_logged(
    installed: Distributions, caplog: pytest.LogCaptureFixture, line: str, problem: str
) -> None:
    code = _function(line, name="clerk_observer()")
    installed.add("clerk-watch", "watch = watch_plugin", watch_plugin=code)
    given = ModuleType("given")
    given.clerk_observer = hookimpl(_provide_observer)  # type: ignore[attr-defined]

    assert load_observers([given]) == ((_observe,), ())
    assert "The plugin watch of clerk-watch 1.0 was skipped (" in caplog.text
    assert problem in caplog.text


def test_broken_given_observer_raises() -> None:
    class Broken:
        @hookimpl
        def clerk_observer(self) -> Observer:
            raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        load_observers([Broken()])
