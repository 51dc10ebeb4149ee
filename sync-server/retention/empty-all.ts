import type { Database } from '../storage/database.ts';
import { emptyMessages, messagesToEmpty, type MessageFilter } from '../storage/empty-messages.ts';

/** Of one thread in one transaction: whoever writes there meanwhile waits for less than a moment. */
const MESSAGES_AT_ONCE = 100;

export type EmptyingOptions = {
  db: Database;
  now: () => number;
  atOnce?: number;
  isStopped?: () => boolean;
  /** After each transaction: how many were emptied by it. */
  onEmptied?: (count: number) => void;
};

/** All messages of these conversations that the filter names. Cut off at any point, it goes on where it was when it is called again. */
export async function emptyAll(
  { db, now, atOnce = MESSAGES_AT_ONCE, isStopped = () => false, onEmptied = () => {} }: EmptyingOptions,
  conversations: Iterable<string> | AsyncIterable<string>,
  filter: MessageFilter,
): Promise<number> {
  let emptied = 0;
  for await (const conversation of conversations) {
    for (;;) {
      if (isStopped()) return emptied;
      const found = await db.read((reader) => messagesToEmpty(reader, conversation, filter, atOnce));
      if (found.length === 0) break;
      const count = await db.transact((tx) => emptyMessages(tx, found, now()));
      emptied += count;
      onEmptied(count);
    }
  }
  return emptied;
}
