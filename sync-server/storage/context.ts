import { EVENT_KEY_PREFIX, SYSTEM_CLIENT_ID, THREAD_ROOTS, type EventValue } from '#shared/documents.ts';
import { documentName, newId, type ThreadName } from '#shared/ids.ts';
import { encodeUpdate, valueStruct, type DeleteRange, type ValueStruct } from '#shared/update-codec.ts';

import type { Transaction } from './database.ts';
import { insertEvents, putDeletes } from './fact-rows.ts';
import { dueOfEvent, insertDue } from './notifications-due.ts';
import { notify } from './notify.ts';

/**
 * Locks both threads of a conversation, in one order, until the end of this transaction. Whoever writes into a document of a
 * thread holds its thread row, so that positions and seqs are handed out one at a time.
 */
export async function lockThreads(tx: Transaction, conversation: string): Promise<void> {
  await tx.rows('SELECT 1 FROM threads WHERE conversation_id = $1 ORDER BY thread FOR NO KEY UPDATE', [conversation]);
}

/** The newest epoch of a thread. Holds after `lockThreads`. */
export async function newestDocument(
  tx: Transaction,
  conversation: string,
  thread: ThreadName,
): Promise<{ id: number; name: string }> {
  const [row] = await tx.rows<{ id: number; epoch: number }>(
    'SELECT id, epoch FROM documents WHERE conversation_id = $1 AND thread = $2 ORDER BY epoch DESC LIMIT 1',
    [conversation, thread],
  );
  if (!row) throw new Error(`the conversation ${conversation} has no document for ${thread}`);
  return { id: row.id, name: documentName({ kind: 'thread', conversation, thread, epoch: row.epoch }) };
}

/**
 * Sets keys of the root `context` in one row of the log. A value that was there is named as the origin of the new one and
 * deleted (decision 0002). The thread must be locked. Gives the document's position afterwards.
 */
export async function writeContext(tx: Transaction, documentId: number, values: Record<string, unknown>): Promise<number> {
  const keys = Object.keys(values);
  const [document] = await tx.rows<{ n: number }>('UPDATE documents SET n = n + $2 WHERE id = $1 RETURNING n', [
    documentId,
    keys.length,
  ]);
  if (!document) throw new Error(`there is no document ${documentId}`);
  const from = document.n - keys.length;
  const present = await tx.rows<{ key: string; clock: number }>(
    'SELECT key, clock FROM document_context WHERE document_id = $1 AND key = ANY ($2)',
    [documentId, keys],
  );
  const clockOf = new Map(present.map((row) => [row.key, row.clock]));
  const structs: ValueStruct[] = keys.map((key, index) => {
    const replaced = clockOf.get(key);
    const origin = replaced === undefined ? null : { client: SYSTEM_CLIENT_ID, clock: replaced };
    return valueStruct({ client: SYSTEM_CLIENT_ID, clock: from + index }, THREAD_ROOTS.context, key, values[key], origin);
  });
  const deletes: DeleteRange[] = present.map(({ clock }) => ({ client: SYSTEM_CLIENT_ID, clock, length: 1 }));
  deletes.sort((a, b) => a.clock - b.clock);
  await tx.rows(
    `INSERT INTO document_context (document_id, key, clock, value)
     SELECT $1, key, clock, value FROM unnest($2::text[], $3::bigint[], $4::jsonb[]) AS u (key, clock, value)
     ON CONFLICT (document_id, key) DO UPDATE SET clock = EXCLUDED.clock, value = EXCLUDED.value`,
    [documentId, keys, structs.map((struct) => struct.clock), keys.map((key) => JSON.stringify(values[key]))],
  );
  await putDeletes(
    tx,
    deletes.map(({ client, clock }) => ({ documentId, client, clock })),
  );
  await tx.rows(
    `INSERT INTO document_clocks (document_id, client_id, next_clock) VALUES ($1, $2, $3)
     ON CONFLICT (document_id, client_id) DO UPDATE SET next_clock = EXCLUDED.next_clock`,
    [documentId, SYSTEM_CLIENT_ID, document.n],
  );
  await tx.rows('INSERT INTO document_log (document_id, n_from, n_to, update) VALUES ($1, $2, $3, $4)', [
    documentId,
    from,
    document.n,
    Buffer.from(encodeUpdate(structs, deletes)),
  ]);
  return document.n;
}

/** `untold`: it came with history, and is news to nobody. */
type NewEvent = { conversation: string; thread: ThreadName; event: EventValue['event']; at: Date; untold?: boolean };

/** Gives a system event the next seq of its thread and writes it as a row and into the newest epoch. The thread must be locked. */
export async function appendEvent(tx: Transaction, { conversation, thread, event, at, untold }: NewEvent): Promise<number> {
  const [counter] = await tx.rows<{ seq: number }>(
    'UPDATE threads SET next_seq = next_seq + 1 WHERE conversation_id = $1 AND thread = $2 RETURNING next_seq - 1 AS seq',
    [conversation, thread],
  );
  if (!counter) throw new Error(`the conversation ${conversation} has no thread ${thread}`);
  const id = newId(at.getTime());
  await insertEvents(tx, [{ conversation, thread, seq: counter.seq, id, at: at.getTime(), event }]);
  const document = await newestDocument(tx, conversation, thread);
  const value: EventValue = { seq: counter.seq, at: at.getTime(), event };
  await writeContext(tx, document.id, { [`${EVENT_KEY_PREFIX}${id}`]: value });
  await notify(tx, { kind: 'document', document: document.name });
  if (untold !== true) await insertDue(tx, dueOfEvent(conversation, counter.seq, event));
  return counter.seq;
}
