"""The option `oauth_resource`: metadata before authentication, and challenges that name them."""

from __future__ import annotations

import re

import pytest

from clerk_core.testing._contract.base import Build, ContractBase
from clerk_core.testing._instance import Instance
from clerk_core.testing._site import Answer
from clerk_core.testing._tokens import show

RESOURCE = "/.well-known/oauth-protected-resource"
SERVER = "/.well-known/oauth-authorization-server"
ORIGIN = ("origin", "https://inspector.example")
PREFLIGHT = (ORIGIN, ("access-control-request-method", "GET"))


class OAuthResource(ContractBase):
    """Tests of an API that OAuth clients find (RFC 9728, RFC 8414, RFC 6750)."""

    @pytest.mark.parametrize("path", [RESOURCE, f"{RESOURCE}/resource"])
    def test_metadata_of_the_resource_need_no_token(
        self, build: Build, instance: Instance, path: str
    ) -> None:
        site = build(oauth_resource="/resource", oauth_scopes="read write", fapi_url=instance.url)

        answer = site.visit(path, ORIGIN, show("oat_wrong"))

        assert answer.status == 200
        assert answer.header("content-type") == "application/json"
        assert answer.header("access-control-allow-origin") == "*"
        assert answer.json() == {
            "resource": "http://localhost/resource",
            "authorization_servers": [instance.url],
            "bearer_methods_supported": ["header"],
            "scopes_supported": ["read", "write"],
        }
        assert not answer.header("x-clerk-auth-status")
        assert instance.calls == []

    def test_metadata_of_the_authorization_server_are_fetched_once(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(oauth_resource="/resource", fapi_url=instance.url)

        answers = [site.visit(path) for path in (SERVER, f"{SERVER}/resource", SERVER)]

        assert [answer.json()["issuer"] for answer in answers] == [instance.url] * 3
        assert {answer.header("access-control-allow-origin") for answer in answers} == {"*"}
        assert instance.calls == [f"GET {SERVER}"]

    def test_metadata_can_be_read_by_pages_of_any_origin_and_not_written(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(oauth_resource="/resource", fapi_url=instance.url)

        preflight = site.visit(RESOURCE, *PREFLIGHT, method="OPTIONS")
        written = site.visit(RESOURCE, ORIGIN, method="POST")

        assert preflight.status == 204
        assert preflight.header("access-control-allow-origin") == "*"
        assert preflight.header("access-control-allow-methods") == "GET, HEAD, OPTIONS"
        assert preflight.header("access-control-allow-headers") == "*"
        assert written.status == 405
        assert written.header("allow") == "GET, HEAD, OPTIONS"

    def test_other_well_known_paths_stay_those_of_the_application(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(oauth_resource="/resource", fapi_url=instance.url)

        for path in (f"{RESOURCE}/other", f"/x{RESOURCE}", f"{RESOURCE}-x", f"{SERVER}/other"):
            assert site.visit(path).status == 404, path
        assert build().visit(RESOURCE).status == 404

    def test_challenge_names_metadata_that_name_the_resource(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(oauth_resource="/resource", fapi_url=instance.url)

        refused = site.visit("/resource")
        given = parameters_of(refused)
        metadata = site.visit(given["resource_metadata"].removeprefix("http://localhost"))

        assert refused.status == 401
        assert list(given) == ["scope", "resource_metadata"]
        assert given["scope"] == "read write"
        assert metadata.json()["resource"] == "http://localhost/resource"

    def test_challenge_says_why_a_token_is_refused(self, build: Build, instance: Instance) -> None:
        site = build(oauth_resource="/resource", fapi_url=instance.url)
        needed = {
            "scope": "read write",
            "resource_metadata": f"http://localhost{RESOURCE}/resource",
        }

        lacking = site.visit("/resource", show("oat_1"))
        malformed = site.visit("/resource", ("authorization", "Bearer two tokens"))
        instance.machines["oauth_applications/access_tokens"] = {}
        unknown = site.visit("/resource", show("oat_2"))

        for answer, status, error in (
            (lacking, 403, "insufficient_scope"),
            (malformed, 400, "invalid_request"),
            (unknown, 401, "invalid_token"),
        ):
            given = parameters_of(answer)
            assert answer.status == status
            assert given.pop("error") == error
            assert given.pop("error_description")
            assert given == needed
            assert answer.json()["errors"][0]["message"]

    def test_token_with_all_scopes_is_admitted(self, build: Build, instance: Instance) -> None:
        site = build(oauth_resource="/resource", fapi_url=instance.url)
        instance.machines["oauth_applications/access_tokens"]["scopes"] = ["write", "read"]

        answer = site.visit("/resource", show("oat_1"))

        assert answer.status == 200
        assert not answer.header("www-authenticate")


def parameters_of(answer: Answer) -> dict[str, str]:
    """Return the parameters of the only challenge of a response (RFC 9110, 11.2)."""
    (challenge,) = answer.headers.get_all("www-authenticate")
    scheme, _, parameters = challenge.partition(" ")
    assert scheme == "Bearer"
    pairs = re.findall(r'([a-z_]+)="([^"\\\\]*)"(?:, |$)', parameters)
    assert ", ".join(f'{name}="{value}"' for name, value in pairs) == parameters
    return dict(pairs)
