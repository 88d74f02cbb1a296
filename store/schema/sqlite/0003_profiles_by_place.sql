-- A profile stands at a place (the number of its row) that follows from its customer's id, so that
-- it is found by going down one tree: without the key's index, which is larger than any cache when
-- there are a million of them. Where two want one place, the second takes any and is found by its
-- key. The place is the id's first 15 hexadecimal digits and 3 bits for the kind. As before, a row
-- exists exactly as long as the relationship is 'reseller'.

CREATE TABLE profiles_by_place (
    place INTEGER PRIMARY KEY,
    partner_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('billing')),
    etag INTEGER NOT NULL, -- the version; the document holds it as well
    document TEXT NOT NULL,
    UNIQUE (partner_id, customer_id, kind),
    FOREIGN KEY (partner_id, customer_id) REFERENCES customers (partner_id, id) ON DELETE CASCADE
) STRICT;

INSERT INTO profiles_by_place
    SELECT
        CASE row_number() OVER (PARTITION BY wanted ORDER BY partner_id) WHEN 1 THEN wanted END,
        partner_id, customer_id, kind, etag, document
    FROM (
        SELECT *, 8 * (
            WITH RECURSIVE digits (taken, number) AS (
                SELECT 0, 0
                UNION ALL
                SELECT
                    taken + 1,
                    16 * number
                        + instr('0123456789ABCDEF', substr(hex(customer_id), taken + 1, 1)) - 1
                FROM digits WHERE taken < 15
            )
            SELECT number FROM digits WHERE taken = 15
        ) AS wanted
        FROM profiles
    )
    -- Those with a place first; the rest are numbered after the last.
    ORDER BY 1 NULLS LAST;

DROP TABLE profiles;
ALTER TABLE profiles_by_place RENAME TO profiles;
