import type { PersonView } from '#shared/views.ts';

import { fold, matchExpression, type Term } from '../projection/words.ts';
import type { Store } from './database.ts';
import type { ItemRow } from './thread-rows.ts';

/** Messages that hold all terms, newest first. */
export function findMessages(store: Store, terms: readonly Term[], offset: number, limit: number): ItemRow[] {
  const match = matchExpression(terms);
  if (match === null) return [];
  return store.all<ItemRow>(
    `SELECT items.*, 0 AS waits, NULL AS rule FROM
       (SELECT rowid AS place FROM item_words WHERE item_words MATCH ? ORDER BY rowid DESC LIMIT ? OFFSET ?)
     JOIN items ON items.id = place ORDER BY items.id DESC`,
    match,
    limit,
    offset,
  );
}

/** Conversations whose job title or people hold all terms, newest first. */
export function findConversations(
  store: Store,
  terms: readonly Term[],
  limit: number,
): { id: string; record: string; at: number }[] {
  if (terms.length === 0) return [];
  const patterns = terms.map((term) => `%${fold(term.text).replace(/[\\%_]/g, '\\$&')}%`);
  return store.all(
    `SELECT id, record, at FROM conversations WHERE ${patterns.map(() => `search LIKE ? ESCAPE '\\'`).join(' AND ')}
     ORDER BY at DESC LIMIT ?`,
    ...patterns,
    limit,
  );
}

/** Every conversation with what it is found by, folded; newest first. */
export function conversationsByName(store: Store): { id: string; search: string; at: number }[] {
  return store.all(`SELECT id, search, at FROM conversations ORDER BY at DESC`);
}

export function everybody(store: Store): PersonView[] {
  return store.all(`SELECT account AS id, name, role FROM people`);
}

/** Conversations that somebody takes part in, newest first. */
export function conversationsOf(store: Store, account: string, limit: number): { id: string; record: string; at: number }[] {
  return store.all(
    `SELECT id, record, at FROM conversations
     WHERE EXISTS (SELECT 1 FROM json_each(record, '$.participants') WHERE value ->> '$.account' = ?)
     ORDER BY at DESC LIMIT ?`,
    account,
    limit,
  );
}

export function conversationsOfJob(store: Store, number: number): { id: string }[] {
  return store.all(`SELECT id FROM conversations WHERE record ->> '$.job.number' = ? ORDER BY at DESC LIMIT 3`, number);
}

const PAGES_AT_ONCE = 16;

/** Merges a little of the search index. Returns whether there may be more to merge. */
export function mergeWords(store: Store): boolean {
  const changes = (): number => store.get<{ n: number }>(`SELECT total_changes() AS n`)!.n;
  const before = changes();
  store.run(`INSERT INTO item_words (item_words, rank) VALUES ('merge', ?)`, PAGES_AT_ONCE);
  // As SQLite's manual of FTS5 says: fewer than two changes mean that nothing was merged.
  return changes() - before >= 2;
}
