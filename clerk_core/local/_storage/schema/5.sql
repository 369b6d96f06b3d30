ALTER TABLE sign_ups ADD COLUMN external_verification_id TEXT;
CREATE TABLE external_accounts (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    provider TEXT NOT NULL,
    provider_user_id TEXT,
    email_address TEXT,
    first_name TEXT,
    last_name TEXT,
    verification_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (provider, provider_user_id)
);
CREATE INDEX external_accounts_of_user ON external_accounts (user_id)
