-- Up Migration

-- What this database's history is called. It has another name once it was set back to a backup (decision 0026): since when, and by
-- what that is seen (ids that a restore by pg_restore, or to a point in time, does not bring along).
CREATE TABLE timeline (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  since timestamptz,
  trace text
);
INSERT INTO timeline DEFAULT VALUES;

-- Down Migration

DROP TABLE timeline;
