"""Responses in place of the application: redirects, 401, 403 and 503."""
