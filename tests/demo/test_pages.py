from __future__ import annotations

import pytest

from clerk_core import Auth, Clerk, Request, User
from clerk_core.demo.frameworks import FRAMEWORKS
from clerk_core.demo.pages import page, sign_out_page
from clerk_core.testing.tokens import bearer, public_pem, publishable_key


@pytest.fixture
def signed_in(no_settings_of_this_machine: None) -> Auth:
    with Clerk(publishable_key=publishable_key(), jwt_key=public_pem()) as clerk:
        return clerk.authenticate(Request("GET", "http://localhost/", [bearer()])).auth(
            "session_token"
        )


def test_a_name_is_shown_as_the_text_that_it_is(signed_in: Auth) -> None:
    user = User({"id": "user_1", "first_name": "<script>alert(1)</script>", "last_name": "$title"})
    shown = page("flask", signed_in, user)
    assert "Hello, &lt;script&gt;alert(1)&lt;/script&gt; $title" in shown
    assert "<script>" not in shown


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_examples_are_written_as_in_the_framework(framework: str, signed_in: Auth) -> None:
    shown = page(framework, signed_in, None)
    awaits = FRAMEWORKS[framework].awaits
    assert ("await" in shown) == awaits
    assert ("request)" in shown) == (framework in ("starlette", "aiohttp"))
    assert ("&quot;].auth()" in shown) == (framework in ("asgi", "wsgi"))


def test_the_way_back_from_signing_out_is_quoted() -> None:
    there = sign_out_page("http://localhost:1/sign-out", "http://localhost:2/?a=1&b=2")
    assert there == (
        "http://localhost:1/sign-out?redirect_url=http%3A%2F%2Flocalhost%3A2%2F%3Fa%3D1%26b%3D2"
    )
