import type { LockReason } from '#shared/documents.ts';
import { THREADS } from '#shared/ids.ts';

import { newestDocument, writeContext } from './context.ts';
import { participantsOf, toJob } from './conversations.ts';
import type { Reader, Transaction } from './database.ts';
import { appendFeed, audiences, streamsFor } from './feed.ts';
import { notify } from './notify.ts';

/** What stands in `context` of a conversation's documents besides events; the first of a new epoch, too. */
export async function contextOf(db: Reader, conversation: string): Promise<Record<string, unknown>> {
  const [row] = await db.rows<Parameters<typeof toJob>[0] & { locks: LockReason[] }>(
    `SELECT j.id AS job_id, j.number AS job_number, j.title, j.status, j.location, j.starts_on, c.locks
     FROM conversations c JOIN jobs j ON j.id = c.job_id WHERE c.id = $1`,
    [conversation],
  );
  if (!row) throw new Error(`there is no conversation ${conversation}`);
  const people = await participantsOf(db, [conversation]);
  return { job: toJob(row), participants: people.get(conversation) ?? [], locks: row.locks };
}

/** Writes what has changed of that into the newest document of both threads, which must be locked. Gives how far each then is. */
export async function writeThreadContext(
  tx: Transaction,
  conversation: string,
  only?: 'job' | 'participants' | 'locks',
): Promise<{ documentId: number; n: number }[]> {
  const all = await contextOf(tx, conversation);
  const values = only ? { [only]: all[only] } : all;
  const reached: { documentId: number; n: number }[] = [];
  for (const thread of THREADS) {
    const document = await newestDocument(tx, conversation, thread);
    reached.push({ documentId: document.id, n: await writeContext(tx, document.id, values) });
    await notify(tx, { kind: 'document', document: document.name });
  }
  return reached;
}

/** A feed row with the record as it is now, for everybody who takes part. Last in a transaction. */
export async function tellConversation(tx: Transaction, conversation: string): Promise<void> {
  const audience = (await audiences(tx, [conversation])).get(conversation)!;
  const rows = streamsFor(audience, 'all').map((stream) => ({ stream, kind: 'conversation' as const, conversation }));
  await notify(tx, { kind: 'feed', streams: await appendFeed(tx, rows) });
}
