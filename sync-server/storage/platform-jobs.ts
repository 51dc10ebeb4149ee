import type { JobStatus, JobValue, LockReason, ParticipantValue } from '#shared/documents.ts';
import { AppError } from '#shared/errors.ts';
import type { Role } from '#shared/roles.ts';

import { findAccount, createAccount } from './accounts.ts';
import type { ApiKey } from './api-keys.ts';
import { createConversation, numberOf } from './change-conversation.ts';
import { changeJob, type JobChange } from './change-job.ts';
import { appendEvent, lockThreads } from './context.ts';
import type { Reader, Transaction } from './database.ts';
import { findIdentity, linkIdentity, lockIdentity } from './identities.ts';
import { notify } from './notify.ts';
import { contextOf, tellConversation, writeThreadContext } from './thread-context.ts';

/** A job as its platform sees it. */
export type PlatformJob = {
  externalId: string;
  conversation: { id: string; number: number };
  job: JobValue;
  participants: ParticipantValue[];
  locks: LockReason[];
};

/** Who is meant: by the account's id at the platform, or by e-mail address. */
export type PersonName = string;
export type PlatformRole = Extract<Role, 'client' | 'worker' | 'employee'>;
export type PlatformPerson = { person: PersonName; role: PlatformRole; name?: string | undefined; email?: string | undefined };
export type PlatformJobChange = { [K in keyof Omit<JobChange, 'status'>]?: JobChange[K] | undefined } & {
  status?: JobStatus | undefined;
};

/** The conversation of a job. Whoever asks for the same one waits until this transaction ends, also when it isn't there yet. */
export async function lockPlatformJob(tx: Transaction, agencyId: string, externalId: string): Promise<string | null> {
  await tx.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [JSON.stringify(['job', agencyId, externalId])]);
  return findPlatformJob(tx, agencyId, externalId);
}

export async function findPlatformJob(db: Reader, agencyId: string, externalId: string): Promise<string | null> {
  const [row] = await db.rows<{ id: string }>('SELECT id FROM conversations WHERE agency_id = $1 AND external_id = $2', [
    agencyId,
    externalId,
  ]);
  return row?.id ?? null;
}

/** Makes the job with its conversation, or changes what is said of it. People are added; nobody is taken out. */
export async function putPlatformJob(
  tx: Transaction,
  key: ApiKey,
  externalId: string,
  { people, ...change }: PlatformJobChange & { people: readonly PlatformPerson[] },
  now: number,
): Promise<{ conversation: string; created: boolean }> {
  const known = await lockPlatformJob(tx, key.agencyId, externalId);
  // In one order, whatever the job: each of them may be waited for.
  const sorted = people.toSorted((a, b) => (a.person < b.person ? -1 : 1));
  const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as JobChange;
  if (known !== null) {
    await changeJob(tx, known, said, { by: null, now });
    for (const person of sorted) await putParticipant(tx, key, known, person);
    return { conversation: known, created: false };
  }
  if (said.title === undefined)
    throw new AppError('bad-request', 'A job that is not here yet needs a "title".', { field: 'title' });
  const participants = new Map<string, { account: string; role: Role }>();
  for (const person of sorted) {
    const account = await accountFor(tx, key, person);
    participants.set(account, { account, role: person.role });
  }
  const { title, status = 'open', location = null, startsOn = null } = said;
  const conversation = await createConversation(tx, {
    agencyId: key.agencyId,
    job: { title, status, location, startsOn },
    participants: [...participants.values()],
    by: null,
  });
  await tx.rows('UPDATE conversations SET external_id = $2 WHERE id = $1', [conversation, externalId]);
  return { conversation, created: true };
}

/** Lets somebody take part, or back in. False when they did already. */
export async function putParticipant(
  tx: Transaction,
  key: ApiKey,
  conversation: string,
  person: PlatformPerson,
): Promise<boolean> {
  const account = await accountFor(tx, key, person);
  await lockThreads(tx, conversation);
  const changed = await tx.rows(
    `INSERT INTO participants AS p (conversation_id, account_id, role) VALUES ($1, $2, $3)
     ON CONFLICT (conversation_id, account_id) DO UPDATE SET left_at = NULL, role = excluded.role
       WHERE p.left_at IS NOT NULL OR (p.role IN ('owner', 'staff') AND excluded.role = 'employee') RETURNING account_id`,
    [conversation, account, person.role],
  );
  if (changed.length === 0) return false;
  await writeThreadContext(tx, conversation, 'participants');
  await appendEvent(tx, { conversation, thread: 'all', event: { type: 'joined', account, by: null }, at: new Date() });
  await tellConversation(tx, conversation);
  await notify(tx, { kind: 'access', conversation, account });
  return true;
}

/** @throws AppError not-found */
export async function accountNamedBy(
  db: Reader,
  key: ApiKey,
  person: PersonName,
): Promise<{ id: string; role: Role; agencyId: string | null }> {
  const found = await knownAccount(db, key, person);
  if (!found) throw new AppError('not-found', 'Nobody here is known by this id or address.');
  return found;
}

async function knownAccount(db: Reader, { issuer }: ApiKey, person: PersonName) {
  const identity = isAddress(person) ? null : await findIdentity(db, { issuer, subject: person });
  const account = identity || isAddress(person) ? await findAccount(db, identity?.account ?? person) : null;
  return account && { id: account.id, role: account.role, agencyId: account.agency?.id ?? null };
}

function isAddress(person: PersonName): boolean {
  return person.includes('@');
}

/** The account of somebody who is to take part in this role; made when the key may. */
async function accountFor(tx: Transaction, key: ApiKey, { person, role, name, email }: PlatformPerson): Promise<string> {
  const identity = { issuer: key.issuer, subject: person };
  await lockIdentity(tx, identity);
  const agencyId = role === 'employee' ? key.agencyId : null;
  const found = await knownAccount(tx, key, person);
  if (found) {
    if (found.role === role && found.agencyId === agencyId) return found.id;
    throw new AppError('conflict', `This person is known here, and is no ${role}${agencyId === null ? '' : ' of this agency'}.`);
  }
  if (!key.makesAccounts)
    throw new AppError('not-found', 'Nobody here is known by this id or address, and this key makes no accounts.');
  const address = isAddress(person) ? person : email;
  if (address === undefined || name === undefined) {
    throw new AppError('bad-request', 'For somebody who is not known here yet, "name" and "email" are needed.');
  }
  // One that has this address is never taken for the same by that alone: whoever means it names it by its address.
  const made = await createAccount(tx, { agencyId, role, name, email: address, passwordHash: null });
  if (!isAddress(person)) await linkIdentity(tx, identity, made.id);
  return made.id;
}

export async function platformJobOf(db: Reader, conversation: string, externalId: string): Promise<PlatformJob> {
  const context = (await contextOf(db, conversation)) as Pick<PlatformJob, 'job' | 'participants' | 'locks'>;
  return { externalId, conversation: { id: conversation, number: await numberOf(db, conversation) }, ...context };
}
