"""Measure calls of the Backend API, compared with bare httpx and Clerk's official client.

Run: uv run python benchmarks/backend.py

The server is another process on this machine, and sends the same bytes to all clients over
persistent connections. The subjects take turns, so that other programs slow all of them, and the
best round is used. Clerk's official client is measured if it is installed.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TypeAlias

import httpx

from benchmarks.report import Cell, Report, arguments
from clerk_core import AsyncClerk, Clerk

OFFICIAL = "clerk_backend_api"
HAS_OFFICIAL = find_spec(OFFICIAL) is not None
SECRET_KEY = "sk_test_benchmark"

ROUNDS = 30
CALLS = 50
LISTED = 500

Call: TypeAlias = Callable[[], object]
AsyncCall: TypeAlias = Callable[[], Awaitable[object]]


def user(number: int) -> dict[str, object]:
    """Return the JSON representation of a user who signed up with an email address."""
    identifier = f"{number:027}"
    verified = {"object": "verification_otp", "status": "verified", "strategy": "email_code"}
    address: dict[str, object] = {
        "id": f"idn_{identifier}",
        "object": "email_address",
        "email_address": f"ada{number}@example.com",
        "reserved": False,
        "verification": {**verified, "attempts": 1, "expire_at": 1790000000000},
        "linked_to": [],
        "matches_sso_connection": False,
        "created_at": 1780000000000,
        "updated_at": 1780000000000,
    }
    flags = (
        "banned",
        "locked",
        "totp_enabled",
        "backup_code_enabled",
        "two_factor_enabled",
        "has_image",
    )
    lists = (
        "phone_numbers",
        "web3_wallets",
        "passkeys",
        "external_accounts",
        "saml_accounts",
        "enterprise_accounts",
    )
    nothing = (
        "external_id",
        "primary_phone_number_id",
        "primary_web3_wallet_id",
        "username",
        "mfa_enabled_at",
        "mfa_disabled_at",
        "lockout_expires_in_seconds",
        "legal_accepted_at",
    )
    return {
        "id": f"user_{identifier}",
        "object": "user",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "image_url": f"https://img.clerk.com/{identifier * 4}",
        "primary_email_address_id": address["id"],
        "email_addresses": [address],
        "public_metadata": {"plan": "pro"},
        "private_metadata": {"ledger": number},
        "unsafe_metadata": {},
        "password_enabled": True,
        "delete_self_enabled": True,
        "create_organization_enabled": True,
        "verification_attempts_remaining": 100,
        **dict.fromkeys(("last_sign_in_at", "last_active_at", "created_at"), 1780000000000),
        "updated_at": 1780000000000,
        **dict.fromkeys(flags, False),
        **{name: [] for name in lists},
        **dict.fromkeys(nothing),
    }


# The server


def _answer(document: object) -> bytes:
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


def _serve(listening: socket.socket) -> None:
    one, many = _answer(user(1)), _answer([user(number) for number in range(LISTED)])

    def answer(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        read = b""
        while part := connection.recv(65536):
            read += part
            if read.endswith(b"\r\n\r\n"):
                connection.sendall(many if read.startswith(b"GET /v1/users?") else one)
                read = b""

    while True:
        connection, _ = listening.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


@contextmanager
def server() -> Iterator[str]:
    """Run a server with a user and a list of users, and yield its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = multiprocessing.get_context("fork").Process(target=_serve, args=(listening,))
        process.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            process.terminate()
            process.join()


# Calls


def calls(url: str) -> dict[str, dict[str, Call]]:
    """Return the calls by subject: `users.get`, and a list of users with three fields of each."""
    headers = {"authorization": f"Bearer {SECRET_KEY}"}
    bare, ours = httpx.Client(headers=headers), Clerk(secret_key=SECRET_KEY, api_url=url)
    one_url, list_url = f"{url}/v1/users/user_1", f"{url}/v1/users?limit={LISTED}"

    def listed_bare() -> object:
        found = json.loads(bare.get(list_url).content)
        return [(u["id"], u["first_name"], u["email_addresses"][0]["email_address"]) for u in found]

    def listed() -> object:
        found = ours.users.list(limit=LISTED)
        return [(u.id, u.first_name, u.email_addresses[0].email_address) for u in found]

    one: dict[str, Call] = {
        BARE: lambda: json.loads(bare.get(one_url).content)["first_name"],
        "ours": lambda: ours.users.get("user_1").first_name,
    }
    many: dict[str, Call] = {BARE: listed_bare, "ours": listed}
    if HAS_OFFICIAL:
        theirs = import_module(OFFICIAL).Clerk(bearer_auth=SECRET_KEY, server_url=f"{url}/v1")

        def listed_theirs() -> object:
            found = theirs.users.list(request={"limit": LISTED})
            return [(u.id, u.first_name, u.email_addresses[0].email_address) for u in found]

        one["official client"] = lambda: theirs.users.get(user_id="user_1").first_name
        many["official client"] = listed_theirs
    return {"users.get": one, f"{LISTED} users listed, three fields read": many}


BARE = "bare httpx and json"


def async_calls(url: str) -> dict[str, AsyncCall]:
    """Return an async `users.get` by subject."""
    bare = httpx.AsyncClient(headers={"authorization": f"Bearer {SECRET_KEY}"})
    ours = AsyncClerk(secret_key=SECRET_KEY, api_url=url)

    async def got_bare() -> object:
        return json.loads((await bare.get(f"{url}/v1/users/user_1")).content)["first_name"]

    async def got() -> object:
        return (await ours.users.get("user_1")).first_name

    subjects: dict[str, AsyncCall] = {BARE: got_bare, "ours": got}
    if HAS_OFFICIAL:
        theirs = import_module(OFFICIAL).Clerk(bearer_auth=SECRET_KEY, server_url=f"{url}/v1")

        async def got_theirs() -> object:
            return (await theirs.users.get_async(user_id="user_1")).first_name

        subjects["official client"] = got_theirs
    return subjects


def _show(title: str, best: dict[str, float], report: Report) -> None:
    official = best.get("official client")
    lines: list[list[Cell]] = [
        [name, seconds * 1e6, seconds / best[BARE], seconds / official if official else None]
        for name, seconds in best.items()
    ]
    columns = ["", "microseconds", "to bare httpx", "to official"]
    report.add(title, columns, lines, [0, 2, 2])


def show_calls(url: str, report: Report) -> None:
    """Measure the calls in turns, and print a table of each kind."""
    for title, subjects in calls(url).items():
        best = dict.fromkeys(subjects, float("inf"))
        number = CALLS if title == "users.get" else 1
        # Check that all results are equal, and open the connections before measuring.
        assert len({repr(call()) for call in subjects.values()}) == 1
        for _ in range(ROUNDS):
            for name, call in subjects.items():
                started = time.perf_counter()
                for _ in range(number):
                    call()
                best[name] = min(best[name], (time.perf_counter() - started) / number)
        _show(title, best, report)


async def show_async_calls(url: str, report: Report) -> None:
    """Measure async calls in turns, and print a table."""
    subjects = async_calls(url)
    best = dict.fromkeys(subjects, float("inf"))
    assert {await call() for call in subjects.values()} == {"Ada"}
    for _ in range(ROUNDS):
        for name, call in subjects.items():
            started = time.perf_counter()
            for _ in range(CALLS):
                await call()
            best[name] = min(best[name], (time.perf_counter() - started) / CALLS)
    _show("await users.get", best, report)


def main() -> None:
    """Measure, and print the tables."""
    given = arguments(__doc__).parse_args()
    report = Report("backend", given)
    with server() as at:
        show_calls(at, report)
        asyncio.run(show_async_calls(at, report))
    report.save()


if __name__ == "__main__":
    main()
