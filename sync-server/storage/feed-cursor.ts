import { isStaff, type Role } from '#shared/roles.ts';

import type { Reader } from './database.ts';
import { streamEnds } from './feed.ts';

/** How far an account has read each of its streams (decision 0003). */
export type FeedCursor = Map<string, number>;

/** The streams of an account: its own and, for staff, that of its agency. */
export function streamsOf(account: { account: string; role: Role; agencyId: string | null }): string[] {
  return isStaff(account.role) && account.agencyId !== null ? [account.agencyId, account.account] : [account.account];
}

/** Where the feed goes on from now. Read it before what it is handed out with, so that nothing falls in between. */
export async function presentCursor(
  db: Reader,
  account: { account: string; role: Role; agencyId: string | null },
): Promise<string> {
  const streams = streamsOf(account);
  const ends = await streamEnds(db, streams);
  return encodeCursor(new Map(streams.map((stream) => [stream, ends.get(stream)?.newest ?? 0])));
}

export function encodeCursor(cursor: FeedCursor): string {
  return Buffer.from(JSON.stringify([...cursor])).toString('base64url');
}

/** `null` when this is no cursor of ours. */
export function decodeCursor(text: string): FeedCursor | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(value)) return null;
    const cursor: FeedCursor = new Map();
    for (const pair of value as unknown[]) {
      if (!Array.isArray(pair)) return null;
      const [stream, n] = pair as unknown[];
      if (typeof stream !== 'string' || typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0) return null;
      cursor.set(stream, n);
    }
    return cursor;
  } catch {
    return null;
  }
}
