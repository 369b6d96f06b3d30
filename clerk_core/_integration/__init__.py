"""Clerk in an application: installation, per-request objects, guards, plugins."""
