import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { newId } from '../src/shared/ids.ts';
import { LIMITS } from '../src/shared/limits.ts';
import { writeAccessToken } from '../sync-server/auth/access-tokens.ts';
import { silentLog } from '../sync-server/log.ts';
import { SERVER_FLAGS } from '../sync-server/node-flags.ts';
import { createAccount, createAgency } from '../sync-server/storage/accounts.ts';
import { createConversation } from '../sync-server/storage/change-conversation.ts';
import { openDatabase, type Database, type Transaction } from '../sync-server/storage/database.ts';
import { migrate } from '../sync-server/storage/migrate.ts';
import { createDevice, createSession, serverKey } from '../sync-server/storage/sessions.ts';
import type { ClientOf } from './load/orders.ts';
import { startProgram } from './program.ts';
import type { Layout, Place, Target } from './target.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SIGNED_IN_MS = 4 * 60 * 60_000;

/** All clients are one process at one address here, and some write for a hundred: what would hold one caller back is raised. */
export const RAISED_LIMITS = {
  socketsPerAddress: 20_000,
  socketsPerAccount: 2_000,
  openingsPerAddress: 20_000,
  openingsWaiting: 20_000,
  openingMs: 60_000,
  strangersPerAddress: 20_000,
  framesPerSecond: 20_000,
  framesBurst: 20_000,
  updatesPerSecond: 20_000,
  updatesBurst: 20_000,
};

type Person = { id: string; lease: number; token: string };

/** Checked, and committed in Postgres, before anybody sees it. */
export const OURS: Target = {
  name: 'Trialogue',
  durability: 'checked against its writer, and committed in Postgres, with its rows',
  saved: 'its place in the thread comes back, which the commit handed out; by then others have it too',
  keeps: true,
  settleMs: 0,
  documents(messages) {
    const full = Array.from({ length: Math.floor((messages - 1) / LIMITS.epochEntries) }, () => LIMITS.epochEntries);
    return [...full, messages - full.length * LIMITS.epochEntries];
  },
  async prepare(place, layout) {
    await migrate(place.postgres, silentLog);
    const db = openDatabase(place.postgres, silentLog, { connections: 4 });
    try {
      return await makeClients(db, place, layout);
    } finally {
      await db.close();
    }
  },
  async start({ folder, postgres, port }) {
    const limits = Object.entries(RAISED_LIMITS).map(([name, value]) => `${name}=${value}`);
    const env = {
      PORT: String(port),
      HOST: '127.0.0.1',
      DATABASE_URL: postgres,
      DATA_DIR: folder,
      LIMITS: limits.join(','),
      NODE_ENV: 'production',
    };
    return startProgram([...SERVER_FLAGS, 'sync-server/main.ts'], { cwd: ROOT, env, ready: /^ready http:\S+$/m });
  },
};

/** So many threads are made in one transaction. */
const AT_ONCE = 100;

/** One client, the rest workers: signed in without the calls for it, of which an address may make only so many a minute. */
async function makeClients(
  db: Database,
  { port }: Place,
  { threads, perThread, shared, feeds = 0 }: Layout,
): Promise<ClientOf[]> {
  const agency = await db.transact((tx) => createAgency(tx, 'Bench'));
  const crowd = (tx: Transaction, from: number): Promise<Person[]> =>
    inTurn(perThread, (place) => makePerson(tx, { role: place === 0 ? 'client' : 'worker', agencyId: null }, from + place));
  const everybody = shared ? await db.transact((tx) => crowd(tx, 0)) : null;
  const makeThread = async (tx: Transaction, thread: number): Promise<ClientOf[]> => {
    const people = everybody ?? (await crowd(tx, thread * perThread));
    const conversation = await createConversation(tx, {
      agencyId: agency.id,
      job: { title: `Job ${thread}`, status: 'open', location: null, startsOn: null },
      participants: people.map(({ id }, index) => ({ account: id, role: index === 0 ? 'client' : 'worker' })),
      by: null,
    });
    const url = `ws://127.0.0.1:${port}/sync/${conversation}/all/1`;
    return people.map(({ id, lease, token }) => {
      const headers = { authorization: `Bearer ${token}` };
      return { url, headers, lease, account: id, thread, document: null };
    });
  };
  const rows: ClientOf[][] = [];
  for (let from = 0; from < threads; from += AT_ONCE) {
    const count = Math.min(AT_ONCE, threads - from);
    rows.push(...(await db.transact((tx) => inTurn(count, (index) => makeThread(tx, from + index)))));
  }
  const staff = await db.transact((tx) =>
    inTurn(feeds, (place) => makePerson(tx, { role: 'staff', agencyId: agency.id }, place)),
  );
  const ofStaff = staff.map(({ id, lease, token }): ClientOf => {
    const headers = { authorization: `Bearer ${token}` };
    return { url: `ws://127.0.0.1:${port}/api/v1/feed`, headers, lease, account: id, thread: -1, document: null, isFeed: true };
  });
  // In turn over the threads, as with the others.
  return Array.from({ length: perThread }, (_, person) => rows.map((row) => row[person]!))
    .flat()
    .concat(ofStaff);
}

async function makePerson(
  tx: Transaction,
  { role, agencyId }: { role: 'client' | 'worker' | 'staff'; agencyId: string | null },
  number: number,
): Promise<Person> {
  const email = `${role}-${number}@bench.example`;
  const account = await createAccount(tx, { agencyId, role, name: `${role} ${number}`, email, passwordHash: null });
  const device = await createDevice(tx, account.id, 'bench');
  const session = newId();
  await createSession(tx, { id: session, account: account.id, device: device.id, refreshHash: randomBytes(32) });
  const claims = { account: account.id, session, device: device.id };
  const token = await writeAccessToken(await serverKey(tx, 'access-token'), claims, new Date(Date.now() + SIGNED_IN_MS));
  return { id: account.id, lease: device.clientId, token };
}

async function inTurn<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let index = 0; index < count; index++) made.push(await make(index));
  return made;
}
