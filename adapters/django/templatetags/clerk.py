"""Template tags of Clerk's components: `{% load clerk %}`, then `{% clerk_user_button %}`.

There is one for each function of the object `clerk` in templates, with the same options:
`{% clerk_head nonce=nonce %}`, `{% clerk_sign_in_button "Log in" mode="modal" %}`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template

from clerk_core import ConfigurationError
from clerk_core.django._templates import DjangoTemplateFunctions, template_functions

register: template.Library = template.Library()

NAMES = (
    "api_keys",
    "create_organization",
    "create_organization_url",
    "head",
    "organization_list",
    "organization_profile",
    "organization_profile_url",
    "organization_switcher",
    "pricing_table",
    "sign_in",
    "sign_in_button",
    "sign_in_url",
    "sign_out_button",
    "sign_up",
    "sign_up_button",
    "sign_up_url",
    "task_choose_organization",
    "task_reset_password",
    "task_setup_mfa",
    "tasks_url",
    "user_avatar",
    "user_button",
    "user_profile",
    "user_profile_url",
    "waitlist",
    "waitlist_url",
)


def _tag(name: str) -> Callable[..., Any]:
    def tag(context: Any, *args: Any, **kwargs: Any) -> Any:
        request = context.get("request")
        if request is None:
            raise ConfigurationError(
                f"{{% clerk_{name} %}} needs the request in the context of the template. Add "
                '"django.template.context_processors.request" to the context processors.',
                code="template-request-missing",
            )
        # `class` cannot be a keyword of Python, so options say `class_`, as in Python.
        return getattr(template_functions(request), name)(*args, **kwargs)

    tag.__doc__ = getattr(DjangoTemplateFunctions, name, None).__doc__
    return tag


for _name in NAMES:
    register.simple_tag(_tag(_name), takes_context=True, name=f"clerk_{_name}")
