ALTER TABLE users ADD COLUMN primary_phone_number_id TEXT;
ALTER TABLE users ADD COLUMN totp_secret TEXT;
ALTER TABLE users ADD COLUMN totp_verified TEXT NOT NULL DEFAULT 'false';
ALTER TABLE users ADD COLUMN backup_codes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE users ADD COLUMN mfa_enabled_at INTEGER;
ALTER TABLE users ADD COLUMN mfa_disabled_at INTEGER;
ALTER TABLE sign_ups ADD COLUMN phone_number TEXT;
ALTER TABLE sign_ups ADD COLUMN phone_verification_id TEXT;
CREATE TABLE phone_numbers (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    phone_number TEXT NOT NULL UNIQUE,
    verification_id TEXT,
    reserved_for_second_factor TEXT NOT NULL,
    default_second_factor TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX phone_numbers_of_user ON phone_numbers (user_id)
