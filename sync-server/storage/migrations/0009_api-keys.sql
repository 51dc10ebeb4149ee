-- Up Migration

-- By which an agency's platform drives its jobs. Known by a SHA-256 of the secret alone. issuer: under which the platform's people are known
-- here. makes_accounts: whoever isn't known yet gets an account.
CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  agency_id uuid NOT NULL REFERENCES agencies,
  name text NOT NULL,
  hash bytea NOT NULL UNIQUE,
  issuer text NOT NULL,
  makes_accounts boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE UNIQUE INDEX api_keys_name ON api_keys (agency_id, name) WHERE revoked_at IS NULL;

-- Down Migration

DROP TABLE api_keys;
