"""A token that does not hold, as a value."""

from __future__ import annotations

from typing import NamedTuple

from clerk_core.words.reasons import Reason


class Refusal(NamedTuple):
    """Why a token was refused. It is returned, never raised."""

    reason: Reason
