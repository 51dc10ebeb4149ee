-- Up Migration

-- held: kept back until it was looked through; refused: its bytes are gone, `reason` says why.
ALTER TABLE files
  ADD COLUMN state text NOT NULL DEFAULT 'ready' CHECK (state IN ('held', 'ready', 'refused')),
  ADD COLUMN reason text,
  -- No message may name it any more; it goes at the next look unless one does.
  ADD COLUMN leaving_at timestamptz;
CREATE INDEX files_held ON files (created_at) WHERE state = 'held';
CREATE INDEX files_leaving ON files (leaving_at) WHERE leaving_at IS NOT NULL;
CREATE INDEX files_sha256 ON files (sha256);

-- Which message names a file.
CREATE INDEX messages_attachments ON messages USING gin (attachments jsonb_path_ops) WHERE attachments <> '[]';

-- Uploads under way; a finished one becomes a row of `files` under the same id.
CREATE TABLE uploads (
  id uuid PRIMARY KEY,
  conversation_id uuid NOT NULL,
  thread text NOT NULL,
  account_id uuid NOT NULL REFERENCES accounts,
  name text NOT NULL,
  bytes bigint NOT NULL,
  state text NOT NULL DEFAULT 'uploading' CHECK (state IN ('uploading', 'processing', 'refused')),
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (conversation_id, thread) REFERENCES threads
);
CREATE INDEX uploads_account ON uploads (account_id);
CREATE INDEX uploads_created ON uploads (created_at);

-- Bytes that no file speaks of any more, to be removed from the store.
CREATE TABLE file_garbage (
  sha256 bytea PRIMARY KEY,
  since timestamptz NOT NULL DEFAULT now()
);

-- Down Migration

DROP TABLE file_garbage, uploads;
DROP INDEX messages_attachments, files_sha256, files_leaving, files_held;
ALTER TABLE files DROP COLUMN leaving_at, DROP COLUMN reason, DROP COLUMN state;
