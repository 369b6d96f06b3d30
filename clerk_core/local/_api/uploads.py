"""Read the file of a request: multipart, or base64 text.

It must not know what the file is for.
"""

from __future__ import annotations

import base64
import binascii
import io
from contextlib import closing

from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from clerk_core.local._call import Call
from clerk_core.local._responses import invalid_parameter, missing_parameter

_MULTIPART = "multipart/form-data"
_MAX_PARTS = 10


def uploaded_file(call: Call) -> tuple[str, bytes]:
    """Return the name and the content of the uploaded file.

    Raises:
        ApiError: 422 if there is no file.
    """
    mimetype, options = parse_options_header(call.request.headers.get("content-type"))
    if mimetype != _MULTIPART:
        return "image", _from_base64(call.request.content)
    content = call.request.content
    parser = FormDataParser(max_form_parts=_MAX_PARTS)
    try:
        _, _, files = parser.parse(io.BytesIO(content), mimetype, len(content), options)
    except (HTTPException, ValueError):
        raise invalid_parameter("file", "a file of a multipart form") from None
    file = files.get("file")
    if file is None:
        raise missing_parameter("file")
    with closing(file):
        return file.filename or "image", file.read()


def _from_base64(content: bytes) -> bytes:
    if not content:
        raise missing_parameter("file")
    # A page may send a data URL, `data:image/png;base64,…`.
    text = content.partition(b",")[2] if content.startswith(b"data:") else content
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise invalid_parameter("file", "a file of a multipart form, or base64 text") from None
