"""The ordered steps of authentication. The first one that returns a result wins."""
