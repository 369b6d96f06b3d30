from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import parse_form_data

from clerk_core._api.forms import encode_form
from tests.sample import examples

PIXEL = b"\x89PNG\r\n\x1a\n\x00"


def in_memory(*_: object, **__: object) -> BytesIO:
    return BytesIO()


def parse(
    content_type: str, body: bytes
) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    environ = {
        "REQUEST_METHOD": "POST",
        "wsgi.input": BytesIO(body),
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
    }
    _, fields, files = parse_form_data(environ, stream_factory=in_memory, silent=False)
    return fields, files


@pytest.mark.parametrize(
    ("upload", "name", "content_type"),
    [
        (PIXEL, "file", "application/octet-stream"),
        (("ada.png", PIXEL), "ada.png", "application/octet-stream"),
        (("ada.png", PIXEL, "image/png"), "ada.png", "image/png"),
        (("Zoë 肖.png", PIXEL, "image/png"), "Zoë 肖.png", "image/png"),
    ],
)
def test_file_is_sent_unchanged(upload: object, name: str, content_type: str) -> None:
    fields, files = parse(*encode_form({"file": upload}))
    assert list(fields) == []
    assert list(files) == ["file"]
    sent = files["file"]
    assert (sent.filename, sent.content_type) == (name, content_type)
    assert sent.read() == PIXEL


def test_text_field_is_sent_as_text() -> None:
    fields, files = parse(*encode_form({"name": "Zoë", "file": PIXEL}))
    assert fields.to_dict() == {"name": "Zoë"}
    assert list(files) == ["file"]


def test_none_is_not_sent() -> None:
    content_type, body = encode_form({"file": None})
    assert body.endswith(b"--\r\n")
    assert b"file" not in body
    assert content_type.startswith("multipart/form-data; boundary=")


@pytest.mark.parametrize("breaking", ['a"; filename="b', "a\r\nx-evil: 1\r\n\r\n", "a\nb", "a\rb"])
def test_file_name_cannot_inject_headers(breaking: str) -> None:
    _, body = encode_form({"file": (breaking, PIXEL)})
    head = body.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert len(head) == 3
    assert head[1].count(b'"') == 4
    fields, files = parse(*encode_form({"file": (breaking, PIXEL)}))
    assert (list(fields), list(files)) == ([], ["file"])
    assert files["file"].read() == PIXEL
    names = {name.lower() for name, _ in files["file"].headers}
    assert names == {"content-disposition", "content-type"}


def test_field_name_cannot_inject_headers() -> None:
    fields, files = parse(*encode_form({'a"\r\nx': "1"}))
    assert fields.to_dict() == {'a"%0D%0Ax': "1"}
    assert list(files) == []


@pytest.mark.parametrize("kind", ["image/png\r\nx-evil: 1", "image/png\n", "\rimage/png"])
def test_content_type_with_line_breaks_is_rejected(kind: str) -> None:
    with pytest.raises(ValueError, match="single line"):
        encode_form({"file": ("a.png", PIXEL, kind)})


@pytest.mark.parametrize(
    "upload",
    [
        (),
        (PIXEL,),
        ("a.png",),
        ("a.png", "text"),
        (b"a", b"b"),
        ("a.png", PIXEL, None),
        ("a.png", PIXEL, "image/png", "x"),
        BytesIO(PIXEL),
        bytearray(PIXEL),
        7,
        {},
    ],
)
def test_invalid_file_raises_type_error_without_its_content(upload: object) -> None:
    with pytest.raises(TypeError, match="a file must be bytes") as caught:
        encode_form({"file": upload})
    assert "a.png" not in str(caught.value)


def test_boundary_never_occurs_in_the_content() -> None:
    content = b"\r\n--boundary--\r\n"
    for _ in range(3):
        content_type, body = encode_form({"file": content, "other": "x"})
        boundary = content_type.partition("boundary=")[2].encode()
        assert content.count(boundary) == 0
        fields, files = parse(content_type, body)
        assert files["file"].read() == content
        assert fields.to_dict() == {"other": "x"}
        # The next content includes the boundary of this form.
        content += b"\r\n--" + boundary + b"--\r\n" + hashlib.sha256(body).hexdigest().encode()


@examples(100)
@given(
    st.dictionaries(st.text(st.characters(categories=["Ll", "Nd"]), min_size=1), st.binary()),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_arbitrary_files_are_sent_unchanged(contents: dict[str, bytes], text: str) -> None:
    given_files = {name: (f"{name}.bin", content) for name, content in contents.items()}
    fields, files = parse(*encode_form({**given_files, "TEXT": text}))
    assert fields.to_dict() == {"TEXT": text}
    assert {name: one.read() for name, one in files.items()} == contents
