"""Make a page for each resource of the Backend API, from the declarations of its operations."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, get_args, get_origin

from clerk_core import Clerk
from clerk_core._api.operation import Operation
from clerk_core._api.paginator import Paginator
from clerk_core._api.resources import LazyResource, Resources
from docs.extensions.docstrings import read_docstring
from docs.extensions.generated import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx

Method: TypeAlias = "Operation[..., object] | Paginator[..., object]"

_CLERK = "https://clerk.com/docs/reference/backend-api"
# Clerk names the group of these resources otherwise.
_TAGS = {"m2m": "m2m-tokens"}
# Groups whose pages are not known, and identifiers that Clerk's paths have under other names.
_WITHOUT_PAGE = re.compile("allowlist|blocklist|templates$|miscellaneous")
_IDENTIFIERS = {
    "admin_portal_link_token_id": "adminPortalLinkTokenID",
    "api_key_id": "apiKeyID",
    "statement_id": "statementID",
}
_EXAMPLES = {
    "action": "add",
    "actor": {"sub": "user_2"},
    "amount": 500,
    "blocked_country_codes": ["XX"],
    "claims": {"plan": "gold"},
    "code": "424242",
    "creator_role_key": "org:admin",
    "default_role_key": "org:member",
    "dest_role_set_key": "role_set:staff",
    "domains": ["example.com"],
    "email_address": "ada@example.com",
    "email_address_query": "ada",
    "enrollment_mode": "automatic_invitation",
    "entries": [{"email_address": "ada@example.com"}],
    "expires_in_seconds": 600,
    "first_name": "Ada",
    "home_url": "https://example.com",
    "idempotency_key": "order-7",
    "identifier": "ada@example.com",
    "invitations": [{"email_address": "ada@example.com"}],
    "key": "org:reports:read",
    "mappings": [{"scim_group_id": "group_1", "role_id": "role_1"}],
    "name": "Acme",
    "password": "analytical-engine",
    "phone_number": "+12015550100",
    "provider": "oauth_google",
    "public_metadata": {"plan": "gold"},
    "query": "ada",
    "redirect_url": "https://example.com/welcome",
    "revocation_reason": "The laptop was lost.",
    "role": "org:admin",
    "role_key": "org:member",
    "role_keys": ["org:member"],
    "roles": ["org:admin", "org:member"],
    "secret": "ak_1",
    "slug": "acme",
    "subject": "user_1",
    "template_name": "supabase",
    "template_type": "email",
    "to_role_key": "org:admin",
    "token": "mt_1",
    "token_format": "jwt",
    "url": "https://example.com/welcome",
}
_PREFIXES = {"organization_id": "org", "session_id": "sess", "invitation_id": "inv"}


def resources() -> Iterator[tuple[str, type]]:
    """Yield each resource with the class of its operations."""
    for name, value in sorted(vars(Resources).items()):
        if isinstance(value, LazyResource):
            yield name, type(getattr(Clerk, name))


def methods(kind: type) -> Iterator[tuple[str, Method]]:
    """Yield the methods of a resource in order of declaration, without aliases."""
    for name, value in vars(kind).items():
        if isinstance(value, (Operation, Paginator)) and name == value.name:
            yield name, value


def other_names(kind: type, method: Method) -> list[str]:
    """Return the aliases of a method."""
    return [name for name, value in vars(kind).items() if value is method and name != method.name]


def arguments(operation: Operation[..., object]) -> dict[str, object]:
    """Return arguments for an example: those that are required, or else the first that is not."""
    every = operation.declared.parameters.values()
    required = [one for one in every if one.default is inspect.Parameter.empty]
    has_more = any(one.kind is inspect.Parameter.KEYWORD_ONLY for one in required)
    further = [one for one in every if one not in required and one.kind is one.KEYWORD_ONLY]
    is_complete = has_more or operation.method in ("DELETE",)
    known = [one for one in further if one.name in (*_EXAMPLES, "limit")] or further
    shown = [*required, *([] if is_complete else known[:1])]
    return {one.name: _value(one.name, one.annotation) for one in shown}


def _value(name: str, annotation: object) -> object:
    kinds = [get_origin(one) or one for one in (annotation, *get_args(annotation))]
    if name in _EXAMPLES:
        known = _EXAMPLES[name]
        is_list = Sequence in kinds and isinstance(known, str)
        return [known] if is_list else known
    if bytes in kinds:
        return b"..."
    if Mapping in kinds and Sequence not in kinds:
        return {"key": "value"}
    if Sequence in kinds:
        entry = get_args(annotation)[0] if get_args(annotation) else str
        return [{"key": "value"}] if get_origin(entry) is Mapping else [_text(name)]
    if bool in kinds:
        return True
    return 10 if int in kinds or float in kinds else _text(name)


def _text(name: str) -> str:
    if name.endswith(("_id", "_ids")) or name == "id":
        return f"{_PREFIXES.get(name, name.rpartition('_id')[0].split('_')[-1] or 'id')}_1"
    return name


def example(resource: str, operation: Operation[..., object]) -> str:
    """Return a call of an operation, as an application writes it."""
    declared = operation.declared.parameters
    texts = [
        repr(value).replace("'", '"')
        if declared[name].kind is not inspect.Parameter.KEYWORD_ONLY
        else f"{name}={value!r}".replace("'", '"')
        for name, value in arguments(operation).items()
    ]
    return f"clerk.{resource}.{operation.name}({', '.join(texts)})"


def clerk_page(resource: str, operation: Operation[..., object]) -> str | None:
    """Return the URL of Clerk's page about an operation; None if it is not known."""
    if _WITHOUT_PAGE.search(resource):
        return None
    tag = _TAGS.get(resource, resource.replace("_", "-"))
    path = re.sub(
        r"\{(\w+)\}", lambda one: f"%7B{_IDENTIFIERS.get(one[1], one[1])}%7D", operation.path
    )
    return f"{_CLERK}/tag/{tag}/{operation.method}{path}"


def shown(annotation: object) -> str:
    """Return an annotation without the modules of its names."""
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", inspect.formatannotation(annotation))


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _table(operation: Operation[..., object], meanings: Mapping[str, str]) -> Iterator[str]:
    if not operation.declared.parameters:
        return
    yield "| parameter | type | meaning |\n| --- | --- | --- |\n"
    for name, one in operation.declared.parameters.items():
        is_required = one.default is inspect.Parameter.empty
        flag = ", required" if is_required else ""
        meaning = _cell(meanings.get(name, ""))
        yield f"| `{name}` | `{_cell(shown(one.annotation))}`{flag} | {meaning} |\n"
    yield "\n"


def _operation(resource: str, kind: type, operation: Operation[..., object]) -> Iterator[str]:
    described = read_docstring(operation.__doc__)
    link = clerk_page(resource, operation)
    yield f"## {operation.name}\n\n{described.text}\n\n"
    yield f"```python\n{example(resource, operation)}\n```\n\n"
    result = shown(operation.declared.return_annotation)
    yield f"`{operation.method} {operation.path}` returns `{result}`."
    others = other_names(kind, operation)
    yield f" Also `{'`, `'.join(others)}`." if others else ""
    yield f" [Clerk's page]({link})\n\n" if link else "\n\n"
    yield from _table(operation, described.entries)


def _paginator(resource: str, paginator: Paginator[..., object]) -> Iterator[str]:
    (entry,) = get_args(paginator.listing.declared.return_annotation)
    listing = paginator.listing.name
    yield f"## {paginator.name}\n\n{read_docstring(paginator.__doc__).text}\n\n"
    required = [
        _value(one.name, one.annotation)
        for one in paginator.listing.declared.parameters.values()
        if one.default is inspect.Parameter.empty
    ]
    call = f"clerk.{resource}.{paginator.name}({', '.join(map(repr, required))})"
    yield f"```python\nfor one in {call}:\n    print(one)\n```\n\n".replace("'", '"')
    yield f"It takes the arguments of [`{listing}`](#{listing.replace('_', '-')}), "
    yield f"and yields each `{shown(entry)}` of all its pages. `limit` is the maximum in all.\n\n"


def page(resource: str, kind: type) -> str:
    """Return the page of a resource, in Markdown."""
    parts = [f"# {resource}\n\n{inspect.cleandoc(kind.__doc__ or '')}\n\n"]
    for _, method in methods(kind):
        if isinstance(method, Operation):
            parts.extend(_operation(resource, kind, method))
        else:
            parts.extend(_paginator(resource, method))
    return "".join(parts)


def _write_pages(app: Sphinx) -> None:
    pages = {f"{name}.md": page(name, kind) for name, kind in resources()}
    write(Path(app.srcdir, "backend-api"), pages)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the extension to Sphinx."""
    app.connect("builder-inited", _write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
