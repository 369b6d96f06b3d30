"""Differences in where a browser is sent, and in what it comes back with."""

from __future__ import annotations

from tests.conformance.changes.general import like, signed_out, threw
from tests.conformance.changes.of_pages import (
    as_one_segment,
    as_seen,
    bare_cookie_kept,
    below_its_page,
    forwarded,
    led_back_to,
    not_renewed,
    refused_in_development,
    renewed_by_a_form,
    slashes_kept,
    trimmed_by_the_browser,
    unasked_by_a_satellite,
    unresolved,
    without_a_session_token,
    without_api_client,
)
from tests.conformance.differences.difference import Difference

DIFFERENCES_OF_PAGES = (
    # The URL of the request.
    Difference(
        "a path that begins with // stays a path",
        "Takes another host for the public one.",
        "No request may choose where its visitor is sent.",
        "credentials/url-path-{00,01,09}-proxied",
        led_back_to(forwarded),
    ),
    Difference(
        "only http and https are schemes of a page",
        "Takes whatever x-forwarded-proto says.",
        "A browser is never to be led to a javascript: URL.",
        "credentials/url-proto-{14,15,16,17,18,23,24}* credentials/url-proto-19-host",
        led_back_to(as_seen),
    ),
    Difference(
        "a request whose host is not a host with an optional port is signed out",
        "Takes what a URL makes of it, or the host that the server saw.",
        "RFC 9110, 7.2: two readers must not take one request for that of two tenants.",
        "credentials/url-host-header-malformed"
        " credentials/url-host-{06,14,15,16,17,18,19,20,21,22,24,30,34,35,36,38}*"
        " credentials/url-drawn-{02,03,04,13,15,19,23,24,25,27}",
        signed_out("request-malformed"),
    ),
    # Handshakes.
    Difference(
        "a navigation is recognised by its mode, too",
        "Looks at the destination alone, and knows documents and iframes.",
        "The Fetch standard has five destinations of navigations, and a service worker that "
        "forwards one keeps its mode alone. A person is not to be shown an error for programs.",
        "handshake/eligible-mode-navigate handshake/eligible-navigating-{empty,embed,frame,object}",
        like(("eligible-.*", "eligible-1-0")),
    ),
    Difference(
        "a counter that nobody wrote counts for nothing",
        "Reads any JavaScript number.",
        "The cookie is written by the library alone.",
        "handshake/loop-{07,10,11,12,13,16,18,22}-*",
        like((r"loop-\d+", "loop-00")),
    ),
    Difference(
        "the redirect counter stops at three and above",
        "Stops at three exactly.",
        "A loop that slipped past three would never end.",
        "handshake/loop-{04,05,06}-* satellites/primary-loop-4 satellites/sync-*-satellite-loop-4",
        like((r"loop-0\d", "loop-03"), ("-loop-4", "-loop-3")),
    ),
    Difference(
        "without a secret key a handshake brings its cookies signed",
        "Throws.",
        "Redeeming a nonce is a call that needs the secret key; a signed handshake needs none.",
        "handshake/location-without-secret",
        like(
            ("without-secret", "dev-client-alone-plain"),
            texts=(("&format=nonce", ""), ("dvb_1", "d")),
        ),
    ),
    Difference(
        "a handshake that does not hold is an outcome in development",
        "Throws.",
        "Anybody can send such a token; it must not become a stack trace.",
        "handshake/{refused-*,with-other-jwt-key,jwks-*}-dev",
        refused_in_development,
    ),
    Difference(
        "a proxy has a scheme",
        "Takes a bare host for an https URL.",
        "A mistake in the settings is to be heard at the start.",
        "handshake/location-proxied-bare-host",
        threw,
    ),
    Difference(
        "a handshake is resolved where a browser navigates with GET",
        "Resolves it whatever the request is.",
        "With a handshake of their own in the URL of a form or of a script's request, another site "
        "would have it carried out in an account of its choice.",
        "handshake/nonce-by-{POST-document,GET-empty}-{dev,live}",
        unresolved,
    ),
    Difference(
        "a handshake brings a session token",
        "Takes a machine's token as well, or one of a JWT template.",
        "Such a token outlives the session, and its claims are anybody's choice.",
        "handshake/token-{template,machine}-{dev,live}-{query,cookie}"
        " handshake/nonce-{template,machine}-{dev,live}",
        without_a_session_token,
    ),
    Difference(
        "a session is renewed by a session token",
        "Takes a machine's token as well, or one of a JWT template.",
        "Such a token outlives the session, and its claims are anybody's choice.",
        "refresh/{template,machine}-{dev,live}",
        like(("template|machine", "forged")),
    ),
    Difference(
        "a proxy is a base URL, or a path that begins with one slash",
        "Drops its query, and takes a URL without a scheme for a path of the application.",
        "Neither leads to the proxy; a mistake in the settings is to be heard at the start.",
        "handshake/location-proxied-{protocol-relative,with-query}",
        threw,
    ),
    # The cookies that a handshake or a refresh asks to set.
    Difference(
        "cookies that are no list are none",
        "Takes a text apart, letter by letter, or throws.",
        "A malformed answer is an outcome.",
        "handshake/nonce-text-* refresh/cookies-{text,number,of-numbers}-*",
        like(("nonce-text", "nonce-none"), ("cookies-(text|number|of-numbers)", "cookies-null")),
    ),
    Difference(
        "a cookie that is no header value is left out",
        "Fails over it, or passes it on.",
        "Neither one odd cookie nor a header that it splits may end a sign-in.",
        "handshake/{token,nonce}-with-{number,null,newline,nul,latin-1,wide}-*"
        " refresh/cookie-with-newline-*",
        like(
            ("with-(number|null|newline|nul|latin-1|wide)", "plain-only"),
            ("cookie-with-newline", "no-object"),
        ),
    ),
    Difference(
        "a session cookie without a value is no session",
        "Fails over it, and starts again.",
        "A malformed cookie is an outcome.",
        "handshake/{token,nonce}-session-no-value-*",
        bare_cookie_kept,
    ),
    Difference(
        "blanks around a cookie's name and value are no part of them",
        "Does not find the session that the browser is going to keep.",
        "RFC 6265, 5.2: a browser takes them away.",
        "handshake/{token,nonce}-session-spaces-*",
        trimmed_by_the_browser,
    ),
    # Refreshing.
    Difference(
        "an answer of null is an answer",
        "Takes it for a failure of the network.",
        "An outage should be told from a broken answer.",
        "refresh/200-null-{dev,live}",
        like(("200-null", "empty-errors")),
    ),
    Difference(
        "an error code of other than printable ASCII is none",
        "Puts it into a header and a URL as it is.",
        "No header can be relied upon to carry it.",
        "refresh/wide-code-{dev,live}",
        like(("wide-code", "empty-errors")),
    ),
    Difference(
        "a session id that is no text is missing",
        "Writes it into the path.",
        "No session has such a name.",
        "refresh/token-sid-number",
        like(("sid-number", "no-sid"), texts=((":expired no sid>>", ":expired sid number>>"),)),
    ),
    Difference(
        "a session id is one segment of the path",
        "Lets it add segments or a query, or throws where it leads upwards.",
        "A claim must not choose the endpoint that is called with the secret key.",
        "refresh/token-sid-{slash,dots,query}",
        as_one_segment,
    ),
    Difference(
        "without a secret key nothing is refreshed",
        "Throws.",
        "The JWT key alone is enough to run; the browser is sent to a handshake instead.",
        "refresh/option-jwt-key-only",
        without_api_client,
    ),
    Difference(
        "a form of the same origin renews the session",
        "Renews it for GET alone.",
        "A form that was open for longer than a minute is the user's nevertheless; no other site "
        "can send one that counts as of the same origin.",
        "refresh/form-{same-origin,own-origin}-page",
        renewed_by_a_form,
    ),
    Difference(
        "a part of a page does not renew the session",
        "Renews it for a script, a style sheet or an image as well.",
        "Shared caches keep such responses, and its cookies with them.",
        "refresh/destination-{script,style,image,font,worker}",
        not_renewed,
    ),
    # Satellites.
    Difference(
        "a primary leads back to http and https only",
        "Leads the browser to it, or throws.",
        "A link must not choose a script for its visitor, nor end in a stack trace.",
        "satellites/primary-{javascript,data,relative,protocol-relative,nonsense}"
        "-{nothing,browser,signed-in}",
        unasked_by_a_satellite,
    ),
    Difference(
        "a satellite answers a request from whatever page as any other",
        "Throws, for some forms of the settings.",
        "The Origin header is the visitor's, and says nothing about the settings.",
        "satellites/configured-dev-satellite-{proxy,proxy-path}{,-without-domain}-cross-origin"
        " satellites/configured-dev-satellite-domain-with-port-cross-origin"
        " satellites/configured-{dev,live}-satellite-sign-in-url-with-query-cross-origin"
        " satellites/configured-live-satellite-own-sign-in-url-same-origin"
        " satellites/configured-live-satellite-{relative,bad}-sign-in-url-{same,cross,null}-origin",
        like(("-(same|cross|null)-origin$", "-page")),
    ),
    Difference(
        "a satellite does not ask itself",
        "Sends the browser to the satellite itself, or throws.",
        "It would ask itself for ever. Which origin this is, a forwarded host may say, so it is no "
        "exception: the reason says what to set.",
        "satellites/configured-dev-satellite-own-sign-in-url-{page,{same,cross,null}-origin}",
        signed_out("satellite-sign-in-url-own"),
    ),
    Difference(
        "a satellite's sign-in page is a page",
        "Sends the browser to a script, or goes on.",
        "A mistake in the settings is to be heard at the start.",
        "satellites/configured-{dev,live}-satellite-javascript-sign-in-url-page"
        " satellites/configured-{dev,live}-satellite-javascript-sign-in-url-{same,cross}-origin",
        threw,
    ),
    Difference(
        "a page of the application begins with a slash",
        "Takes any text, relative to the page that was asked for.",
        "It would be another page below every path; mostly the scheme of a URL is missing.",
        "satellites/configured-live-satellite-bad-sign-in-url-{page,same-origin,cross-origin,null-origin}",
        threw,
    ),
    Difference(
        "the domain of a satellite in production has no port",
        "Sends the browser to that port of the Frontend API.",
        "Nothing answers there; a mistake in the settings is to be heard at the start.",
        "satellites/configured-live-satellite-domain-with-port-*",
        threw,
    ),
    Difference(
        "settings that cannot be are refused for every kind of token",
        "Does not look at a satellite's settings where only M2M tokens are accepted.",
        "Settings are checked once, when they are made.",
        "satellites/configured-{dev,live}-satellite-accepting-m2m_token",
        threw,
    ),
    # Organizations.
    Difference(
        "a repeated parameter is what stands in the path",
        "Joins its parts with commas.",
        "No organization's name has either; the path says it as it is.",
        "organizations/pattern-{repeated,starred}-/orgs/{acme/a/b,org_1/acme}",
        slashes_kept,
    ),
    Difference(
        "a pattern names each of its parameters once",
        "Lets the last one win.",
        "A mistake in the settings is to be heard at the start.",
        "organizations/broken-3-{organization,personal_account}_patterns",
        threw,
    ),
    Difference(
        "a pattern that cannot be matched in linear time is refused",
        "Matches it with backtracking, which a path can make take hours.",
        "No visitor may choose how long a request takes; the operator hears of it at the start.",
        "organizations/broken-9-{organization,personal_account}_patterns",
        threw,
    ),
    Difference(
        "a path of more than 2,048 characters matches no pattern",
        "Matches paths of any length.",
        "What matching costs is bounded, whatever a visitor sends; no page has such a path.",
        "organizations/path-of-2049",
        like(("path-of-2049", "usual-/orgs/acme-acme")),
    ),
    # Where to sign in.
    Difference(
        "what is below a page is below its path",
        "Appends to the text of the URL: after its query, or after a slash with another one.",
        "No page is at the URL that comes of it.",
        "redirects/*own-sign-in-query-sign-{in,up}-pending redirects/*elsewhere-sign-up-pending"
        " redirects/*own-slash-sign-in-pending"
        " redirects/*own-slash-sign-up-{nobody,browser,pending}",
        below_its_page,
    ),
)
