"""Types of `clerk_core.pages`. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing_extensions import assert_type

from clerk_core import AsyncAuth, Auth, Settings
from clerk_core.adapters import AsyncTemplateFunctions, TemplateFunctions
from clerk_core.pages import (
    Markup,
    content_security_policy,
    head,
    sign_in,
    sign_in_button,
    sign_out_button,
    user_button,
)


def functions(settings: Settings, auth: Auth | AsyncAuth) -> None:
    assert_type(head(settings, auth, nonce="abc", telemetry=False), Markup)
    assert_type(sign_in(path="/sign-in", initial_values={"email_address": ""}), Markup)
    assert_type(sign_in_button("/sign-in", "Log in", mode="modal", path="/x"), Markup)
    assert_type(sign_out_button(action="/sign-out", hidden={"csrf": "1"}), Markup)
    assert_type(content_security_policy(settings, img_src=["data:"]), str)


def mistakes() -> None:
    user_button(show_nam=True)  # type: ignore[call-arg]
    user_button(show_name="yes")  # type: ignore[arg-type]
    sign_in(routing="virtual")  # type: ignore[arg-type]
    sign_in_button("/sign-in", mode="dialog")  # type: ignore[arg-type]


def templates(clerk: TemplateFunctions, clerk_async: AsyncTemplateFunctions) -> None:
    assert_type(clerk.auth, Auth)
    assert_type(clerk_async.auth, AsyncAuth)
    assert_type(clerk.user, dict[str, object] | None)
    assert_type(clerk_async.user, dict[str, object] | None)
    assert_type(clerk.head(nonce="abc"), Markup)
    assert_type(clerk.user_button(show_name=True), Markup)
    assert_type(clerk.sign_in_url("/back"), str)
    clerk.user_button(show_nam=True)  # type: ignore[call-arg]
