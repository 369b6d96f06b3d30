"""Say in words why a call got no answer. No text of an error is shown that could hold a header."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from typing import NamedTuple

NETWORK = "Check the network path to Clerk, including proxies."
_SERVER = (
    "Check CLERK_API_URL, and that this server is running; if the environment sets a proxy, check "
    "the proxy too."
)
_NAME = "Check CLERK_API_URL, and the DNS of this machine."
_AUTHORITY = (
    "If it is the certificate of a proxy or a server of your own, set SSL_CERT_FILE to a PEM file "
    "with the certificate of its authority (CA) and all others to trust."
)
_CERTIFICATE = "Check CLERK_API_URL, and the clock of this machine."

# X509_V_ERR_… of OpenSSL: chains that end in a certificate nobody knows.
_UNKNOWN_AUTHORITY = (2, 18, 19, 20, 21)
_MOST_CAUSES = 10


class Cause(NamedTuple):
    """What went wrong, and what to do; whether the next attempt would end like this one."""

    what: str
    advice: str
    is_lasting: bool = False


def cause_of(error: Exception) -> Cause:
    """Return the cause of an error that a transport raised."""
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            is_unknown = cause.verify_code in _UNKNOWN_AUTHORITY
            what = f"the server's certificate is not trusted ({cause.verify_message.rstrip('.')})"
            return Cause(what, _AUTHORITY if is_unknown else _CERTIFICATE, is_lasting=True)
        if isinstance(cause, socket.gaierror):
            return Cause("the name of the host cannot be resolved", _NAME)
        if isinstance(cause, ssl.SSLError):
            return Cause(f"no TLS connection ({cause.reason or type(cause).__name__})", NETWORK)
        if isinstance(cause, OSError) and cause.errno is not None:
            is_refused = cause.errno == errno.ECONNREFUSED
            return Cause(os.strerror(cause.errno), _SERVER if is_refused else NETWORK)
    return Cause(type(error).__name__, NETWORK)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield what caused an error, and what caused that, the last of them first."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < _MOST_CAUSES:
        chain.append(cause)
        # A connection that was tried at several addresses fails with a group of errors.
        several: tuple[BaseException, ...] = getattr(cause, "exceptions", ())
        cause = several[0] if several else cause.__cause__ or cause.__context__
    return reversed(chain)
