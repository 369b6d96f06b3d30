CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    name TEXT NOT NULL,
    verification_id TEXT NOT NULL,
    credential_id TEXT UNIQUE,
    public_key BLOB,
    sign_count INTEGER NOT NULL,
    rp_id TEXT NOT NULL,
    transports TEXT NOT NULL,
    last_used_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX passkeys_of_user ON passkeys (user_id)
