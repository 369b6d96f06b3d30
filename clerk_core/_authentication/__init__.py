"""Decide who makes a request. Nothing in this package performs I/O."""
