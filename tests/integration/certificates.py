"""A certificate authority for tests, and TLS contexts for servers on loopback."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta, timezone
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from clerk_core.testing._tokens import other_rsa_key, rsa_key

_DAY = timedelta(days=1)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


@cache
def authority() -> str:
    """Return the certificate of the authority as PEM."""
    now = datetime.now(timezone.utc)
    key = other_rsa_key()
    made = (
        x509.CertificateBuilder()
        .subject_name(_name("Authority of the tests"))
        .issuer_name(_name("Authority of the tests"))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - 10 * _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=not is_authority,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def server_context(*, address: str = "127.0.0.1", expired: bool = False) -> ssl.SSLContext:
    """Return a TLS context with a certificate for this address, for `LoopbackServer`."""
    now = datetime.now(timezone.utc)
    until = now - _DAY if expired else now + _DAY
    issuer = other_rsa_key().public_key()
    made = (
        x509.CertificateBuilder()
        .subject_name(_name("A server of the tests"))
        .issuer_name(_name("Authority of the tests"))
        .public_key(rsa_key().public_key())
        .serial_number(2)
        .not_valid_before(now - 2 * _DAY)
        .not_valid_after(until)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .add_extension(_usage(is_authority=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
        .sign(other_rsa_key(), hashes.SHA256())
    )
    key = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        chain = Path(folder, "server.pem")
        chain.write_bytes(made.public_bytes(Encoding.PEM) + key)
        context.load_cert_chain(chain)
    return context
