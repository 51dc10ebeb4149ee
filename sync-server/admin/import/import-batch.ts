import type { ParticipantValue } from '#shared/documents.ts';
import { AppError } from '#shared/errors.ts';
import { documentName, entryKey } from '#shared/ids.ts';
import { isStaff, type Role } from '#shared/roles.ts';

import { contextOf, writeThreadContext } from '../../storage/change-conversation.ts';
import { lockThreads } from '../../storage/context.ts';
import { participantsOf } from '../../storage/conversations.ts';
import type { Transaction } from '../../storage/database.ts';
import {
  advanceThreads,
  insertConversations,
  insertParticipants,
  loadKnown,
  tellConversations,
  type KnownConversation,
  type NewImport,
  type Progress,
} from '../../storage/import-conversations.ts';
import {
  findPeople,
  insertImport,
  insertPeople,
  noRows,
  setMissingPasswords,
  takeDocumentIds,
  takeLease,
  type KnownPerson,
} from '../../storage/import-rows.ts';
import { notify } from '../../storage/notify.ts';
import { documentsNeeded, openDocument, planMessages, type NewMessage } from './plan.ts';
import type { Refused, SourceConversation } from './source.ts';

export type ImportOptions = { agency: string; passwordHash: string | null };

export type Counts = {
  conversations: { made: number; extended: number; unchanged: number };
  messages: { made: number; known: number };
  accounts: number;
};
export type BatchResult = Counts & { refused: Refused[] };

/** What this import has to do with one conversation. */
type Work = { source: SourceConversation; there: KnownConversation | undefined; messages: NewMessage[] };

/** Brings a batch of conversations into the database, in this transaction. Each `externalId` is in it once. */
export async function importBatch(
  tx: Transaction,
  batch: readonly SourceConversation[],
  options: ImportOptions,
): Promise<BatchResult> {
  const { agency } = options;
  const { people, made: accounts } = await takePeople(tx, batch, options);
  const idOf = (email: string) => people.get(email.toLowerCase())!.id;
  const refused: Refused[] = [];
  const taken = batch.filter((source) => {
    const stranger = source.participants.find(({ email, role }) => !fits(people.get(email.toLowerCase())!, role, agency));
    if (stranger)
      refused.push({ line: source.line, message: null, reason: `"${stranger.email}" is an account of another role or agency` });
    return !stranger;
  });
  const { known, joined } = await joinKnown(tx, agency, taken, idOf);
  const works = taken.map((source): Work => {
    const there = known.get(source.externalId);
    return { source, there, messages: missing(source, there, idOf) };
  });
  const written = await write(tx, works, agency, idOf);
  const changed = new Set([...joined, ...written]);
  await tellConversations(tx, [...changed]);
  const made = works.filter(({ there }) => !there).length;
  const messages = works.reduce((sum, work) => sum + work.messages.length, 0);
  const given = works.reduce((sum, work) => sum + work.source.messages.length, 0);
  return {
    conversations: { made, extended: changed.size - made, unchanged: works.length - changed.size },
    messages: { made: messages, known: given - messages },
    accounts,
    refused,
  };
}

/** Writes what is new, and gives the conversations that it changed. */
async function write(
  tx: Transaction,
  works: readonly Work[],
  agency: string,
  idOf: (email: string) => string,
): Promise<string[]> {
  const fresh = works.filter(({ there }) => !there);
  const made = await insertConversations(
    tx,
    agency,
    fresh.map(({ source }) => toNew(source, idOf)),
  );
  const listed = await participantsOf(
    tx,
    [...made.values()].map(({ conversation }) => conversation),
  );
  const ids = await takeDocumentIds(tx, documentsFor(works));
  const newDocumentId = () => ids.shift()!;
  // A lease a batch: nothing was ever written under it, so its clocks begin at 0 in each document.
  const lease = await takeLease(tx);
  const rows = noRows();
  const progress: Progress[] = [];
  const changed: string[] = [];
  for (const { source, there, messages } of works) {
    if (there && messages.length === 0) continue;
    const { conversation, nextSeq, newest, context } = there
      ? { ...there, context: await contextOf(tx, there.conversation) }
      : freshTarget(source, made.get(source.externalId)!, listed);
    planMessages({ conversation, lease, nextSeq, newest, context }, messages, newDocumentId, rows);
    if (newest) {
      const { thread, epoch } = newest;
      await notify(tx, { kind: 'document', document: documentName({ kind: 'thread', conversation, thread, epoch }) });
    } else openDocument(conversation, 'team', 1, newDocumentId(), context, rows);
    changed.push(conversation);
    const next = nextSeq + messages.length;
    const last = messages.at(-1);
    if (last) progress.push({ conversation, nextSeq: next, last: { seq: next - 1, at: last.at } });
  }
  await insertImport(tx, rows);
  await advanceThreads(tx, progress, { read: true });
  return changed;
}

function toNew({ externalId, title, participants, messages }: SourceConversation, idOf: (email: string) => string): NewImport {
  const createdAt = messages[0]?.at ?? Date.now();
  const listed = participants.map(({ email, role }) => ({ account: idOf(email), role, joinedAt: createdAt }));
  return { externalId, job: jobOf(title), locks: [], createdAt, participants: listed };
}

/** What a history does not say of its job is as it is for a new one. */
const jobOf = (title: string): NewImport['job'] => ({ title, status: 'open', location: null, startsOn: null });

type Made = { conversation: string; job: { id: string; number: number } };

function freshTarget({ title }: SourceConversation, { conversation, job }: Made, listed: Map<string, ParticipantValue[]>) {
  const context = {
    job: { ...job, ...jobOf(title) },
    participants: listed.get(conversation) ?? [],
    locks: [],
  };
  return { conversation, nextSeq: 1, newest: null, context };
}

/** The messages that aren't there yet. */
function missing(
  source: SourceConversation,
  there: KnownConversation | undefined,
  idOf: (email: string) => string,
): NewMessage[] {
  const all = source.messages.map(({ id, email, text, at }) => ({ id, account: idOf(email), text, at }));
  return there ? all.filter(({ account, id }) => !there.entries.has(entryKey(account, id))) : all;
}

/** How many documents it takes to hold so many messages each. */
function documentsFor(works: readonly Work[]): number {
  return works.reduce((sum, { there, messages }) => sum + documentsNeeded(there?.newest.entries ?? null, messages.length), 0);
}

/** What is there already, after everybody who is new in it was listed. */
async function joinKnown(
  tx: Transaction,
  agency: string,
  batch: readonly SourceConversation[],
  idOf: (email: string) => string,
): Promise<{ known: Map<string, KnownConversation>; joined: Set<string> }> {
  const externalIds = batch.map(({ externalId }) => externalId);
  const known = await loadKnown(tx, agency, externalIds);
  const people = batch.flatMap(({ externalId, participants }) => {
    const there = known.get(externalId);
    if (!there) return [];
    return participants.map(({ email, role }) => ({
      conversation: there.conversation,
      account: idOf(email),
      role,
      joinedAt: Date.now(),
    }));
  });
  const joined = await insertParticipants(tx, people);
  for (const conversation of joined) {
    await lockThreads(tx, conversation);
    await writeThreadContext(tx, conversation, 'participants');
  }
  // That took their documents forward.
  return { known: joined.size > 0 ? await loadKnown(tx, agency, externalIds) : known, joined };
}

type People = { people: Map<string, KnownPerson>; made: number };

/** The accounts of everybody in the batch, by address in lower case; those that aren't there are made. */
async function takePeople(tx: Transaction, batch: readonly SourceConversation[], options: ImportOptions): Promise<People> {
  const { agency, passwordHash } = options;
  const wanted = new Map(batch.flatMap(({ participants }) => participants.map((one) => [one.email.toLowerCase(), one])));
  const emails = [...wanted.keys()];
  const found = await findPeople(tx, emails);
  const strangers = emails.filter((email) => !found.has(email)).map((email) => wanted.get(email)!);
  if (passwordHash !== null)
    await setMissingPasswords(
      tx,
      [...found.values()].map(({ id }) => id),
      passwordHash,
    );
  if (strangers.length === 0) return { people: found, made: 0 };
  await insertPeople(
    tx,
    strangers.map(({ email, name, role }) => ({ email, name, role, agencyId: role === 'staff' ? agency : null })),
    passwordHash,
  );
  const people = await findPeople(tx, emails);
  if (people.size !== emails.length) throw new AppError('internal', 'Accounts that were just made are not there.');
  return { people, made: strangers.length };
}

function fits(person: KnownPerson, role: Role, agency: string): boolean {
  return role === 'staff' ? isStaff(person.role) && person.agencyId === agency : person.role === role;
}
