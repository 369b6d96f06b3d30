"""Test concurrent requests of several users and applications."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from clerk_core.testing._contract.base import Build, ContractBase
from clerk_core.testing._instance import Instance
from clerk_core.testing._site import Site
from clerk_core.testing._tokens import (
    other_rsa_key,
    public_pem,
    publishable_key,
    show,
    token,
)


class Concurrency(ContractBase):
    """Tests of requests in threads or in tasks of an event loop."""

    def test_concurrent_requests_never_mix_users(self, site: Site, instance: Instance) -> None:
        tokens = {f"user_{number}": token(f"user_{number}") for number in range(8)}

        def gets_its_own_user(number: int) -> bool:
            user_id = f"user_{number % 8}"
            mine = show(tokens[user_id])
            if number % 5 == 0:
                return site.visit("/").user_id is None
            if number % 5 == 1:
                return bool(site.visit("/user", mine).json()["id"] == user_id)
            if number % 5 == 2:
                return site.visit("/stream", mine).content.decode() == f"It is {user_id}"
            return site.visit("/guarded", mine).user_id == user_id

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(gets_its_own_user, range(400)))

    def test_applications_of_two_instances_never_mix_users(self, build: Build) -> None:
        one = build()
        other_key = publishable_key("other-otter-2.clerk.accounts.dev")
        other = build(publishable_key=other_key, jwt_key=public_pem(other_rsa_key()))
        first, second = token("user_1"), token("user_2", key=other_rsa_key())

        assert one.visit("/", show(first)).user_id == "user_1"
        assert other.visit("/", show(second)).user_id == "user_2"
        assert one.visit("/", show(second)).user_id is None
        assert other.visit("/", show(first)).user_id is None
