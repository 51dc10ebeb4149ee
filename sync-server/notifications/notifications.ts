import type { Log } from '../log.ts';
import { isUnwritable, type Database } from '../storage/database.ts';
import { tellNotifications } from '../storage/feed-personal.ts';
import { dropDue, takeDue } from '../storage/notifications-due.ts';
import { leaveLive, stayLive, sweepNotifications, touchLive } from '../storage/notifications.ts';
import { settleNotifications } from '../storage/settle-notifications.ts';
import { anyWaiting, sweepDeliveries, takeDeliveries } from '../storage/webhooks.ts';
import { fanOut } from './fan-out.ts';
import type { NotificationsConfig } from './notifications-config.ts';
import { openQueue, type OnAttempt, type Queue } from './queue.ts';

export type NotificationsDeps = {
  db: Database;
  databaseUrl: string;
  log: Log;
  config: NotificationsConfig;
  /** Who has a socket open here. */
  connected: () => ReadonlySet<string>;
  /** Whether other nodes run, where the same people may have others. */
  isOneOfSeveral: () => boolean;
  onAttempt?: OnAttempt;
};
export type Notifications = { stop(): Promise<void> };

const EVERY_MS = 500;
/** After a round that had something to settle: where one is written, more follow. */
const SOON_MS = 100;
const COMMITS_AT_ONCE = 20;
/** Under load there is always another commit: then the rest of a round has its turn after this long. */
const SETTLING_MS = 2_000;
const DELIVERIES_AT_ONCE = 200;
/** A third of the time after which they would count as away. */
const TOUCHES_WHILE_AWAY = 3;
/** How long somebody whose last socket closed isn't away yet: a reconnect takes less. */
const LEFT_SECONDS = 10;
/** How often is looked, among several nodes, whether another one took somebody for leaving who is here. */
const STAY_EVERY_MS = 3_000;
const SWEEP_EVERY_MS = 60 * 60 * 1_000;
/** Until the queue is tried to be opened again, and after a round that failed. */
const QUEUE_AGAIN_MS = 5_000;
const AFTER_FAILURE_MS = 2_000;
const KEPT_DAYS = 90;
const DELIVERIES_KEPT_DAYS = 7;
const STOP_MS = 1_000;

/** Settles who is told of what was committed, by this node or another, and hands what goes out to the queue. */
export function startNotifications({
  db,
  databaseUrl,
  log,
  config,
  connected,
  onAttempt,
  isOneOfSeveral,
}: NotificationsDeps): Notifications {
  const touched = new Map<string, number>();
  let queue: Queue | null = null;
  // All of these by what no change of the clock moves.
  let queueAgainAt = Number.NEGATIVE_INFINITY;
  let sweptAt = performance.now();
  let stayedAt = Number.NEGATIVE_INFINITY;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(run, EVERY_MS);

  async function touch(): Promise<void> {
    const here = connected();
    const gone = [...touched.keys()].filter((account) => !here.has(account));
    const now = performance.now();
    const oldest = now - (config.awaySeconds * 1_000) / TOUCHES_WHILE_AWAY;
    const stale = [...here].filter((account) => (touched.get(account) ?? Number.NEGATIVE_INFINITY) < oldest);
    if (stale.length > 0) await db.transact((tx) => touchLive(tx, stale));
    const away = { away: config.awaySeconds, seconds: LEFT_SECONDS };
    if (gone.length > 0) await db.transact((tx) => leaveLive(tx, gone, away));
    if (here.size > 0 && isOneOfSeveral() && now - stayedAt >= STAY_EVERY_MS) {
      stayedAt = now;
      await db.transact((tx) => stayLive(tx, [...here], config.awaySeconds / 2));
    }
    for (const account of gone) touched.delete(account);
    for (const account of stale) touched.set(account, now);
  }

  /**
   * Rows, and what is to go out for them, in the transaction that takes the commit off the list: once, wherever this is cut off.
   * In how many ms the next round is to come.
   */
  async function settle(): Promise<number> {
    const until = performance.now() + SETTLING_MS;
    let atOnce = COMMITS_AT_ONCE;
    let wait = EVERY_MS;
    let more = true;
    while (more && performance.now() < until && !signal.aborted) {
      try {
        more = await db.transact(async (tx) => {
          const { commits, items } = await takeDue(tx, atOnce);
          if (commits === 0) return false;
          const made = await settleNotifications(tx, items);
          await fanOut(tx, made, { away: config.awaySeconds, here: config.awaySeconds / 2 }, Date.now());
          await tellNotifications(tx, made);
          wait = SOON_MS;
          // Fewer: what comes from now on is the next round's, so that a busy server settles many at once.
          return commits === atOnce;
        });
      } catch (error) {
        if (!isUnwritable(error)) throw error;
        // One by one, until the one is found that can't be settled.
        if (atOnce > 1) atOnce = 1;
        else log.error('notifications-given-up', { items: await db.transact(dropDue) });
      }
    }
    return more ? 0 : wait;
  }

  async function handOver(): Promise<void> {
    if (!queue) {
      // Most servers have no webhooks, and need no queue.
      if (signal.aborted || performance.now() < queueAgainAt || !(await db.read(anyWaiting))) return;
      queueAgainAt = performance.now() + QUEUE_AGAIN_MS;
      queue = await openQueue({ db, databaseUrl, log, config, ...(onAttempt ? { onAttempt } : {}) });
    }
    const open = queue;
    for (let more = true; more && !signal.aborted;) {
      more = await db.transact(async (tx) => {
        const deliveries = await takeDeliveries(tx, DELIVERIES_AT_ONCE, config.awaySeconds);
        if (deliveries.length > 0) await open.put(tx, deliveries);
        return deliveries.length === DELIVERIES_AT_ONCE;
      });
    }
  }

  async function sweep(): Promise<void> {
    if (signal.aborted || performance.now() - sweptAt < SWEEP_EVERY_MS) return;
    sweptAt = performance.now();
    await db.transact((tx) => sweepNotifications(tx, KEPT_DAYS));
    await db.transact((tx) => sweepDeliveries(tx, DELIVERIES_KEPT_DAYS));
  }

  async function once(): Promise<number> {
    await touch();
    const wait = await settle();
    await handOver();
    await sweep();
    return wait;
  }

  function run(): void {
    let wait = EVERY_MS;
    running = once()
      .then((next) => {
        wait = next;
      })
      .catch((error: unknown) => {
        // Cut off by the stop, or Postgres is away: it is done by the next round.
        wait = AFTER_FAILURE_MS;
        if (!signal.aborted) log.warn('notifications-failed', { reason: error instanceof Error ? error.message : 'unknown' });
      })
      .finally(() => {
        if (!signal.aborted) timer = setTimeout(run, wait);
      });
  }

  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      const late = Promise.withResolvers<void>();
      const grace = setTimeout(late.resolve, STOP_MS);
      await Promise.race([running, late.promise]);
      clearTimeout(grace);
      await queue?.stop();
    },
  };
}
