import { isDeepStrictEqual } from 'node:util';

import { documentName } from '#shared/ids.ts';

import { contextOf, removeParticipant, setLock, writeThreadContext } from '../../storage/change-conversation.ts';
import { lockThreads } from '../../storage/context.ts';
import { participantsOf } from '../../storage/conversations.ts';
import type { Transaction } from '../../storage/database.ts';
import { insertFile, type FileState } from '../../storage/files.ts';
import { giveToAgency, raiseImportedReads, raiseReadFloors, rejoin, updateImportedJob } from '../../storage/import-changes.ts';
import {
  advanceThreads,
  insertConversations,
  insertParticipants,
  lockTargets,
  tellConversations,
  type NewImport,
  type NewParticipant,
  type Progress,
} from '../../storage/import-conversations.ts';
import { insertImport, noRows, takeDocumentIds, takeLease } from '../../storage/import-rows.ts';
import { putImported } from '../../storage/imported.ts';
import { notify } from '../../storage/notify.ts';
import { documentsNeeded, openDocument, planMessages } from '../import/plan.ts';
import type { State, Work } from './plan-batch.ts';

/** `now`: when changes of what was there count as made. */
export type WriteOptions = { platform: string; fileState: FileState; now: Date };

/** Writes what is new in a batch: everything or nothing of it. */
export async function writeBatch(
  tx: Transaction,
  works: readonly Work[],
  { platform, fileState, now }: WriteOptions,
): Promise<void> {
  const contexts = await insertNew(tx, works);
  const changed = new Set(await changeKnown(tx, works, now));
  for (const conversation of await writeItems(tx, works, contexts)) changed.add(conversation);
  for (const { files } of works) for (const file of files) await insertFile(tx, file, fileState);
  await putImported(
    tx,
    platform,
    works.flatMap(({ described, ours, job, state, isJobNew, imported }) => [
      { kind: 'conversation', id: described.id, ours, state },
      ...(isJobNew ? [{ kind: 'job' as const, id: described.jobId, ours: job }] : []),
      ...imported,
    ]),
  );
  const floors = works.flatMap(({ ours, floor }) => (floor === null ? [] : [{ conversation: ours, message: floor }]));
  for (const conversation of await raiseReadFloors(tx, floors)) changed.add(conversation);
  const reads = works.flatMap(({ ours, reads: some }) => some.map((read) => ({ conversation: ours, ...read })));
  for (const conversation of await raiseImportedReads(tx, reads)) changed.add(conversation);
  await tellConversations(tx, [...changed]);
}

type Contexts = Map<string, Record<string, unknown>>;

/** Rows of new conversations. Gives what stands in their documents' context. */
async function insertNew(tx: Transaction, works: readonly Work[]): Promise<Contexts> {
  const contexts: Contexts = new Map();
  for (const [agency, fresh] of Map.groupBy(
    works.filter(({ isNew }) => isNew),
    ({ described }) => described.agency.ours,
  )) {
    const made = await insertConversations(tx, agency, fresh.map(toNew));
    const listed = await participantsOf(
      tx,
      fresh.map(({ ours }) => ours),
    );
    for (const work of fresh) {
      const { job } = made.get(work.externalId)!;
      contexts.set(work.ours, {
        job: { ...job, ...work.state.job },
        participants: listed.get(work.ours) ?? [],
        locks: work.state.locks,
      });
    }
  }
  return contexts;
}

function toNew(work: Work): NewImport {
  const { described, ours: conversation, job, externalId, numbers, gone } = work;
  return {
    externalId,
    job: described.job,
    locks: described.locks,
    createdAt: described.createdAt,
    participants: [...takingPart(work, new Set()), ...gone],
    chosen: { conversation, job, conversationNumber: numbers.conversation, jobNumber: numbers.job },
  };
}

function takingPart({ described, ours: conversation }: Work, but: ReadonlySet<string>): NewParticipant[] {
  return [...described.people]
    .filter(([account]) => !but.has(account))
    .map(([account, { role, joinedAt }]) => ({ conversation, account, role, joinedAt }));
}

/** What has changed on the platform since the last import. Gives the conversations that it changed. */
async function changeKnown(tx: Transaction, works: readonly Work[], now: Date): Promise<string[]> {
  const known = works
    .filter(({ isNew, before, state, gone }) => !isNew && (gone.length > 0 || !isDeepStrictEqual(before, state)))
    .sort((a, b) => (a.ours < b.ours ? -1 : 1));
  // All of them before anything else is locked, in the order in which others do.
  for (const { ours } of known) await lockThreads(tx, ours);
  for (const work of known) {
    const { ours: conversation, state, gone } = work;
    const before: Omit<State, 'job'> & { job: State['job'] | null } = work.before ?? {
      agency: null,
      job: null,
      locks: [],
      people: [],
    };
    // An agency that comes to a job without one; of two the first keeps the conversation.
    if (before.agency === null && state.agency !== null) await giveToAgency(tx, conversation, work.described.agency.ours);
    const people = new Set(before.people);
    const joined = takingPart(work, people);
    const added = await insertParticipants(tx, [...joined, ...gone.map((one) => ({ conversation, ...one }))]);
    if (joined.length > 0)
      await rejoin(
        tx,
        conversation,
        joined.map(({ account }) => account),
      );
    if (added.size > 0 || joined.length > 0) await writeThreadContext(tx, conversation, 'participants');
    for (const account of before.people) {
      if (!state.people.includes(account)) await removeParticipant(tx, { conversation, account, by: null });
    }
    if (!isDeepStrictEqual(before.job, state.job)) await updateImportedJob(tx, conversation, state.job, now);
    for (const reason of before.locks) {
      if (!state.locks.includes(reason)) await setLock(tx, { conversation, reason, on: false, by: null });
    }
    for (const reason of state.locks) {
      if (!before.locks.includes(reason)) await setLock(tx, { conversation, reason, on: true, by: null });
    }
  }
  return known.map(({ ours }) => ours);
}

/** Messages and events, behind what is there. Gives the conversations that grew or were made. */
async function writeItems(tx: Transaction, works: readonly Work[], contexts: Contexts): Promise<string[]> {
  const growing = works.filter(({ isNew, items }) => isNew || items.length > 0);
  const targets = await lockTargets(
    tx,
    growing.filter(({ isNew }) => !isNew).map(({ ours }) => ours),
  );
  const needed = growing.reduce((sum, { ours, items }) => {
    const messages = items.filter((item) => !('event' in item)).length;
    return sum + documentsNeeded(targets.get(ours)?.newest.entries ?? null, messages);
  }, 0);
  const ids = await takeDocumentIds(tx, needed);
  const newDocumentId = () => ids.shift()!;
  // A lease a batch: nothing was ever written under it, so its clocks begin at 0 in each document.
  const lease = await takeLease(tx);
  const rows = noRows();
  const progress: Progress[] = [];
  for (const { ours: conversation, items } of growing) {
    const { nextSeq, newest } = targets.get(conversation) ?? { nextSeq: 1, newest: null };
    const context = contexts.get(conversation) ?? (await contextOf(tx, conversation));
    planMessages({ conversation, lease, nextSeq, newest, context }, items, newDocumentId, rows);
    if (newest) {
      const { thread, epoch } = newest;
      await notify(tx, { kind: 'document', document: documentName({ kind: 'thread', conversation, thread, epoch }) });
    } else openDocument(conversation, 'team', 1, newDocumentId(), context, rows);
    const last = items.findLastIndex((item) => !('event' in item));
    progress.push({
      conversation,
      nextSeq: nextSeq + items.length,
      last: last < 0 ? null : { seq: nextSeq + last, at: items[last]!.at },
    });
  }
  await insertImport(tx, rows);
  await advanceThreads(tx, progress, { read: false });
  return growing.map(({ ours }) => ours);
}
