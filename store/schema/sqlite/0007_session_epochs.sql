-- What ends the browser sessions of a person, and finds what else ends with them.

-- Sessions of an earlier epoch are over.
ALTER TABLE users ADD COLUMN session_epoch INTEGER NOT NULL DEFAULT 0;

CREATE INDEX grants_by_user ON grants (user_id);
CREATE INDEX grants_by_application ON grants (application_id);
CREATE INDEX device_requests_by_user ON device_requests (user_id) WHERE user_id IS NOT NULL;

-- Follows from the number of failures.
ALTER TABLE sign_in_attempts DROP COLUMN next_lock;
