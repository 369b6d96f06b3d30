"""Fake distributions with plugins, written to a folder on `sys.path`."""

from __future__ import annotations

import importlib
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest


class Distributions:
    """Fake distributions, installed during a test, with modules and entry points."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(
        self, name: str, entry_points: str, version: str = "1.0", folder: str = "", **modules: str
    ) -> None:
        """Install a distribution with these lines of entry points for `clerk_core`."""
        target = self._folder / folder
        info = target / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[clerk_core]\n{entry_points}\n")
        for module, code in modules.items():
            (target / f"{module}.py").write_text(textwrap.dedent(code))
        importlib.invalidate_caches()

    def add_adapter(self, name: str, app_type: str, code: str, distribution: str = "") -> None:
        """Install an adapter for an application type; `code` defines its function `install`."""
        self.add(
            distribution or f"clerk-{name}",
            f"{name} = {name}_plugin",
            **{
                f"{name}_plugin": f"""
                    from clerk_core import Adapter, hookimpl

                    @hookimpl
                    def clerk_adapter():
                        return Adapter("{name}", "{app_type}", "{name}_adapter:install")
                    """,
                f"{name}_adapter": code,
            },
        )

    def modules(self) -> list[str]:
        """Return the names of modules imported from these distributions."""
        return [
            name
            for name, module in list(sys.modules.items())
            if str(getattr(module, "__file__", None)).startswith(str(self._folder))
        ]


@pytest.fixture(autouse=True)
def _settings(clean_environment: None) -> None:
    pass


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Distributions]:
    monkeypatch.syspath_prepend(tmp_path)
    distributions = Distributions(tmp_path)
    yield distributions
    for name in distributions.modules():
        del sys.modules[name]
