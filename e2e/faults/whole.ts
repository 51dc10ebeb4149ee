import { join } from 'node:path';

import Database from 'better-sqlite3';
import pg from 'pg';
import { expect } from 'vitest';
import * as Y from 'yjs';

import type { CoreClient } from '../harness/core-client.ts';
import { until } from '../harness/seeded.ts';
import type { Floor } from './floor.ts';

type Entry = { key: string; seq: number; text: string };

const WITHIN_MS = 90_000;
/** To look at everything costs something. */
const LOOK_MS = 100;

/**
 * How each fault has to end: every outbox empty, and each message that a core answered for once in Postgres, in every replica and on every screen, in
 * one order. Nothing stands that nobody sent, and documents and rows agree.
 */
export async function expectWhole(floor: Floor): Promise<void> {
  for (const app of floor.apps) app.core.wake();
  await until('every queue is empty', () => areEmpty(floor), WITHIN_MS, LOOK_MS).catch(async (error: Error) => {
    throw new Error([error.message, await queues(floor), ...floor.nodes.map((node) => node.errors().slice(-1_500))].join('\n'), {
      cause: error,
    });
  });
  const database = new pg.Client({ connectionString: floor.databaseUrl });
  await database.connect();
  const texts: string[] = [];
  try {
    for (const conversation of floor.conversations) {
      const stored = await inPostgres(database, conversation);
      texts.push(...stored.map(({ text }) => text));
      for (const [index, app] of floor.apps.entries()) {
        await until(
          `screen ${index} shows what Postgres holds`,
          async () => same(await onScreen(app, conversation), stored),
          WITHIN_MS,
          LOOK_MS,
        );
        expect(inReplica(app.folder, conversation), `the replica of app ${index}`).toEqual(
          new Map(stored.map(({ key, seq, text }) => [key, { seq, text }])),
        );
      }
    }
  } finally {
    await database.end();
  }
  const written = texts.filter((text) => text.startsWith('message '));
  expect(written.length, 'texts that stand twice').toBe(new Set(written).size);
  expect(
    [...floor.sent].filter((text) => !written.includes(text)),
    'answered and gone',
  ).toEqual([]);
  expect(
    written.filter((text) => !floor.sent.has(text) && !floor.unheard.has(text)),
    'never answered, and there',
  ).toEqual([]);
  expect(await floor.world.admin('check')).toMatchObject({ problems: 0 });
}

async function areEmpty(floor: Floor): Promise<boolean> {
  const lists = await Promise.all(floor.apps.map((app) => app.client.send('queue.list', {})));
  return lists.every(({ items }) => items.length === 0);
}

/** What still waits, without its words. */
async function queues(floor: Floor): Promise<string> {
  const lists = await Promise.all(
    floor.desks.map(async ({ name, app }) => {
      if (!app) return `${name}: closed`;
      const { items } = await app.client.send('queue.list', {});
      const states = Map.groupBy(items, ({ state }) => JSON.stringify(state));
      return `${name}: ${JSON.stringify(app.status)} ${[...states].map(([state, all]) => `${all.length} × ${state}`).join(', ')}`;
    }),
  );
  return lists.join('\n');
}

async function inPostgres(database: pg.Client, conversation: string): Promise<Entry[]> {
  const { rows } = await database.query<{ key: string; seq: string; text: string | null }>(
    `SELECT e.account_id || '/' || e.id AS key, e.seq, m.text FROM entries e
     LEFT JOIN messages m USING (conversation_id, thread, account_id, id)
     WHERE e.conversation_id = $1 AND e.thread = 'all' ORDER BY e.seq`,
    [conversation],
  );
  const entries = rows.map(({ key, seq, text }) => ({ key, seq: Number(seq), text: text ?? '' }));
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_entry, index) => entries[0]!.seq + index));
  return entries;
}

async function onScreen(app: CoreClient, conversation: string): Promise<Entry[]> {
  const items = await app.thread(conversation);
  return items.flatMap((item) => (item.kind === 'message' ? [{ key: item.key, seq: item.seq ?? -1, text: item.text }] : []));
}

const same = (one: Entry[], other: Entry[]): boolean => JSON.stringify(one) === JSON.stringify(other);

/** By the documents themselves, from the profile's own rows. */
function inReplica(folder: string, conversation: string): Map<string, { seq: number; text: string }> {
  const profile = new Database(join(folder, 'trialogue.db'), { readonly: true });
  try {
    const rows = profile
      .prepare<[string], { document: string; bytes: Uint8Array }>(
        `SELECT document, bytes FROM replica_updates WHERE document LIKE ? || '/all/%' ORDER BY id`,
      )
      .all(conversation);
    const found = new Map<string, { seq: number; text: string }>();
    for (const [, updates] of Map.groupBy(rows, ({ document }) => document)) {
      const document = new Y.Doc();
      for (const { bytes } of updates) Y.applyUpdate(document, bytes);
      const stamps = document.getMap('accepted').toJSON() as Record<string, [number, number]>;
      const entries: Record<string, { text: string }> = document.getMap('entries').toJSON();
      for (const [key, fact] of Object.entries(entries)) {
        expect(found.has(key), `${key} in two epochs`).toBe(false);
        found.set(key, { seq: stamps[key]![0], text: fact.text });
      }
    }
    return found;
  } finally {
    profile.close();
  }
}
