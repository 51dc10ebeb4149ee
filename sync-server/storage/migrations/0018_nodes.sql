-- Up Migration

-- Which nodes run just now; nothing that has to survive a crash of Postgres.
CREATE UNLOGGED TABLE nodes (
  id uuid PRIMARY KEY,
  seen_at timestamptz NOT NULL DEFAULT now()
);

-- Down Migration

DROP TABLE nodes;
