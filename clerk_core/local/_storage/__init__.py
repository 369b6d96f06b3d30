"""The SQLite storage of the local instance."""
