CREATE TABLE waitlist_entries (
    id TEXT PRIMARY KEY,
    email_address TEXT NOT NULL UNIQUE COLLATE NOCASE,
    status TEXT NOT NULL,
    invitation_id TEXT REFERENCES invitations ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
)
