-- A profile stands at a place (the number of its row) that follows from its customer's id, so that
-- it is found by going down one tree: without the key's index, which is larger than any cache when
-- there are a million of them. Where two want one place, the second takes any and is found by its
-- key. The place is the id's first 15 hexadecimal digits and 3 bits for the kind. As before, a row
-- exists exactly as long as the relationship is 'reseller'.

CREATE TABLE profiles_by_place (
    place INTEGER PRIMARY KEY,
    partner_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('billing', 'company')),
    etag INTEGER CHECK ((etag IS NULL) = (kind = 'company')), -- the document holds it as well
    document TEXT NOT NULL,
    UNIQUE (partner_id, customer_id, kind),
    FOREIGN KEY (partner_id, customer_id) REFERENCES customers (partner_id, id) ON DELETE CASCADE
) STRICT;

-- Company profiles are new. They are made of what they would have been made of with their
-- customers; merged into an empty object, because that drops what is null.
WITH known AS (
    SELECT
        partner_id, customer_id, document, domain, company_name,
        lower(
            substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4)
            || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)
        ) AS id_text,
        document -> '$.defaultAddress' AS address
    FROM profiles
    JOIN customers USING (partner_id)
    WHERE id = customer_id
),
all_profiles AS (
    SELECT partner_id, customer_id, kind, 0 AS kind_number, etag, document FROM profiles
    UNION ALL
    SELECT partner_id, customer_id, 'company', 1, NULL, json_patch('{}', json_object(
        'tenantId', id_text,
        'domain', domain,
        'companyName', company_name,
        'address', CASE WHEN address IS NOT NULL THEN json_object(
            'country', address -> '$.country',
            'region', coalesce(address -> '$.state', address -> '$.region'),
            'city', address -> '$.city',
            'addressLine1', address -> '$.addressLine1',
            'postalCode', address -> '$.postalCode',
            'phoneNumber', address -> '$.phoneNumber'
        ) END,
        'email', document -> '$.email',
        'links', json_object('self', json_object(
            'uri', '/v1/customers/' || id_text || '/profiles/company',
            'method', 'GET',
            'headers', json('[]')
        )),
        'attributes', json_object('objectType', 'CustomerCompanyProfile')
    ))
    FROM known
)
INSERT INTO profiles_by_place
    SELECT
        CASE row_number() OVER (PARTITION BY wanted ORDER BY partner_id) WHEN 1 THEN wanted END,
        partner_id, customer_id, kind, etag, document
    FROM (
        SELECT *, kind_number + 8 * (
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
        FROM all_profiles
    )
    -- Those with a place first; the rest are numbered after the last.
    ORDER BY 1 NULLS LAST;

DROP TABLE profiles;
ALTER TABLE profiles_by_place RENAME TO profiles;

-- The MPN id of the indirect reseller, when there is one.
ALTER TABLE customers ADD COLUMN associated_partner_id TEXT;

-- What lets a partner of the US government's cloud create customers of a government.
CREATE TABLE validation_codes (
    partner_id BLOB NOT NULL REFERENCES partners (id),
    id TEXT NOT NULL,
    organization_name TEXT NOT NULL,
    creates_max INTEGER NOT NULL,
    creates_left INTEGER NOT NULL CHECK (creates_left BETWEEN 0 AND creates_max),
    etag INTEGER NOT NULL,
    PRIMARY KEY (partner_id, id)
) STRICT;
