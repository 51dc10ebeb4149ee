/**
 * own_updates: the person's own document as the server committed it. own_values: its entries. own_outbox: own entries that the server
 * has not got yet. own_time: how far the clock has come by which what was put aside comes back.
 * Of conversations, derived for the work list: place, pinned, muted, marked (unread by hand), snoozed_until (while it is away), back (it
 * came back at its time and wasn't opened since), due (when any of it changes by itself), status, waiting_since (when the other side
 * wrote what was not answered).
 */
export const own = `
CREATE TABLE own_updates (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE own_values (key TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE own_outbox (key TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE own_time (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT;

ALTER TABLE conversations ADD COLUMN place TEXT NOT NULL DEFAULT 'inbox';
ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN marked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN snoozed_until INTEGER;
ALTER TABLE conversations ADD COLUMN back INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN due INTEGER;
ALTER TABLE conversations ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN waiting_since INTEGER;
UPDATE conversations SET status = record ->> '$.job.status', place = iif(resolved, 'resolved', 'inbox');
CREATE INDEX conversations_due ON conversations (due) WHERE due IS NOT NULL;
-- All that filters, orders and counts the list: none of it reads the wide rows.
CREATE INDEX conversations_work ON conversations
  (place, pinned DESC, at DESC, id DESC, unread, marked, muted, mentioned, assignee, resolved, status, waiting_since);

CREATE TABLE conversation_labels (
  name TEXT NOT NULL,
  conversation TEXT NOT NULL,
  PRIMARY KEY (name, conversation)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_labels_of ON conversation_labels (conversation);
INSERT INTO conversation_labels SELECT label.value, conversations.id FROM conversations, json_each(team, '$.labels') AS label WHERE team IS NOT NULL;
`;
