"""Common behavior of all example applications."""

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

from clerk_core._demo.check import check
from clerk_core._demo.frameworks import FRAMEWORKS
from clerk_core._demo.run import Demo

CREDENTIAL = "secret-credential"

# FastAPI imports Starlette, and Quart imports Flask. Litestar imports Starlette if it is installed.
LOADED = {
    "flask": {"flask"},
    "starlette": {"starlette", "uvicorn"},
    "fastapi": {"fastapi", "starlette", "uvicorn"},
    "litestar": {"litestar", "starlette", "uvicorn"},
    "quart": {"flask", "hypercorn", "quart"},
    "aiohttp": {"aiohttp"},
    "django": {"django"},
    "wsgi": set(),
    "asgi": {"uvicorn"},
}
LOADING = """
import json, sys
from clerk_core._demo.run import Demo
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


def test_page_loads_nothing_from_other_hosts(browser: httpx.Client) -> None:
    page = browser.get("/")

    assert page.headers["content-type"].lower().startswith("text/html")
    assert "default-src 'self'" in page.text
    assert re.findall(r"(?:src|href)=\"(https?:|//)", page.text) == []


@pytest.mark.parametrize("name", ["example.css", "example.js", "icon.svg"])
def test_static_files_are_served(name: str, browser: httpx.Client) -> None:
    response = browser.get(f"/static/{name}")

    assert (response.status_code, response.text != "") == (200, True)
    # On the same connection, so that the first response has ended: Quart leaves the file open if
    # the client disconnects before that.
    assert browser.get("/api/me").status_code == 401


@pytest.mark.parametrize("name", ["..%2fflask_app.py", "../flask_app.py", "nothing"])
def test_no_other_file_is_served(name: str, browser: httpx.Client) -> None:
    assert browser.get(f"/static/{name}").status_code == 404


def test_all_401_responses_have_the_same_body(browser: httpx.Client) -> None:
    responses = [browser.get(f"/api/{name}") for name in ("me", "external", "profile")]
    responses.append(browser.post("/api/rename"))

    assert {response.status_code for response in responses} == {401}
    assert len({response.text for response in responses}) == 1


def test_sign_out_requires_post(browser: httpx.Client) -> None:
    assert browser.get("/sign-out").status_code in (404, 405)
    home = f"{str(browser.base_url).rstrip(chr(47))}/"
    response = browser.post("/sign-out", headers={"origin": home.rstrip("/")})
    assert (response.status_code, response.headers["location"]) == (303, home)


def test_every_framework_can_be_restarted_and_leaves_no_threads(
    framework: str, tmp_path: Path
) -> None:
    before = set(threading.enumerate())
    lines: list[str] = []
    data = str(tmp_path / "demo.sqlite")
    assert check(lambda: Demo(data, framework), lines.append), lines
    # A socket that was left open raises a ResourceWarning here, which fails the test.
    gc.collect()
    assert set(threading.enumerate()) <= before


def test_open_connections_do_not_prevent_shutdown(framework: str) -> None:
    before = set(threading.enumerate())
    with Demo(framework=framework) as demo, httpx.Client(trust_env=False) as client:
        client.get(demo.url)
        address = urlsplit(demo.url)
        with socket.create_connection((address.hostname or "", address.port or 0)):
            # Servers would otherwise wait 30 seconds.
            closing = threading.Thread(target=demo.close)
            closing.start()
            closing.join(20)
            assert not closing.is_alive()
        with pytest.raises(httpx.ConnectError):
            client.get(demo.url)
    gc.collect()
    assert set(threading.enumerate()) <= before


def test_servers_do_not_log_query_strings_or_tokens(
    demo: Demo, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    address = urlsplit(demo.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=5) as own:
        own.sendall(
            f"GET /api/me?token={CREDENTIAL} HTTP/1.1\r\nhost: {address.netloc}\r\n"
            f"authorization: Bearer {CREDENTIAL}\r\nconnection: close\r\n\r\n".encode()
        )
        response = own.makefile("rb").read()
    assert response.startswith((b"HTTP/1.1 401", b"HTTP/1.0 401"))
    printed = capfd.readouterr()
    assert CREDENTIAL not in caplog.text + printed.out + printed.err


@pytest.mark.full
def test_only_the_chosen_framework_is_imported(framework: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", LOADING, framework],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    every = set.union(*LOADED.values())
    assert every & set(json.loads(result.stdout)) == LOADED[framework]
