import { join } from 'node:path';

import Database from 'better-sqlite3';
import pg from 'pg';
import { expect } from 'vitest';
import * as Y from 'yjs';

import type { CoreClient } from '../harness/core-client.ts';
import { until } from '../harness/seeded.ts';
import { differences, findings, type Entry } from './findings.ts';
import type { Floor } from './floor.ts';

const WITHIN_MS = 90_000;
/** To look at everything costs something. */
const LOOK_MS = 100;

/**
 * How each fault has to end: every outbox empty, and each message that a core answered for once in Postgres, in every replica and on every screen, in
 * one order, which keeps that of each author. Nothing stands that nobody sent, and documents and rows agree.
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
  const threads: Entry[][] = [];
  try {
    for (const conversation of floor.conversations) threads.push(await inPostgres(database, conversation));
  } finally {
    await database.end();
  }
  nothingOf('the threads', findings(floor, threads));
  for (const [place, conversation] of floor.conversations.entries()) {
    for (const { name, app } of floor.desks) {
      const thread = threads[place]!;
      await same(`the screen of ${name} shows it`, async () => differences(thread, await onScreen(app!, conversation)));
      // Rows may be a turn ahead of the replica, never behind.
      await same(`the replica of ${name} holds it`, () => differences(thread, inReplica(app!.folder, conversation)));
    }
  }
  expect(await floor.world.admin('check')).toMatchObject({ problems: 0 });
}

const TOLD_MOST = 12;

/** Waits until there is nothing to find. */
async function same(what: string, differs: () => string[] | Promise<string[]>): Promise<void> {
  let found: string[] = [];
  const isSame = async (): Promise<boolean> => (found = await differs()).length === 0;
  await until(what, isSame, WITHIN_MS, LOOK_MS).catch((error: Error) => {
    throw new Error([error.message, ...found.slice(0, TOLD_MOST)].join('\n'), { cause: error });
  });
}

function nothingOf(where: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`${where}: ${found.length} findings\n${found.slice(0, TOLD_MOST).join('\n')}`);
}

export async function areEmpty(floor: Floor): Promise<boolean> {
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
  return rows.map(({ key, seq, text }) => ({ key, seq: Number(seq), text: text ?? '' }));
}

async function onScreen(app: CoreClient, conversation: string): Promise<Entry[]> {
  const items = await app.thread(conversation);
  return items.flatMap((item) => (item.kind === 'message' ? [{ key: item.key, seq: item.seq ?? -1, text: item.text }] : []));
}

/** By the documents themselves, from the profile's own rows. */
function inReplica(folder: string, conversation: string): Entry[] {
  const profile = new Database(join(folder, 'trialogue.db'), { readonly: true });
  try {
    const rows = profile
      .prepare<[string], { document: string; bytes: Uint8Array }>(
        `SELECT document, bytes FROM replica_updates WHERE document LIKE ? || '/all/%' ORDER BY id`,
      )
      .all(conversation);
    const found: Entry[] = [];
    for (const [, updates] of Map.groupBy(rows, ({ document }) => document)) {
      const document = new Y.Doc();
      for (const { bytes } of updates) Y.applyUpdate(document, bytes);
      const stamps = document.getMap('accepted').toJSON() as Record<string, [number, number]>;
      const entries: Record<string, { text: string }> = document.getMap('entries').toJSON();
      for (const [key, fact] of Object.entries(entries)) {
        found.push({ key, seq: stamps[key]?.[0] ?? -1, text: fact.text });
      }
    }
    return found.sort((one, other) => one.seq - other.seq);
  } finally {
    profile.close();
  }
}
