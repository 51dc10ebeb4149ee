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

/** Conversations whose title or people hold all of these (folded) somewhere, with what they are found by; newest first. */
export function conversationsByName(
  store: Store,
  parts: readonly string[],
  limit: number,
): { id: string; search: string; at: number }[] {
  const where = parts.map(() => `instr(search, ?) > 0`).join(' AND ') || '1';
  return store.all(`SELECT id, search, at FROM conversations WHERE ${where} ORDER BY at DESC LIMIT ?`, ...parts, limit);
}

export function everybody(store: Store): PersonView[] {
  return store.all(`SELECT account AS id, name, role FROM people`);
}

/**
 * In how many conversations somebody of each of these names takes part, by one go through what they are found by: JavaScript finds a
 * name in 10,000 texts faster than SQLite does.
 */
export function countConversationsOf(store: Store, people: readonly PersonView[]): number[] {
  if (people.length === 0) return [];
  const lines = people.map(({ name }) => `\n${fold(name)}\n`);
  const counts = people.map(() => 0);
  for (const { search } of store.all<{ search: string }>(`SELECT search FROM conversations`)) {
    const text = `${search}\n`;
    for (const [place, line] of lines.entries()) if (text.includes(line)) counts[place]! += 1;
  }
  return counts;
}

/** Conversations that somebody takes part in, newest first. */
export function conversationsOf(store: Store, account: string, limit: number): { id: string; record: string; at: number }[] {
  return store.all(
    `SELECT id, record, at FROM conversations
     WHERE instr(record, ?) > 0 AND EXISTS (SELECT 1 FROM json_each(record, '$.participants') WHERE value ->> '$.account' = ?)
     ORDER BY at DESC LIMIT ?`,
    account,
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
