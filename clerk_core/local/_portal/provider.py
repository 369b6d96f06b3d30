"""The page that imitates a provider such as Google: it lets a developer choose who comes back.

It must not know HTML, or what the account is for.
"""

from __future__ import annotations

from dataclasses import replace

from ada_url import URL

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Route
from clerk_core.local._domain.errors import NotFoundError
from clerk_core.local._domain.external_accounts import Profile, find_by_state, provider_of
from clerk_core.local._domain.settings import provider_name
from clerk_core.local._domain.users import is_email_address
from clerk_core.local._frontend.oauth import come_back
from clerk_core.local._portal import pages
from clerk_core.local._portal.browser import STALE_FORM, PortalBrowser, for_browser
from clerk_core.local._responses import status_of
from clerk_core.local._storage.rows import EmailAddress, ExternalAccount, User, Verification

_SHOWN = 20


def _page(browser: PortalBrowser, error: str = "", status: int = 200) -> HttpResponse:
    try:
        verification = _verification(browser)
    except NotFoundError as stale:
        return pages.respond(pages.message("Sign-in expired", stale.message), status_of(stale))
    provider = provider_of(verification.strategy)
    page = pages.provider(
        provider_name(provider),
        browser.call.settings.application_name,
        _people(browser, provider),
        error,
        browser.form_token,
    )
    # The forms of the page lead to the application.
    destination = URL(str(verification.data["redirect_url"]))
    return replace(browser, destination=destination).show(page, status)


def _verification(browser: PortalBrowser) -> Verification:
    return find_by_state(browser.call.store, browser.call.argument("state") or "", browser.call.now)


def _people(browser: PortalBrowser, provider: str) -> list[pages.Person]:
    """Return the accounts of the provider, and after them the users of the instance."""
    store = browser.call.store
    found = {
        account.email_address: " ".join(filter(None, (account.first_name, account.last_name)))
        for account in store.all(ExternalAccount, provider=provider)
        if account.email_address
    }
    for user in store.all(User):
        email = store.one(EmailAddress, id=user.primary_email_address_id)
        if email is not None:
            found.setdefault(email.email_address, user.full_name)
    people = [pages.Person(name or address, address, "") for address, name in found.items()]
    return people[:_SHOWN]


def _choose(browser: PortalBrowser) -> HttpResponse:
    if not browser.has_valid_form_token():
        return _page(browser, STALE_FORM, 403)
    call = browser.call
    address = call.field("email_address").strip()
    is_refused = call.field("action") == "refuse"
    if not is_refused and not is_email_address(address):
        return _page(browser, "Enter an email address.", 422)
    try:
        verification = _verification(browser)
    except NotFoundError:
        return _page(browser)
    provider = provider_of(verification.strategy)
    names = (call.field("first_name") or None, call.field("last_name") or None)
    profile = None if is_refused else Profile(provider, address, *names)
    come_back(call, verification, profile)
    headers = [
        ("location", str(verification.data["redirect_url"])),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
    ]
    return HttpResponse(303, headers)


ROUTES: tuple[Route, ...] = (
    ("GET", "/provider", for_browser(_page)),
    ("POST", "/provider", for_browser(_choose)),
)
