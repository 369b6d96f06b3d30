"""What a request carries: cookies, headers, URLs. Nothing here decides whether a token is valid."""
