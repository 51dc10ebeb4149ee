import type { Fact } from '#shared/facts.ts';
import { documentName, entryKey, newId, type ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import { factHash } from '../sync/acceptance/structure.ts';
import { serverHeldLease } from './chat-writes.ts';
import { commitBatch } from './commit.ts';
import { lockThreads } from './context.ts';
import type { Reader, Transaction } from './database.ts';
import type { Submission, ThreadDocument } from './entries.ts';
import { discardFiles } from './files.ts';
import { notify } from './notify.ts';

export type Place = { conversation: string; thread: ThreadName };
export type FoundMessage = Place & { seq: number };

/** Which messages: of those that still say something, who wrote them and when they were accepted, at the latest. */
export type MessageFilter = { account?: string; before?: Date };

/** Some of a conversation's behind `after`, of one thread, the oldest first. */
export async function messagesToEmpty(
  db: Reader,
  conversation: string,
  { account, before }: MessageFilter,
  { after, limit }: { after: FoundMessage | null; limit: number },
): Promise<FoundMessage[]> {
  const rows = await db.rows<FoundMessage>(
    `SELECT conversation_id AS conversation, thread, seq FROM messages
     WHERE conversation_id = $1 AND (thread, seq) > ($4, $5) AND removed_at IS NULL AND ($2::uuid IS NULL OR account_id = $2)
       AND ($3::timestamptz IS NULL OR accepted_at < $3) ORDER BY thread, seq LIMIT $6`,
    [conversation, account ?? null, before ?? null, after?.thread ?? '', after?.seq ?? 0, limit],
  );
  return rows.filter(({ thread }) => thread === rows[0]!.thread);
}

/** How many messages, with how many files, that would be in all, of an agency or of all. */
export async function countToEmpty(
  db: Reader,
  agency: string | null,
  { account, before }: MessageFilter,
): Promise<{ messages: number; conversations: number; files: number }> {
  const [row] = await db.rows<{ messages: number; conversations: number; files: number }>(
    `SELECT count(*) AS messages, count(DISTINCT m.conversation_id) AS conversations,
       coalesce(sum(jsonb_array_length(m.attachments)), 0)::bigint AS files
     FROM messages m JOIN conversations c ON c.id = m.conversation_id
     WHERE m.removed_at IS NULL AND ($1::uuid IS NULL OR c.agency_id = $1) AND ($2::uuid IS NULL OR m.account_id = $2)
       AND ($3::timestamptz IS NULL OR m.accepted_at < $3)`,
    [agency, account ?? null, before ?? null],
  );
  return row!;
}

/**
 * Takes the content of messages of one thread away as if their authors had removed them: a `remove` of each author, written by the
 * server under the lease that it holds for that account, goes the way of every other, so that all apps do what they do with one. Edits
 * go with their message, and files that no other message names. Gives how many were emptied; another may have been first.
 */
export async function emptyMessages(tx: Transaction, messages: readonly FoundMessage[], now: number): Promise<number> {
  if (messages.length === 0) return 0;
  const { conversation, thread } = messages[0]!;
  await lockThreads(tx, conversation);
  const left = await tx.rows<{ account_id: string; id: string; files: string[] }>(
    `SELECT account_id, id, ARRAY(SELECT f ->> 'id' FROM jsonb_array_elements(attachments) AS f) AS files FROM messages
     WHERE conversation_id = $1 AND thread = $2 AND seq = ANY ($3::bigint[]) AND removed_at IS NULL ORDER BY seq`,
    [conversation, thread, messages.map(({ seq }) => seq)],
  );
  const facts = left.map(({ account_id: account, id }) => ({
    account,
    fact: { kind: 'remove' as const, of: entryKey(account, id), sentAt: now },
  }));
  await writeByServer(tx, { conversation, thread }, facts, now);
  await discardFiles(
    tx,
    left.flatMap(({ files }) => files),
  );
  return left.length;
}

/** Takes back what a person reacted with in one thread. Gives how many reactions that were. */
export async function takeReactionsBack(tx: Transaction, account: string, place: Place, now: number): Promise<number> {
  await lockThreads(tx, place.conversation);
  const held = await tx.rows<{ author: string; id: string; emoji: string }>(
    `SELECT m.account_id AS author, m.id, r.emoji FROM reactions r
       JOIN messages m ON m.conversation_id = r.conversation_id AND m.thread = r.thread AND m.seq = r.message_seq
     WHERE r.conversation_id = $1 AND r.thread = $2 AND r.account_id = $3 ORDER BY r.seq`,
    [place.conversation, place.thread, account],
  );
  const facts = held.map(({ author, id, emoji }) => ({
    account,
    fact: { kind: 'react' as const, to: entryKey(author, id), emoji, on: false, sentAt: now },
  }));
  await writeByServer(tx, place, facts, now);
  return held.length;
}

/** Facts that the server writes in the name of accounts. The threads must be locked. */
async function writeByServer(
  tx: Transaction,
  { conversation, thread }: Place,
  facts: readonly { account: string; fact: Fact }[],
  now: number,
): Promise<void> {
  if (facts.length === 0) return;
  const [newest] = await tx.rows<ThreadDocument>(
    `SELECT id, conversation_id AS conversation, thread, epoch FROM documents WHERE conversation_id = $1 AND thread = $2
     ORDER BY epoch DESC LIMIT 1`,
    [conversation, thread],
  );
  if (!newest) throw new Error(`the conversation ${conversation} has no document for ${thread}`);
  const batch: Submission[] = [];
  for (const [account, own] of Map.groupBy(facts, (one) => one.account)) {
    const lease = await serverHeldLease(tx, account);
    const checked = own.map(({ fact }) => {
      const id = newId(now);
      const key = entryKey(account, id);
      return { client: lease, clock: 0, key, id, value: fact, fact, hash: factHash(key, fact) };
    });
    const claims = { facts: checked, emptied: [], foreign: [], deletes: [] };
    batch.push({ document: newest, writer: { account, lease }, claims, clocks: 'next', byServer: true });
  }
  const { documents, streams } = await commitBatch(tx, batch, now, LIMITS);
  const names = await tx.rows<{ epoch: number }>('SELECT epoch FROM documents WHERE id = ANY ($1::bigint[])', [
    documents.map(({ documentId }) => documentId),
  ]);
  for (const { epoch } of names) {
    await notify(tx, { kind: 'document', document: documentName({ kind: 'thread', conversation, thread, epoch }) });
  }
  await notify(tx, { kind: 'feed', streams });
}
