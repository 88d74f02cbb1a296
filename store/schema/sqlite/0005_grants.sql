-- What people who signed in let applications do. Of codes and tokens only SHA-256 in base64url is
-- kept; they are random and long. Times are seconds since 1970.

-- One sign-in to one application: the family of its code and of all its refresh tokens.
CREATE TABLE grants (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    application_id BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    resource TEXT NOT NULL,     -- empty: the token request names it
    any_resource INTEGER NOT NULL CHECK (any_resource IN (0, 1)),
    scopes TEXT NOT NULL,       -- as asked, with a blank between them
    mfa INTEGER NOT NULL CHECK (mfa IN (0, 1)),
    revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
    expires_at INTEGER NOT NULL -- nothing of it is good any longer
) STRICT;
CREATE INDEX grants_by_end ON grants (expires_at);

-- A code stays as long as its grant, so that a second use is noticed.
CREATE TABLE authorization_codes (
    hash TEXT NOT NULL PRIMARY KEY,
    grant_id BLOB NOT NULL UNIQUE REFERENCES grants (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,   -- empty: the request named none
    code_challenge TEXT NOT NULL, -- S256; empty: none
    nonce TEXT NOT NULL,
    auth_time INTEGER,            -- when the person signed in, if that was asked
    redeemed INTEGER NOT NULL DEFAULT 0 CHECK (redeemed IN (0, 1)),
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE refresh_tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    grant_id BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    used INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1)),
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);
