"""The one page of the demo application, the same for every framework. It knows no framework."""

from __future__ import annotations

from html import escape
from importlib import resources
from string import Template

from clerk_core import Auth, User

_STATIC_TYPES = {
    "demo.css": "text/css; charset=utf-8",
    "demo.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

# The page loads nothing from anywhere else, and nothing may frame it.
PAGE_HEADERS = {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
}


def static_file(name: str) -> tuple[str, str] | None:
    """The content type and the text of a file that the page loads; None for any other name."""
    content_type = _STATIC_TYPES.get(name)
    return None if content_type is None else (content_type, _read(name))


def page(auth: Auth, user: User | None) -> str:
    """The page for this visitor."""
    signed_in = auth.is_authenticated and user is not None
    fields = {
        "badge": "Signed in" if signed_in else "Signed out",
        "state": "in" if signed_in else "out",
        "title": f"Hello, {_name(user)}" if user else "Nobody is signed in",
        "text": _WELCOME if signed_in else _INVITATION,
        "action": "/sign-out" if signed_in else "/sign-in",
        "label": "Sign out" if signed_in else "Sign in",
    }
    escaped = {name: escape(value) for name, value in fields.items()}
    return Template(_read("page.html")).substitute(escaped)


_WELCOME = (
    "You came back from the sign-in page with a session. Every button below sends a real request "
    "with it: try them."
)
_INVITATION = (
    "Sign in with one of the users that the terminal shows. Until then every answer below is the "
    "one for strangers: try them too."
)


def _name(user: User) -> str:
    email = user.email_addresses[0].email_address if user.email_addresses else user.id
    return " ".join(filter(None, (user.first_name, user.last_name))) or email


def _read(name: str) -> str:
    return (resources.files("clerk_core.demo") / "static" / name).read_text("utf-8")
