"""Encode a form with files as bytes (RFC 7578)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

_ANY = "application/octet-stream"


def encode_form(fields: Mapping[str, object]) -> tuple[str, bytes]:
    """Return the content type and the body of a form.

    Args:
        fields: Strings, or files in one of the forms of `Upload`. Fields that are None are left
            out.

    Raises:
        TypeError: A field is neither a string nor a file.
        ValueError: A content type has several lines.
    """
    parts = [_part(name, value) for name, value in fields.items() if value is not None]
    # A hash of the content cannot occur in the content.
    boundary = sha256(b"".join(parts)).hexdigest()
    mark = f"--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
    return f"multipart/form-data; boundary={boundary}", body


def _part(name: str, value: object) -> bytes:
    if isinstance(value, str):
        content = value.encode()
        head = f'name="{_quote(name)}"'
    else:
        file_name, content, kind = _file(value)
        head = f'name="{_quote(name)}"; filename="{_quote(file_name)}"\r\ncontent-type: {kind}'
    return f"content-disposition: form-data; {head}\r\n\r\n".encode() + content


def _file(value: object) -> tuple[str, bytes, str]:
    match value:
        case bytes(content):
            return "file", content, _ANY
        case (str(name), bytes(content)):
            return name, content, _ANY
        case (str(name), bytes(content), str(kind)):
            if any(character in kind for character in "\r\n"):
                raise ValueError("a content type must be a single line")
            return name, content, kind
        case _:
            raise TypeError("a file must be bytes, (name, bytes) or (name, bytes, content type)")


def _quote(text: str) -> str:
    # RFC 7578, 4.2, as browsers do it: https://html.spec.whatwg.org/#multipart-form-data
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
