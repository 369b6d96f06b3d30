"""Authenticate a request in ordered steps. The first step that returns a result wins."""
