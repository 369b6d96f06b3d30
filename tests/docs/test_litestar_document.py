"""The applications of docs/litestar.md, against the local instance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from clerk_core.local import LocalClerk, LocalServer
from clerk_core.testing.contract import AsgiSite
from tests.docs.examples import blocks_of_litestar, run


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local):
        for name, value in local.options().items():
            monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
        yield local


@pytest.fixture
def sites(local: LocalClerk, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[AsgiSite]]:
    with ExitStack() as stack:
        found: list[AsgiSite] = []
        for code in blocks_of_litestar():
            app = run(code, monkeypatch)["app"]
            found.append(stack.enter_context(closing(AsgiSite(app))))
        yield found


def test_applications_admit_only_whom_they_say(local: LocalClerk, sites: list[AsgiSite]) -> None:
    dependencies, guards = sites
    ada = local.seed()[0].user_id
    header = ("authorization", f"Bearer {local.session_token(local.create_session(ada))}")

    assert dependencies.visit("/").content == b"Hello, stranger."
    assert dependencies.visit("/", header).content.decode() == f"Hello, {ada}."
    assert dependencies.visit("/orders").status == 401
    assert dependencies.visit("/orders", header).json() == {"user_id": ada}
    assert guards.visit("/staff/reports").status == 401
    assert guards.visit("/staff/reports", header).status == 403
    assert guards.visit("/stock", header).status == 401
