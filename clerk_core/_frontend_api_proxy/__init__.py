"""The Frontend API proxy: what is forwarded and what is answered. Pure: it sends nothing."""
