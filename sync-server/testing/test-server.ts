import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { inject } from 'vitest';

import type { Account, SessionResponse } from '#shared/api/accounts.ts';
import type { JobStatus } from '#shared/documents.ts';
import type { Role } from '#shared/roles.ts';

import { hashPassword } from '../auth/passwords.ts';
import type { PlatformConfig } from '../auth/platform/platform-config.ts';
import { DEFAULT_FILES, type FilesConfig } from '../files/files-config.ts';
import { DEFAULT_LIMITS, type ServerLimits } from '../limits.ts';
import { silentLog, type Log } from '../log.ts';
import type { MetricsConfig } from '../metrics/metrics-config.ts';
import { DEFAULT_NOTIFICATIONS, type NotificationsConfig } from '../notifications/notifications-config.ts';
import { startServer, type AttachSync, type RunningServer } from '../server.ts';
import { createAccount, createAgency, type Agency } from '../storage/accounts.ts';
import { createConversation } from '../storage/change-conversation.ts';
import { openDatabase, type Database } from '../storage/database.ts';
import { DEFAULT_FEED_KEEP } from '../storage/feed-keep.ts';
import { attachSync } from '../sync/attach.ts';
import { createTestDatabase, dropTestDatabase } from './databases.ts';

export const PASSWORD = 'correct horse battery staple';

export type ServerOptions = {
  log?: Log;
  attach?: AttachSync;
  allowedOrigins?: readonly string[];
  platform?: PlatformConfig;
  trustedProxies?: readonly string[];
  files?: Partial<FilesConfig>;
  notifications?: Partial<NotificationsConfig>;
  limits?: Partial<ServerLimits>;
  metrics?: MetricsConfig;
  redisUrl?: string;
  /** Another node on that server's database; that one is closed after it. */
  beside?: TestServer;
};

/** Databases in the one Postgres of all tests (`shared-postgres.ts`), and servers on them. Given by `postgresInFile`. */
export type TestPostgres = {
  /** A folder for what the tests of the file write; gone after `stop`. */
  dataDir: string;
  /** A new database with the schema in it. */
  database(): Promise<TestDatabase>;
  /** A server on a new database, on a free port. */
  server(options?: ServerOptions): Promise<TestServer>;
  stop(): Promise<void>;
};

export type TestDatabase = { url: string; db: Database; fixture: Fixture; close(): Promise<void> };
export type TestServer = TestDatabase & { running: RunningServer; dataDir: string; http: TestHttp };

export async function startTestPostgres(): Promise<TestPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trialogue-test-'));
  const shared = inject('postgresUrl');
  const passwordHash = await hashPassword(PASSWORD);
  const open = new Set<() => Promise<void>>();

  function closing(close: () => Promise<void>): () => Promise<void> {
    const once = async () => {
      if (open.delete(once)) await close();
    };
    open.add(once);
    return once;
  }

  async function database(): Promise<TestDatabase> {
    const url = await createTestDatabase(shared);
    const db = openDatabase(url, silentLog, { connections: 4 });
    const close = closing(async () => {
      await db.close();
      await dropTestDatabase(url);
    });
    return { url, db, fixture: createFixture(db, passwordHash), close };
  }

  return {
    dataDir,
    database,
    async server({
      log = silentLog,
      attach = attachSync,
      allowedOrigins = [],
      trustedProxies = [],
      platform,
      files: filesConfig,
      notifications,
      limits,
      metrics,
      redisUrl,
      beside,
    } = {}) {
      const made = beside ? { ...beside, close: async () => {} } : await database();
      const files = join(dataDir, `server-${randomBytes(6).toString('hex')}`);
      const undescribed: string[] = [];
      const watched: Log = {
        ...log,
        error(event, fields) {
          if (event === 'answer-not-described') undescribed.push(JSON.stringify(fields));
          log.error(event, fields);
        },
      };
      const config = {
        port: 0,
        host: '127.0.0.1',
        databaseUrl: made.url,
        redisUrl: redisUrl ?? null,
        dataDir: files,
        allowedOrigins,
        trustedProxies,
        publicUrl: null,
        platform: platform ?? null,
        files: { ...DEFAULT_FILES, ...filesConfig },
        notifications: { ...DEFAULT_NOTIFICATIONS, ...notifications },
        limits: { ...DEFAULT_LIMITS, ...limits },
        feed: DEFAULT_FEED_KEEP,
        metrics: metrics ?? null,
        version: '0.0.0-test',
        checkAnswers: true,
      };
      const running = await startServer(config, watched, attach);
      const close = closing(async () => {
        await running.stop();
        await made.close();
        // Whatever a test is about, the description of the API has to hold.
        if (undescribed.length > 0)
          throw new Error(`answers that openapi.json does not have: ${[...new Set(undescribed)].join(', ')}`);
      });
      return { ...made, running, dataDir: files, http: createHttpClient(running.url), close };
    },
    async stop() {
      for (const close of [...open].reverse()) await close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Makes what a test needs, straight in the database. Names need not be unique; e-mail addresses are made from them. */
export type Fixture = {
  agency(name?: string): Promise<Agency>;
  /** With the password `PASSWORD`. */
  account(role: Role, options?: { agency?: Agency; name?: string; email?: string }): Promise<Account>;
  conversation(options: { agency: Agency; people: Account[]; title?: string; status?: JobStatus }): Promise<string>;
};

function createFixture(db: Database, passwordHash: string): Fixture {
  let count = 0;
  return {
    agency: (name) => db.transact((tx) => createAgency(tx, name ?? `Agency ${++count}`)),
    account(role, { agency, name = `${role} ${++count}`, email = `${role}-${++count}@example.com` } = {}) {
      return db.transact((tx) => createAccount(tx, { agencyId: agency?.id ?? null, role, name, email, passwordHash }));
    },
    conversation({ agency, people, title = 'Fix the sink', status = 'open' }) {
      const job = { title, status, location: null, startsOn: null };
      const participants = people.map(({ id, role }) => ({ account: id, role }));
      return db.transact((tx) => createConversation(tx, { agencyId: agency.id, job, participants, by: null }));
    },
  };
}

export type TestAnswer<T> = { status: number; headers: Headers; body: T };

export type TestHttp = {
  /** Calls the API; `token` is an access token, `body` is sent as JSON unless it is bytes. */
  call<T = unknown>(method: string, path: string, options?: { token?: string; body?: unknown }): Promise<TestAnswer<T>>;
  signIn(account: { email: string }): Promise<SessionResponse>;
};

function createHttpClient(url: string): TestHttp {
  async function call(method: string, path: string, { token, body }: { token?: string; body?: unknown } = {}) {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as unknown };
  }
  const typed = call as TestHttp['call'];
  return {
    call: typed,
    async signIn({ email }) {
      const answer = await typed<SessionResponse>('POST', '/api/v1/session', {
        body: { email, password: PASSWORD, device: { name: 'A test' } },
      });
      if (answer.status !== 200) throw new Error(`sign-in of ${email} gave ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
  };
}
