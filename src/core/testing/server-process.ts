import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { Client } from 'pg';

import { askDesk } from './desk.ts';
import { temporaryFolder } from './test-platform.ts';
import { layWire } from './wire.ts';

const PASSWORD = 'correct horse battery staple';
const PATIENCE_MS = 20_000;

/** The real server as a process of its own, on a new database: the core knows it by its wire alone. */
export type ServerProcess = {
  url: string;
  account(role: string, name: string): Promise<{ id: string; email: string; password: string }>;
  conversation(title: string, client: string, worker: string): Promise<string>;
  removeParticipant(conversation: string, account: string): Promise<void>;
  setLock(conversation: string, on: boolean): Promise<void>;
  disableAccount(account: string): Promise<void>;
  /** Ends all of somebody's sessions; tells how many. */
  revokeSessions(account: string, wipe: boolean): Promise<number>;
  erasePerson(account: string): Promise<void>;
  /** Empties all messages from before this moment less `time`, such as `90d`. */
  retention(time: string): Promise<void>;
  /** Changes its database behind its back, to reach in a moment what takes thousands of messages. */
  sql(text: string, values: unknown[]): Promise<void>;
  /** Reads conversations in; each participant can sign in as `<id>@import.example`. */
  importConversations(file: string, password: string): Promise<void>;
  /** Takes the network away, in which the server itself goes on. */
  unplug(): void;
  plug(): void;
  /** Ends it, as `signal` does, and waits for that. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** At the same address and on the same data as before. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** `variables`: of its environment, besides where it is. */
export async function startServerProcess(variables: Record<string, string> = {}): Promise<ServerProcess> {
  const folder = temporaryFolder();
  const wire = await layWire();
  const databaseUrl = await askDesk<string>({ what: 'database' });
  const own = { ...variables, DATABASE_URL: databaseUrl, DATA_DIR: folder.path, HOST: '127.0.0.1' };
  let process_: ReturnType<typeof spawn> | null = null;
  let emails = 0;
  let said = '';

  const start = async (): Promise<void> => {
    const child = spawn(process.execPath, ['sync-server/main.ts'], {
      // oxlint-disable-next-line node/no-process-env -- the program that is started needs PATH and the like
      env: { ...process.env, ...own, PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    process_ = child;
    said = '';
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString();
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`the server ended: ${said.slice(-2_000)}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const ready = /^ready (http:\S+)/.exec(line);
        if (ready) resolve(ready[1]!);
      });
    });
    wire.lead(url);
  };
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    const child = process_;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill(signal);
    const patience = setTimeout(() => {
      process.stderr.write(`the server did not stop within ${PATIENCE_MS} ms: ${said.slice(-2_000)}\n`);
      child.kill('SIGKILL');
    }, PATIENCE_MS);
    await ended;
    clearTimeout(patience);
  };
  const admin = async (...words: string[]): Promise<unknown> => {
    const run = await askDesk<{ code: number; stdout: string; stderr: string }>({
      what: 'admin',
      env: own,
      words: [...words, '--json'],
    });
    if (run.code !== 0) throw new Error(`${words[0]} ended with ${run.code}: ${run.stderr}`);
    return JSON.parse(run.stdout);
  };

  await start();
  await admin('create-agency', '--name', 'Test Agency');
  return {
    url: wire.url,
    async account(role, name) {
      const email = `${role}${++emails}@example.test`;
      const made = (await admin(
        'create-account',
        '--agency',
        'Test Agency',
        '--role',
        role,
        '--name',
        name,
        '--email',
        email,
        '--password',
        PASSWORD,
      )) as { id: string };
      return { id: made.id, email, password: PASSWORD };
    },
    async conversation(title, client, worker) {
      const made = (await admin(
        'create-conversation',
        '--agency',
        'Test Agency',
        '--job-title',
        title,
        '--client',
        client,
        '--worker',
        worker,
      )) as { id: string };
      return made.id;
    },
    async removeParticipant(conversation, account) {
      await admin('remove-participant', '--conversation', conversation, '--account', account);
    },
    async setLock(conversation, on) {
      await admin('set-lock', '--conversation', conversation, '--reason', 'closed', on ? '--on' : '--off');
    },
    async disableAccount(account) {
      await admin('disable-account', '--account', account);
    },
    async revokeSessions(account, wipe) {
      const words = ['revoke-session', '--account', account, '--session', 'all', ...(wipe ? ['--wipe'] : [])];
      return ((await admin(...words)) as { revoked: number }).revoked;
    },
    async erasePerson(account) {
      await admin('erase-person', '--account', account, '--yes');
    },
    async retention(time) {
      await admin('retention', '--agency', 'Test Agency', '--older-than', time);
    },
    async sql(text, values) {
      const database = new Client({ connectionString: databaseUrl });
      await database.connect();
      await database.query(text, values);
      await database.end();
    },
    async importConversations(file, password) {
      await admin('import-conversations', file, '--agency', 'Test Agency', '--sign-in', password);
    },
    unplug: () => wire.cut(),
    plug: () => wire.mend(),
    kill,
    start,
    async stop() {
      await kill('SIGTERM');
      await wire.close();
      await askDesk({ what: 'drop', database: databaseUrl });
      folder.remove();
    },
  };
}
