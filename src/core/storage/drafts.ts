import { z } from 'zod';

import type { Store } from './database.ts';
import type { Place } from './items.ts';

/** What one was writing: the text, whom it mentions, what it answers, and where the caret stood (UTF-16 units). */
export type Draft = { text: string; mentions: string[]; replyTo: string | null; caret: number | null };

/** A draft as it is kept here, and how far it is in step with the own document. */
export type DraftRow = Draft & {
  /** When it was written, while the own document hasn't got it; ms since 1970. */
  changed: number | null;
  /** `at` of the own entry that it equals, or stands over. */
  seen: number;
  /** `at` of the last own entry of another device that was taken over. */
  adopted: number;
  /** Words that it was not joined with. */
  aside: string | null;
};

const around = z.object({
  mentions: z.array(z.string()).catch([]),
  replyTo: z.string().nullable().catch(null),
  caret: z.number().nullable().catch(null),
});

type Row = { text: string; around: string; changed: number | null; seen: number; adopted: number; aside: string | null };
const EMPTY: Row = { text: '', around: '{}', changed: null, seen: 0, adopted: 0, aside: null };

export function readDraft(store: Store, { conversation, thread }: Place): DraftRow {
  const found = store.get<Row>(
    `SELECT text, around, changed, seen, adopted, aside FROM drafts WHERE conversation = ? AND thread = ?`,
    conversation,
    thread,
  );
  const { around: rest, ...row } = found ?? EMPTY;
  return { ...row, ...around.parse(JSON.parse(rest)) };
}

/** Part of a transaction. A row that says nothing isn't kept. */
export function putDraft(store: Store, { conversation, thread }: Place, row: DraftRow): void {
  const { text, changed, seen, adopted, aside, ...rest } = row;
  if (text === '' && rest.replyTo === null && changed === null && aside === null) {
    store.run(`DELETE FROM drafts WHERE conversation = ? AND thread = ?`, conversation, thread);
    return;
  }
  store.run(
    `INSERT OR REPLACE INTO drafts (conversation, thread, text, around, changed, seen, adopted, aside) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    conversation,
    thread,
    text,
    JSON.stringify(rest),
    changed,
    seen,
    adopted,
    aside,
  );
}

/** Those that the own document hasn't got. */
export function changedDrafts(store: Store): Place[] {
  return store.all<Place>(`SELECT conversation, thread FROM drafts WHERE changed IS NOT NULL ORDER BY changed`);
}
