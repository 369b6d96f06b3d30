"""Clerk on pages that a server renders: its scripts, its components, and buttons, as HTML.

Put `head` into the head of a page and components into its body. Each function returns `Markup`,
which template engines insert as it is. In templates of Flask, Quart, Starlette, FastAPI,
Litestar and aiohttp-jinja2 the same functions are methods of `clerk`: `{{ clerk.user_button() }}`.
"""

from __future__ import annotations

from clerk_core.pages._buttons import sign_in_button, sign_out_button, sign_up_button
from clerk_core.pages._components import (
    api_keys,
    create_organization,
    organization_list,
    organization_profile,
    organization_switcher,
    pricing_table,
    sign_in,
    sign_up,
    task_choose_organization,
    task_reset_password,
    task_setup_mfa,
    user_avatar,
    user_button,
    user_profile,
    waitlist,
)
from clerk_core.pages._head import head
from clerk_core.pages._markup import Markup
from clerk_core.pages._policy import content_security_policy

__all__ = [
    "Markup",
    "api_keys",
    "content_security_policy",
    "create_organization",
    "head",
    "organization_list",
    "organization_profile",
    "organization_switcher",
    "pricing_table",
    "sign_in",
    "sign_in_button",
    "sign_out_button",
    "sign_up",
    "sign_up_button",
    "task_choose_organization",
    "task_reset_password",
    "task_setup_mfa",
    "user_avatar",
    "user_button",
    "user_profile",
    "waitlist",
]
