"""The page of what the local instance serves, made from its routes and the declared operations.

Run after changing one: python -m tests.local.reference
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from clerk_core.backend.operation import Operation
from clerk_core.local.api.routes import ROUTES
from tests.docs.reference import methods, resources

PAGE = Path(__file__).parents[2] / "docs" / "local-instance.md"

HEAD = """\
# What the local instance serves

`LocalClerk` answers the Backend API for development and tests: what is written is read back, and
errors have Clerk's shapes. Everything else answers 501 and says which operation it was. Parameters
that an operation has at Clerk and not here are refused with 422 `form_param_unknown`: to leave out
a filter would give a wrong answer.

What differs from Clerk:

- No mail is sent, and nobody can accept an invitation.
- The account portal takes sign-in tokens: open the `url` of one, and its user is signed in, once.
- Whoever is banned or locked cannot sign in; a lock lasts an hour.
- OAuth access tokens have no application behind them: `LocalClerk.oauth_token(user_id)` makes one.
- An M2M token is made with the machine's own key: `Clerk(**local.options() | {"secret_key": …})`.
- All roles are in one set, and redirect URLs and the allowlist restrict nothing.
- `LocalClerk.refresh_token(session_id)` gives what the `__refresh` cookie holds.
- A file of `clerk-core demo --data` that another version wrote is refused; delete it to go on.

This table is made by `python -m tests.local.reference`.

| resource | served | answers 501 |
| --- | --- | --- |
"""


def _shape(path: str) -> str:
    return re.sub(r"[<{]\w+[>}]", "{}", path)


def served() -> frozenset[tuple[str, str]]:
    """Method and path, without version, of each route; a part that varies is `{}`."""
    return frozenset((method, _shape(path).removeprefix("/v1")) for method, path, _ in ROUTES.table)


def operations() -> Iterator[tuple[str, Operation[..., object], bool]]:
    """Each operation with its resource, and whether it is served."""
    routes = served()
    for resource, kind in resources():
        for _, method in methods(kind):
            if isinstance(method, Operation):
                yield resource, method, (method.method, _shape(method.path)) in routes


def page() -> str:
    """The page as it should stand in the repository."""
    everything = list(operations())
    lines: list[str] = []
    left_out: list[str] = []
    for name in dict.fromkeys(resource for resource, _, _ in everything):
        there = [one.name for resource, one, yes in everything if resource == name and yes]
        lacking = [one.name for resource, one, yes in everything if resource == name and not yes]
        if there:
            lines.append(f"| {name} | {_quoted(there)} | {_quoted(lacking)} |")
        else:
            left_out.append(name)
    left = textwrap.fill(f"Nothing is served of {_quoted(left_out)}.", 100, break_on_hyphens=False)
    return HEAD + "\n".join(lines) + f"\n\n{left}\n"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
