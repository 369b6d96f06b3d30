CREATE TABLE oauth_applications (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    secret_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    client_uri TEXT,
    redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL,
    token_endpoint_auth_method TEXT NOT NULL,
    public TEXT NOT NULL,
    pkce_required TEXT NOT NULL,
    consent_screen_enabled TEXT NOT NULL,
    dynamically_registered TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE oauth_grants (
    id TEXT PRIMARY KEY,
    application_id TEXT NOT NULL REFERENCES oauth_applications ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    resources TEXT NOT NULL,
    redirect_uri TEXT,
    code_hash TEXT NOT NULL UNIQUE,
    code_used TEXT NOT NULL,
    code_challenge TEXT,
    code_expire_at INTEGER NOT NULL,
    nonce TEXT,
    authenticated_at INTEGER NOT NULL,
    revoked TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX oauth_grants_of_application ON oauth_grants (application_id);
CREATE INDEX oauth_grants_of_user ON oauth_grants (user_id);
CREATE TABLE oauth_refresh_tokens (
    token_hash TEXT PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES oauth_grants ON DELETE CASCADE,
    used TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX oauth_refresh_tokens_of_grant ON oauth_refresh_tokens (grant_id);
ALTER TABLE machine_tokens ADD COLUMN grant_id TEXT REFERENCES oauth_grants ON DELETE CASCADE;
CREATE INDEX machine_tokens_of_grant ON machine_tokens (grant_id)
