/**
 * What a person keeps goes along to their other devices, in their own document.
 * Of drafts: changed (when it was written, in ms since 1970, while the own document hasn't got it), seen (`at` of the own entry that this
 * row equals, or stands over), adopted (`at` of the last one that came from another device), aside (words of another device, or of this
 * one, that it was not joined with). Canned replies and settings of a person go over as the oldest that can be: what was said elsewhere
 * meanwhile holds.
 * unreached: whom a mention in an own message did not reach, by name, as JSON.
 */
export const inStep = `
ALTER TABLE drafts ADD COLUMN changed INTEGER;
ALTER TABLE drafts ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE drafts ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE drafts ADD COLUMN aside TEXT;
UPDATE drafts SET changed = 1;
INSERT OR IGNORE INTO own_outbox (key, value, at)
  SELECT 'setting/canned/' || id, json_object('name', name, 'text', text), 1 FROM canned_replies;
DROP TABLE canned_replies;
INSERT OR IGNORE INTO own_outbox (key, value, at)
  SELECT 'setting/undo-send', value -> '$.undoSend', 1 FROM settings WHERE name = 'settings' AND json_type(value, '$.undoSend') IS NOT NULL
  UNION ALL
  SELECT 'setting/quiet-hours', value -> '$.quietHours', 1 FROM settings WHERE name = 'settings' AND json_type(value, '$.quietHours') IS NOT NULL;
CREATE TABLE unreached (
  conversation TEXT NOT NULL,
  thread TEXT NOT NULL,
  seq INTEGER NOT NULL,
  names TEXT NOT NULL,
  PRIMARY KEY (conversation, thread, seq)
) STRICT, WITHOUT ROWID;
`;
