"""Clerk in an application: installation, the object of each request, plugins."""
