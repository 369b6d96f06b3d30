"""Tests of `clerk_core.django.users`. Its models need settings before they are imported."""

from __future__ import annotations

from tests.adapters.django_project import set_up

set_up()
