from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from clerk_core.local import WARNING_BANNER, LocalClerk, LocalServer, SeededUser
from clerk_core.local import loopback as loopback_module
from clerk_core.words.errors import ConfigurationError
from clerk_core.words.messages import HttpRequest, HttpResponse
from tests.local.local_helpers import Backend


@pytest.fixture
def server(local: LocalClerk) -> Iterator[LocalServer]:
    with LocalServer(local) as running:
        yield running


def own_threads() -> list[str]:
    return [item.name for item in threading.enumerate() if item.name.startswith("loopback")]


def raw(server: LocalServer, text: str) -> bytes:
    """Return what the server answers to these very bytes."""
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(text.replace("\n", "\r\n").encode("latin-1"))
        answer = b""
        while received := connection.recv(65536):
            answer += received
    return answer


def test_it_is_reached_by_the_name_that_its_options_tell(
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


def test_it_is_reached_on_both_loopback_addresses(server: LocalServer) -> None:
    port = server.url.rpartition(":")[2]

    assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    assert httpx.get(f"http://[::1]:{port}/").status_code == 200


def test_a_person_signs_in_through_the_server(server: LocalServer, ada: SeededUser) -> None:
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


def test_a_change_of_a_user_arrives_with_its_body(
    local: LocalClerk, server: LocalServer, ada: SeededUser
) -> None:
    response = httpx.patch(
        f"{server.url}/v1/users/{ada.user_id}?",
        headers={"Authorization": f"Bearer {local.secret_key}"},
        json={"first_name": "Åda"},
    )

    assert response.json()["first_name"] == "Åda"


def test_a_head_request_has_no_body(server: LocalServer) -> None:
    response = httpx.head(f"{server.url}/sign-in")

    assert response.status_code == 200
    assert response.content == b""
    assert int(response.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "host", ["rebound.example.com", "localhost.example.com:80", "", "evil:localhost", "[::2]:1"]
)
def test_a_host_name_of_a_stranger_is_refused(server: LocalServer, host: str) -> None:
    answer = raw(server, f"GET / HTTP/1.1\nHost: {host}\nConnection: close\n\n")

    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b'"code":"host_not_allowed"' in answer
    assert answer.count(b"pk_test_") == 0


def test_a_request_without_host_name_is_refused(server: LocalServer) -> None:
    assert b" 403 " in raw(server, "GET / HTTP/1.0\n\n").partition(b"\r\n")[0]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:80", "[::1]", "[::1]:80"])
def test_its_own_host_names_are_answered(server: LocalServer, host: str) -> None:
    answer = raw(server, f"GET / HTTP/1.1\nHost: {host}\nConnection: close\n\n")

    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_body_without_end_is_refused(server: LocalServer) -> None:
    head = "POST /sign-in HTTP/1.1\nHost: localhost\nContent-Length: 99999999\n\n"

    assert raw(server, head).startswith(b"HTTP/1.1 413 ")


def test_a_path_arrives_as_it_was_sent(
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


def test_a_crash_is_logged_and_tells_the_caller_nothing(
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


def test_several_requests_at_once_are_answered(
    local: LocalClerk, backend: Backend, server: LocalServer, ada: SeededUser
) -> None:
    headers = {"Authorization": f"Bearer {local.secret_key}"}

    def create(number: int) -> int:
        body = {"email_address": [f"user{number}@example.com"]}
        return httpx.post(f"{server.url}/v1/users", headers=headers, json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(create, range(24))) == [200] * 24
    assert backend.read("GET", "/v1/users/count")["total_count"] == 26


def test_closing_leaves_no_thread_and_no_listener(local: LocalClerk) -> None:
    before = own_threads()
    server = LocalServer(local)
    port = int(server.url.rpartition(":")[2])
    # A connection in reserve, as a browser keeps one: it must not hold the server open.
    with socket.create_connection(("127.0.0.1", port)) as idle:
        httpx.get(server.url)
        server.close()
        assert idle.recv(1) == b""
    server.close()

    assert own_threads() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)


def test_a_port_that_is_taken_is_named(local: LocalClerk, server: LocalServer) -> None:
    port = int(server.url.rpartition(":")[2])

    with pytest.raises(ConfigurationError, match=str(port)) as refused:
        LocalServer(local, port=port)

    assert refused.value.code == "local-address-unusable"
    assert local.url == server.url


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com"])
def test_a_host_that_others_reach_is_refused(local: LocalClerk, host: str) -> None:
    with pytest.raises(ConfigurationError, match="allow_remote") as refused:
        LocalServer(local, host)

    assert refused.value.code == "local-host-not-loopback"


def test_remote_access_must_be_asked_for(local: LocalClerk) -> None:
    with LocalServer(local, "0.0.0.0", allow_remote=True) as server:
        answer = raw(server, "GET / HTTP/1.1\nHost: clerk.internal\nConnection: close\n\n")

    assert server.url.startswith("http://localhost:")
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_it_says_loudly_what_it_is_for(local: LocalClerk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        LocalServer(local, "localhost").close()

    assert "never use it in production" in caplog.text
    assert "never use it in production" in WARNING_BANNER


def test_a_machine_without_ipv6_is_served_on_ipv4(
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


def test_a_port_taken_on_one_address_only_is_passed_over(
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


def test_a_machine_without_a_free_port_is_told_of(
    local: LocalClerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(address: tuple[str, int], *, family: int) -> socket.socket:
        raise OSError(errno.EADDRINUSE, "in use")

    monkeypatch.setattr(socket, "create_server", create)
    with pytest.raises(ConfigurationError, match="no port is free"):
        LocalServer(local)


def test_an_ipv6_host_is_written_in_brackets() -> None:
    assert loopback_module._bracketed("2001:db8::1") == "[2001:db8::1]"
