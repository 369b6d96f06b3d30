"""Proxies and certificates from the environment are used, or rejected at startup."""

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
    """Return a function that sends one request over new connections."""
    chosen: Call = request.param
    return chosen


@pytest.fixture
def set_proxy(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Return a function that sets a proxy and exceptions in the environment."""

    def set_proxy(url: str, no_proxy: str = "", variables: tuple[str, ...] = ()) -> None:
        for name in variables or ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, url)
        monkeypatch.setenv("NO_PROXY", no_proxy)

    return set_proxy


def _answer(received: Received) -> HttpResponse:
    return HttpResponse(200, [], received.target.encode())


# --- choosing a proxy ----------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["http://", "HTTP://", ""])
def test_proxy_of_the_environment_is_used(call: Call, set_proxy: Set, spelling: str) -> None:
    with LoopbackServer(respond_with(_answer)) as proxy:
        set_proxy(f"{spelling}user:{PASSWORD}@127.0.0.1:{proxy.port}")
        assert call("http://api.clerk.example").status == 200

    (received,) = proxy.received
    assert received.target == "http://api.clerk.example/v1/thing"
    assert (received.headers.get("proxy-authorization") or "").startswith("Basic ")


@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "127.0.0.1:PORT", "other.example, *"])
def test_host_in_no_proxy_is_called_directly(call: Call, set_proxy: Set, no_proxy: str) -> None:
    with LoopbackServer(respond_with(_answer)) as proxy, LoopbackServer(respond_with(_answer)) as s:
        set_proxy(proxy.url, no_proxy.replace("PORT", str(s.port)))
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
def test_no_proxy_is_parsed_as_in_httpx(set_proxy: Set, no_proxy: str, is_left_out: bool) -> None:
    url = "https://api.clerk.example:8443"
    set_proxy("http://127.0.0.1:3128", no_proxy)

    assert (proxy_for(url) is None) == is_left_out
    with httpx.Client() as client:
        # Requests without a proxy use the default transport.
        direct = client._transport_for_url(httpx.URL(url)) is client._transport
    assert direct == is_left_out


@pytest.mark.parametrize(
    ("url", "no_proxy"),
    [
        # httpx drops default ports.
        ("https://api.clerk.example", "api.clerk.example:443"),
        ("http://api.clerk.example", "api.clerk.example:80"),
        # httpx cannot parse these.
        ("http://[::1]:8080", "[::1]:8080"),
        ("http://[::1]:8080", "[::1]"),
        ("http://[::1]:8080", "::1"),
    ],
)
def test_no_proxy_may_have_default_ports_and_bracketed_addresses(
    set_proxy: Set, url: str, no_proxy: str
) -> None:
    set_proxy("http://127.0.0.1:3128")
    assert proxy_for(url) is not None

    set_proxy("http://127.0.0.1:3128", no_proxy)
    assert proxy_for(url) is None


def test_scheme_variable_overrides_all_proxy(
    set_proxy: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxy("http://127.0.0.1:1", variables=("ALL_PROXY",))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:2")

    ports = [
        getattr(proxy_for(f"{scheme}://a.example"), "url", None) for scheme in ("http", "https")
    ]
    assert [url and url.port for url in ports] == [1, 2]


def test_each_origin_has_its_own_route(call: Call, set_proxy: Set) -> None:
    with LoopbackServer(respond_with(_answer)) as proxy, LoopbackServer(respond_with(_answer)) as s:
        set_proxy(proxy.url, "127.0.0.1")
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


def test_environment_is_read_once_per_origin(
    set_proxy: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_MAX_ORIGINS", 3)
    set_proxy("http://127.0.0.1:1")
    proxies = Proxies()

    first = proxies.of("http://a.example/1")
    assert proxies.of("http://a.example/2?x=//") is first
    for number in range(10):
        assert proxies.of(f"http://{number}.example/") is not first
    assert len(proxies._known) <= 3


def test_refusing_proxy_raises_and_gets_no_credentials(call: Call, set_proxy: Set) -> None:
    with LoopbackServer(respond_with(lambda _: HttpResponse(407))) as proxy:
        set_proxy(proxy.url)
        with pytest.raises(TransportError) as caught:
            call(API)

    assert caught.value.code == "transport-failed"
    (received,) = proxy.received
    assert received.method == "CONNECT"
    assert received.headers.get("authorization") is None


# --- SOCKS ---------------------------------------------------------------------------------------


def _socks(connection: Connection) -> None:
    """Open a SOCKS connection (RFC 1928), then respond as the requested host."""
    connection.receive_bytes(3)
    connection.send(b"\x05\x00")
    *_, length = connection.receive_bytes(5)
    host = connection.receive_bytes(length + 2)[:-2]
    connection.send(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
    respond_with(lambda _: HttpResponse(200, [], host))(connection)


@pytest.mark.parametrize("spelling", ["socks5", "SOCKS5"])
def test_socks_proxy_is_used(call: Call, set_proxy: Set, spelling: str) -> None:
    with LoopbackServer(_socks) as proxy:
        set_proxy(f"{spelling}://127.0.0.1:{proxy.port}", variables=("ALL_PROXY",))
        assert call("http://api.clerk.example").content == b"api.clerk.example"

    (received,) = proxy.received
    assert received.headers.get("authorization") == f"Bearer {SECRET_KEY}"


# httpcore leaves failed connections of SOCKS proxies to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_hanging_socks_proxy_times_out(call: Call, set_proxy: Set) -> None:
    def hang(connection: Connection) -> None:
        connection.wait()

    with LoopbackServer(hang) as proxy:
        set_proxy(f"socks5://127.0.0.1:{proxy.port}", variables=("ALL_PROXY",))
        with pytest.raises(TransportError) as caught:
            call("http://api.clerk.example", timeout=1)

    assert caught.value.code == "timed-out"
    del caught
    # Collect now, while the warning is expected.
    gc.collect()


# --- validation at startup -----------------------------------------------------------------------


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
def test_unusable_proxy_is_rejected_at_startup(make: Any, set_proxy: Set, unusable: str) -> None:
    set_proxy(unusable.format(PASSWORD))

    with pytest.raises(ConfigurationError, match=r"HTTPS_PROXY.*NO_PROXY.*transport=") as caught:
        make(**OPTIONS)
    assert caught.value.code == "proxy-unsupported"
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("make", MAKE)
def test_socks_proxy_without_its_package_is_rejected_at_startup(
    make: Any, set_proxy: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxy(f"socks5://user:{PASSWORD}@127.0.0.1:1", variables=("ALL_PROXY",))
    make(**OPTIONS)

    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="httpx\\[socks\\]") as caught:
        make(**OPTIONS)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("make", MAKE)
def test_unusable_proxy_for_other_hosts_is_ignored(make: Any, set_proxy: Set) -> None:
    set_proxy("ftp://127.0.0.1:1", "api.clerk.example")

    make(**OPTIONS)


@pytest.mark.parametrize("make", MAKE)
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_missing_certificates_are_rejected_at_startup(
    make: Any, variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "nowhere"))

    with pytest.raises(ConfigurationError, match=variable):
        make(**OPTIONS)


@pytest.mark.parametrize("make", MAKE)
def test_client_with_a_transport_ignores_the_environment(
    make: Any, set_proxy: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxy("ftp://127.0.0.1:1")
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
def test_transport_of_the_wrong_kind_is_rejected_at_startup(make: Any, needed: str) -> None:
    other = httpx.AsyncHTTPTransport() if needed == "BaseTransport" else httpx.HTTPTransport()

    with pytest.raises(TypeError, match=f"transport must be an httpx.{needed}, such as") as caught:
        make(**OPTIONS, transport=other)
    assert type(other).__name__ in str(caught.value)


# --- certificates --------------------------------------------------------------------------------


def _ok(received: Received) -> HttpResponse:
    return HttpResponse(200)


def test_certificate_of_an_authority_in_ssl_cert_file_is_trusted(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "authorities.pem"
    file.write_text(authority())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    with LoopbackServer(respond_with(_ok), tls=server_context()) as server:
        assert call(server.url).status == 200


def test_error_for_an_unknown_authority_names_ssl_cert_file(call: Call) -> None:
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
def test_error_for_an_invalid_certificate_does_not_blame_the_authority(
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


def test_untrusted_certificate_is_not_retried() -> None:
    with LoopbackServer(respond_with(_ok), tls=server_context()) as server:
        clerk = Clerk(**{**OPTIONS, "api_url": server.url}, retries=2)
        with pytest.raises(TransportError, match="not trusted"):
            clerk.users.get("user_1")
        clerk.close()

    assert server.connections == 1


# --- other errors --------------------------------------------------------------------------------


def test_error_for_a_refused_connection_says_so(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(TransportError, match=r"Connection refused\. Check CLERK_API_URL") as caught:
        call(url)
    assert url in caught.value.message


def test_error_for_an_unresolvable_name_says_so(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def getaddrinfo(*_: object, **__: object) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    with pytest.raises(TransportError, match="cannot be resolved") as caught:
        call(API)
    assert API in caught.value.message


def test_error_for_a_server_without_tls_says_so(call: Call) -> None:
    def respond_without_tls(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.wait()

    with (
        LoopbackServer(respond_without_tls) as server,
        pytest.raises(TransportError, match="no TLS connection"),
    ):
        call(server.url.replace("http:", "https:"))
