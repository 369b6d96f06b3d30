"""Where everything is in the demo application, whatever its framework."""

from __future__ import annotations

HOME = "/"
SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
STATIC = "/static"

ME = "/api/me"
EXTERNAL = "/api/external"
PROFILE = "/api/profile"
RENAME = "/api/rename"
