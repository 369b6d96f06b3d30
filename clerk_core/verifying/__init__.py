"""Verifying tokens: keys, signatures, claims. What follows from the result is not known here."""
