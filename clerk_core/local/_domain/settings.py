"""The settings of the instance, which the dashboard of Clerk would change.

It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSettings:
    """The settings of a local instance.

    Attributes:
        application_name: The name of the application in the titles of pages and messages.
        multi_session: Allow several signed-in users in one browser.
    """

    application_name: str = "Local application"
    multi_session: bool = False
