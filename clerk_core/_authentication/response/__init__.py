"""Build the responses that replace those of the application: redirects, 401, 403 and 503."""
