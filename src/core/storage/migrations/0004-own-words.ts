/**
 * held: until when (ms since 1970) an own entry can be taken back, for showing; 0 once it may go out. around: what a draft has besides its
 * text, as JSON. canned_replies: texts that one keeps to answer with; nothing of them leaves this machine.
 */
export const ownWords = `
ALTER TABLE outbox ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE drafts ADD COLUMN around TEXT NOT NULL DEFAULT '{}';
CREATE INDEX items_files ON items (conversation, thread, seq) WHERE attachments <> '[]';
CREATE TABLE canned_replies (id TEXT PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
