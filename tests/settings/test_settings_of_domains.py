"""The settings of satellites, machines and organizations, and what is refused at the start."""

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


def live(**options: Unpack[Options]) -> Settings:
    """Settings of an instance in production."""
    keys: Options = {
        "publishable_key": publishable_key(HOST, "live"),
        "secret_key": "sk_live_0123456789abcdef",
    }
    return Settings(**merge_options(keys, options))


def test_a_machine_secret_key_is_enough_and_never_shown() -> None:
    made = Settings(machine_secret_key=" ak_machine_secret\n")
    assert made.machine_secret_key == "ak_machine_secret"
    assert "ak_machine" not in repr(made)
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        made.require_secret_key()


@pytest.mark.parametrize("key", ["ak_shown\nx", "ak shown", "ak_shown…"])
def test_a_machine_secret_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings(machine_secret_key=key)
    assert caught.value.code == "machine-secret-key-invalid"
    assert "CLERK_MACHINE_SECRET_KEY" in caught.value.message
    assert "shown" not in str(caught.value)


def test_what_is_left_out_of_the_new_has_its_default() -> None:
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
def test_a_flag_is_true_or_says_so(given: object, flag: bool) -> None:
    made = live(
        domain="satellite.example",
        is_satellite=given,  # type: ignore[arg-type]
        satellite_auto_sync=given,  # type: ignore[arg-type]
    )
    assert made.is_satellite is flag
    assert made.satellite_auto_sync is flag


@pytest.mark.parametrize("given", ["yes", "no", "on", "x", 1, 0, [1]])
@pytest.mark.parametrize("name", ["is_satellite", "satellite_auto_sync"])
def test_a_flag_that_is_neither_true_nor_false_is_refused_and_not_off(
    name: str, given: object
) -> None:
    options: dict[str, Any] = {"domain": "satellite.example", name: given}
    with pytest.raises(ConfigurationError, match="must be True or False"):
        live(**options)


def test_a_satellite_needs_a_domain_or_a_proxy_of_its_own() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_DOMAIN") as caught:
        live(is_satellite=True)
    assert caught.value.code == "satellite-domain-missing"
    assert live(is_satellite=True, domain="satellite.example").is_satellite
    assert live(is_satellite=True, proxy_url="/__clerk").is_satellite


@pytest.mark.parametrize("page", [None, "", "/sign-in", "//primary.example/x"])
def test_a_satellite_in_development_needs_the_primarys_sign_in_page(page: str | None) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SIGN_IN_URL") as caught:
        settings(is_satellite=True, domain="satellite.example", sign_in_url=page)
    assert caught.value.code == "satellite-sign-in-url-missing"


@pytest.mark.parametrize("page", ["https://[", "http://", "https://primary example/x", "ftp://x"])
def test_a_satellites_sign_in_page_that_is_no_url_is_refused_at_the_start(page: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SIGN_IN_URL"):
        settings(is_satellite=True, domain="satellite.example", sign_in_url=page)


@pytest.mark.parametrize("proxy", ["https://[", "http://", "https://a b/", "https://x:99999"])
def test_a_proxy_that_is_no_url_is_refused_at_the_start(proxy: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_PROXY_URL"):
        settings(proxy_url=proxy)


@pytest.mark.parametrize("domain", ["[", "a b", "x:y", "a%00b"])
def test_a_satellites_domain_that_is_none_is_refused_at_the_start(domain: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_DOMAIN"):
        live(is_satellite=True, domain=domain)


@pytest.mark.parametrize("host", ["a b.c", "[.x", "a:b.c", "a%00.c"])
def test_a_publishable_key_of_no_host_is_refused_at_the_start(host: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_PUBLISHABLE_KEY"):
        settings(publishable_key=publishable_key(host))


def test_a_satellite_in_production_may_leave_the_sign_in_page_to_the_primary() -> None:
    assert live(is_satellite=True, domain="satellite.example").sign_in_url is None


def test_organization_sync_options_are_an_object_or_a_mapping() -> None:
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


def test_the_environment_gives_the_new_options_too() -> None:
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
