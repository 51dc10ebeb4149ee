-- Up Migration

-- Which call, of whichever node, writes to an upload just now, or makes a file of it. wanted: another one waits for it.
CREATE UNLOGGED TABLE upload_holds (
  upload_id uuid NOT NULL,
  what text NOT NULL CHECK (what IN ('write', 'finish')),
  holder uuid NOT NULL,
  until timestamptz NOT NULL,
  wanted boolean NOT NULL DEFAULT false,
  PRIMARY KEY (upload_id, what)
);

-- Down Migration

DROP TABLE upload_holds;
