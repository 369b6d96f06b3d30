CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    username TEXT UNIQUE COLLATE NOCASE,
    first_name TEXT,
    last_name TEXT,
    external_id TEXT UNIQUE,
    locale TEXT,
    primary_email_address_id TEXT,
    password_hash TEXT,
    seed_password TEXT,
    password_updated_at INTEGER,
    public_metadata TEXT NOT NULL,
    private_metadata TEXT NOT NULL,
    unsafe_metadata TEXT NOT NULL,
    banned TEXT NOT NULL,
    locked_until INTEGER,
    last_sign_in_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE email_addresses (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    email_address TEXT NOT NULL UNIQUE COLLATE NOCASE,
    verification_id TEXT,
    created_at INTEGER NOT NULL
);
CREATE INDEX email_addresses_of_user ON email_addresses (user_id);
CREATE TABLE verifications (
    id TEXT PRIMARY KEY,
    strategy TEXT NOT NULL,
    status TEXT NOT NULL,
    code TEXT,
    attempts INTEGER NOT NULL,
    data TEXT NOT NULL,
    error_code TEXT,
    expire_at INTEGER,
    created_at INTEGER NOT NULL
);
CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL COLLATE NOCASE,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    code TEXT,
    url TEXT,
    created_at INTEGER NOT NULL
);
CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    dev_browser TEXT NOT NULL UNIQUE,
    last_active_session_id TEXT,
    last_authentication_strategy TEXT,
    sign_in_id TEXT,
    sign_up_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    public_metadata TEXT NOT NULL,
    private_metadata TEXT NOT NULL,
    max_allowed_memberships INTEGER NOT NULL,
    admin_delete_enabled TEXT NOT NULL,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE permissions (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE roles (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT,
    permissions TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE memberships (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    role TEXT NOT NULL REFERENCES roles (key) ON UPDATE CASCADE,
    public_metadata TEXT NOT NULL,
    private_metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (organization_id, user_id)
);
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    email_address TEXT NOT NULL COLLATE NOCASE,
    organization_id TEXT REFERENCES organizations ON DELETE CASCADE,
    role TEXT REFERENCES roles (key) ON UPDATE CASCADE,
    inviter_id TEXT REFERENCES users ON DELETE SET NULL,
    public_metadata TEXT NOT NULL,
    private_metadata TEXT NOT NULL,
    status TEXT NOT NULL,
    ticket TEXT NOT NULL UNIQUE,
    redirect_url TEXT,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
    status TEXT NOT NULL,
    organization_id TEXT REFERENCES organizations ON DELETE SET NULL,
    authorized_party TEXT,
    user_agent TEXT NOT NULL,
    first_factor_at INTEGER NOT NULL,
    second_factor_at INTEGER,
    reverification_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL,
    abandon_at INTEGER NOT NULL
);
CREATE INDEX sessions_of_client ON sessions (client_id);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
    status TEXT NOT NULL,
    identifier TEXT,
    user_id TEXT REFERENCES users ON DELETE CASCADE,
    organization_id TEXT REFERENCES organizations ON DELETE SET NULL,
    first_factor_id TEXT,
    second_factor_id TEXT,
    created_session_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    abandon_at INTEGER NOT NULL
);
CREATE TABLE sign_ups (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
    status TEXT NOT NULL,
    email_address TEXT,
    username TEXT,
    password_hash TEXT,
    first_name TEXT,
    last_name TEXT,
    unsafe_metadata TEXT NOT NULL,
    invitation_id TEXT REFERENCES invitations ON DELETE SET NULL,
    email_verification_id TEXT,
    created_session_id TEXT,
    created_user_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    abandon_at INTEGER NOT NULL
);
CREATE TABLE sign_in_tokens (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    organization_id TEXT REFERENCES organizations ON DELETE SET NULL,
    token TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    expire_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE jwt_templates (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    claims TEXT NOT NULL,
    lifetime_in_seconds INTEGER NOT NULL,
    allowed_clock_skew INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE machines (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    secret_key TEXT NOT NULL,
    previous_secret_key TEXT NOT NULL,
    previous_expire_at INTEGER NOT NULL,
    default_token_ttl INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE machine_tokens (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT,
    description TEXT,
    client_id TEXT,
    claims TEXT NOT NULL,
    scopes TEXT NOT NULL,
    secret TEXT NOT NULL UNIQUE,
    revoked TEXT NOT NULL,
    revocation_reason TEXT,
    expiration INTEGER,
    created_by TEXT,
    last_used_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX machine_tokens_of_subject ON machine_tokens (kind, subject);
CREATE TABLE redirect_urls (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);
CREATE TABLE allowlist_identifiers (
    id TEXT PRIMARY KEY,
    identifier TEXT NOT NULL UNIQUE COLLATE NOCASE,
    created_at INTEGER NOT NULL
);
CREATE TABLE handshake_payloads (
    nonce TEXT PRIMARY KEY,
    directives TEXT NOT NULL,
    expire_at INTEGER NOT NULL
);
