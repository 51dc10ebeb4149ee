import { SYSTEM_CLIENT_ID } from '#shared/documents.ts';

import type { Transaction } from '../storage/database.ts';
import { insertEntries, insertEvents, insertMessages, putDeletes, putReactions } from '../storage/fact-rows.ts';
import { setThreadEnds } from '../storage/history-rows.ts';
import { insertImport } from '../storage/import-rows.ts';
import type { ThreadPlan } from './plan-thread.ts';

/** Writes whole threads whose row in `threads` is there and empty: each table in one statement, whatever their number. */
export async function writeThreads(tx: Transaction, plans: readonly ThreadPlan[]): Promise<void> {
  await writeDocuments(tx, plans);
  await insertEntries(
    tx,
    plans.flatMap(({ entries }) => entries.map(({ at, ...entry }) => ({ ...entry, acceptedAt: at }))),
  );
  await insertMessages(
    tx,
    // As numbers would have been given.
    plans
      .flatMap(({ messages }) => messages)
      .sort((one, other) => one.entry.at - other.entry.at)
      .map(({ entry: { conversation, thread, account, id, seq, at: acceptedAt }, fact, editedAt, removedAt }) => {
        return { conversation, thread, account, id, seq, fact, acceptedAt, editedAt, removedAt };
      }),
  );
  await insertEvents(
    tx,
    plans.flatMap(({ conversation, thread, events }) => events.map((event) => ({ conversation, thread, ...event }))),
  );
  await putReactions(
    tx,
    plans.flatMap(({ conversation, thread, reactions }) => reactions.map((reaction) => ({ conversation, thread, ...reaction }))),
  );
  await setThreadEnds(
    tx,
    plans.map(({ conversation, thread, nextSeq, lastMessage }) => ({ conversation, thread, nextSeq, last: lastMessage })),
  );
}

async function writeDocuments(tx: Transaction, plans: readonly ThreadPlan[]): Promise<void> {
  await insertImport(tx, {
    documents: plans.map(({ documentId: id, conversation, thread, n, entries }) => {
      return { id, conversation, thread, epoch: 1, n, entries: entries.length, isNew: true };
    }),
    log: plans.flatMap(({ documentId, log }) => log.map(({ from, to, update }) => ({ documentId, from, to, update }))),
    context: plans.flatMap(({ documentId, contextRows }) =>
      contextRows.map(({ key, clock, value }) => ({ documentId, key, clock, value })),
    ),
    // The server's own clock comes with the document.
    clocks: plans.flatMap(({ documentId, clocks }) =>
      [...clocks].filter(([client]) => client !== SYSTEM_CLIENT_ID).map(([client, next]) => ({ documentId, client, next })),
    ),
    entries: [],
    events: [],
  });
  await putDeletes(
    tx,
    plans.flatMap(({ documentId, deletes }) => deletes.map(({ client, clock }) => ({ documentId, client, clock }))),
  );
}
