-- What partners say about themselves, and their numbers in the Microsoft Partner Network (MPN).

ALTER TABLE partners ADD COLUMN mpn_id INTEGER;
UPDATE partners SET mpn_id = 4999999 + rowid;
CREATE UNIQUE INDEX partners_by_mpn_id ON partners (mpn_id);

-- Every partner has one of each kind from the beginning; links and etags are made when one is read.
CREATE TABLE partner_profiles (
    partner_id BLOB NOT NULL REFERENCES partners (id),
    kind TEXT NOT NULL CHECK (kind IN ('billing', 'legal_business', 'support', 'organization')),
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (partner_id, kind)
) STRICT;

-- As the program makes them for new partners.
INSERT INTO partner_profiles
    SELECT id, 'billing', 1, json_object(
        'companyName', name,
        'billingCurrency', CASE cloud WHEN 'china' THEN 'CNY' ELSE 'USD' END
    ) FROM partners
    UNION ALL
    SELECT id, 'legal_business', 1, json_object(
        'companyName', name, 'vettingStatus', 'authorized', 'vettingSubStatus', 'none'
    ) FROM partners
    UNION ALL
    SELECT id, 'support', 1, json_object(
        'email', 'support@' || domain, 'website', 'https://' || domain
    ) FROM partners
    UNION ALL
    SELECT id, 'organization', 1, json_object(
        'id', id_text, 'companyName', name, 'tenantId', id_text, 'domain', domain
    ) FROM (
        SELECT
            id, name, domain,
            lower(
                substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-'
                || substr(hex(id), 13, 4) || '-' || substr(hex(id), 17, 4) || '-'
                || substr(hex(id), 21)
            ) AS id_text
        FROM partners
    );
