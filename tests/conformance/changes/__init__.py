"""From recordings of the reference to what is expected instead."""
