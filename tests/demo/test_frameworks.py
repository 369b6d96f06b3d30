"""What the demo's applications have in common, whatever they are written in."""

from __future__ import annotations

import gc
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from clerk_core.demo import routes
from clerk_core.demo.check import check
from clerk_core.demo.frameworks import FRAMEWORKS
from clerk_core.demo.run import Demo

CREDENTIAL = "of-no-concern-to-a-log"

# What each brings along of the others: FastAPI is made of Starlette, Quart of Flask.
LOADED = {
    "flask": {"flask"},
    "starlette": {"starlette", "uvicorn"},
    "fastapi": {"fastapi", "starlette", "uvicorn"},
    "quart": {"flask", "hypercorn", "quart"},
    "aiohttp": {"aiohttp"},
    "wsgi": set(),
    "asgi": {"uvicorn"},
}
LOADING = """
import json, sys
from clerk_core.demo.run import Demo
with Demo(framework=sys.argv[1]):
    print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module", params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def demo(framework: str) -> Iterator[Demo]:
    with Demo(framework=framework) as demo:
        yield demo


@pytest.fixture
def browser(demo: Demo) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.url, trust_env=False) as browser:
        yield browser


def test_the_page_names_its_framework(framework: str, browser: httpx.Client) -> None:
    page = browser.get(routes.HOME)
    assert page.headers["content-type"].lower() == "text/html; charset=utf-8"
    assert f"demo · {FRAMEWORKS[framework].title}<" in page.text


def test_the_page_loads_nothing_from_elsewhere_and_is_framed_by_nobody(
    browser: httpx.Client,
) -> None:
    headers = browser.get(routes.HOME).headers
    policy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    assert headers["content-security-policy"] == policy
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("demo.css", "text/css; charset=utf-8"),
        ("demo.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_what_the_page_loads_is_there(name: str, content_type: str, browser: httpx.Client) -> None:
    answer = browser.get(f"{routes.STATIC}/{name}")
    assert (answer.status_code, answer.text != "") == (200, True)
    # Starlette adds the charset to all text.
    assert answer.headers["content-type"].startswith(content_type)


@pytest.mark.parametrize("name", ["page.html", "..%2fcheck.py", "../check.py", "nothing", ""])
def test_no_other_file_is_given(name: str, browser: httpx.Client) -> None:
    assert browser.get(f"{routes.STATIC}/{name}").status_code == 404


def test_signing_out_leads_back_to_where_the_application_is(
    demo: Demo, browser: httpx.Client
) -> None:
    answer = browser.get(routes.SIGN_OUT)
    assert answer.status_code == 302
    target = httpx.URL(answer.headers["location"])
    assert str(target).startswith(f"{demo.portal_url}/sign-out?")
    assert target.params["redirect_url"] == f"{demo.url}/"


def test_every_framework_can_be_started_again_and_leaves_no_thread_behind(
    framework: str, tmp_path: Path
) -> None:
    before = set(threading.enumerate())
    lines: list[str] = []
    data = str(tmp_path / "demo.sqlite")
    assert check(lambda: Demo(data, framework), lines.append), lines
    # What a server left open would warn now, which fails the test.
    gc.collect()
    assert set(threading.enumerate()) <= before


def test_connections_that_are_held_open_do_not_keep_it_from_ending(framework: str) -> None:
    before = set(threading.enumerate())
    with Demo(framework=framework) as demo, httpx.Client(trust_env=False) as client:
        client.get(demo.url)
        address = urlsplit(demo.url)
        with socket.create_connection((address.hostname or "", address.port or 0)):
            started = time.monotonic()
            demo.close()
            assert time.monotonic() - started < 5
        with pytest.raises(httpx.ConnectError):
            client.get(demo.url)
    gc.collect()
    assert set(threading.enumerate()) <= before


def test_no_server_logs_what_an_address_holds(
    demo: Demo, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    address = urlsplit(demo.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=5) as own:
        own.sendall(
            f"GET /api/me?token={CREDENTIAL} HTTP/1.1\r\nhost: {address.netloc}\r\n"
            f"authorization: Bearer {CREDENTIAL}\r\nconnection: close\r\n\r\n".encode()
        )
        answer = own.makefile("rb").read()
    assert answer.startswith((b"HTTP/1.1 401", b"HTTP/1.0 401"))
    printed = capfd.readouterr()
    assert CREDENTIAL not in caplog.text + printed.out + printed.err


def test_only_the_chosen_framework_is_loaded(framework: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", LOADING, framework],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    every = set.union(*LOADED.values())
    assert every & set(json.loads(result.stdout)) == LOADED[framework]
