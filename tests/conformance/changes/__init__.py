"""Functions that change recorded outcomes of the reference into expected outcomes."""
