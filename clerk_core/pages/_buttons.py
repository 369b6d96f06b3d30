"""Links to sign in and up, and the button to sign out. They work without scripts, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from clerk_core._compat import Unpack
from clerk_core._settings.values import read_page_url
from clerk_core.pages._markup import Markup, element, text_of, to_json, written
from clerk_core.pages._options import SignInOptions, SignUpOptions, check_options

Mode = Literal["redirect", "modal"]


def sign_in_button(
    url: str,
    text: str = "Sign in",
    *,
    mode: Mode = "redirect",
    class_: str | None = None,
    **options: Unpack[SignInOptions],
) -> Markup:
    """Return a link to the sign-in page.

    Args:
        url: The URL of the page.
        text: The text of the link.
        mode: `modal` opens the form on the page, with `options`, once the scripts are loaded.
        class_: The class of the link.
        options: Those of `sign_in`.

    Raises:
        TypeError: An option does not exist.
        ValueError: `url` is neither a path nor an http or https URL.
    """
    values = check_options("sign_in_button", options, SignInOptions)
    return _link("sign_in_button", "SignIn", url, text, mode, class_, values)


def sign_up_button(
    url: str,
    text: str = "Sign up",
    *,
    mode: Mode = "redirect",
    class_: str | None = None,
    **options: Unpack[SignUpOptions],
) -> Markup:
    """Return a link to the sign-up page.

    Args:
        url: The URL of the page.
        text: The text of the link.
        mode: `modal` opens the form on the page, with `options`, once the scripts are loaded.
        class_: The class of the link.
        options: Those of `sign_up`.

    Raises:
        TypeError: An option does not exist.
        ValueError: `url` is neither a path nor an http or https URL.
    """
    values = check_options("sign_up_button", options, SignUpOptions)
    return _link("sign_up_button", "SignUp", url, text, mode, class_, values)


def sign_out_button(
    text: str = "Sign out",
    *,
    action: str | None = None,
    hidden: Mapping[str, str] | None = None,
    redirect_url: str | None = None,
    class_: str | None = None,
) -> Markup:
    """Return a button to sign out.

    Args:
        text: The text of the button.
        action: The URL of the application that signs users out when a form is posted to it. Without
            it, the button needs scripts.
        hidden: Hidden fields of the form, such as a CSRF token.
        redirect_url: Where a button without `action` leads to.
        class_: The class of the button.

    Raises:
        TypeError: There are both `action` and `redirect_url`: the response of the application says
            where to go.
        ValueError: `action` is neither a path nor an http or https URL.
    """
    label = text_of(text)
    if action is None:
        values = {} if redirect_url is None else {"redirectUrl": redirect_url}
        out = to_json("sign_out_button", values) or ""
        attributes = {"type": "button", "class": class_, "data-clerk-sign-out": out}
        return element("button", attributes, label)
    if redirect_url is not None:
        raise TypeError("sign_out_button() takes redirect_url= only without action=")
    fields = "".join(
        f"<input{written({'type': 'hidden', 'name': name, 'value': value})}>"
        for name, value in (hidden or {}).items()
    )
    button = element("button", {"type": "submit", "class": class_}, label)
    form = {"method": "post", "action": _page(action), "data-clerk-sign-out": ""}
    return element("form", form, fields + button)


def _link(
    function: str,
    name: str,
    url: str,
    text: str,
    mode: Mode,
    class_: str | None,
    options: Mapping[str, object],
) -> Markup:
    if mode not in ("redirect", "modal"):
        raise TypeError(f"{function}() got mode={mode!r}. Use 'redirect' or 'modal'.")
    if options and mode == "redirect":
        raise TypeError(f"{function}() takes options of the form only with mode='modal'")
    opens = name if mode == "modal" else None
    attributes = {
        "href": _page(url),
        "class": class_,
        "data-clerk-open": opens,
        "data-clerk-options": to_json(function, options),
    }
    return element("a", attributes, text_of(text))


def _page(url: str) -> str:
    # Never javascript:, wherever the application has the URL from.
    page = read_page_url(url)
    if page is None:
        raise ValueError("The URL of a button is empty.")
    return page
