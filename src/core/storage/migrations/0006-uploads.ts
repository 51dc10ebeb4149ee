/**
 * uploads: own files whose bytes lie in the folder `outgoing` until the message that names them is accepted. `id` is this machine's,
 * `remote` the server's. `state`: waiting, uploading, held, ready, refused, sent. `sent`: bytes that the server has. `fact`: what stands
 * in a message for it, as the server answered, since `ready_at` (ms since 1970). `why`: the words of a refusal. `message`: the key of the
 * message that names it; NULL while it belongs to the draft of its thread.
 */
export const uploads = `
CREATE TABLE uploads (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  width INTEGER,
  height INTEGER,
  state TEXT NOT NULL DEFAULT 'waiting',
  sent INTEGER NOT NULL DEFAULT 0,
  remote TEXT UNIQUE,
  fact TEXT,
  ready_at INTEGER,
  why TEXT,
  message TEXT
) STRICT;
CREATE INDEX uploads_place ON uploads (conversation, thread);
CREATE INDEX uploads_message ON uploads (message) WHERE message IS NOT NULL;
CREATE INDEX uploads_under_way ON uploads (number) WHERE state IN ('waiting', 'uploading', 'held');
`;
