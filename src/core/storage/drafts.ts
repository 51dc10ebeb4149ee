import { z } from 'zod';

import type { Store } from './database.ts';
import type { Place } from './items.ts';

/** What one was writing: the text, whom it mentions, what it answers, and where the caret stood (UTF-16 units). */
export type Draft = { text: string; mentions: string[]; replyTo: string | null; caret: number | null };

const around = z.object({
  mentions: z.array(z.string()).catch([]),
  replyTo: z.string().nullable().catch(null),
  caret: z.number().nullable().catch(null),
});

export function readDraft(store: Store, { conversation, thread }: Place): Draft {
  const row = store.get<{ text: string; around: string }>(
    `SELECT text, around FROM drafts WHERE conversation = ? AND thread = ?`,
    conversation,
    thread,
  );
  return { text: row?.text ?? '', ...around.parse(row ? JSON.parse(row.around) : {}) };
}

export function writeDraft(store: Store, { conversation, thread }: Place, draft: Draft): void {
  const { text, ...rest } = draft;
  store.transact(() => {
    if (text === '' && draft.replyTo === null) {
      store.run(`DELETE FROM drafts WHERE conversation = ? AND thread = ?`, conversation, thread);
    } else {
      store.run(
        `INSERT OR REPLACE INTO drafts (conversation, thread, text, around) VALUES (?, ?, ?, ?)`,
        conversation,
        thread,
        text,
        JSON.stringify(rest),
      );
    }
  });
}
