import type { Database } from '../storage/database.ts';
import { emptyMessages, messagesToEmpty, type FoundMessage, type MessageFilter } from '../storage/empty-messages.ts';

/** Of one thread in one transaction: whoever writes there meanwhile waits for less than a moment. */
const MESSAGES_AT_ONCE = 200;

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
    for (let after: FoundMessage | null = null; ;) {
      if (isStopped()) return emptied;
      const place: { after: FoundMessage | null; limit: number } = { after, limit: atOnce };
      const found: FoundMessage[] = await db.read((reader) => messagesToEmpty(reader, conversation, filter, place));
      after = found.at(-1) ?? null;
      if (after === null) break;
      const count = await db.transact((tx) => emptyMessages(tx, found, now()));
      emptied += count;
      onEmptied(count);
    }
  }
  return emptied;
}
