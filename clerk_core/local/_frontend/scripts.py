"""Serve Clerk's JavaScript packages from a folder of the user.

The version in the path is ignored: the installed one is served. It must not know what scripts do.
"""

from __future__ import annotations

import re
from pathlib import Path

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._responses import ApiError

# Neither slashes, percent signs nor leading dots: the name cannot lead out of the folder.
_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*\.js")
_PACKAGE = re.compile(r"(clerk-js|ui)@[A-Za-z0-9_.^~+-]+")


def _script(call: Call, package: str, name: str) -> HttpResponse:
    # Read from the raw path, because the parts of a route are percent-decoded.
    *_, raw_package, _, raw_name = call.path.split("/")
    found = _PACKAGE.fullmatch(raw_package)
    if call.scripts is None:
        raise _missing(
            "The local Clerk instance has no scripts. Install @clerk/clerk-js and @clerk/ui with "
            "npm, and pass the folder: LocalClerk(scripts='node_modules')."
        )
    if found is None or not _FILE.fullmatch(raw_name):
        raise _missing("The local Clerk instance serves scripts of @clerk/clerk-js and @clerk/ui.")
    file = call.scripts / "@clerk" / found[1] / "dist" / raw_name
    return _response(file, f"@clerk/{found[1]}/dist/{raw_name}")


def _response(file: Path, name: str) -> HttpResponse:
    try:
        content = file.read_bytes()
    except OSError:
        raise _missing(
            f"There is no {name} in the folder of the option `scripts`. Install the package there."
        ) from None
    return HttpResponse(
        200,
        [
            ("content-type", "text/javascript; charset=utf-8"),
            ("cache-control", "no-cache"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "cross-origin"),
        ],
        content,
    )


def _missing(advice: str) -> ApiError:
    return ApiError(404, "script_not_found", "Script not found", advice)


ROUTES: tuple[Route, ...] = (("GET", "/npm/@clerk/<package>/dist/<name>", _script),)
