import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { LIMITS } from '#shared/limits.ts';
import { CLOSE } from '#shared/wire.ts';

import { compactNow } from '../testing/compact-now.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { RawClient } from '../testing/raw-client.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';
import { attachSync } from './attach.ts';

const EPOCH = 6;
const EPOCH_MOST = 10;

let postgres: TestPostgres;
let server: TestServer;
let world: World;

worldForEachTest((made) => ({ world, server, postgres } = made));

async function documentId(epoch = 1, at = world): Promise<number> {
  const [row] = await at.rows<{ id: number }>(
    "SELECT id FROM documents WHERE conversation_id = $1 AND thread = 'all' AND epoch = $2",
    [at.conversation, epoch],
  );
  return row!.id;
}

/** Whether these words stand anywhere in Postgres. */
async function isStored(words: string, at = world): Promise<boolean> {
  const [row] = await at.rows<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM document_log WHERE position($1::bytea IN update) > 0)
       OR EXISTS (SELECT FROM documents WHERE position($1::bytea IN snapshot) > 0)
       OR EXISTS (SELECT FROM messages WHERE text LIKE '%' || convert_from($1::bytea, 'UTF8') || '%') AS found`,
    [Buffer.from(words)],
  );
  return row!.found;
}

async function logOf(path: string, client: RawClient, after = 0): Promise<{ n: number; update: string }[]> {
  const answer = await server.http.call<string>('GET', `/api/v1/log/${path}?after=${after}`, {
    token: client.session.accessToken,
  });
  expect(answer.status).toBe(200);
  return answer.body
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { n: number; update: string });
}

function replicaOf(lines: { update: string }[]): Y.Doc {
  const doc = new Y.Doc();
  for (const { update } of lines) Y.applyUpdate(doc, Buffer.from(update, 'base64'));
  return doc;
}

const contentOf = (doc: Y.Doc): unknown => ['entries', 'accepted', 'context'].map((root) => doc.getMap(root).toJSON());
const until = (client: RawClient, what: string, ask: () => boolean): Promise<unknown> => client.watch.until(what, ask);

describe('a message', () => {
  it('[SYNC-EDIT] is edited by its author, and the row holds the newest text', async () => {
    const author = await world.join(world.client);
    const { key, seq } = await author.write(author.message('frist'));
    await author.write({ kind: 'edit', of: key, text: 'first', sentAt: 1 });
    const rows = await world.rows(
      'SELECT text, edited_at IS NOT NULL AS edited FROM messages WHERE conversation_id = $1 AND seq = $2',
      [world.conversation, seq],
    );
    expect(rows).toEqual([{ text: 'first', edited: true }]);
  });

  it.each(['log', 'snapshot'])(
    '[SYNC-REMOVE] that was removed is nowhere any more when that is acknowledged: it stood in the %s',
    async (where) => {
      const [author, reader] = [await world.join(world.client), await world.join(world.staff)];
      const { key, seq } = await author.write(author.message(`secret-${seq36()}-one`));
      const secret = (author.entry(key) as { text: string }).text;
      const edited = `secret-${seq36()}-two`;
      await author.write({ kind: 'edit', of: key, text: edited, sentAt: 1 });
      await reader.write({ kind: 'react', to: key, emoji: '👍', on: true, sentAt: 1 });
      const isCompacted = where === 'snapshot' && (await compactNow(server.db, await documentId()));
      expect(isCompacted).toBe(where === 'snapshot');
      expect([await isStored(secret), await isStored(edited)]).toEqual([true, true]);
      await author.write({ kind: 'remove', of: key, sentAt: 1 });
      expect([await isStored(secret), await isStored(edited)]).toEqual([false, false]);
      await until(reader, 'the removal', () => reader.entry(key) === undefined);
      const rows = await world.rows(
        `SELECT text, removed_at IS NOT NULL AS removed, (SELECT count(*) FROM reactions r WHERE r.conversation_id = m.conversation_id) AS reactions
         FROM messages m WHERE conversation_id = $1 AND seq = $2`,
        [world.conversation, seq],
      );
      expect(rows).toEqual([{ text: '', removed: true, reactions: 0 }]);
      // Who comes with the replica of before, or with none at all, ends at the same.
      const fresh = await world.join(world.worker);
      expect(contentOf(fresh.doc)).toEqual(contentOf(reader.doc));
      reader.sendUpdate(Y.encodeStateAsUpdate(reader.doc));
      author.sendUpdate(Y.encodeStateAsUpdate(author.doc));
      await author.write(author.message('the deletions that the server knows do no harm'));
      expect([author.refusal, reader.refusal]).toEqual([null, null]);
    },
  );

  it('[SYNC-REMOVE] and its removal in one update leave nothing of it', async () => {
    const [author, reader] = [await world.join(world.client), await world.join(world.staff)];
    const [key, removal, secret] = [author.key(), author.key(), `secret-${seq36()}`];
    author.sendUpdate(
      author.factsUpdate([
        [key, author.message(secret)],
        [removal, { kind: 'remove', of: key, sentAt: 1 }],
      ]),
    );
    await until(reader, 'both stamps', () => reader.stamp(key) !== undefined && reader.stamp(removal) !== undefined);
    expect(await isStored(secret)).toBe(false);
    expect(reader.entry(key)).toBeUndefined();
    expect(reader.updates.some((update) => Buffer.from(update).includes(secret))).toBe(false);
  });

  it('[SYNC-REACT] carries reactions that are put and taken back', async () => {
    const [author, other] = [await world.join(world.client), await world.join(world.staff)];
    const { key } = await author.write(author.message('x'));
    await other.write({ kind: 'react', to: key, emoji: '👍', on: true, sentAt: 1 });
    await author.write({ kind: 'react', to: key, emoji: '🎉', on: true, sentAt: 1 });
    await other.write({ kind: 'react', to: key, emoji: '👍', on: false, sentAt: 1 });
    const rows = await world.rows('SELECT account_id, emoji FROM reactions WHERE conversation_id = $1', [world.conversation]);
    expect(rows).toEqual([{ account_id: world.client.id, emoji: '🎉' }]);
  });

  it('[SYNC-ACCEPT] with a file that its author uploaded to this thread is accepted; described otherwise it is not', async () => {
    const author = await world.join(world.client);
    const uploaded = await server.http.call<Record<string, unknown>>(
      'POST',
      `/api/v1/conversations/${world.conversation}/files?thread=all&name=a.txt`,
      { token: author.session.accessToken, body: Buffer.from('what is in it') },
    );
    expect(uploaded.status).toBeLessThan(300);
    await author.write(author.message('', { attachments: [uploaded.body] }));
    author.send(author.message('', { attachments: [{ ...uploaded.body, name: 'b.txt' }] }));
    await author.closed();
    expect(author.refusal?.rule).toBe('attachment');
  });

  it('[SYNC-JOIN] by staff makes them a participant by name, in every replica', async () => {
    const [reader, staff] = [await world.join(world.client), await world.join(world.staff)];
    await staff.write(staff.message('hello'));
    const names = (): string[] =>
      ((reader.doc.getMap('context').get('participants') ?? []) as { account: string }[]).map(({ account }) => account);
    await until(reader, 'the participant', () => names().includes(world.staff.id));
    await staff.write(staff.message('hello again'));
    expect(reader.doc.getMap('context').toJSON()).toEqual(staff.doc.getMap('context').toJSON());
  });
});

let counter = 0;
const seq36 = (): string => `${Date.now().toString(36)}${(counter++).toString(36)}`;

describe('a catch-up', () => {
  it('[SYNC-LOG] over HTTP gives what the socket gives, before and after compaction, from any position', async () => {
    const author = await world.join(world.client);
    const path = `${world.conversation}/all/1`;
    for (let index = 0; index < 12; index++) await author.write(author.message(`number ${index}`));
    const lines = await logOf(path, author);
    expect(contentOf(replicaOf(lines))).toEqual(contentOf(author.doc));
    const half = lines.slice(0, 5);
    const rest = await logOf(path, author, half.at(-1)!.n);
    expect(contentOf(replicaOf([...half, ...rest]))).toEqual(contentOf(author.doc));
    expect(await compactNow(server.db, await documentId())).toBe(true);
    await author.write(author.message('after'));
    const compacted = await logOf(path, author);
    expect(compacted).toHaveLength(2);
    expect(contentOf(replicaOf(compacted))).toEqual(contentOf(author.doc));
    expect(contentOf(replicaOf([...half, ...(await logOf(path, author, half.at(-1)!.n))]))).toEqual(contentOf(author.doc));
    const fresh = await world.join(world.worker);
    expect(contentOf(fresh.doc)).toEqual(contentOf(author.doc));
  });

  it('[SYNC-LOG] of many documents at once ends each, and tells of what is not the callers', async () => {
    const author = await world.join(world.client);
    await author.write(author.message('x'));
    const other = await createWorld(server);
    const [mine, theirs] = [`${world.conversation}/all/1`, `${other.conversation}/all/1`];
    const body = [mine, theirs, `${world.conversation}/team/1`].map((document) => ({ document, after: 0 }));
    const answer = await server.http.call<string>('POST', '/api/v1/log', { token: author.session.accessToken, body });
    const lines = answer.body
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { document: string; end?: true; n?: number; error?: { code: string } });
    expect(lines.filter(({ error }) => error).map(({ document, error }) => [document, error!.code])).toEqual([
      [theirs, 'not-found'],
      [`${world.conversation}/team/1`, 'not-found'],
    ]);
    expect(lines.find(({ end }) => end)).toEqual({ document: mine, end: true, n: Y.getState(author.doc.store, 1) });
    const foreign = await server.http.call('GET', `/api/v1/log/${theirs}`, { token: author.session.accessToken });
    expect(foreign.status).toBe(404);
  });

  it('[SYNC-FRAMES] of a long history comes in frames of at most 64 KB, entries with their stamps', async () => {
    const author = await world.join(world.client);
    for (let batch = 0; batch < 4; batch++) {
      const facts = Array.from({ length: 50 }, () => [author.key(), author.message('x'.repeat(2_000))] as const);
      const update = author.factsUpdate(facts);
      Y.applyUpdate(author.doc, update);
      author.sendUpdate(update);
      await author.accepted(facts.at(-1)![0]);
    }
    for (const step of ['log', 'snapshot']) {
      const fresh = await world.join(world.worker);
      expect({ step, content: contentOf(fresh.doc) }).toEqual({ step, content: contentOf(author.doc) });
      expect(fresh.largestFrame).toBeLessThanOrEqual(LIMITS.frameToClientBytes + 512);
      expect(fresh.updates.length).toBeGreaterThan(5);
      // Each piece stands on its own: what it stamps is in it or before it.
      const replica = new Y.Doc();
      for (const update of fresh.updates) {
        Y.applyUpdate(replica, update);
        for (const key of replica.getMap('accepted').keys()) expect(replica.getMap('entries').has(key)).toBe(true);
      }
      await compactNow(server.db, await documentId());
    }
  });

  it('[SYNC-PROTOCOL] by who has all of it brings nothing, and then what comes', async () => {
    const first = await world.join(world.client);
    await first.write(first.message('before'));
    const late = new RawClient(server.running.url, `${world.conversation}/all/1`, await world.signIn(world.worker));
    Y.applyUpdate(late.doc, Y.encodeStateAsUpdate(first.doc));
    await late.connected();
    late.sync();
    await late.watch.until('synced', () => late.synced);
    expect(late.updates).toEqual([]);
    const { key, seq } = await first.write(first.message('after'));
    expect(await late.accepted(key)).toBe(seq);
    // Asked again, it looks.
    late.synced = false;
    late.sync(new Uint8Array([0]));
    await late.watch.until('synced', () => late.synced);
    expect(late.updates).toHaveLength(2);
  });

  it('[SYNC-PROTOCOL] while others write misses nothing', async () => {
    const writer = await world.join(world.client);
    const keys = Array.from({ length: 60 }, (_, index) => writer.send(writer.message(`${index}`)));
    const joining = await Promise.all(Array.from({ length: 4 }, () => world.join(world.staff)));
    for (const reader of joining) await until(reader, 'all', () => keys.every((key) => reader.stamp(key) !== undefined));
    for (const reader of joining) expect(contentOf(reader.doc)).toEqual(contentOf(writer.doc));
  });
});

describe('epochs', () => {
  it('[SYNC-EPOCH] the next one is opened when one is filled, with the context; an older one takes late entries up to its limit', async () => {
    const small = await postgres.server({
      attach: (parts) => attachSync(parts, { epochEntries: EPOCH, epochEntriesMost: EPOCH_MOST }),
    });
    const there = await createWorld(small);
    const author = await there.join(there.client);
    for (let index = 0; index < EPOCH; index++) await author.write(author.message(`${index}`));
    const [{ key: late }] = [await author.write(author.message('late'))];
    const next = await there.join(there.client, 'all', 2);
    expect(next.doc.getMap('context').get('job')).toEqual(author.doc.getMap('context').get('job'));
    const { key, seq } = await next.write(next.message('in the new one'));
    expect(seq).toBe(author.stamp(late)![0] + 1);
    await next.write({ kind: 'edit', of: key, text: 'edited', sentAt: 1 });
    // A removal that is written to the new epoch takes the content out of the old one.
    const text = `secret-${seq36()}`;
    const old = await author.write(author.message(text));
    await next.write({ kind: 'remove', of: old.key, sentAt: 1 });
    await until(author, 'the removal in the old epoch', () => author.entry(old.key) === undefined);
    expect(await isStored(text, there)).toBe(false);
    for (let index = EPOCH + 2; index < EPOCH_MOST; index++) await author.write(author.message(`${index}`));
    author.send(author.message('too many'));
    expect(await author.closed()).toBe(CLOSE.replicaRefused);
    expect(author.refusal?.rule).toBe('epoch-full');
    const documents = await there.rows(
      "SELECT epoch FROM documents WHERE conversation_id = $1 AND thread = 'all' ORDER BY epoch",
      [there.conversation],
    );
    expect(documents).toEqual([{ epoch: 1 }, { epoch: 2 }]);
  });
});

describe('the group commit', () => {
  it('[SYNC-COMMIT] takes updates of many threads, and one that is refused does the others no harm', async () => {
    const worlds = await Promise.all(Array.from({ length: 4 }, () => createWorld(server)));
    const writers = await Promise.all(worlds.map((each) => each.join(each.client)));
    const bad = await worlds[0]!.join(worlds[0]!.worker);
    const sent = writers.map((writer) => Array.from({ length: 20 }, (_, index) => writer.send(writer.message(`${index}`))));
    bad.send({ kind: 'message' });
    await bad.closed();
    for (const [index, writer] of writers.entries()) {
      const seqs = await Promise.all(sent[index]!.map((key) => writer.accepted(key)));
      expect(seqs).toEqual(seqs.map((_, position) => seqs[0]! + position));
    }
    expect(bad.refusal?.rule).toBe('schema');
  });
});
