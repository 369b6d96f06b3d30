"""Authenticate requests without I/O."""
