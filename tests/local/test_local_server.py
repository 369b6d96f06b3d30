from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import ConfigurationError
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from clerk_core.local import _loopback as loopback_module
from clerk_core.local._server import WARNING_BANNER
from tests.local.local_helpers import Backend


@pytest.fixture
def server(local: LocalClerk) -> Iterator[LocalServer]:
    with LocalServer(local) as running:
        yield running


def own_threads() -> list[str]:
    return [item.name for item in threading.enumerate() if item.name.startswith("loopback")]


def raw(server: LocalServer, text: str) -> bytes:
    """Send raw bytes and return the raw response."""
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(text.replace("\n", "\r\n").encode("latin-1"))
        response = b""
        while received := connection.recv(65536):
            response += received
    return response


def test_url_in_the_options_reaches_the_server(
    local: LocalClerk, server: LocalServer, ada: SeededUser
) -> None:
    options = local.options()
    headers = {"Authorization": f"Bearer {options['secret_key']}"}

    response = httpx.get(f"{options['api_url']}/v1/users/{ada.user_id}", headers=headers)

    assert server.url == local.url == options["api_url"]
    assert server.url.startswith("http://localhost:")
    assert server.url in repr(server)
    assert response.status_code == 200
    assert response.json()["first_name"] == "Ada"


def test_server_listens_on_both_loopback_addresses(server: LocalServer) -> None:
    port = server.url.rpartition(":")[2]

    assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    assert httpx.get(f"http://[::1]:{port}/").status_code == 200


def test_user_signs_in_through_the_server(server: LocalServer, ada: SeededUser) -> None:
    with httpx.Client(base_url=server.url) as client:
        page = client.get("/sign-in").text
        token = page.partition('name="form_token" value="')[2].partition('"')[0]
        fields = {
            "form_token": token,
            "email_address": ada.email_address,
            "password": ada.password,
        }
        assert client.post("/sign-in", data=fields).status_code == 303
        assert "Ada Lovelace" in client.get("/").text


def test_body_of_a_request_reaches_the_instance(
    local: LocalClerk, server: LocalServer, ada: SeededUser
) -> None:
    response = httpx.patch(
        f"{server.url}/v1/users/{ada.user_id}?",
        headers={"Authorization": f"Bearer {local.secret_key}"},
        json={"first_name": "Åda"},
    )

    assert response.json()["first_name"] == "Åda"


def test_head_request_has_no_body(server: LocalServer) -> None:
    response = httpx.head(f"{server.url}/sign-in")

    assert response.status_code == 200
    assert response.content == b""
    assert int(response.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "host", ["rebound.example.com", "localhost.example.com:80", "", "evil:localhost", "[::2]:1"]
)
def test_unknown_host_header_is_rejected(server: LocalServer, host: str) -> None:
    response = raw(server, f"GET / HTTP/1.1\nHost: {host}\nConnection: close\n\n")

    assert response.startswith(b"HTTP/1.1 403 ")
    assert b'"code":"host_not_allowed"' in response
    assert response.count(b"pk_test_") == 0


def test_request_without_host_header_is_rejected(server: LocalServer) -> None:
    assert b" 403 " in raw(server, "GET / HTTP/1.0\n\n").partition(b"\r\n")[0]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:80", "[::1]", "[::1]:80"])
def test_loopback_host_headers_are_accepted(server: LocalServer, host: str) -> None:
    response = raw(server, f"GET / HTTP/1.1\nHost: {host}\nConnection: close\n\n")

    assert response.startswith(b"HTTP/1.1 200 ")


def test_oversized_body_is_rejected(server: LocalServer) -> None:
    head = "POST /sign-in HTTP/1.1\nHost: localhost\nContent-Length: 99999999\n\n"

    assert raw(server, head).startswith(b"HTTP/1.1 413 ")


def test_path_is_passed_on_unchanged(
    local: LocalClerk, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[HttpRequest] = []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse(200, [("set-cookie", "a=1"), ("set-cookie", "b=2")], b"ok")

    monkeypatch.setattr(local, "handle", handle)
    response = httpx.get(
        f"{server.url}/a%20b/%3Fc/%C3%BC?x=%20y&x=2", headers=[("x-one", "1"), ("cookie", "c=3")]
    )

    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
    (request,) = seen
    assert request.url == f"{server.url}/a%20b/%3Fc/%C3%BC?x=%20y&x=2"
    assert request.headers.get("x-one") == "1"
    assert request.headers.get("cookie") == "c=3"
    assert request.content == b""


def test_exception_is_logged_and_not_sent_to_the_client(
    local: LocalClerk,
    server: LocalServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def handle(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("the reason")

    monkeypatch.setattr(local, "handle", handle)
    with caplog.at_level(logging.ERROR):
        response = httpx.get(f"{server.url}/v1/client?__clerk_db_jwt=dvb_secret")

    assert response.status_code == 500
    (error,) = response.json()["errors"]
    assert error["code"] == "internal_clerk_error"
    assert "the reason" not in response.text
    assert "Traceback" not in response.text
    assert "GET /v1/client failed" in caplog.text
    assert "the reason" in caplog.text
    assert "dvb_secret" not in caplog.text


def test_requests_are_not_logged(
    server: LocalServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG, logger="werkzeug"):
        httpx.get(f"{server.url}/sign-in?__clerk_db_jwt=dvb_secret")

    assert "dvb_secret" not in caplog.text
    assert "dvb_secret" not in "".join(capfd.readouterr())


def test_concurrent_requests_are_handled(
    local: LocalClerk, backend: Backend, server: LocalServer, ada: SeededUser
) -> None:
    headers = {"Authorization": f"Bearer {local.secret_key}"}

    def create(number: int) -> int:
        body = {"email_address": [f"user{number}@example.com"]}
        return httpx.post(f"{server.url}/v1/users", headers=headers, json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(create, range(24))) == [200] * 24
    assert backend.read("GET", "/v1/users/count")["total_count"] == 26


def test_close_stops_all_threads_and_listeners(local: LocalClerk) -> None:
    before = own_threads()
    server = LocalServer(local)
    port = int(server.url.rpartition(":")[2])
    # Browsers keep idle connections open; they must not prevent shutdown.
    with socket.create_connection(("127.0.0.1", port)) as idle:
        httpx.get(server.url)
        server.close()
        assert idle.recv(1) == b""
    server.close()

    assert own_threads() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)


def test_port_in_use_is_named_in_the_error(local: LocalClerk, server: LocalServer) -> None:
    port = int(server.url.rpartition(":")[2])

    with pytest.raises(ConfigurationError, match=str(port)) as rejected:
        LocalServer(local, port=port)

    assert rejected.value.code == "local-address-unusable"
    assert local.url == server.url


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com"])
def test_host_that_is_not_loopback_is_rejected(local: LocalClerk, host: str) -> None:
    with pytest.raises(ConfigurationError, match="allow_remote") as rejected:
        LocalServer(local, host)

    assert rejected.value.code == "local-host-not-loopback"


def test_allow_remote_permits_other_hosts(local: LocalClerk) -> None:
    with LocalServer(local, "0.0.0.0", allow_remote=True) as server:
        response = raw(server, "GET / HTTP/1.1\nHost: clerk.internal\nConnection: close\n\n")

    assert server.url.startswith("http://localhost:")
    assert response.startswith(b"HTTP/1.1 200 ")


def test_server_warns_that_it_is_for_development(
    local: LocalClerk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        LocalServer(local, "localhost").close()

    assert "never use it in production" in caplog.text
    assert "never use it in production" in WARNING_BANNER


def test_machine_without_ipv6_listens_on_ipv4(
    local: LocalClerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_server = socket.create_server

    def create(address: tuple[str, int], *, family: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "no such address")
        return create_server(address, family=family)

    monkeypatch.setattr(socket, "create_server", create)
    with LocalServer(local) as server:
        assert httpx.get(f"http://127.0.0.1:{server.url.rpartition(':')[2]}/").status_code == 200


def test_port_in_use_on_one_address_is_skipped(
    local: LocalClerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_server = socket.create_server
    taken = [True]

    def create(address: tuple[str, int], *, family: int) -> socket.socket:
        if family == socket.AF_INET6 and taken:
            taken.pop()
            raise OSError(errno.EADDRINUSE, "in use")
        return create_server(address, family=family)

    monkeypatch.setattr(socket, "create_server", create)
    LocalServer(local).close()
    assert taken == []


def test_missing_free_port_raises_configuration_error(
    local: LocalClerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(address: tuple[str, int], *, family: int) -> socket.socket:
        raise OSError(errno.EADDRINUSE, "in use")

    monkeypatch.setattr(socket, "create_server", create)
    with pytest.raises(ConfigurationError, match="no port is free"):
        LocalServer(local)


def test_ipv6_host_is_written_in_brackets() -> None:
    assert loopback_module._bracketed("2001:db8::1") == "[2001:db8::1]"
