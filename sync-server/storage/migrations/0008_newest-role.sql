-- Up Migration

-- When the token was issued by which a platform last changed the role.
ALTER TABLE identities ADD COLUMN role_at timestamptz;

-- Down Migration

ALTER TABLE identities DROP COLUMN role_at;
