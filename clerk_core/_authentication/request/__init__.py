"""Parse the credentials of a request: cookies, headers and URL. No token is verified here."""
