"""The examples of docs/frontend-api-proxy.md run."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_core.testing._tokens import SECRET_KEY, publishable_key
from tests.docs.examples import proxies


def test_proxy_url_follows_from_the_option(
    clean_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERK_PUBLISHABLE_KEY", publishable_key())
    monkeypatch.setenv("CLERK_SECRET_KEY", SECRET_KEY)
    names: dict[str, Any] = {"__name__": "proxy"}

    exec(proxies()[0], names)

    installation = names["app"].extensions["clerk"]
    assert installation.client.settings.proxy_url == "/__clerk"
    assert names["app"].test_client().get("/__clerk/admin").status_code == 404


def test_local_instance_is_proxied(clean_environment: None) -> None:
    names: dict[str, Any] = {"__name__": "proxy"}
    exec(proxies()[1], names)
    try:
        response = names["app"].test_client().get("/__clerk/v1/environment")
        assert response.get_json()["object"] == "environment"
    finally:
        names["app"].extensions["clerk"].close()
        names["server"].close()
        names["local"].close()
