"""Generate docs/local-instance.md from the routes of the local instance and the API operations.

Run after changing either: python -m tests.local.reference
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from clerk_core._api.operation import Operation
from clerk_core.local._api.routes import ROUTES
from tests.docs.reference import methods, resources

PAGE = Path(__file__).parents[2] / "docs" / "local-instance.md"

HEAD = """\
# Operations of the local instance

`LocalClerk` implements the Backend API for development and tests. It stores what you write, and
its errors have the same format as Clerk's. Unsupported operations return 501 with the name of the
operation. Unsupported parameters return 422 `form_param_unknown`, because ignoring a filter would
return a wrong result.

Differences from Clerk:

- No email is sent, and invitations cannot be accepted.
- The account portal accepts sign-in tokens: the `url` of a token signs its user in, once.
- Banned and locked users cannot sign in. A lock lasts one hour.
- There are no OAuth applications. `LocalClerk.oauth_token(user_id)` creates an access token.
- Create an M2M token with the key of the machine: `clerk.m2m.create_token(machine_secret_key=…)`.
- There is one role set. Redirect URLs and the allowlist are stored but not enforced.
- `LocalClerk.refresh_token(session_id)` returns the value of the `__refresh` cookie.
- `clerk-core demo --data` rejects a file of another version. Delete the file to continue.

`python -m tests.local.reference` generates this table.

| Resource | Supported | Unsupported (501) |
| --- | --- | --- |
"""


def _shape(path: str) -> str:
    return re.sub(r"[<{]\w+[>}]", "{}", path)


def served() -> frozenset[tuple[str, str]]:
    """Return method and path of each route, without version and with `{}` for variables."""
    return frozenset((method, _shape(path).removeprefix("/v1")) for method, path, _ in ROUTES.table)


def operations() -> Iterator[tuple[str, Operation[..., object], bool]]:
    """Yield the name of the resource, the operation, and whether it is supported."""
    routes = served()
    for resource, kind in resources():
        for _, method in methods(kind):
            if isinstance(method, Operation):
                yield resource, method, (method.method, _shape(method.path)) in routes


def page() -> str:
    """Return the expected content of docs/local-instance.md."""
    rows = list(operations())
    lines: list[str] = []
    unsupported: list[str] = []
    for name in dict.fromkeys(resource for resource, _, _ in rows):
        present = [one.name for resource, one, found in rows if resource == name and found]
        missing = [one.name for resource, one, found in rows if resource == name and not found]
        if present:
            lines.append(f"| {name} | {_quoted(present)} | {_quoted(missing)} |")
        else:
            unsupported.append(name)
    sentence = f"Unsupported resources: {_quoted(unsupported)}."
    paragraph = textwrap.fill(sentence, 100, break_on_hyphens=False)
    return HEAD + "\n".join(lines) + f"\n\n{paragraph}\n"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
