CREATE TABLE images (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content BLOB NOT NULL,
    created_at INTEGER NOT NULL
);
ALTER TABLE users ADD COLUMN image_id TEXT;
ALTER TABLE organizations ADD COLUMN image_id TEXT
