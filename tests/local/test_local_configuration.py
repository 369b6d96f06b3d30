"""A configuration file names settings, users, organizations, roles and templates."""

from __future__ import annotations

import re
from pathlib import Path

import jwt
import pytest

from clerk_core.errors import ConfigurationError
from clerk_core.local import InstanceSettings, LocalClerk
from tests.docs.examples import LOCAL_COMMAND
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend, Browser

(EXAMPLE,) = re.findall(r"```toml\n(.*?)```", LOCAL_COMMAND.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "clerk.toml"
    file.write_text(EXAMPLE, "utf-8")
    return file


def rejected(config: Path, text: str) -> str:
    config.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        LocalClerk(config=config)
    assert caught.value.code == "local-config-invalid"
    return str(caught.value)


def test_example_of_the_docs_creates_what_it_names(config: Path) -> None:
    with LocalClerk(config=config) as local:
        (mary, joan) = local.accounts()
        session = local.create_session(mary.user_id, "acme")
        claims = jwt.decode(
            local.session_token(session), local.jwt_key, ["RS256"], {"verify_iat": False}
        )
        template = jwt.decode(
            local.session_token(session, template="reports"), options={"verify_signature": False}
        )
        js = ClerkJs(local, origin="https://shop.test").load()
        environment = js.read("GET", "/v1/environment")

    assert (mary.identifier, mary.roles) == ("mary@example.com", {"acme": "org:admin"})
    assert (joan.identifier, joan.roles) == ("joan", {"acme": "org:accountant"})
    assert claims["o"]["rol"] == "admin"
    assert template["department"] == "finance"
    assert environment["display_config"]["application_name"] == "Shop"
    assert environment["auth_config"]["single_session_mode"] is False
    assert environment["user_settings"]["attributes"]["username"]["enabled"] is True


def test_users_sign_in_with_the_password_that_the_sign_in_page_shows(config: Path) -> None:
    with LocalClerk(config=config) as local:
        mary, browser = local.accounts()[0], Browser(local)
        page = browser.get("/sign-in")
        fields = {"email_address": mary.identifier, "password": mary.password}
        response = browser.submit("/sign-in", page, **fields)

    assert mary.password in page.content.decode()
    assert mary.password not in repr(mary)
    assert response.status == 303


def test_second_start_keeps_changes_of_users_and_updates_roles(
    config: Path, tmp_path: Path
) -> None:
    data = str(tmp_path / "clerk.sqlite")
    with LocalClerk(data, config=config) as local:
        backend, mary = Backend(local), local.accounts()[0]
        backend.read("PATCH", f"/v1/users/{mary.user_id}", {"first_name": "Marie"})
    config.write_text(EXAMPLE.replace('name = "Accountant"', 'name = "Treasurer"'), "utf-8")

    with LocalClerk(data, config=config) as local:
        backend = Backend(local)
        assert backend.read("GET", f"/v1/users/{mary.user_id}")["first_name"] == "Marie"
        assert backend.read("GET", "/v1/users/count")["total_count"] == 2
        roles = backend.read("GET", "/v1/organization_roles?query=org:accountant")["data"]
        assert [role["name"] for role in roles] == ["Treasurer"]
        organizations = backend.read("GET", "/v1/organizations")
        assert organizations["total_count"] == 1


def test_default_roles_keep_system_permissions_unless_others_are_named(config: Path) -> None:
    with LocalClerk(config=config) as local:
        (admin,) = Backend(local).read("GET", "/v1/organization_roles?query=org:admin")["data"]

    keys = [permission["key"] for permission in admin["permissions"]]
    assert "org:invoices:manage" in keys
    assert "org:sys_memberships:manage" in keys
    assert "org:projects:manage" not in keys


def test_reset_creates_what_the_file_names_anew(config: Path) -> None:
    with LocalClerk(config=config) as local:
        before = local.accounts()
        local.reset()
        after = local.accounts()

    assert [one.identifier for one in after] == [one.identifier for one in before]
    assert after[0].user_id != before[0].user_id


def test_settings_of_the_argument_replace_those_of_the_file(config: Path) -> None:
    with LocalClerk(config=config, settings=InstanceSettings()) as local:
        environment = ClerkJs(local).load().read("GET", "/v1/environment")

    assert environment["display_config"]["application_name"] == "Local application"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("user = []", "has an unknown key 'user'. Did you mean 'users'?"),
        (
            "[settings]\nmulti_sesion = true",
            "[settings] has an unknown key 'multi_sesion'. Did you mean 'multi_session'?",
        ),
        (
            '[[users]]\nusername = "mary"\n[[users]]\nfirst_nam = false',
            "[[users]] number 2 has an unknown key 'first_nam'. Did you mean 'first_name'?",
        ),
        ("[settings]\nmulti_session = 1", "multi_session in [settings] must be true or false."),
        (
            '[settings]\nusername = "yes"',
            "username in [settings] must be one of off, on, required.",
        ),
        ("[settings]\napplication_name = 1", "application_name in [settings] must be a string."),
        ("settings = 1", "settings must be a table: [settings]."),
        ("users = 1", "users must be tables: [[users]]."),
        ("allowed_origins = 1", "allowed_origins must be a list of strings."),
        ("= 1", "is not a TOML file"),
        ("[[users]]\npublic_metadata = {born = 1815-12-10}", "has a date or a time."),
        ("[[users]]\npublic_metadata = {height = inf}", "is not a TOML file"),
        ("[[users]]\nfirst_name = 'Mary'", "[[users]] number 1: email_address is required."),
        (
            "[[users]]\nemail_address = 'mary@example.com'",
            "[[users]] number 1: email_address must be a list of strings.",
        ),
        (
            "[[users]]\nemail_address = ['mary@example.com']\npassword = 'short'",
            "[[users]] number 1: Passwords must have at least 8 characters.",
        ),
        (
            "[[users]]\nemail_address = ['mary@example.com']\norganizations = {acme = 'org:admin'}",
            "[[users]] number 1: No organization was found for 'acme'.",
        ),
        (
            "[[users]]\nemail_address = ['mary@example.com']\norganizations = 'acme'",
            "[[users]] number 1: organizations must be a table of roles by slug.",
        ),
        (
            "[[roles]]\nkey = 'org:reader'\nname = 'Reader'\npermissions = ['org:books:read']",
            "[[roles]] number 1: No permission was found for 'org:books:read'.",
        ),
        ("[[organizations]]\nname = 'Acme'", "[[organizations]] number 1: slug is required."),
    ],
)
def test_wrong_entry_is_refused_with_a_sentence(config: Path, text: str, message: str) -> None:
    assert message in rejected(config, text)


def test_file_that_is_refused_leaves_the_data_as_it_was(config: Path, tmp_path: Path) -> None:
    data = str(tmp_path / "clerk.sqlite")
    config.write_text("[[organizations]]\nname='A'\nslug='a'\n[[users]]\nusername=''", "utf-8")
    with pytest.raises(ConfigurationError):
        LocalClerk(data, config=config)

    with LocalClerk(data) as local:
        assert Backend(local).read("GET", "/v1/organizations")["total_count"] == 0
