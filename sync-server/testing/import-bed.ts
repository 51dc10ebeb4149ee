import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import sharp from 'sharp';
import { afterEach, beforeEach } from 'vitest';

import type { Conversation } from '#shared/api/conversations.ts';

import { postgresInFile } from './in-file.ts';
import { PHOTO_KEYS } from './platform-gotchas.ts';
import type { FakePlatform, Without } from './platform.ts';
import { runAdmin, type AdminRun } from './run-admin.ts';
import type { TestPostgres, TestServer } from './test-server.ts';

/** A picture of 80 by 40 pixels. */
export function picture(): Promise<Buffer> {
  return sharp({ create: { width: 80, height: 40, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
}

export type ReportLine = { kind: string; why: string; count: number; ids: string[] };
type TakenKind = 'agencies' | 'accounts' | 'conversations' | 'messages' | 'events' | 'files';
export type Summary = {
  dryRun: boolean;
  taken: Record<TakenKind, { new: number; changed: number; known: number }>;
  mended: ReportLine[];
  left: ReportLine[];
  passedOver: ReportLine[];
};
type Run = AdminRun & { summary: Summary };
type Told = {
  message_id: number;
  sender: { id: number; name: string };
  text: string;
  is_read: boolean;
  attachment_url: string | null;
};

/** A server that runs and into which platforms are imported; everybody who comes has the password `trial`. */
export class ImportBed {
  readonly server: TestServer;
  readonly folder: string;
  private readonly postgres: TestPostgres;

  constructor(postgres: TestPostgres, server: TestServer, folder: string) {
    this.postgres = postgres;
    this.server = server;
    this.folder = folder;
  }

  /** More environment for the command line. */
  env: Record<string, string> = {};

  admin(...args: string[]): Promise<AdminRun> {
    return runAdmin({ DATABASE_URL: this.server.url, DATA_DIR: this.server.dataDir, ...this.env }, args);
  }

  async run(place: string, ...more: string[]): Promise<Run> {
    const done = await this.admin('import-platform', place, '--sign-in', 'trial', '--json', ...more);
    return { ...done, summary: (done.stdout === '' ? null : JSON.parse(done.stdout)) as Summary };
  }

  async fromDump(
    platform: FakePlatform,
    { without = {}, more = ['--without-media'], gzip = false }: { without?: Without; more?: string[]; gzip?: boolean } = {},
  ): Promise<Run> {
    const text = platform.dump(without);
    return this.run(await this.file(`dump.sql${gzip ? '.gz' : ''}`, gzip ? gzipSync(text) : text), ...more);
  }

  async file(name: string, content: Buffer | string): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }

  /** A folder with a picture under each key. */
  async mediaFolder(keys: readonly string[] = PHOTO_KEYS): Promise<string> {
    for (const key of keys) await this.file(join('media', key), await picture());
    return join(this.folder, 'media');
  }

  /** A database of the platform's own. */
  async liveUrl(platform: FakePlatform, without: Without = {}): Promise<string> {
    const made = await this.postgres.database();
    await made.db.transact((tx) => tx.rows('DROP SCHEMA public CASCADE'));
    await made.db.transact((tx) => tx.rows('CREATE SCHEMA public'));
    await platform.fill(made.url, without);
    return made.url;
  }

  async statusOfSignIn(email: string): Promise<number> {
    const body = { email, password: 'trial', device: { name: 'x' } };
    return (await this.server.http.call('POST', '/api/v1/session', { body })).status;
  }

  async token(email: string): Promise<string> {
    const body = { email, password: 'trial', device: { name: 'x' } };
    const answer = await this.server.http.call<{ accessToken: string }>('POST', '/api/v1/session', { body });
    if (answer.status !== 200) throw new Error(`the sign-in of ${email} gave ${answer.status}`);
    return answer.body.accessToken;
  }

  /** What somebody takes part in, by number. */
  async conversations(email: string): Promise<Map<number, Conversation>> {
    const token = await this.token(email);
    const answer = await this.server.http.call<{ conversations: Conversation[] }>('GET', '/api/v1/conversations', { token });
    return new Map(answer.body.conversations.map((one) => [one.number, one]));
  }

  /** As JSON clients see it. */
  async history(email: string, number: number): Promise<Told[]> {
    const token = await this.token(email);
    const answer = await this.server.http.call<{ messages: Told[] }>('GET', `/api/conversations/${number}/messages`, { token });
    if (answer.status !== 200) throw new Error(`the history of ${number} gave ${answer.status}`);
    return answer.body.messages;
  }

  /** Messages and events in their order, in words. */
  async thread(number: number): Promise<string[]> {
    const rows = await this.server.db.read((db) =>
      db.rows<{ text: string }>(
        `SELECT text FROM (
           SELECT m.seq, a.name || ': ' || m.text AS text, m.conversation_id FROM messages m JOIN accounts a ON a.id = m.account_id WHERE m.thread = 'all'
           UNION ALL SELECT e.seq, coalesce(e.event ->> 'text', e.event ->> 'type'), e.conversation_id FROM events e WHERE e.thread = 'all') AS x
         JOIN conversations c ON c.id = x.conversation_id WHERE c.number = $1 ORDER BY seq`,
        [number],
      ),
    );
    return rows.map(({ text }) => text);
  }

  /** Whether documents and rows agree. */
  async agrees(): Promise<boolean> {
    const { code, stdout } = await this.admin('check');
    return code === 0 && stdout.includes('all agree');
  }
}

/** One Postgres for the file, and a new server for each test. */
export function importBedForEachTest(give: (bed: ImportBed) => void): void {
  let postgres: TestPostgres;
  let server: TestServer;
  postgresInFile((started) => void (postgres = started));
  beforeEach(async () => {
    server = await postgres.server();
    give(new ImportBed(postgres, server, await mkdtemp(join(postgres.dataDir, 'platform-'))));
  });
  afterEach(() => server.close());
}

export function people(conversation: Conversation | undefined): string[] {
  return conversation!.participants.map(({ name, role, left }) => `${name} (${role}${left ? ', left' : ''})`).sort();
}

/** The ids by kind and reason. */
export function reasons(lines: readonly ReportLine[]): Record<string, string[]> {
  return Object.fromEntries(lines.map(({ kind, why, ids }) => [`${kind}: ${why}`, ids]));
}
