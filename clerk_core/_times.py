"""Check time arguments."""

from __future__ import annotations

# As seconds, this is the year 5138; as milliseconds, 1973.
_LATEST = 10**11


def check_unix_seconds(now: object) -> None:
    """Check that a value is a time in Unix seconds.

    Raises:
        TypeError: The value is not a number.
        ValueError: The value is not a time in seconds, such as a number of milliseconds.
    """
    if isinstance(now, bool) or not isinstance(now, (int, float)):
        raise TypeError(
            f"now must be a number of Unix seconds, such as time.time(), not {type(now).__name__}"
        )
    if not now < _LATEST:
        raise ValueError(
            f"now must be a number of Unix seconds, such as time.time(), not {now}; divide "
            "milliseconds by 1000"
        )
