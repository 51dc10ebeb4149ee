-- Up Migration

-- Both links are known by a SHA-256 of their secret alone.
CREATE TABLE password_resets (
  hash bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);

-- invited_by: NULL for the command line. account_id: who came of it.
CREATE TABLE invitations (
  id uuid PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  agency_id uuid NOT NULL REFERENCES agencies,
  email text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'staff', 'employee')),
  name text,
  invited_by uuid REFERENCES accounts,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at timestamptz,
  account_id uuid REFERENCES accounts
);
CREATE INDEX invitations_agency ON invitations (agency_id, created_at DESC);
-- Of several to one address the last one counts.
CREATE UNIQUE INDEX invitations_open ON invitations (agency_id, lower(email)) WHERE accepted_at IS NULL AND revoked_at IS NULL;

-- Down Migration

DROP TABLE invitations, password_resets;
