"""The pages with what the instance sent: emails, text messages and webhooks.

It must not know HTML.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone

from clerk_core._messages import HttpResponse
from clerk_core.errors import ConfigurationError
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.messages import messages
from clerk_core.local._portal import pages
from clerk_core.local._portal.browser import STALE_FORM, PortalBrowser, for_browser
from clerk_core.local._webhooks.deliveries import Delivery

_SHOWN = 50


def _inbox(call: Call) -> HttpResponse:
    received = [
        pages.Letter(
            message.recipient,
            message.subject,
            message.body,
            message.url or "",
            _time(message.created_at / 1000),
        )
        for message in messages(call.store)[:_SHOWN]
    ]
    return pages.respond(pages.inbox(received))


def _webhooks(browser: PortalBrowser, error: str = "", status: int = 200) -> HttpResponse:
    sent = [_sent(delivery) for delivery in browser.call.webhooks.deliveries()[:_SHOWN]]
    return browser.show(pages.webhooks(sent, error, browser.form_token), status)


def _sent(delivery: Delivery) -> pages.SentWebhook:
    attempts = [
        f"{_time(attempt.at)} UTC: {attempt.status or attempt.problem}"
        for attempt in delivery.attempts
    ]
    document = json.dumps(json.loads(delivery.content), indent=2, ensure_ascii=False)
    return pages.SentWebhook(
        delivery.id,
        delivery.event_type,
        delivery.endpoint.url,
        delivery.status,
        "; ".join(attempts),
        document,
    )


def _send_again(browser: PortalBrowser) -> HttpResponse:
    if not browser.has_valid_form_token():
        return _webhooks(browser, STALE_FORM, 403)
    try:
        browser.call.webhooks.send_again(browser.call.field("delivery"))
    except ConfigurationError:
        return _webhooks(browser, "This webhook is no longer known.", 404)
    return browser.redirect("/webhooks")


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%H:%M:%S")


ROUTES: tuple[Route, ...] = (
    ("GET", "/inbox", _inbox),
    ("GET", "/webhooks", for_browser(_webhooks)),
    ("POST", "/webhooks", for_browser(_send_again)),
)
