import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import type { Conversation } from '#shared/api/conversations.ts';
import { THREAD_ROOTS } from '#shared/documents.ts';
import { LIMITS } from '#shared/limits.ts';

import { addCheckCommand } from '../admin/check/command.ts';
import type { AdminContext, Result } from '../admin/command.ts';
import { addDemoCommand } from '../admin/seed-demo.ts';
import { silentLog } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { readLog } from '../storage/log.ts';
import { serverInFile } from '../testing/in-file.ts';
import type { TestServer } from '../testing/test-server.ts';
import { seedDemo } from './seed-demo.ts';

const TABLES = [
  'agencies',
  'accounts',
  'devices',
  'conversations',
  'entries',
  'messages',
  'events',
  'reads',
  'files',
  'document_log',
  'feed',
];

let server: TestServer;
let token: string;

serverInFile(async (started) => {
  server = started;
  const { people, password } = await seedDemo(server.db, server.dataDir);
  const answer = await server.http.call<{ accessToken: string }>('POST', '/api/v1/session', {
    body: { email: people[0]!.email, password, device: { name: 'A test' } },
  });
  token = answer.body.accessToken;
});

async function counts(db: Database): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of TABLES) {
    const [row] = await db.read((reader) => reader.rows<{ count: number }>(`SELECT count(*) AS count FROM ${table}`));
    found[table] = row!.count;
  }
  return found;
}

async function conversations(): Promise<Conversation[]> {
  const answer = await server.http.call<{ conversations: Conversation[] }>('GET', '/api/v1/conversations?limit=100', { token });
  expect(answer.status).toBe(200);
  return answer.body.conversations;
}

async function admin(name: string, add: (program: Command, context: AdminContext) => void): Promise<Result> {
  const results: Result[] = [];
  const program = new Command();
  add(program, {
    log: silentLog,
    progress: () => {},
    async run(work) {
      results.push(
        await work({
          db: server.db,
          commits: server.db,
          databaseUrl: server.url,
          dataDir: server.dataDir,
          close: () => Promise.resolve(),
        }),
      );
    },
  });
  await program.parseAsync([name], { from: 'user' });
  return results[0]!;
}

describe('the demo on a server', () => {
  it('[DEMO-4] a second run adds nothing', async () => {
    const before = await counts(server.db);
    const again = await seedDemo(server.db, server.dataDir);
    expect(again.added).toBe(0);
    expect(await counts(server.db)).toEqual(before);
    expect(before['conversations']).toBeGreaterThanOrEqual(40);
  });

  it('[DEMO-5] its owner signs in and finds it fresh, with unread messages and none from the future', async () => {
    const list = await conversations();
    const now = Date.now();
    const newest = Math.max(...list.map(({ lastActivityAt }) => Date.parse(lastActivityAt)));
    expect(newest).toBeLessThanOrEqual(now);
    expect(now - newest).toBeLessThan(60 * 60_000);
    expect(list.some(({ unread }) => unread > 0)).toBe(true);
    expect(list.some(({ unread }) => unread === 0)).toBe(true);
  });

  it('[DEMO-6] documents and rows say the same', async () => {
    type Stored = { id: number; conversation_id: string; thread: string; n: number; entries: number };
    const documents = await server.db.read((reader) =>
      reader.rows<Stored>('SELECT id, conversation_id, thread, n, entries FROM documents WHERE conversation_id IS NOT NULL'),
    );
    for (const { id, conversation_id, thread, n, entries } of documents) {
      const { rows, n: reached } = await server.db.read((reader) => readLog(reader, id, 0));
      expect(reached).toBe(n);
      const doc = new Y.Doc();
      for (const { update } of rows) {
        expect(update.length).toBeLessThan(LIMITS.frameToClientBytes);
        Y.applyUpdate(doc, update);
      }
      const stored = await server.db.read((reader) =>
        reader.rows<{ key: string; seq: number; at: Date; emptied: boolean }>(
          `SELECT account_id || '/' || id AS key, seq, accepted_at AS at, emptied FROM entries
           WHERE conversation_id = $1 AND thread = $2 ORDER BY seq`,
          [conversation_id, thread],
        ),
      );
      expect(stored).toHaveLength(entries);
      const facts = doc.getMap(THREAD_ROOTS.entries);
      expect([...facts.keys()].sort()).toEqual(
        stored
          .filter(({ emptied }) => !emptied)
          .map(({ key }) => key)
          .sort(),
      );
      const stamps = doc.getMap(THREAD_ROOTS.accepted);
      expect(stored.map(({ key }) => stamps.get(key))).toEqual(stored.map(({ seq, at }) => [seq, at.getTime()]));
      const clocks = await server.db.read((reader) =>
        reader.rows<{ client_id: number; next_clock: number }>(
          'SELECT client_id, next_clock FROM document_clocks WHERE document_id = $1',
          [id],
        ),
      );
      expect(Object.fromEntries(clocks.map((row) => [row.client_id, row.next_clock]))).toEqual(
        Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(doc))),
      );
    }
    expect(documents.length).toBeGreaterThanOrEqual(80);
  });

  it('[DEMO-7] a photo can be fetched, as it was drawn', async () => {
    const [file] = await server.db.read((reader) =>
      reader.rows<{ id: string; bytes: number }>('SELECT id, bytes FROM files LIMIT 1'),
    );
    const answer = await fetch(`${server.running.url}/api/v1/files/${file!.id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect((await answer.arrayBuffer()).byteLength).toBe(file!.bytes);
  });

  it('[DEMO-8] what was removed is in no row and no log', async () => {
    const text = 'Please send someone anyway, my in-laws arrive';
    const [found] = await server.db.read((reader) =>
      reader.rows<{ rows: number; logs: number; removed: number }>(
        `SELECT (SELECT count(*) FROM messages WHERE text LIKE $1 || '%') AS rows,
           (SELECT count(*) FROM document_log WHERE position(convert_to($1, 'UTF8') IN update) > 0) AS logs,
           (SELECT count(*) FROM messages WHERE removed_at IS NOT NULL) AS removed`,
        [text],
      ),
    );
    expect(found).toEqual({ rows: 0, logs: 0, removed: 1 });
  });

  it('[DEMO-13] the check of documents and rows finds nothing', async () => {
    const { json } = await admin('check', addCheckCommand);
    expect(json).toMatchObject({ problems: 0, first: [] });
    expect(json['threads']).toBeGreaterThanOrEqual(84);
  });

  it('[DEMO-14] the command says who can sign in, the owner first', async () => {
    const { json } = await admin('seed-demo', addDemoCommand);
    expect(json).toMatchObject({ agency: 'Harbor Home Services', password: 'trialogue-demo', added: 0 });
    const people = json['people'] as { name: string; email: string; role: string }[];
    expect(people[0]).toEqual({ name: 'Ana Reyes', email: 'ana.reyes@demo.example', role: 'owner' });
    expect(new Set(people.map(({ role }) => role))).toEqual(new Set(['owner', 'staff', 'employee', 'client', 'worker']));
  });
});
