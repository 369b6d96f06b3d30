"""Pictures of users and logos of organizations."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from clerk_core import Clerk
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local import LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs, another_browser
from tests.local.frontend.site import PNG
from tests.local.local_helpers import Backend

PICTURE = "/v1/me/profile_image"
AVATAR = "/static/avatar.svg"


def upload(
    js: ClerkJs, path: str, content: bytes, name: str = "me.png", method: str = "POST"
) -> dict[str, Any]:
    """Upload a file as clerk-js does, and return the `response` of the envelope."""
    response = send_file(js, path, content, name, method)
    assert response.status == 200, response.content
    shown: dict[str, Any] = json.loads(response.content)["response"]
    return shown


def send_file(
    js: ClerkJs, path: str, content: bytes, name: str = "me.png", method: str = "POST"
) -> HttpResponse:
    part = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
    head = f"--boundary\r\n{part}Content-Type: image/png\r\n\r\n".encode()
    body = head + content + b"\r\n--boundary--\r\n"
    return send_body(js, path, body, "multipart/form-data; boundary=boundary", method)


def send_body(
    js: ClerkJs, path: str, content: bytes, content_type: str, method: str = "POST"
) -> HttpResponse:
    query = f"__clerk_api_version=2025-11-10&__clerk_db_jwt={js.dev_browser}"
    url = f"{js.local.url}{path}?{query}&_clerk_session_id={js.session_id}&_method={method}"
    return js.local.handle(HttpRequest("POST", url, [("content-type", content_type)], content))


def get_image(local: LocalClerk, url: object) -> HttpResponse:
    return local.handle(HttpRequest("GET", str(url), []))


def user_of(js: ClerkJs) -> Mapping[str, Any]:
    user: Mapping[str, Any] = js.get("/v1/me")
    return user


def test_picture_is_uploaded_served_and_deleted(signed_in: ClerkJs, local: LocalClerk) -> None:
    assert user_of(signed_in)["image_url"].endswith(AVATAR)
    image = upload(signed_in, PICTURE, PNG)

    user = user_of(signed_in)
    assert (user["has_image"], user["image_url"]) == (True, image["public_url"])
    served = get_image(local, user["image_url"])
    assert (served.status, served.content) == (200, PNG)
    assert served.headers.get("content-type") == "image/png"
    assert served.headers.get("x-content-type-options") == "nosniff"
    assert "sandbox" in (served.headers.get("content-security-policy") or "")

    assert signed_in.call("DELETE", PICTURE)["deleted"] is True
    assert user_of(signed_in)["has_image"] is False
    assert get_image(local, image["public_url"]).status == 404


def test_new_picture_replaces_the_one_before(signed_in: ClerkJs, local: LocalClerk) -> None:
    first = upload(signed_in, PICTURE, PNG)
    second = upload(signed_in, PICTURE, b"GIF89a...", "me.gif")

    assert get_image(local, first["public_url"]).status == 404
    assert get_image(local, second["public_url"]).headers.get("content-type") == "image/gif"


@pytest.mark.parametrize("prefix", [b"", b"data:image/png;base64,"], ids=["base64", "data-url"])
def test_picture_is_uploaded_as_text(signed_in: ClerkJs, local: LocalClerk, prefix: bytes) -> None:
    text = prefix + base64.b64encode(PNG)
    response = send_body(signed_in, PICTURE, text, "application/octet-stream")

    assert response.status == 200
    assert get_image(local, user_of(signed_in)["image_url"]).content == PNG


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (
            b"<svg><script>alert(1)</script></svg>",
            "type_invalid",
        ),
        (b"<!doctype html><script>alert(1)</script>", "type_invalid"),
        (b"", "type_invalid"),
        (PNG.ljust(10_000_001, b"\0"), "too_large"),
    ],
    ids=["svg", "html", "empty", "large"],
)
def test_other_files_are_refused(signed_in: ClerkJs, content: bytes, code: str) -> None:
    response = send_file(signed_in, PICTURE, content)

    assert response.status == 422
    assert f"image_{code}" in response.content.decode()
    assert user_of(signed_in)["has_image"] is False


def test_malformed_uploads_are_refused(signed_in: ClerkJs) -> None:
    for content, content_type in (
        (b"--x\r\n", "multipart/form-data; boundary=boundary"),
        (b"--boundary--\r\n", "multipart/form-data"),
        (b"not base64!", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ):
        assert send_body(signed_in, PICTURE, content, content_type).status == 422


def test_logo_needs_permission(
    signed_in: ClerkJs, local: LocalClerk, grace: SeededUser, engines: str
) -> None:
    logo = f"{engines}/logo"
    changed = upload(signed_in, logo, PNG, method="PUT")
    assert get_image(local, changed["image_url"]).content == PNG

    member = another_browser(local, grace)
    assert send_file(member, logo, PNG, method="PUT").status == 403
    assert member.error("DELETE", logo)[0] == 403
    assert signed_in.call("DELETE", logo)["has_image"] is False
    assert get_image(local, changed["image_url"]).status == 404


def test_pictures_are_deleted_with_their_owners(
    signed_in: ClerkJs, local: LocalClerk, backend: Backend, ada: SeededUser, engines: str
) -> None:
    picture = upload(signed_in, PICTURE, PNG)["public_url"]
    logo = upload(signed_in, f"{engines}/logo", PNG, method="PUT")["image_url"]
    backend.read("DELETE", engines)
    backend.read("DELETE", f"/v1/users/{ada.user_id}")

    assert get_image(local, picture).status == get_image(local, logo).status == 404


def test_application_sets_pictures(clerk: Clerk, ada: SeededUser) -> None:
    user = clerk.users.set_profile_image(ada.user_id, file=PNG)
    assert user.has_image is True
    assert clerk.users.delete_profile_image(ada.user_id).has_image is False

    logo = clerk.organizations.upload_logo(ada.organization_id, file=PNG)
    assert logo.has_image is True
    assert clerk.organizations.delete_logo(ada.organization_id).has_image is False
