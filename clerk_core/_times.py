"""Check the time that a caller hands in."""

from __future__ import annotations

# As seconds, this is the year 5138; as milliseconds, 1973.
_LATEST = 10**11


def check_unix_seconds(now: object) -> None:
    """Raise `TypeError` or `ValueError` for what is not a time in Unix seconds."""
    if isinstance(now, bool) or not isinstance(now, (int, float)):
        raise TypeError(
            f"now must be a number of Unix seconds, such as time.time(), not {type(now).__name__}"
        )
    if not now < _LATEST:
        raise ValueError(
            f"now must be a number of Unix seconds, such as time.time(), not {now}; a number of "
            "milliseconds is to be divided by 1000"
        )
