"""The Frontend API of the local instance: what browsers and clerk-js call."""
