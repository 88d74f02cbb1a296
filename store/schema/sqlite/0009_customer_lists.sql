-- Lists of customers: their order, and what their filters look for.

-- The company name case-folded (NFKC_Casefold), its first 192 bytes; the program computes it. What
-- is here already is folded as far as SQLite can.
ALTER TABLE customers ADD COLUMN name_order TEXT NOT NULL DEFAULT '';
UPDATE customers SET name_order = substr(lower(company_name), 1, 48);

-- Holds all that a list shows, so that a list is read in the order in which it stands on the disk.
CREATE INDEX customers_by_name ON customers (
    partner_id, relationship, name_order, id, domain, company_name
);

CREATE INDEX customers_by_domain ON customers (partner_id, domain);
