"""Print findings, for people or as JSON, and the environment variables of Clerk."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict

from clerk_core._doctor.findings import Finding
from clerk_core._settings.options import OPTIONS

_SIGNS = {"ok": "ok     ", "warning": "WARNING", "error": "ERROR  "}
_PREFIX = re.compile("(?:(?:sk|pk)_(?:test|live)|whsec|ak)_")


def print_findings(
    findings: Iterable[Finding], write: Callable[[str], object], *, as_json: bool
) -> int:
    """Print findings, and return the exit status: 1 if one is an error.

    Args:
        findings: The findings.
        write: Prints a line.
        as_json: Whether to print one JSON document for machines.
    """
    found: list[Finding] = []
    for finding in findings:
        found.append(finding)
        if not as_json:
            write(f"{_SIGNS[finding.level]} {finding.check}: {finding.message}")
            if finding.hint:
                write(f"        {finding.hint}")
    if as_json:
        write(json.dumps({"findings": [asdict(finding) for finding in found]}, indent=2))
    return 1 if any(finding.level == "error" for finding in found) else 0


def print_variables(
    environ: Mapping[str, str], write: Callable[[str], object], *, as_json: bool
) -> int:
    """Print the variables that are read, without the value of any secret; return 0.

    Args:
        environ: The environment variables.
        write: Prints a line.
        as_json: Whether to print one JSON document for machines.
    """
    shown = {
        name: _shown(environ.get(name), is_secret=is_secret)
        for name, is_secret in sorted(_variables().items())
    }
    if as_json:
        write(json.dumps(shown, indent=2))
        return 0
    width = max(map(len, shown))
    for name, value in shown.items():
        write(f"{name:{width}}  {'-' if value is None else value}")
    return 0


def _variables() -> dict[str, bool]:
    """Return the names of all variables, and whether each is a secret."""
    return {
        f"CLERK_{name.upper()}": option.is_secret
        for name, option in OPTIONS.items()
        if option.has_variable
    } | {"CLERK_CACHE_URL": True, "CLERK_WEBHOOK_SIGNING_SECRET": True}


def _shown(value: str | None, *, is_secret: bool) -> str | None:
    if not value:
        return None
    if not is_secret:
        return value
    # The prefix of a key says its kind and the kind of the instance.
    prefix = _PREFIX.match(value)
    return f"{prefix[0] if prefix else ''}… ({len(value)} characters)"
