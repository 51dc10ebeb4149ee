/**
 * Own entries that were accepted and may be gone from a server that was set back to a backup: kept until it is known that the server has
 * them, or they are in the outbox again. waits: the server lacks it, and so far also the message that it speaks of.
 */
export const timeline = `
CREATE TABLE offered (
  key TEXT PRIMARY KEY,
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  seq INTEGER NOT NULL,
  fact TEXT NOT NULL,
  waits INTEGER NOT NULL DEFAULT 0,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX offered_thread ON offered (conversation, thread, seq);
`;
