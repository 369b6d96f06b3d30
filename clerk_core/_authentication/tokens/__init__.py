"""Verify tokens: key sets, signatures, claims. Nothing here knows what follows from the result."""
