/** Everything that one profile keeps. Times are ms since 1970; JSON columns hold the shapes of `src/shared`. */
export const initial = `
CREATE TABLE session (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  server TEXT NOT NULL,
  account TEXT NOT NULL,
  device TEXT NOT NULL,
  client_id INTEGER NOT NULL,
  signed_in INTEGER NOT NULL,
  feed_cursor TEXT,
  list_next TEXT,
  list_done INTEGER NOT NULL DEFAULT 0,
  first_sync_done INTEGER NOT NULL DEFAULT 0,
  notify_after INTEGER NOT NULL DEFAULT 0,
  last_synced_at INTEGER
) STRICT;

CREATE TABLE people (account TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- record: the server's record as it was last told. What follows is derived from it and the items, for the inbox.
CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  record TEXT NOT NULL,
  at INTEGER NOT NULL,
  search TEXT NOT NULL,
  unread INTEGER NOT NULL DEFAULT 0,
  mentioned INTEGER NOT NULL DEFAULT 0,
  queued INTEGER NOT NULL DEFAULT 0,
  not_sent INTEGER NOT NULL DEFAULT 0,
  last TEXT
) STRICT;
CREATE INDEX conversations_newest ON conversations (at DESC, id DESC);
CREATE INDEX conversations_unread ON conversations (at DESC, id DESC, unread) WHERE unread > 0;
CREATE INDEX conversations_mentioned ON conversations (at DESC, id DESC) WHERE mentioned > 0;

-- n: how far this replica is (the next clock of the server's structs); server_n: how far the server is, as far as we know.
CREATE TABLE documents (
  name TEXT PRIMARY KEY,
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  n INTEGER NOT NULL DEFAULT 0,
  server_n INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_thread ON documents (conversation, thread, epoch);
CREATE INDEX documents_behind ON documents (conversation) WHERE n < server_n;

-- What the server committed, as it came; nothing of ours that isn't accepted.
CREATE TABLE replica_updates (
  id INTEGER PRIMARY KEY,
  document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
  n_from INTEGER NOT NULL,
  n_to INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
CREATE INDEX replica_updates_document ON replica_updates (document, n_to);

-- Messages and system events in their present state. id: time * 1024 + place, so that it sorts by time. seq: NULL while it waits in the outbox.
CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('message', 'event')),
  seq INTEGER,
  author TEXT,
  text TEXT NOT NULL DEFAULT '',
  mentions TEXT NOT NULL DEFAULT '[]',
  mentions_me INTEGER NOT NULL DEFAULT 0,
  attachments TEXT NOT NULL DEFAULT '[]',
  reply_to TEXT,
  sent_at INTEGER NOT NULL,
  accepted_at INTEGER,
  edited_seq INTEGER NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0,
  event TEXT
) STRICT;
CREATE UNIQUE INDEX items_key ON items (conversation, thread, key);
-- Holds all that counting unread messages needs.
CREATE INDEX items_seq ON items (conversation, thread, seq, kind, removed, author);
CREATE INDEX items_mentions ON items (conversation, thread, seq) WHERE mentions_me = 1;

-- Accepted facts other than messages.
CREATE TABLE facts (
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  target TEXT,
  author TEXT NOT NULL,
  seq INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  fact TEXT NOT NULL,
  PRIMARY KEY (conversation, thread, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX facts_target ON facts (conversation, thread, target) WHERE target IS NOT NULL;

-- Entries whose content the server had emptied before it came here: all that is known is their place.
CREATE TABLE bare_stamps (
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  key TEXT NOT NULL,
  seq INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  PRIMARY KEY (conversation, thread, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE read_cursors (
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  account TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (conversation, thread, account)
) STRICT, WITHOUT ROWID;

-- Own cursors that the server has not confirmed.
CREATE TABLE reads_to_tell (
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (conversation, thread)
) STRICT, WITHOUT ROWID;

-- Own entries that aren't accepted, in their order. document: where it was first put on the wire. rule: why it was not sent.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  document TEXT,
  fact TEXT NOT NULL,
  rule TEXT
) STRICT;
CREATE INDEX outbox_thread ON outbox (conversation, thread, id);

CREATE TABLE drafts (
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (conversation, thread)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE notified (
  id TEXT PRIMARY KEY,
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  seq INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX notified_shown ON notified (conversation, thread, seq) WHERE withdrawn = 0;

CREATE VIRTUAL TABLE item_words USING fts5 (
  words, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2'
);
`;
