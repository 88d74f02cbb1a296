-- What an application needs in order to have people sign in, and to prove itself without a secret.

ALTER TABLE applications ADD COLUMN public_client INTEGER NOT NULL DEFAULT 0
    CHECK (public_client IN (0, 1)); -- has no credentials; proves itself with PKCE
ALTER TABLE applications ADD COLUMN redirect_uris TEXT NOT NULL DEFAULT ''; -- a blank between them

CREATE TABLE application_certificates (
    application_id BLOB NOT NULL REFERENCES applications (id),
    thumbprint TEXT NOT NULL,  -- SHA-256 of the certificate's DER form, base64url
    certificate TEXT NOT NULL, -- PEM
    PRIMARY KEY (application_id, thumbprint)
) STRICT;
