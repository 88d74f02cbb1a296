-- Who may call: partners, their programs and their people. Ids are the 16 bytes of a GUID.

CREATE TABLE partners (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL,
    domain TEXT NOT NULL UNIQUE CHECK (domain = lower(domain)),
    cloud TEXT NOT NULL CHECK (cloud IN ('global', 'china', 'us_government')),
    sandbox INTEGER NOT NULL CHECK (sandbox IN (0, 1)),
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1))
) STRICT;

CREATE TABLE applications (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    partner_id BLOB NOT NULL REFERENCES partners (id),
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1))
) STRICT;

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    partner_id BLOB NOT NULL REFERENCES partners (id),
    user_principal_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    totp_secret TEXT NOT NULL, -- base32; empty: no second factor
    roles TEXT NOT NULL,       -- names with a blank between them
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1))
) STRICT;

-- People sign in with their name in any letter case.
CREATE UNIQUE INDEX users_by_principal_name ON users (lower(user_principal_name));
