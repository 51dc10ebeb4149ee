import { Counter, Gauge, type Registry } from 'prom-client';

import type { BusState } from '../sync/nodes/bus.ts';

/** What a node holds just now. */
export type Gauges = {
  sockets: { document: number; feed: number; chat: number };
  /** Documents that somebody has open. */
  documents: number;
  /** Updates that wait for their commit. */
  queue: { updates: number; bytes: number };
  /** Upgrades. */
  openings: { underWay: number; waiting: number };
  /** Connections to Postgres; `waiting`: who waits for one. */
  pool: { open: number; idle: number; waiting: number };
  bus: BusState;
};

/** What waits in Postgres, for all nodes. */
export type StoredGauges = { webhooks: number; webhooksFailed: number; notifications: number; filesHeld: number };

/** Postgres may be away: the rest is told all the same. */
const STORED_MS = 2_000;

export type GaugeSources = {
  watch(read: () => Partial<Gauges>): void;
  watchStored(read: () => Promise<StoredGauges>): void;
  /** Asks all sources. */
  read(): Promise<void>;
};

export function createGauges(registers: Registry[]): GaugeSources {
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `trialogue_${name}`, help, labelNames, registers });
  const sockets = gauge('sockets', 'Open WebSockets', ['kind']);
  const documents = gauge('subscribed_documents', 'Documents that somebody has open here');
  const queueUpdates = gauge('commit_queue_updates', 'Updates that wait for their commit');
  const queueBytes = gauge('commit_queue_bytes', 'Their size');
  const openings = gauge('openings', 'Upgrades to WebSockets that are not answered yet', ['state']);
  const pool = gauge('postgres_connections', 'Connections to Postgres of this node', ['state']);
  const poolWaiting = gauge('postgres_waiting', 'Statements and transactions that wait for a connection');
  const up = gauge('postgres_up', '1 while Postgres answers');
  const webhooks = gauge('webhook_queue', 'Deliveries that wait, of all nodes');
  const webhooksFailed = gauge('webhook_given_up', 'Deliveries that were given up and not replayed, of all nodes');
  const notifications = gauge('notifications_due', 'Commits of which nobody has been told yet, of all nodes');
  const held = gauge('files_held', 'Files that wait to be looked through, of all nodes');
  const counter = (name: string, help: string): Counter => new Counter({ name: `trialogue_${name}`, help, registers });
  const otherNodes = gauge('bus_other_nodes', 'Other nodes that run on this database');
  const byRedis = gauge('bus_redis', '1 while hints go by Redis; 0: by Postgres, or there are no other nodes');
  const lag = gauge('bus_lag_seconds', 'From the commit on another node until the newest hint was heard here, by both clocks');
  const busCounts = {
    sent: counter('bus_sent_total', 'Hints told to other nodes'),
    heard: counter('bus_heard_total', 'Hints heard from other nodes'),
    refused: counter('bus_refused_total', 'Hints that were forged, of another database, or unreadable'),
    lost: counter('bus_lost_total', 'Hints that were sent and did not come'),
    healed: counter('bus_healed_total', 'Documents, feeds and chats brought up to date from the log because no hint had come'),
  };
  const stored = [webhooks, webhooksFailed, notifications, held];

  const sources: (() => Partial<Gauges>)[] = [];
  let readStored: (() => Promise<StoredGauges>) | null = null;

  function show(read: Partial<Gauges>): void {
    for (const [kind, count] of Object.entries(read.sockets ?? {})) sockets.labels({ kind }).set(count);
    if (read.documents !== undefined) documents.set(read.documents);
    if (read.queue) {
      queueUpdates.set(read.queue.updates);
      queueBytes.set(read.queue.bytes);
    }
    if (read.openings) {
      openings.labels({ state: 'under-way' }).set(read.openings.underWay);
      openings.labels({ state: 'waiting' }).set(read.openings.waiting);
    }
    if (read.pool) {
      pool.labels({ state: 'busy' }).set(read.pool.open - read.pool.idle);
      pool.labels({ state: 'idle' }).set(read.pool.idle);
      poolWaiting.set(read.pool.waiting);
    }
    if (read.bus) showBus(read.bus);
  }

  function showBus(bus: BusState): void {
    otherNodes.set(bus.others);
    byRedis.set(bus.transport === 'redis' ? 1 : 0);
    lag.set(bus.lagMsLast / 1_000);
    for (const [name, count] of Object.entries(busCounts)) {
      // It counts by itself; here it is only told.
      count.reset();
      count.inc(bus[name as keyof typeof busCounts]);
    }
  }

  /** What can't be known is left out: a number of an hour ago would look like one of now. */
  async function showStored(read: () => Promise<StoredGauges>): Promise<void> {
    const late = Promise.withResolvers<null>();
    const timer = setTimeout(() => late.resolve(null), STORED_MS);
    const known = await Promise.race([read().catch(() => null), late.promise]);
    clearTimeout(timer);
    up.set(known === null ? 0 : 1);
    if (known === null) {
      for (const one of stored) one.remove();
      return;
    }
    webhooks.set(known.webhooks);
    webhooksFailed.set(known.webhooksFailed);
    notifications.set(known.notifications);
    held.set(known.filesHeld);
  }

  return {
    watch: (read) => void sources.push(read),
    watchStored(read) {
      readStored = read;
    },
    async read() {
      for (const source of sources) show(source());
      if (readStored) await showStored(readStored);
    },
  };
}
