"""What the demo's applications have in common, whatever they are written in."""

from __future__ import annotations

import gc
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

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


def test_the_page_loads_nothing_from_elsewhere(browser: httpx.Client) -> None:
    page = browser.get("/")

    assert page.headers["content-type"].lower().startswith("text/html")
    assert "default-src 'self'" in page.text
    assert re.findall(r"(?:src|href)=\"(https?:|//)", page.text) == []


@pytest.mark.parametrize("name", ["example.css", "example.js", "icon.svg"])
def test_what_the_page_loads_is_there(name: str, browser: httpx.Client) -> None:
    answer = browser.get(f"/static/{name}")

    assert (answer.status_code, answer.text != "") == (200, True)


@pytest.mark.parametrize("name", ["..%2fflask_app.py", "../flask_app.py", "nothing"])
def test_no_other_file_is_served(name: str, browser: httpx.Client) -> None:
    assert browser.get(f"/static/{name}").status_code == 404


def test_every_refusal_has_the_same_shape(browser: httpx.Client) -> None:
    answers = [browser.get(f"/api/{name}") for name in ("me", "external", "profile")]
    answers.append(browser.post("/api/rename"))

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def test_signing_out_takes_a_post(browser: httpx.Client) -> None:
    assert browser.get("/sign-out").status_code in (404, 405)
    answer = browser.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


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
            # Not the 30 seconds for which a server waits by itself.
            closing = threading.Thread(target=demo.close)
            closing.start()
            closing.join(20)
            assert not closing.is_alive()
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


@pytest.mark.full
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
