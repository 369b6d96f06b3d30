"""Generate the table of docs/frontend-api-operations.md from what the instance answers.

The operations are those of Clerk's specification of its Frontend API, fapi-2026-05-12.yml. Run
after a change: python -m tests.local.frontend.operations
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from clerk_core._messages import HttpResponse
from clerk_core.local import InstanceSettings, LocalClerk
from tests.local.frontend.clerk_js import ClerkJs

FOLDER = Path(__file__).parent
PAGE = FOLDER.parents[2] / "docs" / "frontend-api-operations.md"
START = "| operation | answer |\n| --- | --- |\n"
"""The start of what is generated. The text before it is written by hand."""

SETTINGS = InstanceSettings(
    organization_domains=True, user_api_keys=True, organization_api_keys=True, social=("google",)
)

_REASONS = {
    "billing": "billing",
    "enterprise_connections": "enterprise connections",
    "saml": "enterprise connections",
    "web3_wallets": "web3 wallets",
    "trusted_devices": "trusted devices of native applications",
    "ownership_verification": "proofs of domains by DNS records",
    "domains/bulk": "several domains at once, which DNS records prove",
    "client/sync": "satellite domains: the handshake serves them",
    "client/link": "satellite domains: the handshake serves them",
    "proxy-health": "a check of proxies in production",
    "dev_browser/": "the third-party cookies of older versions of clerk-js",
    "clear-site-data": "the third-party cookies of older versions of clerk-js",
    "oauth_callback": "real providers: a page of the instance imitates them",
    "external_accounts/": "real providers: a page of the instance imitates them",
    "/v1/redirect": "links in emails of Clerk",
    "agents/": "tasks of agents",
    "me/tokens": "tokens of Firebase",
    "account_portal": "the settings of Clerk's account portal",
    "oauth/consent": "a consent page of the application: the instance has its own",
    "assetlinks": "native applications",
    "apple-app": "native applications",
    "webauthn": "related origins of passkeys",
}


@dataclass(frozen=True)
class Operation:
    """An operation of the specification.

    Attributes:
        method: The method.
        path: The path, with variables such as `{email_id}`.
    """

    method: str
    path: str

    def send(self, js: ClerkJs, organization_id: str) -> HttpResponse:
        """Send the call as clerk-js does."""
        return js.send(self.method, self.filled(js, organization_id), {})

    def filled(self, js: ClerkJs, organization_id: str) -> str:
        """Return the path with values for its variables."""
        path = re.sub(r"{organization_?i?d?}", organization_id, self.path, flags=re.IGNORECASE)
        path = path.replace("{session_id}", js.session_id)
        return re.sub(r"{\w+}", "unknown", path)


Answer: TypeAlias = tuple[Operation, str, HttpResponse]
"""An operation, the path that was sent, and the response."""


def operations() -> list[Operation]:
    """Return the operations of the specification, in its order."""
    lines = (FOLDER / "fapi-2026-05-12.txt").read_text("utf-8").splitlines()
    return [Operation(*line.split(" ")) for line in lines]


def is_refused(response: HttpResponse) -> bool:
    """Return whether the response says that the instance does not serve the operation."""
    return response.status == 404 and b'"code":"not_implemented"' in response.content


def answers() -> Iterator[Answer]:
    """Yield each operation with the path that was sent, and its response to a signed-in user."""
    with LocalClerk(settings=SETTINGS) as local:
        for operation in operations():
            # Anew for each, because some sign the user out or delete the account.
            ada = local.seed()[0]
            js = ClerkJs(local).load()
            js.sign_in(ada)
            yield (
                operation,
                operation.filled(js, ada.organization_id),
                operation.send(js, ada.organization_id),
            )


def table(found: Iterable[Answer]) -> str:
    """Return the table of operations in Markdown."""
    rows = (
        f"| `{operation.method} {operation.path}` | {_answer(operation, response)} |\n"
        for operation, _, response in found
    )
    return START + "".join(rows)


def _answer(operation: Operation, response: HttpResponse) -> str:
    if not is_refused(response):
        return "served"
    return f"refused: {next(why for part, why in _REASONS.items() if part in operation.path)}"


def error_of(response: HttpResponse) -> dict[str, str]:
    """Return the error of a response."""
    (error,) = json.loads(response.content)["errors"]
    return dict(error)


if __name__ == "__main__":
    PAGE.write_text(PAGE.read_text("utf-8").partition(START)[0] + table(answers()), "utf-8")
