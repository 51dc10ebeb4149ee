import type { ThreadName } from '#shared/ids.ts';
import { isStaff } from '#shared/roles.ts';

import { contextOf, writeThreadContext } from './change-conversation.ts';
import { lockThreads, writeContext } from './context.ts';
import type { Transaction } from './database.ts';
import type { BatchState } from './entries.ts';
import type { AcceptedEntry } from './write-entries.ts';

/**
 * Staff take part without being listed; from the first that they do before everybody's eyes they are, a reaction too: whoever
 * sees it wants a name. What they note for the team shows nobody else that they were here. By conversation.
 */
export function joiningByWriting(state: BatchState, entries: readonly AcceptedEntry[]): Map<string, Set<string>> {
  const joining = new Map<string, Set<string>>();
  for (const { conversation, thread, account } of entries) {
    const person = state.accounts.get(account)!;
    if (thread !== 'all' || !isStaff(person.role) || state.participants.has(`${conversation}/${account}`)) continue;
    joining.set(conversation, (joining.get(conversation) ?? new Set()).add(account));
  }
  return joining;
}

/** Lists them; takes the documents of the batch forward. */
export async function joinByWriting(tx: Transaction, state: BatchState, joining: Map<string, Set<string>>): Promise<void> {
  for (const conversation of [...joining.keys()].sort()) {
    for (const account of joining.get(conversation)!) {
      await tx.rows('INSERT INTO participants (conversation_id, account_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
        conversation,
        account,
        state.accounts.get(account)!.role,
      ]);
    }
    await lockThreads(tx, conversation);
    for (const { documentId, n } of await writeThreadContext(tx, conversation, 'participants')) {
      const document = state.documents.get(documentId);
      if (document) document.n = n;
    }
  }
}

/** Opens the next epoch of each thread whose newest one has just been filled, with the context as it is now. */
export async function openNextEpochs(
  tx: Transaction,
  state: BatchState,
  documents: readonly number[],
  epochEntries: number,
): Promise<{ conversation: string; thread: ThreadName }[]> {
  const opened: { conversation: string; thread: ThreadName }[] = [];
  for (const id of documents) {
    const document = state.documents.get(id)!;
    if (document.entries < epochEntries) continue;
    const { conversation, thread, epoch } = document;
    const made = await tx.rows<{ id: number }>(
      `INSERT INTO documents (conversation_id, thread, epoch) SELECT $1, $2, $3
       WHERE NOT EXISTS (SELECT FROM documents WHERE conversation_id = $1 AND thread = $2 AND epoch >= $3) RETURNING id`,
      [conversation, thread, epoch + 1],
    );
    if (!made[0]) continue;
    await writeContext(tx, made[0].id, await contextOf(tx, conversation));
    opened.push({ conversation, thread });
  }
  return opened;
}
