"""What the local instance keeps, in SQLite."""
