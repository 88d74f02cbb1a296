-- What was changed and by whom, and what was answered to it.

-- Answers to changes whose requests had an id, for a day: who sends one again is told the same. The
-- hashes are the first 16 bytes of SHA-256.
CREATE TABLE requests (
    partner_id BLOB NOT NULL REFERENCES partners (id) ON DELETE CASCADE,
    request_key BLOB NOT NULL CHECK (length(request_key) = 16), -- of caller, operation and id
    body_hash BLOB NOT NULL CHECK (length(body_hash) = 16),
    status INTEGER NOT NULL,
    body TEXT NOT NULL,           -- sealed when it has credentials in it
    sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
    answered_at INTEGER NOT NULL, -- seconds since 1970
    PRIMARY KEY (partner_id, request_key)
) STRICT;
CREATE INDEX requests_by_time ON requests (answered_at);

-- The document is the record in its final wire form, the columns are what is asked for.
CREATE TABLE audit_records (
    number INTEGER PRIMARY KEY,
    partner_id BLOB NOT NULL REFERENCES partners (id) ON DELETE CASCADE,
    ticks INTEGER NOT NULL, -- when: 100 ns each, since the year 1
    customer_id BLOB CHECK (length(customer_id) = 16),
    customer_name TEXT NOT NULL, -- case-folded (NFKC_Casefold)
    resource_type TEXT NOT NULL, -- without underscores
    document TEXT NOT NULL
) STRICT;
-- Each holds all that is asked for beside it, so that documents are read of what is wanted only.
CREATE INDEX audit_records_by_time ON audit_records (
    partner_id, ticks, number, resource_type, customer_name
);
CREATE INDEX audit_records_by_customer ON audit_records (partner_id, customer_id, ticks, number);
CREATE INDEX audit_records_by_age ON audit_records (ticks);
