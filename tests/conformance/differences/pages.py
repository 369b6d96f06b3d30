"""Differences in redirects, handshakes, cookies, satellites and organizations."""

from __future__ import annotations

from tests.conformance.changes.general import configuration_error, like, signed_out
from tests.conformance.changes.of_pages import (
    as_one_segment,
    bare_cookie_kept,
    forwarded_url,
    ignoring_handshake,
    ignoring_redirect_url,
    not_renewed,
    received_url,
    redirecting_back_to,
    rejected_in_development,
    renewed_by_form,
    slashes_kept,
    with_machine_token,
    with_tasks_in_path,
    with_trimmed_cookie,
    without_api_client,
)
from tests.conformance.differences.difference import Difference

DIFFERENCES_OF_PAGES = (
    # The URL of the request.
    Difference(
        "a path that begins with // is a path, not a host",
        "Takes its first segment for the public host.",
        "A request must not choose its redirect target.",
        "credentials/url-path-{00,01,09}-proxied",
        redirecting_back_to(forwarded_url),
    ),
    Difference(
        "only http and https are accepted as forwarded scheme",
        "Accepts any value of x-forwarded-proto.",
        "A browser must never be redirected to a javascript: URL.",
        "credentials/url-proto-{14,15,16,17,18,23,24}* credentials/url-proto-19-host",
        redirecting_back_to(received_url),
    ),
    Difference(
        "a request whose host is not a host with an optional port is signed out",
        "Uses the host that the URL parser reads, or that of the server.",
        "RFC 9110, 7.2: two parsers must not assign a request to different tenants.",
        "credentials/url-host-header-malformed"
        " credentials/url-host-{06,14,15,16,17,18,19,20,21,22,24,30,34,35,36,38}*"
        " credentials/url-drawn-{02,03,04,13,15,19,23,24,25,27}",
        signed_out("request-malformed"),
    ),
    # Handshakes.
    Difference(
        "a navigation is also recognised by Sec-Fetch-Mode",
        "Checks only the destination, for documents and iframes.",
        "The Fetch standard has five destinations of navigations, and a service worker that "
        "forwards one keeps only its mode. Browsers must not get the error for API clients.",
        "handshake/eligible-mode-navigate handshake/eligible-navigating-{empty,embed,frame,object}",
        like(("eligible-.*", "eligible-1-0")),
    ),
    Difference(
        "an invalid redirect counter is ignored",
        "Accepts any JavaScript number.",
        "Only the library writes the cookie.",
        "handshake/loop-{07,10,11,12,13,16,18,22}-*",
        like((r"loop-\d+", "loop-00")),
    ),
    Difference(
        "redirects stop at a count of three or more",
        "Stops at exactly three.",
        "A count above three would loop forever.",
        "handshake/loop-{04,05,06}-* satellites/primary-loop-4 satellites/sync-*-satellite-loop-4",
        like((r"loop-0\d", "loop-03"), ("-loop-4", "-loop-3")),
    ),
    Difference(
        "without a secret key a handshake returns a signed token",
        "Throws.",
        "Redeeming a nonce requires the secret key; a signed handshake does not.",
        "handshake/location-without-secret",
        like(
            ("without-secret", "dev-client-alone-plain"),
            texts=(("&format=nonce", ""), ("dvb_1", "d")),
        ),
    ),
    Difference(
        "an invalid handshake in development is a signed-out state",
        "Throws.",
        "Anyone can send such a token; it must not cause an exception.",
        "handshake/{refused-*,with-other-jwt-key,jwks-*}-dev",
        rejected_in_development,
    ),
    Difference(
        "a proxy URL requires a scheme",
        "Treats a bare host as an https URL.",
        "Invalid settings are reported at startup.",
        "handshake/location-proxied-bare-host",
        configuration_error,
    ),
    Difference(
        "a handshake is resolved only for a GET navigation",
        "Resolves it for any request.",
        "With its own handshake in the URL of a form or script request, another site could have "
        "the request processed in an account of its choice.",
        "handshake/nonce-by-{POST-document,GET-empty}-{dev,live}",
        ignoring_handshake,
    ),
    Difference(
        "a handshake must contain a session token",
        "Also accepts machine tokens and tokens of JWT templates.",
        "Such a token can outlive the session, and its claims are not under Clerk's control.",
        "handshake/token-{template,machine}-{dev,live}-{query,cookie}"
        " handshake/nonce-{template,machine}-{dev,live}",
        with_machine_token,
    ),
    Difference(
        "a refresh must return a session token",
        "Also accepts machine tokens and tokens of JWT templates.",
        "Such a token can outlive the session, and its claims are not under Clerk's control.",
        "refresh/{template,machine}-{dev,live}",
        like(("template|machine", "forged")),
    ),
    Difference(
        "a proxy URL is a base URL or a path with one leading slash",
        "Drops its query, and treats a URL without a scheme as a path of the application.",
        "Neither reaches the proxy; invalid settings are reported at startup.",
        "handshake/location-proxied-{protocol-relative,with-query}",
        configuration_error,
    ),
    # Cookies set by a handshake or refresh.
    Difference(
        "cookies that are not a list are ignored",
        "Splits a string into characters, or throws.",
        "A malformed response must not cause an exception.",
        "handshake/nonce-text-* refresh/cookies-{text,number,of-numbers}-*",
        like(("nonce-text", "nonce-none"), ("cookies-(text|number|of-numbers)", "cookies-null")),
    ),
    Difference(
        "a cookie that is not a valid header value is skipped",
        "Fails, or passes it on.",
        "An invalid cookie must neither break a sign-in nor split a header.",
        "handshake/{token,nonce}-with-{number,null,newline,nul,latin-1,wide}-*"
        " refresh/cookie-with-newline-*",
        like(
            ("with-(number|null|newline|nul|latin-1|wide)", "plain-only"),
            ("cookie-with-newline", "no-object"),
        ),
    ),
    Difference(
        "a session cookie without a value is ignored",
        "Fails, and starts another handshake.",
        "A malformed cookie must not cause an exception.",
        "handshake/{token,nonce}-session-no-value-*",
        bare_cookie_kept,
    ),
    Difference(
        "blanks around a cookie's name and value are stripped",
        "Does not find the session that the browser will store.",
        "RFC 6265, 5.2: browsers strip them.",
        "handshake/{token,nonce}-session-spaces-*",
        with_trimmed_cookie,
    ),
    # Refresh.
    Difference(
        "a response of null is not a network failure",
        "Reports a network failure.",
        "An outage and a malformed response should be distinguishable.",
        "refresh/200-null-{dev,live}",
        like(("200-null", "empty-errors")),
    ),
    Difference(
        "an error code that is not printable ASCII is ignored",
        "Copies it into a header and a URL.",
        "Headers cannot carry it reliably.",
        "refresh/wide-code-{dev,live}",
        like(("wide-code", "empty-errors")),
    ),
    Difference(
        "a session id that is not a string counts as missing",
        "Puts it into the path.",
        "No session has such an id.",
        "refresh/token-sid-number",
        like(("sid-number", "no-sid"), texts=((":expired no sid>>", ":expired sid number>>"),)),
    ),
    Difference(
        "a session id is escaped to one path segment",
        "Lets it add segments or a query, or throws for `..`.",
        "A claim must not determine which endpoint is called with the secret key.",
        "refresh/token-sid-{slash,dots,query}",
        as_one_segment,
    ),
    Difference(
        "without a secret key a session is not refreshed",
        "Throws.",
        "The JWT key is a sufficient configuration; the browser is redirected to a handshake.",
        "refresh/option-jwt-key-only",
        without_api_client,
    ),
    Difference(
        "a same-origin form submission refreshes the session",
        "Refreshes it only for GET.",
        "A form may be open for longer than a minute; other sites cannot send a form that counts "
        "as same-origin.",
        "refresh/form-{same-origin,own-origin}-page",
        renewed_by_form,
    ),
    Difference(
        "a subresource request does not refresh the session",
        "Refreshes it for scripts, style sheets and images, too.",
        "Shared caches store such responses with their cookies.",
        "refresh/destination-{script,style,image,font,worker}",
        not_renewed,
    ),
    # Satellites.
    Difference(
        "a primary redirects back only to http and https URLs",
        "Redirects to it, or throws.",
        "A link must neither run a script nor cause an exception.",
        "satellites/primary-{javascript,data,relative,protocol-relative,nonsense}"
        "-{nothing,browser,signed-in}",
        ignoring_redirect_url,
    ),
    Difference(
        "a cross-origin request to a satellite is handled like any other",
        "Throws for some settings.",
        "The Origin header is chosen by the client and says nothing about the settings.",
        "satellites/configured-dev-satellite-{proxy,proxy-path}{,-without-domain}-cross-origin"
        " satellites/configured-dev-satellite-domain-with-port-cross-origin"
        " satellites/configured-{dev,live}-satellite-sign-in-url-with-query-cross-origin"
        " satellites/configured-live-satellite-own-sign-in-url-same-origin"
        " satellites/configured-live-satellite-{relative,bad}-sign-in-url-{same,cross,null}-origin",
        like(("-(same|cross|null)-origin$", "-page")),
    ),
    Difference(
        "a satellite never syncs with itself",
        "Redirects the browser to the satellite itself, or throws.",
        "The redirects would never end. The origin may come from a forwarded host, so it is not an "
        "exception: the reason says what to set.",
        "satellites/configured-dev-satellite-own-sign-in-url-{page,{same,cross,null}-origin}",
        signed_out("satellite-sign-in-url-own"),
    ),
    Difference(
        "a satellite's sign-in URL must be http or https",
        "Redirects the browser to a script, or continues.",
        "Invalid settings are reported at startup.",
        "satellites/configured-{dev,live}-satellite-javascript-sign-in-url-page"
        " satellites/configured-{dev,live}-satellite-javascript-sign-in-url-{same,cross}-origin",
        configuration_error,
    ),
    Difference(
        "a relative page URL must begin with a slash",
        "Accepts any text, relative to the requested page.",
        "It would be another page below every path; usually the scheme is missing.",
        "satellites/configured-live-satellite-bad-sign-in-url-{page,same-origin,cross-origin,null-origin}",
        configuration_error,
    ),
    Difference(
        "the domain of a production satellite must not have a port",
        "Redirects the browser to that port of the Frontend API.",
        "Nothing listens there; invalid settings are reported at startup.",
        "satellites/configured-live-satellite-domain-with-port-*",
        configuration_error,
    ),
    Difference(
        "invalid settings are rejected for every token type",
        "Skips a satellite's settings if only M2M tokens are accepted.",
        "Settings are validated once, when they are created.",
        "satellites/configured-{dev,live}-satellite-accepting-m2m_token",
        configuration_error,
    ),
    # Organizations.
    Difference(
        "a repeated parameter is the text of the path",
        "Joins its parts with commas.",
        "Neither occurs in an organization's id or slug; the path is kept unchanged.",
        "organizations/pattern-{repeated,starred}-/orgs/{acme/a/b,org_1/acme}",
        slashes_kept,
    ),
    Difference(
        "a pattern must not repeat a parameter name",
        "Uses the last one.",
        "Invalid settings are reported at startup.",
        "organizations/broken-3-{organization,personal_account}_patterns",
        configuration_error,
    ),
    Difference(
        "a pattern that cannot be matched in linear time is rejected",
        "Matches it with backtracking, which can take hours for some paths.",
        "Visitors must not control how long a request takes; the error is reported at startup.",
        "organizations/broken-9-{organization,personal_account}_patterns",
        configuration_error,
    ),
    Difference(
        "a path of more than 2,048 characters matches no pattern",
        "Matches paths of any length.",
        "The cost of matching is bounded; no page has such a path.",
        "organizations/path-of-2049",
        like(("path-of-2049", "usual-/orgs/acme-acme")),
    ),
    # Sign-in pages.
    Difference(
        "a subpage is appended to the path of a page URL",
        "Appends to the text of the URL: after its query, or after a trailing slash.",
        "There is no page at the resulting URL.",
        "redirects/*own-sign-in-query-sign-{in,up}-pending redirects/*elsewhere-sign-up-pending"
        " redirects/*own-slash-sign-in-pending"
        " redirects/*own-slash-sign-up-{nobody,browser,pending}",
        with_tasks_in_path,
    ),
)
