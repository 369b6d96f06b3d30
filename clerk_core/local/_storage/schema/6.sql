ALTER TABLE users ADD COLUMN legal_accepted_at INTEGER;
ALTER TABLE users ADD COLUMN delete_self_enabled TEXT NOT NULL DEFAULT 'true';
ALTER TABLE users ADD COLUMN create_organization_enabled TEXT NOT NULL DEFAULT 'true';
ALTER TABLE users ADD COLUMN create_organizations_limit INTEGER;
ALTER TABLE sign_in_tokens ADD COLUMN actor TEXT NOT NULL DEFAULT 'null';
ALTER TABLE sign_in_tokens ADD COLUMN session_lifetime INTEGER;
ALTER TABLE sign_ins ADD COLUMN sign_in_token_id TEXT;
ALTER TABLE sessions ADD COLUMN actor TEXT NOT NULL DEFAULT 'null'
