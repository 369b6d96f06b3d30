"""Make a page of the reference for each public module, which lists every name of its `__all__`.

A name that several modules have is described once, in the first of them. No page shows the private
module that a name comes from.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from docutils import nodes
from sphinx.addnodes import pending_xref

import clerk_core
from docs.extensions.generated import write
from docs.extensions.members import (
    describe_class,
    describe_function,
    describe_value,
    markdown,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def _modules() -> Iterator[str]:
    """Yield the public modules: those without an underscore that have a list of their names."""
    package = Path(clerk_core.__file__).parent
    # A folder of an adapter is a symbolic link, which `rglob` does not follow before Python 3.13.
    for depth in range(3):
        for path in package.glob("[!_]*/" * depth + "*.py"):
            parts = path.relative_to(package.parent).with_suffix("").parts
            name = ".".join(parts).removesuffix(".__init__")
            if "._" not in name and "\n__all__ = " in path.read_text("utf-8"):
                yield name


MODULES = sorted(_modules())
"""The public modules."""


def configure_django() -> None:
    """Give Django the settings without which its models cannot be imported."""
    if settings.configured:
        return
    settings.configure(
        INSTALLED_APPS=[
            *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
            *("django.contrib.messages", "django.contrib.admin"),
            *("clerk_core.django", "clerk_core.django.users"),
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def names() -> Iterator[tuple[str, str]]:
    """Yield each public module and name, without those of the standard library."""
    for module in MODULES:
        for name in import_module(module).__all__:
            if name != "Unpack":
                yield module, name


@cache
def homes() -> dict[tuple[str, str], str]:
    """Return the module that describes a name, by module and name."""
    first: dict[tuple[int, str], str] = {}
    found: dict[tuple[str, str], str] = {}
    for module, name in names():
        value = getattr(import_module(module), name)
        found[module, name] = first.setdefault((id(value), name), module)
    return found


def page(module: str) -> str:
    """Return the page of a module, in reStructuredText."""
    configure_django()
    described = markdown(import_module(module).__doc__)
    parts = [f"# `{module}`\n\n{described}\n\n"]
    own = [(name, home) for (of, name), home in homes().items() if of == module]
    parts += [
        f"## {name}\n\n{_described(module, name)}\n\n" for name, home in own if home == module
    ]
    if elsewhere := [(name, home) for name, home in own if home != module]:
        parts.append("## Names of other modules\n\n")
        parts += [f"- {{py:obj}}`{name} <{home}.{name}>`\n" for name, home in elsewhere]
    return "".join(parts)


def _described(module: str, name: str) -> str:
    value = getattr(import_module(module), name)
    # Python 3.10 takes an alias such as Callable[[], None] for a class.
    if inspect.isclass(value) and typing.get_origin(value) is None:
        return describe_class(f"{module}.{name}", value)
    if inspect.isroutine(value):
        return describe_function(f"{module}.{name}", value)
    return describe_value(f"{module}.{name}", module, name)


def _write_pages(app: Sphinx) -> None:
    configure_django()
    write(Path(app.srcdir, "reference"), {f"{module}.md": page(module) for module in MODULES})


def _link_names(app: Sphinx, document: nodes.document) -> None:
    """Let the names of types lead to their descriptions, whatever module they come from."""
    page = Path(app.env.docname).name
    for node in document.findall(pending_xref):
        name = node.get("reftarget", "").rpartition(".")[2]
        if node.get("refdomain") != "py" or not name[:1].isupper():
            continue
        found = [module for module, one in homes() if one == name]
        if found:
            home = homes()[page if page in found else found[0], name]
            node["reftarget"], node["refspecific"] = f"{home}.{name}", False


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the extension to Sphinx."""
    app.connect("builder-inited", _write_pages)
    app.connect("doctree-read", _link_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
