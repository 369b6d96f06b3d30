"""What the demo's applications have in common: the page and what goes with it.

It knows of a framework how it is called and written, and imports none.
"""

from __future__ import annotations

from html import escape
from importlib import resources
from string import Template
from urllib.parse import urlencode

from clerk_core import AsyncAuth, Auth, User
from clerk_core.demo import routes
from clerk_core.demo.frameworks import FRAMEWORKS

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


def sign_out_page(sign_out_url: str, back_to: str) -> str:
    """The account portal's page for signing out, which leads back to an absolute URL."""
    return f"{sign_out_url}?{urlencode({'redirect_url': back_to})}"


def page(framework: str, auth: Auth | AsyncAuth, user: User | None) -> str:
    """The page of a framework's application for this visitor."""
    signed_in = auth.is_authenticated and user is not None
    shown = FRAMEWORKS[framework]
    fields = {
        "static": routes.STATIC,
        "me": routes.ME,
        "external": routes.EXTERNAL,
        "profile": routes.PROFILE,
        "rename": routes.RENAME,
        "framework": shown.title,
        "await": "await " if shown.awaits else "",
        "auth": shown.auth,
        "current_user": shown.user,
        "clerk_client": shown.client,
        "badge": "Signed in" if signed_in else "Signed out",
        "state": "in" if signed_in else "out",
        "title": f"Hello, {_name(user)}" if user else "Nobody is signed in",
        "text": _WELCOME if signed_in else _INVITATION,
        "action": routes.SIGN_OUT if signed_in else routes.SIGN_IN,
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
    email = (user.email_addresses[0].email_address if user.email_addresses else None) or user.id
    return " ".join(filter(None, (user.first_name, user.last_name))) or email


def _read(name: str) -> str:
    return (resources.files("clerk_core.demo") / "static" / name).read_text("utf-8")
