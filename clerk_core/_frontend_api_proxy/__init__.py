"""Decide which requests the Frontend API proxy forwards, and with which headers, without I/O."""
