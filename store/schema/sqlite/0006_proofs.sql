-- What keeps a proof from being used twice and from being guessed, and sign-ins on another device.
-- Times are seconds since 1970.

-- The last one-time password of a user that was taken.
CREATE TABLE totp_steps (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    step INTEGER NOT NULL
) STRICT;

-- Sessions of browsers that were ended before their time: their cookies may come again.
CREATE TABLE ended_sessions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    forgotten_at INTEGER NOT NULL -- the session is too old then by itself
) STRICT;
CREATE INDEX ended_sessions_by_end ON ended_sessions (forgotten_at);

-- Attempts to sign in that have not succeeded (yet), by user name and by client address.
CREATE TABLE sign_in_attempts (
    subject TEXT NOT NULL PRIMARY KEY, -- SHA-256 of what is counted, base64url
    failures INTEGER NOT NULL,         -- in a row
    locked_until INTEGER NOT NULL,
    next_lock INTEGER NOT NULL,        -- seconds
    forgotten_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_attempts_by_end ON sign_in_attempts (forgotten_at);

-- Device authorization requests (RFC 8628) until they are redeemed or long expired.
CREATE TABLE device_requests (
    device_code TEXT NOT NULL PRIMARY KEY, -- its SHA-256, base64url
    user_code TEXT NOT NULL UNIQUE,
    application_id BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    asked_from TEXT NOT NULL, -- SHA-256 of the client's address, base64url
    resource TEXT NOT NULL,
    scope TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    poll_interval INTEGER NOT NULL, -- seconds
    next_poll INTEGER NOT NULL,     -- a poll before is too fast
    too_fast INTEGER NOT NULL CHECK (too_fast IN (0, 1)), -- the last poll was
    decision TEXT NOT NULL CHECK (decision IN ('pending', 'allowed', 'denied')),
    user_id BLOB REFERENCES users (id) ON DELETE CASCADE, -- who decided
    has_mfa INTEGER NOT NULL CHECK (has_mfa IN (0, 1))
) STRICT;
CREATE INDEX device_requests_by_end ON device_requests (expires_at);
CREATE INDEX device_requests_by_client ON device_requests (application_id, asked_from, expires_at);
