"""Projects that run in a process of their own: a process has one model of users."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SETTINGS = """
SECRET_KEY = "of the project"
ROOT_URLCONF = "urls"
ALLOWED_HOSTS = ["*"]
STATIC_URL = "static/"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": ["templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clerk_core.django.context_processors.clerk",
            ]
        },
    }
]
"""
KEYS = {
    "CLERK_PUBLISHABLE_KEY": "pk_test_aGFwcHktaGlwcG8tMS5jbGVyay5hY2NvdW50cy5kZXYk",
    "CLERK_SECRET_KEY": "sk_test_0123456789abcdefghijklmnopqrstuv",
}


def run(folder: Path, *command: str, **variables: str) -> str:
    """Run a module in a project with these variables, and return what it writes."""
    dropped = ("CLERK_", "PYTEST", "COV", "DJANGO")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-m", *command],
        cwd=folder,
        env={
            **kept,
            **(variables or KEYS),
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


def manage(folder: Path, *command: str, **variables: str) -> str:
    """Run a command of `manage.py`."""
    return run(folder, "django", *command, **variables)
