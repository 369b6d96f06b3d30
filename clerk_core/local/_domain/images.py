"""Store the pictures of users and the logos of organizations.

The type of an image is that of its first bytes, never what the browser says: a browser would run
the scripts of an SVG or HTML file. It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._domain.errors import InvalidValueError
from clerk_core.local._storage.rows import Image, Organization, User, new_id
from clerk_core.local._storage.store import Store

MAX_IMAGE_SIZE = 10 * 1000 * 1000
"""The largest image, in bytes: that of Clerk's components."""


def set_picture(store: Store, user: User, name: str, content: bytes, now: int) -> User:
    """Store and return the user with a picture, which replaces the one before.

    Raises:
        InvalidValueError: The content is no image, or too large.
    """
    image = _new_image(name, content, now)
    user = replace(user, image_id=_replace(store, user.image_id, image), updated_at=now)
    store.put(user)
    return user


def delete_picture(store: Store, user: User, now: int) -> User:
    """Store and return the user without a picture."""
    user = replace(user, image_id=_replace(store, user.image_id, None), updated_at=now)
    store.put(user)
    return user


def set_logo(
    store: Store, organization: Organization, name: str, content: bytes, now: int
) -> Organization:
    """Store and return the organization with a logo, which replaces the one before.

    Raises:
        InvalidValueError: The content is no image, or too large.
    """
    image = _new_image(name, content, now)
    image_id = _replace(store, organization.image_id, image)
    organization = replace(organization, image_id=image_id, updated_at=now)
    store.put(organization)
    return organization


def delete_logo(store: Store, organization: Organization, now: int) -> Organization:
    """Store and return the organization without a logo."""
    image_id = _replace(store, organization.image_id, None)
    organization = replace(organization, image_id=image_id, updated_at=now)
    store.put(organization)
    return organization


def delete_image(store: Store, image_id: str | None) -> None:
    """Delete an image, if there is one."""
    image = store.one(Image, id=image_id) if image_id else None
    if image is not None:
        store.remove(image)


def _replace(store: Store, previous: str | None, image: Image | None) -> str | None:
    delete_image(store, previous)
    if image is None:
        return None
    store.put(image)
    return image.id


def _new_image(name: str, content: bytes, now: int) -> Image:
    content_type = _content_type(content)
    if content_type is None:
        raise InvalidValueError(
            "image_type_invalid",
            "File type not supported. Please upload a JPG, PNG, GIF, or WEBP image.",
            parameter="file",
        )
    if len(content) > MAX_IMAGE_SIZE:
        raise InvalidValueError(
            "image_too_large",
            "File size exceeds the maximum limit of 10MB. Please choose a smaller file.",
            parameter="file",
        )
    return Image(
        id=new_id("img"), name=name, content_type=content_type, content=content, created_at=now
    )


def _content_type(content: bytes) -> str | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return None
