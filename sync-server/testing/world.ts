import { randomBytes } from 'node:crypto';

import type { Account, SessionResponse } from '#shared/api/accounts.ts';
import { newId, type ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import { writeAccessToken } from '../auth/access-tokens.ts';
import type { Agency } from '../storage/accounts.ts';
import type { Database } from '../storage/database.ts';
import { createDevice, createSession, serverKey } from '../storage/sessions.ts';
import { RawClient } from './raw-client.ts';
import type { TestServer } from './test-server.ts';

/** An agency with one conversation: its client and a worker take part, an owner and a member of staff see it. */
export type World = {
  server: TestServer;
  agency: Agency;
  conversation: string;
  owner: Account;
  staff: Account;
  client: Account;
  worker: Account;
  /** Each sign-in is a device of its own. */
  signIn(account: Account): Promise<SessionResponse>;
  open(session: SessionResponse, thread?: ThreadName, epoch?: number): Promise<RawClient>;
  /** Signs in and opens the thread. */
  join(account: Account, thread?: ThreadName, epoch?: number): Promise<RawClient>;
  rows<Row extends object = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<Row[]>;
};

export async function createWorld(server: TestServer): Promise<World> {
  const { fixture, db } = server;
  const agency = await fixture.agency();
  const owner = await fixture.account('owner', { agency });
  const staff = await fixture.account('staff', { agency });
  const client = await fixture.account('client');
  const worker = await fixture.account('worker');
  const conversation = await fixture.conversation({ agency, people: [client, worker] });
  const open = (session: SessionResponse, thread: ThreadName = 'all', epoch = 1): Promise<RawClient> =>
    RawClient.open(server.running.url, `${conversation}/${thread}/${epoch}`, session);
  return {
    server,
    agency,
    conversation,
    owner,
    staff,
    client,
    worker,
    signIn: (account) => signIn(db, account),
    open,
    join: async (account, thread, epoch) => open(await signIn(db, account), thread, epoch),
    rows: (sql, values) => db.read((reader) => reader.rows(sql, values)),
  };
}

/** A number that changes with anything that is committed to documents and their rows. */
export async function fingerprint(world: World): Promise<string> {
  const [row] = await world.rows<{ print: string }>(
    `SELECT concat_ws('/', (SELECT md5(string_agg(d::text, ',' ORDER BY d.id)) FROM documents d),
       (SELECT md5(string_agg(l::text, ',' ORDER BY l.document_id, l.n_to)) FROM document_log l),
       (SELECT md5(string_agg(e::text, ',' ORDER BY e.id)) FROM entries e),
       (SELECT md5(string_agg(m::text, ',' ORDER BY m.id)) FROM messages m),
       (SELECT md5(string_agg(x::text, ',' ORDER BY x::text)) FROM document_deletes x),
       (SELECT md5(string_agg(k::text, ',' ORDER BY k::text)) FROM document_clocks k),
       (SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM threads t)) AS print`,
  );
  return row!.print;
}

/** A session without the call for it, of which an address may make only so many a minute. */
export async function signIn(db: Database, account: Account): Promise<SessionResponse> {
  const expiresAt = new Date(Date.now() + LIMITS.accessTokenMs);
  const session = newId();
  const { device, key } = await db.transact(async (tx) => {
    const device = await createDevice(tx, account.id, 'A test');
    await createSession(tx, { id: session, account: account.id, device: device.id, refreshHash: randomBytes(32) });
    return { device, key: await serverKey(tx, 'access-token') };
  });
  const accessToken = await writeAccessToken(key, { account: account.id, session, device: device.id }, expiresAt);
  return { accessToken, refreshToken: 'none', expiresAt: expiresAt.toISOString(), account, device };
}
