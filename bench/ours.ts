import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { newId } from '../src/shared/ids.ts';
import { writeAccessToken } from '../sync-server/auth/access-tokens.ts';
import { silentLog } from '../sync-server/log.ts';
import { createAccount, createAgency } from '../sync-server/storage/accounts.ts';
import { createConversation } from '../sync-server/storage/change-conversation.ts';
import { openDatabase } from '../sync-server/storage/database.ts';
import { createDevice, createSession, serverKey } from '../sync-server/storage/sessions.ts';
import { startProgram } from './program.ts';
import type { Running, Target } from './target.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SIGNED_IN_MS = 60 * 60_000;

type Person = { id: string; lease: number; token: string };

/** Checked, and committed in Postgres, before anybody sees it. */
export const OURS: Target = {
  name: 'Trialogue',
  durability: 'committed in Postgres, checked',
  async start({ folder, postgres, threads, perThread }) {
    const env = { PORT: '0', HOST: '127.0.0.1', DATABASE_URL: postgres, DATA_DIR: folder };
    const program = await startProgram(['sync-server/main.ts'], { cwd: ROOT, env, ready: /^ready http:\S+$/m });
    const url = /^ready http(:\S+)$/m.exec(program.output)![1]!;
    const clients = await makeClients(postgres, { url: `ws${url}`, threads, perThread });
    return { pid: program.pid, clients, kill: () => program.kill(), stop: () => program.stop() };
  },
};

/** One client, one worker, staff: signed in without the calls for it, of which an address may make only so many a minute. */
async function makeClients(
  postgres: string,
  { url, threads, perThread }: { url: string; threads: number; perThread: number },
): Promise<Running['clients']> {
  const db = openDatabase(postgres, silentLog, 4);
  try {
    const agency = await db.transact((tx) => createAgency(tx, 'Bench'));
    const person = (role: 'client' | 'worker', number: number): Promise<Person> =>
      db.transact(async (tx) => {
        const email = `${role}-${number}@bench.example`;
        const account = await createAccount(tx, { agencyId: null, role, name: `${role} ${number}`, email, passwordHash: null });
        const device = await createDevice(tx, account.id, 'bench');
        const session = newId();
        await createSession(tx, { id: session, account: account.id, device: device.id, refreshHash: randomBytes(32) });
        const claims = { account: account.id, session, device: device.id };
        const token = await writeAccessToken(await serverKey(tx, 'access-token'), claims, new Date(Date.now() + SIGNED_IN_MS));
        return { id: account.id, lease: device.clientId, token };
      });
    const clients: Running['clients'] = [];
    for (let thread = 0; thread < threads; thread++) {
      const people: Person[] = [];
      for (let number = 0; number < perThread; number++) {
        people.push(await person(number === 0 ? 'client' : 'worker', thread * perThread + number));
      }
      const conversation = await db.transact((tx) =>
        createConversation(tx, {
          agencyId: agency.id,
          job: { title: `Job ${thread}`, status: 'open', location: null, startsOn: null },
          participants: people.map(({ id }, index) => ({ account: id, role: index === 0 ? 'client' : 'worker' })),
          by: null,
        }),
      );
      for (const { id, lease, token } of people) {
        const headers = { authorization: `Bearer ${token}` };
        clients.push({ url: `${url}/sync/${conversation}/all/1`, headers, lease, account: id, thread, document: null });
      }
    }
    // In turn over the threads, as with the others.
    return clients.toSorted((a, b) => (clients.indexOf(a) % perThread) - (clients.indexOf(b) % perThread));
  } finally {
    await db.close();
  }
}
