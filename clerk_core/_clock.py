"""The clock that clients are made with, in Unix seconds. Tests replace it before they make one."""

from __future__ import annotations

import time
from collections.abc import Callable

now: Callable[[], float] = time.time
