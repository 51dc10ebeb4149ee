import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import { CLOSE, REFUSAL_RULES, type RefusalRule } from '#shared/wire.ts';

import { LIMIT_NAMES, type LimitName } from '../limits.ts';
import { createGauges, type Gauges, type StoredGauges } from './gauges.ts';

/** What the parts of the server tell of themselves. Each call is a few additions: labels were looked up when it was made. */
export type Meters = {
  /** An update is in Postgres, or was refused there, so long after it came. */
  accepted(ms: number): void;
  /** … and has been handed to all sockets of its document here. */
  delivered(ms: number): void;
  /** A group commit, tries included. */
  committed(ms: number, updates: number): void;
  /** A commit had to be tried again. */
  retried(): void;
  refused(rule: RefusalRule): void;
  limited(limit: LimitName): void;
  /** A feed told what there was, so long after it learned that there was something. */
  fed(ms: number): void;
  /** A socket ended, by this code. */
  closed(kind: SocketKind, code: number): void;
  request(status: number, ms: number): void;
  /** How long a transaction waited for a connection. */
  waited(ms: number): void;
  delivery(outcome: 'delivered' | 'failed' | 'given-up'): void;
  scanned(outcome: 'clean' | 'infected' | 'failed'): void;
  /** What is asked for when somebody looks. */
  watch(read: () => Partial<Gauges>): void;
  watchStored(read: () => Promise<StoredGauges>): void;
  registry: Registry;
  /** All of it, as Prometheus reads it. */
  text(): Promise<string>;
};
export type SocketKind = 'document' | 'feed' | 'chat';

const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCH = [1, 2, 5, 10, 20, 50, 100, 200];
const KINDS = ['document', 'feed', 'chat'] as const;
/** Ours and the protocol's own. The other side may say any of thousands, and each would be a series for good. */
const CODES = new Set<number>([1000, 1001, 1002, 1005, 1006, 1007, 1009, ...Object.values(CLOSE)]);
const STATUSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** Each of them stands there from the beginning with 0: what is not there yet can't be seen to rise. */
function each<Name extends string>(of: Counter, label: string, names: readonly Name[]): Record<Name, Counter.Internal> {
  const all = names.map((name) => {
    const one = of.labels({ [label]: name });
    one.inc(0);
    return [name, one];
  });
  return Object.fromEntries(all) as Record<Name, Counter.Internal>;
}

export function createMeters({ version }: { version: string }): Meters {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
    new Counter({ name: `trialogue_${name}`, help, labelNames, registers });
  const seconds = (name: string, help: string, labelNames: string[] = []): Histogram =>
    new Histogram({ name: `trialogue_${name}_seconds`, help, labelNames, buckets: SECONDS, registers });

  const accept = seconds('accept', 'From an update that came to its place in Postgres, or its refusal');
  const deliver = seconds('delivery', 'From an update that came to its hand-over to all sockets of its document on this node');
  const commit = seconds('commit', 'A group commit, tries included');
  const batch = new Histogram({
    name: 'trialogue_commit_batch_updates',
    help: 'Updates in a group commit',
    buckets: BATCH,
    registers,
  });
  const retries = counter('commit_retries_total', 'Group commits that had to be tried again');
  const refused = each(counter('updates_refused_total', 'Updates that were refused', ['rule']), 'rule', REFUSAL_RULES);
  const limited = each(
    counter('limit_refusals_total', 'Calls, connections and frames that a limit refused', ['limit']),
    'limit',
    LIMIT_NAMES,
  );
  const feed = seconds('feed_lag', 'From a change to its hand-over to a feed');
  const closes = counter('socket_closes_total', 'Sockets that ended', ['kind', 'code']);
  const closed = Object.fromEntries(KINDS.map((kind) => [kind, new Map<number, Counter.Internal>()])) as Record<
    SocketKind,
    Map<number, Counter.Internal>
  >;
  const requests = seconds('http_request', 'Calls by HTTP, until the answer was sent', ['status']);
  const byStatus = STATUSES.map((status) => requests.labels({ status }));
  const wait = seconds('postgres_wait', 'How long a transaction waited for a connection to Postgres');
  const deliveries = each(
    counter('webhook_attempts_total', 'Tries to deliver to a webhook; given-up: the last one failed too', ['outcome']),
    'outcome',
    ['delivered', 'failed', 'given-up'],
  );
  const scans = each(counter('file_scans_total', 'Files that were looked through', ['outcome']), 'outcome', [
    'clean',
    'infected',
    'failed',
  ]);
  new Gauge({ name: 'trialogue_build_info', help: 'Always 1', labelNames: ['version', 'node'], registers })
    .labels({ version, node: process.versions.node })
    .set(1);
  const gauges = createGauges(registers);

  return {
    accepted: (ms) => accept.observe(ms / 1_000),
    delivered: (ms) => deliver.observe(ms / 1_000),
    committed(ms, updates) {
      commit.observe(ms / 1_000);
      batch.observe(updates);
    },
    retried: () => retries.inc(),
    refused: (rule) => refused[rule].inc(),
    limited: (limit) => limited[limit].inc(),
    fed: (ms) => feed.observe(ms / 1_000),
    closed(kind, code) {
      const named = CODES.has(code) ? code : 0;
      const known = closed[kind].get(named) ?? closes.labels({ kind, code: named === 0 ? 'other' : String(named) });
      closed[kind].set(named, known);
      known.inc();
    },
    request: (status, ms) => byStatus[Math.floor(status / 100) - 1]?.observe(ms / 1_000),
    waited: (ms) => wait.observe(ms / 1_000),
    delivery: (outcome) => deliveries[outcome].inc(),
    scanned: (outcome) => scans[outcome].inc(),
    watch: (read) => gauges.watch(read),
    watchStored: (read) => gauges.watchStored(read),
    registry,
    async text() {
      await gauges.read();
      return registry.metrics();
    },
  };
}
