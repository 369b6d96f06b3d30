"""Store the data of the local instance in SQLite."""
