import { PgBoss } from 'pg-boss';

import type { Log } from '../log.ts';
import type { Database, Transaction } from '../storage/database.ts';
import { endDelivery } from '../storage/webhooks.ts';
import { addressRules } from './addresses.ts';
import { deliver } from './deliver.ts';
import type { NotificationsConfig } from './notifications-config.ts';

/** Deliveries that wait, in Postgres: whichever node is free makes the next try. */
export type Queue = {
  /** Theirs from the commit of this transaction on. */
  put(tx: Transaction, deliveries: readonly { id: string; webhook: string }[]): Promise<void>;
  /** Lets tries that are under way end, for a moment; what hasn't ended by then is tried again. */
  stop(): Promise<void>;
};

/** What came of a try. */
export type OnAttempt = (outcome: 'delivered' | 'failed' | 'given-up') => void;

const DELIVERIES = 'webhook-deliveries';
const GIVEN_UP = 'webhook-deliveries-given-up';
/** Of one node at once, in all and to one webhook: a receiver that hangs doesn't hold up the others. */
const AT_ONCE = 16;
const AT_ONCE_TO_ONE = 2;
/** After this long without an end its node is taken for dead; how often that is looked for. */
const LOST_SECONDS = 30;
const LOOK_SECONDS = 15;
const STOP_MS = 2_000;

/** @throws when Postgres is away */
export async function openQueue(deps: {
  db: Database;
  databaseUrl: string;
  log: Log;
  config: NotificationsConfig;
  onAttempt?: OnAttempt;
}): Promise<Queue> {
  const { db, databaseUrl, log, config, onAttempt } = deps;
  const rules = addressRules(config.trustedAddresses);
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'trialogue-webhooks',
    schema: 'webhook_queue',
    max: 4,
    schedule: false,
    superviseIntervalSeconds: LOOK_SECONDS,
    monitorIntervalSeconds: LOOK_SECONDS,
    connectionTimeoutMillis: 5_000,
  });
  // Postgres is away, or a statement failed: it goes on by itself.
  boss.on('error', (error) => log.warn('webhook-queue-failed', { reason: reasonOf(error) }));
  try {
    await boss.start();
    await boss.createQueue(GIVEN_UP, { retryLimit: 1_000, retryDelay: 30 });
    const options = {
      deadLetter: GIVEN_UP,
      retryLimit: config.retries.limit,
      retryDelay: config.retries.firstSeconds,
      retryDelayMax: config.retries.longestSeconds,
      retryBackoff: true,
      expireInSeconds: LOST_SECONDS,
      retentionSeconds: 30 * 24 * 60 * 60,
    };
    await boss.createQueue(DELIVERIES, options);
    // It may have been made by an older version, with others.
    await boss.updateQueue(DELIVERIES, options);
    const work = { pollingIntervalSeconds: 0.5, localConcurrency: AT_ONCE, localGroupConcurrency: AT_ONCE_TO_ONE };
    await boss.work<{ delivery: string }>(DELIVERIES, work, async ([job]) => {
      const made = await deliver(db, job!.data.delivery, rules, config.timeoutMs).catch((error: unknown) => {
        onAttempt?.('failed');
        throw error;
      });
      if (made) onAttempt?.('delivered');
    });
    await boss.work<{ delivery: string }>(GIVEN_UP, { pollingIntervalSeconds: 1 }, async ([job]) => {
      const { delivery } = job!.data;
      await db.transact((tx) => endDelivery(tx, delivery, 'failed'));
      onAttempt?.('given-up');
      log.warn('webhook-given-up', { delivery });
    });
  } catch (error) {
    await closed(boss);
    throw error;
  }

  return {
    async put(tx, deliveries) {
      const jobs = deliveries.map(({ id, webhook }) => ({ data: { delivery: id }, group: { id: webhook } }));
      await boss.insert(DELIVERIES, jobs, { db: { executeSql: (text, values) => tx.query(text, values) } });
    },
    stop: () => closed(boss),
  };
}

/** Postgres may be away without the connections knowing: what it doesn't answer is not waited for. */
async function closed(boss: PgBoss): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, STOP_MS + 1_000);
  const stopped = boss.stop({ graceful: true, timeout: STOP_MS, close: true });
  await Promise.race([stopped.catch(() => {}), late.promise]);
  clearTimeout(timer);
}

function reasonOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
