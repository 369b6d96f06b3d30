ALTER TABLE users ADD COLUMN password_compromised_at INTEGER
