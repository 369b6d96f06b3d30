"""Render the pages of the account portal, with their security headers.

All template values are escaped. It must not know the store or the request.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib import resources
from string import Template

from ada_url import URL

from clerk_core._messages import HttpResponse

_LOOPBACK_SOURCES = "http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*"


class _Html(str):
    """A string of HTML that must not be escaped again."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title and the HTML of its content."""

    title: str
    body: _Html


@dataclass(frozen=True, slots=True)
class Person:
    """A user on a page. The password is empty unless it is public."""

    name: str
    email_address: str
    password: str = field(repr=False)

    @property
    def initials(self) -> str:
        """The first letters of the first and last name."""
        words = self.name.split() or ["?"]
        return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper()


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in the inbox."""

    recipient: str
    subject: str
    body: str = field(repr=False)
    url: str = field(repr=False)
    time: str


@dataclass(frozen=True, slots=True)
class SentWebhook:
    """A webhook, with the outcome of its attempts and its body."""

    id: str
    event_type: str
    url: str
    status: str
    attempts: str
    document: str = field(repr=False)


def sign_in(
    *,
    host: str,
    email_address: str,
    error: str,
    form_token: str,
    people: Sequence[Person],
    with_code: bool,
) -> Page:
    """Return the sign-in page. `people` are the test users, whose passwords are shown."""
    body = _fill(
        "sign_in",
        subtitle=_to_continue(host),
        error=_error(error),
        email_address=email_address,
        invalid=_Html(' aria-invalid="true" aria-describedby="error"' if error else ""),
        form_token=form_token,
        # Focus the first empty field.
        focus_email=_Html("" if email_address else " autofocus"),
        focus_password=_Html(" autofocus" if email_address else ""),
        hints=_hints(people, form_token),
        code=_fill("code") if with_code else _Html(""),
    )
    return Page("Sign in", body)


def signed_in(
    person: Person, host: str, application_url: str | None, sign_out_path: str, form_token: str
) -> Page:
    """Return the page that shows the signed-in user, with links to continue and to sign out."""
    body = _fill(
        "signed_in",
        initials=person.initials,
        name=person.name,
        email_address=person.email_address,
        onward=_button(application_url, f"Continue to {host}"),
        sign_out_path=sign_out_path,
        form_token=form_token,
    )
    return Page("Signed in", body)


def sign_out(
    person: Person | None,
    host: str,
    application_url: str | None,
    sign_in_path: str,
    error: str,
    form_token: str,
) -> Page:
    """Return the sign-out page; without a person, the page after sign-out."""
    if person is None:
        onward = _button(application_url, f"Return to {host}")
        body = _fill("signed_out", onward=onward, sign_in_path=sign_in_path)
        return Page("Signed out", body)
    body = _fill(
        "sign_out",
        initials=person.initials,
        name=person.name,
        email_address=person.email_address,
        error=_error(error),
        form_token=form_token,
        cancel_path=application_url or sign_in_path,
    )
    return Page("Sign out", body)


def landing(url: str, publishable_key: str, name: str | None) -> Page:
    """Return the start page, which lists the settings for an application."""
    status = _fill("status", name=name) if name is not None else _Html("")
    body = _fill("landing", url=url, publishable_key=publishable_key, status=status)
    return Page("Local Clerk instance", body)


def inbox(received: Sequence[Letter]) -> Page:
    """Return the page with the messages that Clerk would have sent, newest first."""
    if not received:
        return message("Inbox", "No message was sent yet.")
    rows = [
        _fill(
            "letter",
            recipient=letter.recipient,
            time=letter.time,
            subject=letter.subject,
            body=letter.body,
            link=_button(letter.url or None, "Open the link"),
        )
        for letter in received
    ]
    return Page("Inbox", _fill("inbox", rows=_Html("".join(rows))))


def provider(
    name: str, application: str, people: Sequence[Person], error: str, form_token: str
) -> Page:
    """Return the page of a provider, on which a developer chooses an account."""
    rows = [
        _fill(
            "provider_account",
            email_address=person.email_address,
            first_name=person.name.partition(" ")[0],
            last_name=person.name.partition(" ")[2],
            form_token=form_token,
        )
        for person in people
    ]
    body = _fill(
        "provider",
        provider=name,
        application=application,
        people=_Html("".join(rows)),
        error=_error(error),
        form_token=form_token,
    )
    return Page(name, body)


def consent(
    *,
    application: str,
    is_verified: bool,
    account: str,
    host: str,
    permissions: Sequence[str],
    resources: Sequence[str],
    action: str,
    error: str,
    form_token: str,
) -> Page:
    """Return the page on which a user lets an application use the account, or does not.

    Args:
        application: The name of the application.
        is_verified: Whether somebody vouches for the name; otherwise the application chose it.
        account: The account of the user.
        host: The host to which the user returns.
        permissions: What the application will be able to do.
        resources: The URLs of the services at which it will do so.
        action: The path that the form is sent to.
        error: What was wrong with the last form.
        form_token: The CSRF token.
    """
    texts = [*permissions, *(f"act for you at {resource}" for resource in resources)]
    body = _fill(
        "consent",
        application=application,
        account=account,
        verified="" if is_verified else "It registered itself: nobody has checked its name.",
        error=_error(error),
        permissions=_Html("".join(_fill("permission", text=text) for text in texts)),
        host=host,
        action=action,
        form_token=form_token,
    )
    return Page("Allow access", body)


def webhooks(sent: Sequence[SentWebhook], error: str, form_token: str) -> Page:
    """Return the page with the webhooks that were sent, newest first."""
    if not sent:
        return message("Webhooks", "No webhook was sent yet.")
    rows = [
        _fill(
            "webhook",
            id=one.id,
            event_type=one.event_type,
            url=one.url,
            status=one.status,
            attempts=one.attempts or "no attempt yet",
            document=one.document,
            form_token=form_token,
        )
        for one in sent
    ]
    return Page("Webhooks", _fill("webhooks", rows=_Html("".join(rows)), error=_error(error)))


def message(title: str, text: str) -> Page:
    """Return a page with a title and a message."""
    return Page(title, _fill("message", title=title, text=text))


def respond(
    page: Page,
    status: int = 200,
    headers: Iterable[tuple[str, str]] = (),
    destination: URL | None = None,
) -> HttpResponse:
    """Return the response with a page.

    Args:
        page: The page.
        status: The HTTP status.
        headers: Additional headers.
        destination: The URL that forms of the page redirect to.
    """
    document = _fill("layout", title=page.title, body=page.body)
    return HttpResponse(
        status,
        [
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", _policy(destination)),
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            *headers,
        ],
        document.encode(),
    )


def _policy(destination: URL | None) -> str:
    # Browsers apply form-action to redirects after a form too, and applications redirect to other
    # loopback ports. A CSP source cannot be an IPv6 address, so allow its scheme instead. The
    # schemes of native applications have no host at all.
    forms = f"'self' {_LOOPBACK_SOURCES}"
    if destination is not None and (
        destination.hostname.startswith("[") or destination.origin == "null"
    ):
        forms += f" {destination.protocol}"
    elif destination is not None:
        forms += f" {destination.origin}"
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action {forms}"
    )


@cache
def _template(name: str) -> Template:
    file = resources.files("clerk_core.local._portal") / "templates" / f"{name}.html"
    return Template(file.read_text("utf-8"))


def _fill(name: str, /, **values: str) -> _Html:
    escaped = {
        key: value if isinstance(value, _Html) else escape(value) for key, value in values.items()
    }
    return _Html(_template(name).substitute(escaped))


def _to_continue(host: str) -> _Html:
    return _fill("to_continue", host=host) if host else _Html("")


def _error(text: str) -> _Html:
    return _fill("error", text=text) if text else _Html("")


def _button(url: str | None, label: str) -> _Html:
    return _fill("button", url=url, label=label) if url is not None else _Html("")


def _hints(people: Sequence[Person], form_token: str) -> _Html:
    if not people:
        return _Html("")
    rows = [
        _fill(
            "hint",
            initials=person.initials,
            name=person.name,
            email_address=person.email_address,
            password=person.password,
            form_token=form_token,
        )
        for person in people
    ]
    return _fill("hints", rows=_Html("".join(rows)))
