"""Settings for satellites, machine keys and organizations, and their validation."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

from clerk_core._settings.settings import Options, OrganizationSyncOptions, Settings
from clerk_core._settings.sources import merge_options
from clerk_core.errors import ConfigurationError
from tests.support import HOST, SECRET_KEY, publishable_key, settings

if TYPE_CHECKING:
    from typing_extensions import Unpack


def production_settings(**options: Unpack[Options]) -> Settings:
    """Return settings of a production instance."""
    keys: Options = {
        "publishable_key": publishable_key(HOST, "live"),
        "secret_key": "sk_live_0123456789abcdef",
    }
    return Settings(**merge_options(keys, options))


def test_machine_secret_key_is_enough_and_hidden() -> None:
    made = Settings(machine_secret_key=" ak_machine_secret\n")
    assert made.machine_secret_key == "ak_machine_secret"
    assert "ak_machine" not in repr(made)
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        made.require_secret_key()


@pytest.mark.parametrize("key", ["ak_shown\nx", "ak shown", "ak_shown…"])
def test_machine_secret_key_invalid_in_a_header_is_rejected_without_being_shown(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings(machine_secret_key=key)
    assert caught.value.code == "machine-secret-key-invalid"
    assert "CLERK_MACHINE_SECRET_KEY" in caught.value.message
    assert "shown" not in str(caught.value)


def test_missing_domain_options_have_defaults() -> None:
    made = Settings(secret_key=SECRET_KEY)
    assert (made.machine_secret_key, made.domain) == (None, None)
    assert (made.is_satellite, made.satellite_auto_sync) == (False, False)
    assert (made.after_sign_in_url, made.after_sign_up_url) == (None, None)
    assert made.organization_sync_options == OrganizationSyncOptions()
    assert not made.organization_sync_options.is_given


@pytest.mark.parametrize(
    ("given", "flag"),
    [
        (True, True),
        ("true", True),
        (" TRUE ", True),
        ("1", True),
        *((value, False) for value in (False, None, "", "false", "0")),
    ],
)
def test_flags_accept_booleans_and_their_text(given: object, flag: bool) -> None:
    made = production_settings(
        domain="satellite.example",
        is_satellite=given,  # type: ignore[arg-type]
        satellite_auto_sync=given,  # type: ignore[arg-type]
    )
    assert made.is_satellite is flag
    assert made.satellite_auto_sync is flag


@pytest.mark.parametrize("given", ["yes", "no", "on", "x", 1, 0, [1]])
@pytest.mark.parametrize("name", ["is_satellite", "satellite_auto_sync"])
def test_invalid_flag_is_rejected(name: str, given: object) -> None:
    options: dict[str, Any] = {"domain": "satellite.example", name: given}
    with pytest.raises(ConfigurationError, match="must be True or False"):
        production_settings(**options)


def test_satellite_requires_a_domain_or_proxy_url() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_DOMAIN") as caught:
        production_settings(is_satellite=True)
    assert caught.value.code == "satellite-domain-missing"
    assert production_settings(is_satellite=True, domain="satellite.example").is_satellite
    assert production_settings(is_satellite=True, proxy_url="/__clerk").is_satellite


@pytest.mark.parametrize("page", [None, "", "/sign-in", "//primary.example/x"])
def test_development_satellite_requires_an_absolute_sign_in_url(page: str | None) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SIGN_IN_URL") as caught:
        settings(is_satellite=True, domain="satellite.example", sign_in_url=page)
    assert caught.value.code == "satellite-sign-in-url-missing"


@pytest.mark.parametrize("page", ["https://[", "http://", "https://primary example/x", "ftp://x"])
def test_satellite_with_an_invalid_sign_in_url_is_rejected(page: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SIGN_IN_URL"):
        settings(is_satellite=True, domain="satellite.example", sign_in_url=page)


@pytest.mark.parametrize("proxy", ["https://[", "http://", "https://a b/", "https://x:99999"])
def test_invalid_proxy_url_is_rejected(proxy: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_PROXY_URL"):
        settings(proxy_url=proxy)


@pytest.mark.parametrize("domain", ["[", "a b", "x:y", "a%00b"])
def test_satellite_with_an_invalid_domain_is_rejected(domain: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_DOMAIN"):
        production_settings(is_satellite=True, domain=domain)


@pytest.mark.parametrize("host", ["a b.c", "[.x", "a:b.c", "a%00.c"])
def test_publishable_key_with_an_invalid_host_is_rejected(host: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_PUBLISHABLE_KEY"):
        settings(publishable_key=publishable_key(host))


def test_production_satellite_needs_no_sign_in_url() -> None:
    assert production_settings(is_satellite=True, domain="satellite.example").sign_in_url is None


def test_organization_sync_options_may_be_a_mapping() -> None:
    options = OrganizationSyncOptions(("/orgs/:id", "/orgs/:slug"), ("/me",))
    mapping = {"organization_patterns": ["/orgs/:id", "/orgs/:slug"]}
    mapping["personal_account_patterns"] = ["/me"]
    one, other = (settings(organization_sync_options=given) for given in (options, mapping))
    assert one.organization_sync_options == other.organization_sync_options == options
    assert hash(options) == hash(other.organization_sync_options)
    assert options.is_given
    assert pickle.loads(pickle.dumps(options)) == options
    single = settings(organization_sync_options={"personal_account_patterns": "/me"})
    assert single.organization_sync_options.personal_accounts.match("/me") == {}


def test_domain_options_are_read_from_the_environment() -> None:
    made = Settings.from_environ(
        {
            "CLERK_MACHINE_SECRET_KEY": "ak_machine",
            "CLERK_SECRET_KEY": "sk_live_x",
            "CLERK_DOMAIN": "satellite.example",
            "CLERK_IS_SATELLITE": "true",
        }
    )
    assert (made.machine_secret_key, made.domain) == ("ak_machine", "satellite.example")
    assert made.is_satellite
    off = {"CLERK_SECRET_KEY": SECRET_KEY, "CLERK_IS_SATELLITE": "false"}
    assert not Settings.from_environ(off).is_satellite
