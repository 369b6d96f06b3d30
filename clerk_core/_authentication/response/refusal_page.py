"""Render the error page for people: what is missing, and links that help.

The page is HTML without scripts and external resources. All inserted text is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape

_STYLE = """
:root{color-scheme:light dark;--text:#17171c;--muted:#5e5f6e;--line:#dcdce3;--page:#f6f6f8;
--card:#fff;--accent:#5b4bd6;--on:#fff}
@media(prefers-color-scheme:dark){:root{--text:#f3f3f6;--muted:#a6a7b5;--line:#34353f;
--page:#121217;--card:#1c1c23;--accent:#a79bff;--on:#121217}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--page);
color:var(--text);font:1rem/1.55 system-ui,sans-serif}
main{width:100%;max-width:27rem;padding:2rem;background:var(--card);border:1px solid var(--line);
border-radius:.9rem}
p{margin:0;color:var(--muted)}
.status{font-size:.85rem;font-variant-numeric:tabular-nums}
h1{margin:.25rem 0 .6rem;font-size:1.35rem;line-height:1.25}
nav{display:flex;flex-wrap:wrap;gap:.6rem;margin-top:1.5rem}
a,button{display:block;padding:.55rem .95rem;border:1px solid var(--line);border-radius:.5rem;
background:none;color:inherit;font:inherit;text-decoration:none;cursor:pointer}
a:first-child{background:var(--accent);border-color:var(--accent);color:var(--on)}
a:hover,button:hover{text-decoration:underline}
a:focus-visible,button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
"""


def refusal_page(
    status: int,
    title: str,
    message: str,
    links: tuple[tuple[str, str], ...],
    sign_out_url: str | None = None,
) -> tuple[bytes, str]:
    """Return the page and its Content-Security-Policy.

    Args:
        status: The status of the response.
        title: The heading.
        message: What is missing, in a sentence.
        links: Texts and URLs, the most important first.
        sign_out_url: The path of the application that a form is posted to in order to sign out.
    """
    listed = "".join(f'<a href="{escape(url)}">{escape(text)}</a>' for text, url in links)
    if sign_out_url is not None:
        button = "<button>Sign out</button>"
        listed += f'<form method="post" action="{escape(sign_out_url)}">{button}</form>'
    nav = f"<nav>{listed}</nav>" if listed else ""
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f'<p class="status">{status}</p><h1>{escape(title)}</h1><p>{escape(message)}</p>{nav}'
        "</main></body></html>"
    )
    return page.encode(), _policy(has_form=sign_out_url is not None)


@cache
def _policy(*, has_form: bool) -> str:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    # Browsers apply form-action to all redirects after a form, too. Signing out may lead to another
    # origin, or to a page that redirects to sign in there.
    forms = "" if has_form else "form-action 'none'; "
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; {forms}"
        "frame-ancestors 'none'"
    )
