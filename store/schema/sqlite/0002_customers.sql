-- Customers of partners and their profiles.

CREATE TABLE customers (
    partner_id BLOB NOT NULL REFERENCES partners (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    commerce_id BLOB NOT NULL CHECK (length(commerce_id) = 16),
    company_name TEXT NOT NULL,
    domain TEXT NOT NULL UNIQUE CHECK (domain = lower(domain)), -- across all partners
    relationship TEXT NOT NULL CHECK (relationship IN ('reseller', 'none')),
    delegated_access INTEGER NOT NULL CHECK (delegated_access IN (0, 1)),
    PRIMARY KEY (partner_id, id)
) STRICT;

-- Is this tenant anybody's customer?
CREATE INDEX customers_by_id ON customers (id);

-- A row exists exactly as long as the relationship is 'reseller', so that one look-up by primary
-- key answers whether the caller may read it. The document is the profile in its final wire form.
CREATE TABLE profiles (
    partner_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('billing')),
    etag INTEGER NOT NULL, -- the version; the document holds it as well
    document TEXT NOT NULL,
    PRIMARY KEY (partner_id, customer_id, kind),
    FOREIGN KEY (partner_id, customer_id) REFERENCES customers (partner_id, id) ON DELETE CASCADE
) STRICT;
