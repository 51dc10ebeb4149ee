import type { Log } from '../../log.ts';
import type { GrownDocument } from '../../storage/commit.ts';
import type { Database } from '../../storage/database.ts';
import type { LogRow } from '../../storage/log.ts';
import { HINT_BYTES } from '../../storage/notify.ts';
import type { RaisedRead } from '../../storage/reads.ts';
import { seal, shardOf, unseal, type GrewHint, type Hint, type PresenceHint } from './hints.ts';
import { startPeers } from './peers.ts';
import { openPostgresHints } from './postgres.ts';
import type { Transport } from './transport.ts';

/** What is counted for whoever watches the server. */
export type BusState = {
  /** `alone`: no other node runs. */
  transport: 'alone' | 'redis' | 'postgres';
  others: number;
  sent: number;
  heard: number;
  /** Forged, of another database, or unreadable. */
  refused: number;
  /** That were sent and did not come. */
  lost: number;
  /** Documents, streams and chats of which no hint had come when they were looked for in Postgres. */
  healed: number;
  /** From the sender's commit until they were heard here, by both clocks: sum over all that were heard, and of the newest. */
  lagMsSum: number;
  lagMsLast: number;
};

/** Tells the other nodes what happened here. While there are none, nothing is done at all. */
export type Bus = {
  grew(shown: { documents: readonly GrownDocument[]; rows: readonly LogRow[]; streams: readonly string[] }): void;
  unsure(): void;
  reads(raised: readonly RaisedRead[], streams: readonly string[]): void;
  /** `streams`: whom the thread is told to. */
  presence(streams: () => Promise<string[]>, hint: PresenceHint): void;
  /** What concerns this agency or account is to be heard here, until the returned function is called. */
  follow(audience: string): () => void;
  /** What came by NOTIFY. */
  noticed(text: string): void;
  /** Some node started, or ended. */
  nodesChanged(): void;
  healed(count: number): void;
  state(): BusState;
  stop(): Promise<void>;
};

export type BusOptions = {
  db: Database;
  log: Log;
  node: string;
  /** Which all nodes have, and Redis has not. */
  key: Buffer;
  redisUrl: string | null;
  onHint: (node: string, hint: Hint) => void;
  onGone: (node: string) => void;
  /** Looks in Postgres for what was missed. */
  heal: () => void;
  now: () => number;
  /** How often Postgres is looked into while there are other nodes; the second while Redis, which should be there, isn't. */
  lookMs?: number | undefined;
  lookAwayMs?: number | undefined;
  peers?: { everyMs?: number; aliveMs?: number } | undefined;
};

const LOOK_MS = 5_000;
const LOOK_AWAY_MS = 1_000;
/** Of one document; what is more is read from the log. */
const ROWS_BYTES = 256 * 1024;
const BY_NOTICE = 'notify';
const AT_ONCE = 50;
/** Of the clocks of two nodes; what is older is told again by somebody. */
const OLDEST_MS = 60_000;

export async function openBus(options: BusOptions): Promise<Bus> {
  const { db, log, node, key, redisUrl, now } = options;
  const counters = { sent: 0, heard: 0, refused: 0, lost: 0, healed: 0, lagMsSum: 0, lagMsLast: 0 };
  const counts = new Map<string, number>();
  const heardOf = new Map<string, number>();
  const following = new Map<string, number>();
  const peers = await startPeers(db, log, {
    node,
    onGone(gone) {
      for (const place of heardOf.keys()) if (place.startsWith(`${gone}/`)) heardOf.delete(place);
      options.onGone(gone);
    },
    ...options.peers,
  });
  const onGap = (): void => options.heal();
  // Its client is most of the modules that a server reads at its start, and few have Redis.
  const redis: Transport | null =
    redisUrl === null ? null : (await import('./redis.ts')).openRedis(redisUrl, log, { onText, onGap });
  const notices = openPostgresHints(db, (error) => {
    log.warn('hint-not-sent', { reason: error instanceof Error ? error.message : 'unknown' });
  });
  // One database's nodes have their own channels on a Redis that others use too.
  const prefix = `trialogue:${key.subarray(0, 6).toString('hex')}:`;

  function onText(channel: string, text: string): void {
    const envelope = unseal(key, channel, text);
    if (!envelope || Math.abs(now() - envelope.at) > OLDEST_MS) {
      counters.refused++;
      return;
    }
    if (envelope.node === node) return;
    const place = `${envelope.node}/${channel}`;
    const last = heardOf.get(place);
    if (last !== undefined && envelope.count <= last) {
      counters.refused++;
      return;
    }
    heardOf.set(place, envelope.count);
    counters.heard++;
    counters.lagMsLast = Math.max(0, now() - envelope.at);
    counters.lagMsSum += counters.lagMsLast;
    options.onHint(envelope.node, envelope.hint);
    if (last !== undefined && envelope.count > last + 1) {
      counters.lost += envelope.count - last - 1;
      options.heal();
    }
  }

  function sealed(channel: string, hint: Hint): string {
    const count = (counts.get(channel) ?? 0) + 1;
    counts.set(channel, count);
    counters.sent++;
    return seal(key, channel, { node, count, at: now(), hint });
  }

  function send(shard: number, hint: Hint): void {
    const channel = `${prefix}${shard}`;
    if (redis?.ready() && redis.send(channel, sealed(channel, hint))) return;
    for (const part of small(hint)) notices.send(sealed(BY_NOTICE, part));
  }

  // By what no change of the clock moves, as all that lasts so or so long.
  let lookedAt = performance.now();
  const timer = setInterval(
    () => {
      if (peers.others.size === 0) return;
      const every = redis && !redis.ready() ? (options.lookAwayMs ?? LOOK_AWAY_MS) : (options.lookMs ?? LOOK_MS);
      if (performance.now() - lookedAt < every) return;
      lookedAt = performance.now();
      options.heal();
    },
    Math.min(options.lookMs ?? LOOK_MS, options.lookAwayMs ?? LOOK_AWAY_MS),
  );

  return {
    grew({ documents, rows, streams }) {
      if (peers.others.size === 0) return;
      const parts = new Map<number, GrewHint>();
      const part = (audience: string): GrewHint => {
        const shard = shardOf(audience);
        const known = parts.get(shard) ?? { kind: 'grew', documents: [], streams: [] };
        parts.set(shard, known);
        return known;
      };
      for (const { documentId, n, thread, audience } of documents) {
        const own = rows.filter((row) => row.documentId === documentId);
        const isSmall = own.reduce((sum, { update }) => sum + update.length, 0) <= ROWS_BYTES;
        part(audience).documents.push({
          documentId,
          n,
          thread,
          rows: isSmall ? own.map(({ from, to, update }) => ({ from, to, update: base64(update) })) : [],
        });
      }
      for (const stream of streams) part(stream).streams.push(stream);
      for (const [shard, hint] of parts) send(shard, hint);
    },
    unsure() {
      if (peers.others.size === 0) return;
      notices.send(sealed(BY_NOTICE, { kind: 'unsure' }));
    },
    reads(raised, streams) {
      if (peers.others.size === 0) return;
      // Who takes part reads one of these streams, whichever node they are on.
      const told = raised.map(({ at, ...read }) => ({ ...read, at: at.getTime() }));
      for (const [shard, own] of Map.groupBy(streams, shardOf)) send(shard, { kind: 'reads', raised: told, streams: own });
    },
    presence(streams, hint) {
      if (peers.others.size === 0) return;
      // Answered in the order in which it was asked, and passing: without Postgres nobody is shown elsewhere.
      streams().then(
        (told) => {
          for (const shard of new Set(told.map(shardOf))) send(shard, hint);
        },
        (error: unknown) => log.warn('presence-not-told', { reason: error instanceof Error ? error.message : 'unknown' }),
      );
    },
    follow(audience) {
      const channel = `${prefix}${shardOf(audience)}`;
      const before = following.get(channel) ?? 0;
      following.set(channel, before + 1);
      if (before === 0) redis?.follow(channel);
      return () => {
        const left = following.get(channel)! - 1;
        following.set(channel, left);
        if (left === 0) redis?.unfollow(channel);
      };
    },
    noticed: (text) => onText(BY_NOTICE, text),
    nodesChanged: () => void peers.look(),
    healed(count) {
      counters.healed += count;
    },
    state() {
      const transport = peers.others.size === 0 ? 'alone' : redis?.ready() ? 'redis' : 'postgres';
      return { transport, others: peers.others.size, ...counters };
    },
    async stop() {
      clearInterval(timer);
      await Promise.all([redis?.stop(), notices.stop(), peers.stop()]);
    },
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** What fits into a notice: without content, and in parts. */
function small(hint: Hint): Hint[] {
  if (hint.kind === 'grew') {
    const documents = hint.documents.map((document) => ({ ...document, rows: [] }));
    return parts(documents, hint.streams).map(([some, streams]) => ({ kind: 'grew', documents: some, streams }));
  }
  if (hint.kind === 'reads') {
    return parts(hint.raised, hint.streams).map(([raised, streams]) => ({ kind: 'reads', raised, streams }));
  }
  return JSON.stringify(hint).length < HINT_BYTES / 2 ? [hint] : [];
}

function parts<One>(some: readonly One[], streams: readonly string[]): [One[], string[]][] {
  const all: [One[], string[]][] = [];
  for (let from = 0; from < Math.max(some.length, streams.length); from += AT_ONCE / 2) {
    all.push([some.slice(from, from + AT_ONCE / 2), streams.slice(from, from + AT_ONCE / 2)]);
  }
  return all;
}
