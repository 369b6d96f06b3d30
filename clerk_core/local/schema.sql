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
    last_sign_in_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE email_addresses (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    email_address TEXT NOT NULL UNIQUE COLLATE NOCASE,
    created_at INTEGER NOT NULL
);
CREATE INDEX email_addresses_of_user ON email_addresses (user_id);
CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    dev_browser TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);
CREATE TABLE roles (
    key TEXT PRIMARY KEY,
    permissions TEXT NOT NULL
);
CREATE TABLE memberships (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    role TEXT NOT NULL REFERENCES roles,
    UNIQUE (organization_id, user_id)
);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
    status TEXT NOT NULL,
    organization_id TEXT REFERENCES organizations ON DELETE SET NULL,
    authorized_party TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL,
    abandon_at INTEGER NOT NULL
);
CREATE INDEX sessions_of_client ON sessions (client_id);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE TABLE jwt_templates (
    name TEXT PRIMARY KEY,
    claims TEXT NOT NULL,
    lifetime_in_seconds INTEGER NOT NULL
);
CREATE TABLE handshake_payloads (
    nonce TEXT PRIMARY KEY,
    directives TEXT NOT NULL,
    expire_at INTEGER NOT NULL
);
