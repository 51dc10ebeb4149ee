import { setTimeout as delay } from 'node:timers/promises';

import type { Log } from '../log.ts';
import type { Meters } from '../metrics/meters.ts';
import { commitMe, type MeSubmission } from '../storage/commit-me.ts';
import { commitBatch, type CommitLimits, type Committed, type Outcome } from '../storage/commit.ts';
import type { Database, Transaction } from '../storage/database.ts';
import { isUnavailable } from '../storage/database.ts';
import type { Submission } from '../storage/entries.ts';

export type Work = ({ kind: 'thread' } & Submission) | ({ kind: 'me' } & MeSubmission);
/** `failed`: through no fault of the update. It is not committed as far as is known; the writer sends it again. */
export type WorkOutcome = Outcome | { kind: 'failed' };

/** What was committed; `uncertain` when a commit may have happened that was never told: then logs are to be read. */
export type Shown = Omit<Committed, 'outcomes'> & { uncertain: boolean };

export type CommitterOptions = {
  database: Database;
  log: Log;
  now(): number;
  limits: CommitLimits;
  meters: Pick<Meters, 'accepted' | 'delivered' | 'committed' | 'retried'>;
  onCommitted(shown: Shown): void;
};

type Job = { work: Work; bytes: number; cameAt: number; settle(outcome: WorkOutcome): void };

const BATCH_UPDATES = 200;
const BATCH_BYTES = 4 * 1024 * 1024;
const FULL_UPDATES = 2_000;
const FULL_BYTES = 16 * 1024 * 1024;
const BACKOFF_MOST_MS = 2_000;
/** From here on a commit is worth a line in the log: people see it. */
const SLOW_MS = 1_000;

/** Commits in groups: what comes in while a transaction is under way is the next one. There is no timer. */
export class Committer {
  readonly #options: CommitterOptions;
  #queue: Job[] = [];
  #bytes = 0;
  #running: Promise<void> | null = null;
  #abort = new AbortController();

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** No more should be read from sockets until some of what waits is committed. */
  get full(): boolean {
    return this.#queue.length >= FULL_UPDATES || this.#bytes >= FULL_BYTES;
  }

  /** What waits for its commit. */
  get waiting(): { updates: number; bytes: number } {
    return { updates: this.#queue.length, bytes: this.#bytes };
  }

  /** Answers after the commit. Updates of one caller are decided in the order in which they were given. */
  submit(work: Work, bytes: number): Promise<WorkOutcome> {
    if (this.#abort.signal.aborted) return Promise.resolve({ kind: 'failed' });
    const { promise, resolve } = Promise.withResolvers<WorkOutcome>();
    this.#queue.push({ work, bytes, cameAt: performance.now(), settle: resolve });
    this.#bytes += bytes;
    this.#running ??= this.#run();
    return promise;
  }

  /** Commits what waits, for at most `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const grace = setTimeout(() => {
      this.#abort.abort();
      // A statement that Postgres doesn't answer isn't waited for: its writers were told nothing, and send again.
      late.resolve();
    }, graceMs);
    await Promise.race([this.#running, late.promise]);
    clearTimeout(grace);
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    // One turn later, so that what arrived together is committed together.
    await new Promise(setImmediate);
    while (this.#queue.length > 0) {
      const jobs = this.#next();
      await this.#commitAll(jobs);
      for (const { bytes } of jobs) this.#bytes -= bytes;
    }
    this.#running = null;
  }

  #next(): Job[] {
    let count = 0;
    let bytes = 0;
    while (
      count < this.#queue.length &&
      count < BATCH_UPDATES &&
      (count === 0 || bytes + this.#queue[count]!.bytes <= BATCH_BYTES)
    ) {
      bytes += this.#queue[count]!.bytes;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #commitAll(jobs: Job[]): Promise<void> {
    const { meters, log } = this.#options;
    const startedAt = performance.now();
    let uncertain = false;
    for (let attempt = 0; ; attempt++) {
      try {
        const { outcomes, ...shown } = await this.#options.database.transact((tx) => this.#commit(tx, jobs));
        const committedAt = performance.now();
        meters.committed(committedAt - startedAt, jobs.length);
        for (const { cameAt } of jobs) meters.accepted(committedAt - cameAt);
        if (committedAt - startedAt > SLOW_MS) {
          log.warn('commit-slow', { ms: Math.round(committedAt - startedAt), updates: jobs.length, attempt });
        }
        // First what everybody is shown, then the answer: a writer's socket may close over a refusal.
        this.#options.onCommitted({ ...shown, uncertain });
        const shownAt = performance.now();
        for (const [index, job] of jobs.entries()) {
          if (outcomes[index]!.kind === 'accepted') meters.delivered(shownAt - job.cameAt);
          job.settle(outcomes[index]!);
        }
        return;
      } catch (error) {
        if (!isTransient(error)) return await this.#isolate(jobs, error);
        uncertain = true;
        meters.retried();
        log.warn('commit-retry', { attempt, updates: jobs.length });
        const wait = Math.min(BACKOFF_MOST_MS, 25 * 2 ** attempt);
        const stopped = await delay(wait, false, { signal: this.#abort.signal }).catch(() => true);
        if (stopped) return settleAll(jobs, { kind: 'failed' });
      }
    }
  }

  /** One update that Postgres can't take must not hold up the others: each goes alone, and that one fails. */
  async #isolate(jobs: Job[], error: unknown): Promise<void> {
    if (jobs.length > 1) {
      for (const job of jobs) await this.#commitAll([job]);
      return;
    }
    this.#options.log.error('commit-failed', { reason: error instanceof Error ? error.message : 'unknown' });
    settleAll(jobs, { kind: 'failed' });
  }

  async #commit(tx: Transaction, jobs: Job[]): Promise<Committed> {
    const { limits } = this.#options;
    const now = this.#options.now();
    const threads = jobs.flatMap(({ work }, index) => (work.kind === 'thread' ? [{ index, work }] : []));
    const mine = jobs.flatMap(({ work }, index) => (work.kind === 'me' ? [{ index, work }] : []));
    const outcomes: Outcome[] = [];
    const committed: Committed = { outcomes, rows: [], documents: [], streams: [] };
    for (const part of [
      {
        jobs: threads,
        done:
          threads.length > 0
            ? await commitBatch(
                tx,
                threads.map(({ work }) => work),
                now,
                limits,
                mine.length === 0,
              )
            : null,
      },
      {
        jobs: mine,
        done:
          mine.length > 0
            ? await commitMe(
                tx,
                mine.map(({ work }) => work),
              )
            : null,
      },
    ]) {
      if (!part.done) continue;
      for (const [position, { index }] of part.jobs.entries()) outcomes[index] = part.done.outcomes[position]!;
      committed.rows.push(...part.done.rows);
      committed.documents.push(...part.done.documents);
      committed.streams.push(...part.done.streams);
    }
    return committed;
  }
}

function settleAll(jobs: Job[], outcome: WorkOutcome): void {
  for (const job of jobs) job.settle(outcome);
}

function isTransient(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const isUnusable = cause instanceof Error && cause.message.includes('not queryable');
  return isUnavailable(cause) || isUnusable || code === '40P01' || code === '40001' || code === '57014';
}
