"""Wrong calls raise errors that say what was written and what is expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clerk_core import (
    AsgiMiddleware,
    AsyncClerk,
    Clerk,
    Request,
    RequestAuth,
    Settings,
    WsgiMiddleware,
    asgi,
    wsgi,
)
from clerk_core import flask as clerk_flask
from clerk_core._integration.installation import AsyncInstallation, Installation
from clerk_core._integration.plugins.outcome_counter import OutcomeCounter
from clerk_core._integration.request_functions import RequestFunctions
from clerk_core.testing._tokens import SECRET_KEY, public_pem, publishable_key

OPTIONS: dict[str, Any] = {
    "publishable_key": publishable_key(),
    "secret_key": SECRET_KEY,
    "jwt_key": public_pem(),
}


def app(*_: object) -> Any:
    """Serve as an application."""


INSTALLERS: list[Callable[..., object]] = [
    Installation,
    AsyncInstallation,
    lambda **options: WsgiMiddleware(app, **options),
    lambda **options: AsgiMiddleware(app, **options),
]
installers = pytest.mark.parametrize("install", INSTALLERS, ids=["sync", "async", "wsgi", "asgi"])


@pytest.mark.parametrize("kind", [Clerk, AsyncClerk])
def test_client_called_with_an_application_mentions_install(kind: Any) -> None:
    with pytest.raises(
        TypeError, match=r"takes keyword arguments only.*clerk_core\.install\(app\)"
    ):
        kind(app)


@pytest.mark.parametrize("kind", [Clerk, AsyncClerk])
def test_unknown_client_option_raises_with_a_suggestion(kind: Any) -> None:
    with pytest.raises(TypeError) as raised:
        kind(secret="sk_test_1")

    assert str(raised.value) == (
        f"{kind.__name__}() got an unexpected keyword argument 'secret'. Did you mean 'secret_key'?"
    )


@pytest.mark.parametrize(
    "call",
    [
        RequestAuth.authenticate(Clerk(**OPTIONS), Request("GET", "http://localhost/")).auth,
        RequestFunctions(
            lambda: RequestAuth.authenticate(Clerk(**OPTIONS), Request("GET", "http://localhost/"))
        ).auth,
        clerk_flask.auth,
    ],
)
def test_unknown_argument_of_auth_raises_with_a_suggestion(call: Any) -> None:
    for arguments in ({"accept_tokens": "api_key"}, {"accepts_tokens": "api_key"}):
        with pytest.raises(TypeError) as raised:
            call(**arguments)

        assert str(raised.value) == (
            f"auth() got an unexpected keyword argument {next(iter(arguments))!r}. "
            "Did you mean 'accepts_token'?"
        )


@pytest.mark.parametrize("wrong", [None, 5, {"api_key": 1}, ["api-key"], "session"])
@pytest.mark.parametrize(
    "call",
    [
        RequestAuth.authenticate(Clerk(**OPTIONS), Request("GET", "http://localhost/")).auth,
        lambda **arguments: Clerk(**OPTIONS).authenticate(
            Request("GET", "http://localhost/"), **arguments
        ),
    ],
    ids=["auth", "authenticate"],
)
def test_unknown_token_type_raises_with_the_valid_types(call: Any, wrong: Any) -> None:
    with pytest.raises(
        TypeError, match=r"argument 'accepts_token' must be 'any', or one or a list"
    ):
        call(accepts_token=wrong)


def test_unknown_settings_option_raises_with_a_suggestion() -> None:
    with pytest.raises(
        TypeError, match=r"Settings\(\) got .*'secret'. Did you mean 'secret_key'\?"
    ):
        Settings(secret="sk_test_1")  # type: ignore[call-arg]


@installers
def test_unknown_install_option_raises_with_a_suggestion(install: Any) -> None:
    with pytest.raises(TypeError) as raised:
        install(**OPTIONS, authorised_parties=["https://app.example"])

    assert str(raised.value) == (
        "Clerk has no option 'authorised_parties'. Did you mean 'authorized_parties'?"
    )


@installers
@pytest.mark.parametrize("options_for", [{"secret_key": "sk_test_1"}, "sk_test_1", 1])
def test_invalid_options_for_raises_at_install(install: Any, options_for: object) -> None:
    with pytest.raises(TypeError, match="options_for must be a function from a request to options"):
        install(**OPTIONS, options_for=options_for)


@installers
@pytest.mark.parametrize(
    ("plugins", "message"),
    [
        ([object()], "plugins contains object, which is not a plugin: it has no function"),
        (
            [OutcomeCounter],
            r"plugins contains OutcomeCounter, .* Pass an object of it: OutcomeCount",
        ),
        (OutcomeCounter(), "plugins must be a list of plugins, not OutcomeCounter"),
        ("clerk_bottle", "plugins must be a list of plugins, not str"),
    ],
)
def test_invalid_plugin_raises_at_install(install: Any, plugins: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        install(**OPTIONS, plugins=plugins)


@pytest.mark.parametrize("guard", [asgi.RequireAuth, wsgi.RequireAuth])
def test_requirement_error_of_a_middleware_has_its_name(guard: Any) -> None:
    with pytest.raises(TypeError, match=r"^RequireAuth\(\) got .* 'roles'. Did you mean 'role'\?"):
        guard(app, roles="org:admin")
    with pytest.raises(TypeError, match=r"^RequireAuth\(\) argument 'reverification' must be"):
        guard(app, reverification="stirct")


@pytest.mark.parametrize(
    ("wrap", "name"),
    [
        (lambda wrapped: WsgiMiddleware(wrapped, **OPTIONS), "WsgiMiddleware"),
        (lambda wrapped: AsgiMiddleware(wrapped, **OPTIONS), "AsgiMiddleware"),
        (wsgi.RequireAuth, "RequireAuth"),
        (asgi.RequireAuth, "RequireAuth"),
    ],
)
@pytest.mark.parametrize("wrapped", [None, "app", {"secret_key": "sk_test_1"}])
def test_wrapping_a_non_callable_raises(wrap: Any, name: str, wrapped: object) -> None:
    with pytest.raises(TypeError, match=rf"{name}\(app\): app must be callable, not"):
        wrap(wrapped)
