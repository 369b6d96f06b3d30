"""The Python examples of the README and docs. As a program, write each to a file to check types.

Run: python -m tests.docs.examples FOLDER
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

README = Path(__file__).parents[2] / "README.md"
DOCS = README.parent / "docs"
LOCAL_INSTANCE = README.parent / "docs" / "local-instance.md"
LOCAL_COMMAND = README.parent / "docs" / "local-instance-command.md"
PAGES = README.parent / "docs" / "pages.md"
TWO_ORIGINS = README.parent / "docs" / "two-origins.md"
TESTING = README.parent / "docs" / "testing.md"
LITESTAR = README.parent / "docs" / "litestar.md"
DJANGO = README.parent / "docs" / "django.md"
DJANGO_USERS = DJANGO.with_name("django-users.md")
DJANGO_APIS = DJANGO.with_name("django-apis.md")
WEBHOOKS = README.parent / "docs" / "webhooks.md"
DJANGO_MIGRATION = DJANGO.with_name("migrating-django.md")
TOKENS = README.parent / "docs" / "tokens.md"
TELEMETRY = README.parent / "docs" / "telemetry.md"
MANY_CALLS = README.parent / "docs" / "many-calls.md"
MCP = README.parent / "docs" / "mcp.md"
OAUTH_RESOURCE = README.parent / "docs" / "oauth-resource-server.md"
REVOCATION = README.parent / "docs" / "revocation.md"
CACHE = README.parent / "docs" / "cache.md"
RECIPES = README.parent / "docs" / "recipes.md"
PROXY = README.parent / "docs" / "frontend-api-proxy.md"


def _blocks(page: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


EXAMPLES = [
    *_blocks(README),
    *_blocks(DOCS / "frameworks.md"),
    *_blocks(DOCS / "backend-api.md"),
    *_blocks(DOCS / "custom-servers.md"),
    *_blocks(LOCAL_INSTANCE)[1:],
]

FRAMEWORKS = {
    "flask": "from clerk_core.flask import auth, install, require_auth",
    "starlette": "from clerk_core.starlette import",
    "fastapi": "from clerk_core.fastapi import",
    "litestar": "from clerk_core.litestar import",
    "quart": "from clerk_core.quart import",
    "aiohttp": "from clerk_core.aiohttp import",
    "wsgi": "app = WsgiMiddleware(",
    "asgi": "app = AsgiMiddleware(",
}
"""What is in the example of each framework, and in no other."""

OTHERS = {
    "testing": "clerk.authenticate(request)",
    "custom_server": "keep one: it caches keys",
    "backend_api": "clerk.users.iterate(",
}


def example(containing: str) -> str:
    """Return the only example that contains this text, which may be on several pages."""
    (found,) = {code for code in EXAMPLES if containing in code}
    return found


def local_instance() -> str:
    """Return the test of docs/local-instance.md."""
    return _blocks(LOCAL_INSTANCE)[0]


def pages() -> tuple[str, str]:
    """Return the programs of docs/pages.md: in Flask, and without a framework."""
    *in_flask, without = _blocks(PAGES)
    return "\n".join(in_flask), without


def proxies() -> tuple[str, str]:
    """Return the programs of docs/frontend-api-proxy.md: with an account, and without."""
    with_account, without = _blocks(PROXY)
    return with_account, without


def blocks_of_litestar() -> list[str]:
    """Return the Python blocks of docs/litestar.md, each an application."""
    return _blocks(LITESTAR)


def webhooks() -> str:
    """Return the program of docs/webhooks.md."""
    (program,) = _blocks(WEBHOOKS)
    return program


def blocks_of_tokens() -> list[str]:
    """Return the Python blocks of docs/tokens.md."""
    return _blocks(TOKENS)


def blocks_of_telemetry() -> list[str]:
    """Return the programs of docs/telemetry.md: OpenTelemetry, and Prometheus."""
    return _blocks(TELEMETRY)


def blocks_of_many_calls() -> list[str]:
    """Return the Python blocks of docs/many-calls.md."""
    return _blocks(MANY_CALLS)


def blocks_of_mcp() -> tuple[str, str]:
    """Return the programs of docs/mcp.md: with the official SDK, and with FastMCP."""
    official, fastmcp = _blocks(MCP)
    return official, fastmcp


def blocks_of_oauth_resource() -> tuple[str, str]:
    """Return the applications of docs/oauth-resource-server.md: without and with an audience."""
    plain, with_audience = _blocks(OAUTH_RESOURCE)
    return plain, with_audience


def revocation() -> str:
    """Return the application of docs/revocation.md."""
    (program,) = _blocks(REVOCATION)
    return program


def blocks_of_cache() -> list[str]:
    """Return the Python blocks of docs/cache.md: an application, and two programs."""
    return _blocks(CACHE)


def blocks_of_django_apis() -> dict[str, str]:
    """Return the Python blocks of docs/django-apis.md, by the name of the file."""
    return {code.partition(".py\n")[0][2:]: code for code in _blocks(DJANGO_APIS)}


def blocks_of_django() -> list[str]:
    """Return the Python blocks of docs/django.md."""
    return _blocks(DJANGO)


def blocks_of_django_users() -> list[str]:
    """Return the Python blocks of docs/django-users.md."""
    return _blocks(DJANGO_USERS)


def blocks_of_django_migration() -> list[str]:
    """Return the Python blocks of docs/migrating-django.md."""
    return _blocks(DJANGO_MIGRATION)


def two_origins() -> dict[str, str]:
    """Return the APIs of docs/two-origins.md, by the name of the framework in small letters."""
    found = re.findall(
        r"### (\w+)\n[^#]*?```python\n(.*?)```", TWO_ORIGINS.read_text("utf-8"), re.DOTALL
    )
    return {name.lower(): code for name, code in found}


def recipes() -> dict[str, str]:
    """Return the programs of docs/recipes.md by their headings: `falcon_asgi`, `aws_lambda`."""
    found: dict[str, str] = {}
    heading = part = ""
    pattern = re.compile(r"^## (.*?)$|^### (.*?)$|```python\n(.*?)```", re.DOTALL | re.MULTILINE)
    for section, subsection, code in pattern.findall(RECIPES.read_text("utf-8")):
        if code:
            found["_".join(re.findall(r"\w+", f"{heading} {part}".lower()))] = code
        else:
            heading, part = section or heading, subsection
    return found


def blocks_of_testing() -> list[str]:
    """Return the Python blocks of docs/testing.md."""
    return _blocks(TESTING)


def page_template() -> str:
    """Return the template of docs/pages.md."""
    (found,) = re.findall(r"```html\n(.*?)```", PAGES.read_text("utf-8"), re.DOTALL)
    return str(found)


ELSEWHERE = {"index", *re.findall(r'"([\w-]+)\.md"', Path(__file__).read_text("utf-8"))}
"""The pages with Python that this file names, which have functions of their own."""

GUIDES = sorted(
    page.stem for page in DOCS.glob("*.md") if _blocks(page) and page.stem not in ELSEWHERE
)
"""All other pages with Python."""


def programs(page: str) -> dict[str, str]:
    """Return the programs of a page by the names of their files, without suffix.

    A block that begins with a comment such as `# worker.py` is that file. Others are `app.py`.
    """
    found: dict[str, str] = {}
    for code in _blocks(DOCS / f"{page}.md"):
        named = re.match(r"# (\w+)\.py\n", code)
        name = named[1] if named else "app"
        assert name not in found, f"docs/{page}.md has two programs of this name: {name}.py"
        found[name] = code
    return found


def run(code: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run a program as a module, where Litestar looks for its names, and return these."""
    module = ModuleType("program")
    monkeypatch.setitem(sys.modules, "program", module)
    # Without the `from __future__ import annotations` of this file.
    exec(compile(code, "program.py", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__


def _guides() -> dict[str, str]:
    """Return the programs of the guides by the names of files, for type checkers."""
    written: dict[str, str] = {}
    for page in GUIDES:
        # Celery and two packages to move from have no types.
        untyped = page.startswith(("background", "moving", "quickstart-django"))
        begin = "# pyright: basic\n# mypy: allow-untyped-decorators\n" if untyped else ""
        if page == "quickstart-django":
            begin += "INSTALLED_APPS: list[str] = []\nMIDDLEWARE: list[str] = []\n"
        for name, code in programs(page).items():
            written[f"{page.replace('-', '_')}_{name}"] = begin + code
    return written


def main(folder: str) -> None:
    """Write each program to its own file."""
    written = {name: example(text) for name, text in {**FRAMEWORKS, **OTHERS}.items()}
    written["local_instance"] = local_instance()
    written |= _guides()
    written["pages"], written["pages_in_wsgi"] = pages()
    # Not strict: the CORS packages are only partly typed.
    written |= {
        f"two_origins_{name}": f"# pyright: basic\n{code}" for name, code in two_origins().items()
    }
    for number, code in enumerate(blocks_of_testing()):
        # The application of the first block is in examples/testing.
        written[f"testing_{number}"] = code.replace(
            "from shop import", "from examples.testing.shop_flask import"
        )
    for number, code in enumerate(blocks_of_litestar()):
        written[f"litestar_{number}"] = code
    written["webhooks"] = webhooks()
    for number, code in enumerate(blocks_of_tokens()):
        written[f"tokens_{number}"] = code
    written |= {f"telemetry_{n}": code for n, code in enumerate(blocks_of_telemetry())}
    written |= {f"many_calls_{n}": code for n, code in enumerate(blocks_of_many_calls())}
    written["mcp"], written["mcp_with_fastmcp"] = blocks_of_mcp()
    oauth = enumerate(blocks_of_oauth_resource())
    written |= {f"oauth_resource_{number}": code for number, code in oauth}
    written["revocation"] = revocation()
    for number, code in enumerate(blocks_of_cache()):
        # The constructor of redis-py's Sentinel has no types.
        written[f"cache_{number}"] = f"# pyright: basic\n# mypy: allow-untyped-calls\n{code}"
    for number, code in enumerate(blocks_of_django_users()):
        written[f"django_users_{number}"] = code
    for name, code in blocks_of_django_apis().items():
        # Types of Channels, which only pyright has, do not fit those of routes in Django.
        loose = "# pyright: basic, reportArgumentType=false, reportCallIssue=false\n"
        loose += '# mypy: disable-error-code="misc"\n'
        comment = loose if name == "asgi" else ""
        written[f"django_apis_{name}"] = comment + code
    for number, code in enumerate(blocks_of_django_migration()):
        # Its settings go on from those of a project. Not strict: without a plugin, pyright does not
        # know the fields of models.
        names = "INSTALLED_APPS: list[str] = []\nMIDDLEWARE: list[str] = []\n"
        begin = names if code.startswith("# settings.py") else ""
        written[f"django_migration_{number}"] = f"# pyright: basic\n{begin}{code}"
    for number, code in enumerate(blocks_of_django()):
        written[f"django_{number}"] = code
    written["proxy"], written["proxy_of_local_instance"] = proxies()
    # Not strict: some of these frameworks have no types, or few.
    partly = "# pyright: basic\n# mypy: allow-untyped-decorators, allow-subclassing-any\n"
    written |= {f"recipe_{name}": partly + code for name, code in recipes().items()}
    for name, code in written.items():
        Path(folder, f"readme_{name}.py").write_text(code, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
