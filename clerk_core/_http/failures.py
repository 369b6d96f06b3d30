"""Explain why a call got no response, without error messages that could contain a header."""

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
_NAME = "Check CLERK_API_URL and the DNS configuration of this machine."
_AUTHORITY = (
    "If it belongs to a proxy or server of your own, set SSL_CERT_FILE to a PEM file with the "
    "certificate of its authority (CA) and all other trusted certificates."
)
_CERTIFICATE = "Check CLERK_API_URL and the clock of this machine."

# X509_V_ERR_… of OpenSSL: chains that end in an unknown certificate.
_UNKNOWN_AUTHORITY = (2, 18, 19, 20, 21)
_MAX_CAUSES = 10


class Cause(NamedTuple):
    """The cause of a failure, what to do about it, and whether a retry would fail as well."""

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
            return Cause("the host name cannot be resolved", _NAME)
        if isinstance(cause, ssl.SSLError):
            return Cause(f"no TLS connection ({cause.reason or type(cause).__name__})", NETWORK)
        if isinstance(cause, OSError) and cause.errno is not None:
            is_refused = cause.errno == errno.ECONNREFUSED
            return Cause(os.strerror(cause.errno), _SERVER if is_refused else NETWORK)
    return Cause(type(error).__name__, NETWORK)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Return an error and its causes, the root cause first."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < _MAX_CAUSES:
        chain.append(cause)
        # A host with several addresses fails with a group of errors.
        several: tuple[BaseException, ...] = getattr(cause, "exceptions", ())
        cause = several[0] if several else cause.__cause__ or cause.__context__
    return reversed(chain)
