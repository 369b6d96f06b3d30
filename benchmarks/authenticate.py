"""Measure the cost of authentication, as ratios to one bare RSA-2048 verification and to PyJWT.

Run: uv run python benchmarks/authenticate.py

The measurements are CPU times of this thread. The subjects take turns, so that other programs slow
all of them, and the best round is used. Nothing is fetched, because the key is known, as for all
requests of an application but the first. "New" is a token that was never seen, "again" a header
that was seen before. Clerk's official client is measured if it is installed. "floor" is the minimum
for a new token in Python: split, decode, look up the key, verify, and compare two times, without a
request, settings or a result.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import TypeAlias

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from benchmarks.entrances import ENTRANCES, Entrance
from benchmarks.instance import (
    KEY,
    KEY_ID,
    PEM,
    VISITORS,
    Pairs,
    Visitor,
    cookie_request,
    header_request,
    token,
)
from benchmarks.report import Cell, Report, arguments

CALLS = 200
ROUNDS = 15
OFFICIAL = "clerk_backend_api"
BARE, PYJWT = "bare RSA-2048 verification", "PyJWT decode"
FLOOR = "floor: header token, new"

TARGETS: dict[str, tuple[float | None, float | None]] = {
    "header token, new": (1.8, 0.40),
    "header token, again": (0.15, 0.03),
    "cookie token, new": (2.2, 0.48),
    "cookie token, again": (0.25, 0.06),
    "signed out, script": (0.2, None),
    "signed out, browser": (1.5, None),
}
"""The maximum cost, as ratios to a bare verification and to PyJWT."""

Round: TypeAlias = Callable[[], float]
"""A function that measures a number of calls, and returns the seconds of one."""


def repeated(call: Callable[[], object]) -> Round:
    """Return a round that repeats the same call."""

    def measure() -> float:
        started = time.thread_time()
        for _ in range(CALLS):
            call()
        return (time.thread_time() - started) / CALLS

    return measure


def decisions(make: Callable[[], Entrance], visitor: Visitor) -> Round:
    """Return a round that authenticates the requests of a visitor with a new client."""
    requests = visitor.requests(CALLS + 1)

    def measure() -> float:
        entrance = make()
        prepared = [entrance.prepare(headers) for headers in requests]
        # The last request is not measured, because it loads the key.
        entrance(prepared.pop())
        started = time.thread_time()
        for request in prepared:
            entrance(request)
        took = time.thread_time() - started
        assert entrance.result == visitor.result, (visitor.name, entrance.result)
        return took / CALLS

    return measure


def bare_verification() -> Callable[[], object]:
    """Return the minimum: the verification of a signature."""
    signing_input, _, encoded = token(0).rpartition(".")
    signed, signature = signing_input.encode(), base64.urlsafe_b64decode(encoded + "==")
    public, scheme, algorithm = KEY.public_key(), padding.PKCS1v15(), hashes.SHA256()
    return lambda: public.verify(signature, signed, scheme, algorithm)


def floor() -> Callable[[], object]:
    """Return the minimum for a new token."""
    text, keys = token(0), {KEY_ID: KEY.public_key()}
    scheme, algorithm = padding.PKCS1v15(), hashes.SHA256()

    def call() -> object:
        header, claims, signature = text.split(".")
        key = keys[json.loads(base64.urlsafe_b64decode(header + "=="))["kid"]]
        signed = f"{header}.{claims}".encode()
        key.verify(base64.urlsafe_b64decode(signature + "=="), signed, scheme, algorithm)
        read = json.loads(base64.urlsafe_b64decode(claims + "=="))
        return read["nbf"] <= time.time() < read["exp"]

    return call


def official(headers: Pairs) -> Callable[[], object]:
    """Return a typical call of the official client, with a `jwt_key`."""
    security = import_module(f"{OFFICIAL}.security")
    options = security.types.AuthenticateRequestOptions(secret_key="sk_test_benchmark", jwt_key=PEM)
    # A plain dict is the fastest mapping. The client looks up one name in two cases.
    named = {**dict(headers), **{name.title(): value for name, value in headers}}

    def call() -> None:
        state = security.authenticate_request(SimpleNamespace(headers=named), options)
        assert state.is_signed_in, state

    return call


def subjects() -> dict[tuple[str, str], Round]:
    """Return the rounds by table and row."""
    public = KEY.public_key()
    measured = {
        ("compared with", BARE): repeated(bare_verification()),
        ("compared with", PYJWT): repeated(
            partial(jwt.decode, token(0), public, algorithms=["RS256"])
        ),
    }
    measured["compared with", FLOOR] = repeated(floor())
    if find_spec(OFFICIAL) is not None:
        for name, headers in (("header", header_request), ("cookie", cookie_request)):
            key = "compared with", f"official client, {name} token"
            measured[key] = repeated(official(headers(token(0))))
    for entrance, make in ENTRANCES.items():
        for visitor in VISITORS:
            measured[entrance, visitor.name] = decisions(make, visitor)
    return measured


def main() -> None:
    """Measure in turns, and print a table for each entrance."""
    given = arguments(__doc__).parse_args()
    report, measured = Report("authenticate", given), subjects()
    best = {key: measure() for key, measure in measured.items()}
    for _ in range(ROUNDS):
        for key, measure in measured.items():
            best[key] = min(best[key], measure())
    bare, decode = best["compared with", BARE], best["compared with", PYJWT]
    for table in dict.fromkeys(table for table, _ in measured):
        lines: list[list[Cell]] = []
        for (of, name), seconds in best.items():
            if of == table:
                to_bare, to_decode = TARGETS.get(name, (None, None))
                ratios = [seconds / bare, to_bare, seconds / decode, to_decode]
                lines.append([name, seconds * 1e6, *ratios])
        columns = ["", "microseconds", "to bare RSA", "target", "to PyJWT", "target"]
        report.add(table, columns, lines, [1, 2, 2, 3, 2])
    report.save()


if __name__ == "__main__":
    main()
