import * as Y from 'yjs';

import { isMutedBy, ME_ROOT, muteKey } from '#shared/documents.ts';

import { findMeDocument } from './commit-me.ts';
import type { Reader } from './database.ts';
import { readLog } from './log.ts';

/** Whether this account has muted this conversation. Its own document is loaded for that: a small one, and only of who is away. */
export async function hasMuted(
  db: Reader,
  { account, conversation }: { account: string; conversation: string },
  now: number,
): Promise<boolean> {
  const document = await findMeDocument(db, account);
  if (document === null) return false;
  const doc = new Y.Doc();
  for (let reached = 0, more = true; more;) {
    const page = await readLog(db, document, reached);
    for (const { update } of page.rows) Y.applyUpdate(doc, update);
    reached = page.n;
    more = page.more;
  }
  return isMutedBy(doc.getMap(ME_ROOT).get(muteKey(conversation)), now);
}
