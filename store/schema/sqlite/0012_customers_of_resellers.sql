-- What the filters for indirect resellers look for: few customers have one.

CREATE INDEX customers_by_associated_partner ON customers (partner_id, lower(associated_partner_id))
    WHERE associated_partner_id IS NOT NULL;
