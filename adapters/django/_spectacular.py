"""The security schemes of the authentication classes, for drf-spectacular."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from clerk_core.adapters import security_scheme

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema


class ClerkAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The scheme of an authentication class, by the kinds of token that it accepts."""

    target_class = "clerk_core.django.rest_framework.ClerkAuthentication"
    match_subclasses = True

    def __init__(self, target: Any) -> None:
        super().__init__(target)  # type: ignore[no-untyped-call]
        self.name, self._description = security_scheme(target.accepts_token)

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the security scheme object."""
        return {"type": "http", "scheme": "bearer", "description": self._description}
