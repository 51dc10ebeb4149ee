import { ERASED_NAME, EVENT_KEY_PREFIX, SYSTEM_CLIENT_ID, type EventValue } from '#shared/documents.ts';
import { documentName, type ThreadName } from '#shared/ids.ts';

import { disableAccount } from './accounts.ts';
import { lockThreads, writeContext } from './context.ts';
import type { Reader, Transaction } from './database.ts';
import type { Place } from './empty-messages.ts';
import { emptyInLog } from './log.ts';
import { notify } from './notify.ts';
import { contextOf, tellConversation } from './thread-context.ts';

/** Who is to be erased, and what of it is done already. */
export type ErasedPerson = { id: string; number: number; name: string; email: string; erased: boolean };

export async function personToErase(db: Reader, id: string): Promise<ErasedPerson> {
  const [row] = await db.rows<ErasedPerson>(
    'SELECT id, number, name, email, erased_at IS NOT NULL AS erased FROM accounts WHERE id = $1',
    [id],
  );
  if (!row) throw new Error(`there is no account ${id}`);
  return row;
}

/** Where the person is named or has written. Looks through all that was ever accepted. */
export async function traceConversations(db: Reader, account: string): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    `SELECT conversation_id AS id FROM participants WHERE account_id = $1
     UNION SELECT conversation_id FROM entries WHERE account_id = $1 ORDER BY 1`,
    [account],
  );
  return rows.map(({ id }) => id);
}

/** The threads where the person reacts to something. */
export async function reactionPlaces(db: Reader, account: string): Promise<Place[]> {
  return db.rows<Place>(
    'SELECT DISTINCT conversation_id AS conversation, thread FROM reactions WHERE account_id = $1 ORDER BY 1, 2',
    [account],
  );
}

/** From here on nobody writes as this person. */
export async function shutOut(tx: Transaction, account: string): Promise<void> {
  await disableAccount(tx, account);
  await tx.rows('UPDATE participants SET left_at = now() WHERE account_id = $1 AND left_at IS NULL', [account]);
}

type NoteRow = { thread: ThreadName; seq: number; id: string; at: Date; event: EventValue['event'] };

/** Notes that came with an import are texts, and may name the person: the name in them is replaced, in rows and documents. */
export async function renameInNotes(tx: Transaction, conversation: string, name: string): Promise<number> {
  await lockThreads(tx, conversation);
  const notes = await tx.rows<NoteRow>(
    `SELECT thread, seq, id, at, event FROM events WHERE conversation_id = $1 AND event ->> 'type' = 'note'
       AND position(lower($2) IN lower(event ->> 'text')) > 0`,
    [conversation, name],
  );
  for (const { thread, seq, id, at, event } of notes) {
    if (event.type !== 'note') continue;
    const renamed = {
      ...event,
      text: event.text.replaceAll(new RegExp(name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`), 'gi'), ERASED_NAME),
    };
    await tx.rows('UPDATE events SET event = $4 WHERE conversation_id = $1 AND thread = $2 AND seq = $3', [
      conversation,
      thread,
      seq,
      JSON.stringify(renamed),
    ]);
    const key = `${EVENT_KEY_PREFIX}${id}`;
    const documents = await tx.rows<{ id: number }>(
      `SELECT d.id FROM documents d JOIN document_context x ON x.document_id = d.id AND x.key = $2 WHERE d.conversation_id = $1`,
      [conversation, key],
    );
    for (const document of documents) await writeContext(tx, document.id, { [key]: { seq, at: at.getTime(), event: renamed } });
  }
  return notes.length;
}

/** The tombstone: no name, no address, no way to sign in. What it was called is gone from here on. */
export async function renameAccount(tx: Transaction, { id, number, email }: ErasedPerson): Promise<void> {
  const nobody = `erased-${number}@erased.invalid`;
  await tx.rows(
    `UPDATE accounts SET name = $2, email = $3, password_hash = NULL, disabled_at = coalesce(disabled_at, now()), erased_at = now()
     WHERE id = $1`,
    [id, ERASED_NAME, nobody],
  );
  await tx.rows(
    `UPDATE invitations SET email = 'erased-' || id || '@erased.invalid', name = NULL,
       revoked_at = CASE WHEN accepted_at IS NULL THEN coalesce(revoked_at, now()) ELSE revoked_at END
     WHERE account_id = $1 OR lower(email) = lower($2)`,
    [id, email],
  );
  await tx.rows("UPDATE devices SET name = 'Erased' WHERE account_id = $1", [id]);
  await tx.rows('DELETE FROM identities WHERE account_id = $1', [id]);
  await tx.rows('DELETE FROM password_resets WHERE account_id = $1', [id]);
  await notify(tx, { kind: 'account', account: id });
}

/**
 * Writes who takes part anew into every document of a conversation, and takes all values that were ever replaced out of log and
 * snapshot: nothing of the former name is left in them. Tells everybody.
 */
export async function eraseNames(tx: Transaction, conversation: string): Promise<void> {
  await lockThreads(tx, conversation);
  const { participants } = await contextOf(tx, conversation);
  const documents = await tx.rows<{ id: number; thread: ThreadName; epoch: number }>(
    'SELECT id, thread, epoch FROM documents WHERE conversation_id = $1 ORDER BY id FOR NO KEY UPDATE',
    [conversation],
  );
  for (const { id, thread, epoch } of documents) {
    await writeContext(tx, id, { participants });
    const replaced = await tx.rows<{ clock: number }>(
      'SELECT clock FROM document_deletes WHERE document_id = $1 AND client_id = $2',
      [id, SYSTEM_CLIENT_ID],
    );
    await emptyInLog(
      tx,
      id,
      replaced.map(({ clock }) => ({ client: SYSTEM_CLIENT_ID, clock })),
    );
    await notify(tx, { kind: 'document', document: documentName({ kind: 'thread', conversation, thread, epoch }) });
  }
  await tellConversation(tx, conversation);
}

/** What is the person's alone: drafts and settings, notifications, uploads under way. Gives the ids of those uploads. */
export async function deleteOwn(tx: Transaction, account: string): Promise<string[]> {
  const [own] = await tx.rows<{ id: number }>('SELECT id FROM documents WHERE account_id = $1 FOR NO KEY UPDATE', [account]);
  if (own) {
    for (const table of ['document_log', 'document_clocks', 'document_deletes', 'document_context']) {
      await tx.rows(`DELETE FROM ${table} WHERE document_id = $1`, [own.id]);
    }
    await tx.rows('DELETE FROM documents WHERE id = $1', [own.id]);
  }
  await tx.rows('DELETE FROM notifications WHERE account_id = $1', [account]);
  await tx.rows('DELETE FROM live_accounts WHERE account_id = $1', [account]);
  await tx.rows('DELETE FROM feed WHERE stream = $1', [account]);
  const uploads = await tx.rows<{ id: string }>('DELETE FROM uploads WHERE account_id = $1 RETURNING id', [account]);
  return uploads.map(({ id }) => id);
}
