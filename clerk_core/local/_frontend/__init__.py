"""The Frontend API of the local instance, for browsers and clerk-js."""
