-- Who read which billing profile. Rows are added, and deleted when they are old; never changed.

-- What one caller read between two writes: 84 characters a read, which are the customer's id, the
-- correlation id, and the milliseconds since 1970 as 12 hexadecimal digits.
CREATE TABLE profile_reads (
    number INTEGER PRIMARY KEY,
    partner_id BLOB NOT NULL CHECK (length(partner_id) = 16),
    application_id BLOB NOT NULL CHECK (length(application_id) = 16),
    user_id BLOB CHECK (length(user_id) = 16),
    written_at INTEGER NOT NULL, -- milliseconds since 1970; no read is later
    reads TEXT NOT NULL CHECK (length(CAST(reads AS BLOB)) % 84 = 0)
) STRICT;
CREATE INDEX profile_reads_by_time ON profile_reads (written_at);
