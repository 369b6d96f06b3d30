"""Collect information for debugging the authentication of a request, without secrets."""

from __future__ import annotations

from clerk_core._authentication.request.credentials import Credentials

_SHOWN_OF_A_SECRET = 7


def debug_information(
    credentials: Credentials, reason: str | None, message: str | None
) -> dict[str, object]:
    """Return information for debugging. Secrets are cut off after seven characters."""
    settings = credentials.settings
    secrets = {
        "secret_key": settings.secret_key,
        "machine_secret_key": settings.machine_secret_key,
        "jwt_key": settings.jwt_key,
        "token_in_header": credentials.token_in_header,
        "session_token_in_cookie": credentials.session_token_in_cookie,
        "refresh_token_in_cookie": credentials.refresh_token_in_cookie,
        "dev_browser_token": credentials.dev_browser_token,
        "handshake_token": credentials.handshake_token,
        "handshake_nonce": credentials.handshake_nonce,
    }
    return {
        "reason": reason,
        "message": message,
        "publishable_key": settings.publishable_key,
        "proxy_url": settings.proxy_url,
        "domain": settings.domain,
        "is_satellite": settings.is_satellite,
        "uses_suffixed_cookies": credentials.uses_suffixed_cookies,
        "client_uat": credentials.client_uat,
        **{name: _truncate(secret or "") for name, secret in secrets.items()},
    }


def _truncate(secret: str) -> str:
    return secret[: min(_SHOWN_OF_A_SECRET, len(secret) // 2)]
