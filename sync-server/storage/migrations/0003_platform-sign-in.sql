-- Up Migration

-- Who an account is for a platform that signs its people in. One account has one identity at an issuer, and never changes hands.
CREATE TABLE identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  account_id uuid NOT NULL REFERENCES accounts,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject),
  UNIQUE (account_id, issuer)
);

-- via: by password; 'platform', in exchange for a platform's token; 'token', the one session of an account under which platform tokens
-- are used as they are. Ending that one ends all tokens that were issued before.
ALTER TABLE sessions ADD COLUMN via text NOT NULL DEFAULT 'password' CHECK (via IN ('password', 'platform', 'token'));
CREATE UNIQUE INDEX sessions_token ON sessions (account_id) WHERE via = 'token' AND revoked_at IS NULL;

-- When the token ends with which the ticket was asked for, where it isn't one of ours.
ALTER TABLE tickets ADD COLUMN sign_in_until timestamptz;

-- Down Migration

ALTER TABLE tickets DROP COLUMN sign_in_until;
DROP INDEX sessions_token;
ALTER TABLE sessions DROP COLUMN via;
DROP TABLE identities;
