"""The plugin door: what others add to this library, and how it is found. See `hookspecs.py`."""
