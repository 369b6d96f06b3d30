"""Proxies and certificates that the environment names: used, or refused at start."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from clerk_core import AsyncClerk, Clerk, ConfigurationError, TransportError
from clerk_core._http import environment
from clerk_core._http.async_transport import AsyncSender
from clerk_core._http.environment import Proxies, proxy_for
from clerk_core._http.transport import Sender
from clerk_core._integration.installation import AsyncInstallation, Installation
from clerk_core._messages import HttpRequest, HttpResponse
from tests.integration.certificates import authority, server_context
from tests.integration.loopback import Connection, LoopbackServer, Received, respond_with
from tests.support import SECRET_KEY, publishable_key

PASSWORD = "never-to-be-shown"
API = "https://api.clerk.example"
OPTIONS: dict[str, Any] = {
    "publishable_key": publishable_key(),
    "secret_key": SECRET_KEY,
    "api_url": API,
}

Call = Callable[..., HttpResponse]
Set = Callable[..., None]


def _sync(url: str, timeout: float = 20) -> HttpResponse:
    sender = Sender(timeout)
    try:
        return sender(_request(url))
    finally:
        sender.close()


def _async(url: str, timeout: float = 20) -> HttpResponse:
    async def once() -> HttpResponse:
        sender = AsyncSender(timeout)
        try:
            return await sender(_request(url))
        finally:
            await sender.close()

    return asyncio.run(once())


def _request(url: str) -> HttpRequest:
    return HttpRequest("GET", f"{url}/v1/thing", [("authorization", f"Bearer {SECRET_KEY}")])


@pytest.fixture(params=[_sync, _async], ids=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    """Sends one request over connections of its own."""
    chosen: Call = request.param
    return chosen


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Names a proxy for everything in the environment, and what is left out."""

    def name_it(url: str, no_proxy: str = "", variables: tuple[str, ...] = ()) -> None:
        for name in variables or ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, url)
        monkeypatch.setenv("NO_PROXY", no_proxy)

    return name_it


def _answer(received: Received) -> HttpResponse:
    return HttpResponse(200, [], received.target.encode())


# --- which proxy ---------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["http://", "HTTP://", ""])
def test_the_proxy_that_the_environment_names_is_gone_through(
    call: Call, proxied: Set, spelling: str
) -> None:
    with LoopbackServer(respond_with(_answer)) as proxy:
        proxied(f"{spelling}user:{PASSWORD}@127.0.0.1:{proxy.port}")
        assert call("http://api.clerk.example").status == 200

    (received,) = proxy.received
    assert received.target == "http://api.clerk.example/v1/thing"
    assert (received.headers.get("proxy-authorization") or "").startswith("Basic ")


@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "127.0.0.1:PORT", "other.example, *"])
def test_a_host_in_no_proxy_is_called_without_the_proxy(
    call: Call, proxied: Set, no_proxy: str
) -> None:
    with LoopbackServer(respond_with(_answer)) as proxy, LoopbackServer(respond_with(_answer)) as s:
        proxied(proxy.url, no_proxy.replace("PORT", str(s.port)))
        assert call(s.url).status == 200

    assert proxy.connections == 0


@pytest.mark.parametrize(
    ("no_proxy", "is_left_out"),
    [
        ("api.clerk.example", True),
        ("API.Clerk.Example", True),
        ("clerk.example", True),
        (".clerk.example", True),
        ("api.clerk.example:8443", True),
        ("clerk.example:8443", True),
        ("all://api.clerk.example", True),
        ("https://api.clerk.example", True),
        ("https://api.clerk.example:8443", True),
        ("*", True),
        ("other.example,*", True),
        (" other.example , api.clerk.example ", True),
        ("api.clerk.example:443", False),
        ("http://api.clerk.example", False),
        ("lerk.example", False),
        ("api.clerk.example.org", False),
        ("", False),
        (",", False),
    ],
)
def test_no_proxy_is_read_as_httpx_reads_it(proxied: Set, no_proxy: str, is_left_out: bool) -> None:
    url = "https://api.clerk.example:8443"
    proxied("http://127.0.0.1:3128", no_proxy)

    assert (proxy_for(url) is None) == is_left_out
    with httpx.Client() as client:
        # None is what is sent without a proxy.
        direct = client._transport_for_url(httpx.URL(url)) is client._transport
    assert direct == is_left_out


@pytest.mark.parametrize(
    ("url", "no_proxy"),
    [
        # httpx forgets the port of a URL that is the scheme's own.
        ("https://api.clerk.example", "api.clerk.example:443"),
        ("http://api.clerk.example", "api.clerk.example:80"),
        # It cannot read these.
        ("http://[::1]:8080", "[::1]:8080"),
        ("http://[::1]:8080", "[::1]"),
        ("http://[::1]:8080", "::1"),
    ],
)
def test_no_proxy_may_also_name_a_default_port_and_an_address_in_brackets(
    proxied: Set, url: str, no_proxy: str
) -> None:
    proxied("http://127.0.0.1:3128")
    assert proxy_for(url) is not None

    proxied("http://127.0.0.1:3128", no_proxy)
    assert proxy_for(url) is None


def test_the_variable_of_a_scheme_goes_before_that_of_all(
    proxied: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxied("http://127.0.0.1:1", variables=("ALL_PROXY",))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:2")

    ports = [
        getattr(proxy_for(f"{scheme}://a.example"), "url", None) for scheme in ("http", "https")
    ]
    assert [url and url.port for url in ports] == [1, 2]


def test_each_origin_goes_its_own_way_over_one_client(call: Call, proxied: Set) -> None:
    with LoopbackServer(respond_with(_answer)) as proxy, LoopbackServer(respond_with(_answer)) as s:
        proxied(proxy.url, "127.0.0.1")
        sender = Sender(20)
        for url in (s.url, "http://api.clerk.example", s.url):
            assert sender(_request(url)).status == 200
        sender.close()

        async def over_one_client() -> None:
            sender = AsyncSender(20)
            for url in (s.url, "http://api.clerk.example", s.url):
                assert (await sender(_request(url))).status == 200
            await sender.close()

        asyncio.run(over_one_client())

    assert len(proxy.received) == 2
    assert len(s.received) == 4


def test_the_environment_is_read_once_for_each_origin(
    proxied: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_MOST_ORIGINS", 3)
    proxied("http://127.0.0.1:1")
    proxies = Proxies()

    first = proxies.of("http://a.example/1")
    assert proxies.of("http://a.example/2?x=//") is first
    for number in range(10):
        assert proxies.of(f"http://{number}.example/") is not first
    assert len(proxies._known) <= 3


def test_a_proxy_that_refuses_the_way_is_a_failure_and_sees_no_credentials(
    call: Call, proxied: Set
) -> None:
    with LoopbackServer(respond_with(lambda _: HttpResponse(407))) as proxy:
        proxied(proxy.url)
        with pytest.raises(TransportError) as caught:
            call(API)

    assert caught.value.code == "transport-failed"
    (received,) = proxy.received
    assert received.method == "CONNECT"
    assert received.headers.get("authorization") is None


# --- SOCKS ---------------------------------------------------------------------------------------


def _socks(connection: Connection) -> None:
    """Open a SOCKS connection (RFC 1928), then answer as the host that was asked for."""
    connection.receive_bytes(3)
    connection.send(b"\x05\x00")
    *_, length = connection.receive_bytes(5)
    host = connection.receive_bytes(length + 2)[:-2]
    connection.send(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
    respond_with(lambda _: HttpResponse(200, [], host))(connection)


@pytest.mark.parametrize("spelling", ["socks5", "SOCKS5"])
def test_a_socks_proxy_is_gone_through(call: Call, proxied: Set, spelling: str) -> None:
    with LoopbackServer(_socks) as proxy:
        proxied(f"{spelling}://127.0.0.1:{proxy.port}", variables=("ALL_PROXY",))
        assert call("http://api.clerk.example").content == b"api.clerk.example"

    (received,) = proxy.received
    assert received.headers.get("authorization") == f"Bearer {SECRET_KEY}"


# httpcore leaves the connection of a SOCKS proxy that failed to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_socks_proxy_that_hangs_is_given_up_at_the_deadline(call: Call, proxied: Set) -> None:
    def hang(connection: Connection) -> None:
        connection.wait()

    with LoopbackServer(hang) as proxy:
        proxied(f"socks5://127.0.0.1:{proxy.port}", variables=("ALL_PROXY",))
        with pytest.raises(TransportError) as caught:
            call("http://api.clerk.example", timeout=1)

    assert caught.value.code == "timed-out"
    del caught
    # Here, so that the warning comes while it is expected.
    gc.collect()


# --- what is refused at start --------------------------------------------------------------------


def _for_tenants(**options: Any) -> Installation:
    return Installation(**options, options_for=lambda request: {})


def _for_awaited_tenants(**options: Any) -> AsyncInstallation:
    return AsyncInstallation(**options, options_for=lambda request: {})


MAKE: list[Any] = [
    Clerk,
    AsyncClerk,
    Installation,
    AsyncInstallation,
    _for_tenants,
    _for_awaited_tenants,
]


@pytest.mark.parametrize("make", MAKE)
@pytest.mark.parametrize(
    "unusable",
    [
        "ftp://user:{}@127.0.0.1:1",
        "socks4://user:{}@127.0.0.1",
        "http://{}:x",
        "http://",
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused_at_start(
    make: Any, proxied: Set, unusable: str
) -> None:
    proxied(unusable.format(PASSWORD))

    with pytest.raises(ConfigurationError, match=r"HTTPS_PROXY.*NO_PROXY.*transport=") as caught:
        make(**OPTIONS)
    assert caught.value.code == "proxy-unsupported"
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("make", MAKE)
def test_a_socks_proxy_is_refused_at_start_without_the_package_for_it(
    make: Any, proxied: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxied(f"socks5://user:{PASSWORD}@127.0.0.1:1", variables=("ALL_PROXY",))
    make(**OPTIONS)

    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="httpx\\[socks\\]") as caught:
        make(**OPTIONS)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("make", MAKE)
def test_a_proxy_for_other_hosts_refuses_nothing(make: Any, proxied: Set) -> None:
    proxied("ftp://127.0.0.1:1", "api.clerk.example")

    make(**OPTIONS)


@pytest.mark.parametrize("make", MAKE)
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_certificates_that_are_not_there_are_refused_at_start(
    make: Any, variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "nowhere"))

    with pytest.raises(ConfigurationError, match=variable):
        make(**OPTIONS)


@pytest.mark.parametrize("make", MAKE)
def test_with_a_transport_of_its_own_a_client_reads_nothing_of_the_environment(
    make: Any, proxied: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxied("ftp://127.0.0.1:1")
    monkeypatch.setenv("SSL_CERT_FILE", "nowhere")

    make(**OPTIONS, transport=httpx.MockTransport(lambda request: httpx.Response(200)))


@pytest.mark.parametrize(
    ("make", "needed"),
    [
        (Clerk, "BaseTransport"),
        (Installation, "BaseTransport"),
        (AsyncClerk, "AsyncBaseTransport"),
        (AsyncInstallation, "AsyncBaseTransport"),
        (_for_tenants, "BaseTransport"),
        (_for_awaited_tenants, "AsyncBaseTransport"),
    ],
)
def test_a_transport_of_the_other_kind_is_refused_at_start(make: Any, needed: str) -> None:
    other = httpx.AsyncHTTPTransport() if needed == "BaseTransport" else httpx.HTTPTransport()

    with pytest.raises(TypeError, match=f"transport must be an httpx.{needed}, such as") as caught:
        make(**OPTIONS, transport=other)
    assert type(other).__name__ in str(caught.value)


# --- certificates --------------------------------------------------------------------------------


def _ok(received: Received) -> HttpResponse:
    return HttpResponse(200)


def test_a_certificate_of_an_authority_in_ssl_cert_file_is_trusted(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "authorities.pem"
    file.write_text(authority())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    with LoopbackServer(respond_with(_ok), tls=server_context()) as server:
        assert call(server.url).status == 200


def test_a_certificate_of_an_unknown_authority_says_how_to_name_it(call: Call) -> None:
    with (
        LoopbackServer(respond_with(_ok), tls=server_context()) as server,
        pytest.raises(TransportError) as caught,
    ):
        call(server.url)

    message = caught.value.message
    assert "/v1/thing failed: the server's certificate is not trusted" in message
    assert "unable to get local issuer certificate" in message
    assert "SSL_CERT_FILE" in message
    assert "CA" in message
    assert server.received == []


@pytest.mark.parametrize(
    ("context", "fault"),
    [
        ({"expired": True}, "certificate has expired"),
        ({"address": "127.0.0.9"}, "not valid for '127.0.0.1'"),
    ],
)
def test_a_certificate_that_is_wrong_itself_does_not_blame_the_authority(
    call: Call,
    context: dict[str, Any],
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = tmp_path / "authorities.pem"
    file.write_text(authority())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    with (
        LoopbackServer(respond_with(_ok), tls=server_context(**context)) as server,
        pytest.raises(TransportError, match="certificate is not trusted") as caught,
    ):
        call(server.url)

    assert fault in caught.value.message
    assert "SSL_CERT_FILE" not in caught.value.message


def test_a_certificate_that_is_not_trusted_is_not_tried_again() -> None:
    with LoopbackServer(respond_with(_ok), tls=server_context()) as server:
        clerk = Clerk(**{**OPTIONS, "api_url": server.url}, retries=2)
        with pytest.raises(TransportError, match="not trusted"):
            clerk.users.get("user_1")
        clerk.close()

    assert server.connections == 1


# --- other reasons -------------------------------------------------------------------------------


def test_a_refused_connection_says_so(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(TransportError, match=r"Connection refused\. Check CLERK_API_URL") as caught:
        call(url)
    assert url in caught.value.message


def test_a_name_that_cannot_be_resolved_says_so(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def getaddrinfo(*_: object, **__: object) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    with pytest.raises(TransportError, match="cannot be resolved") as caught:
        call(API)
    assert API in caught.value.message


def test_a_server_without_tls_says_so(call: Call) -> None:
    def speak_in_clear(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.wait()

    with (
        LoopbackServer(speak_in_clear) as server,
        pytest.raises(TransportError, match="no TLS connection"),
    ):
        call(server.url.replace("http:", "https:"))
