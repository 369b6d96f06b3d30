"""Operations on pages that Clerk serves."""

from __future__ import annotations

from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class MiscellaneousOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/public/interstitial")
    def get_public_interstitial(
        self,
        *,
        frontendApi: str = ...,
        frontend_api: str = ...,
        publishable_key: str = ...,
        proxy_url: str = ...,
        domain: str = ...,
        sign_in_url: str = ...,
        use_domain_for_script: bool = ...,
    ) -> str:
        """The HTML of a page that loads Clerk's JavaScript."""


class Miscellaneous(MiscellaneousOperations, SyncFace):
    """Operations on pages that Clerk serves."""


class AsyncMiscellaneous(MiscellaneousOperations, AsyncFace):
    """Operations on pages that Clerk serves, to await."""
