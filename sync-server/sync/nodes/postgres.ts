import type { Database } from '../../storage/database.ts';
import { notifyHint } from '../../storage/notify.ts';

/** Hints by NOTIFY, where there is no Redis: one statement at a time, so that commits don't queue for it. */
export type PostgresHints = {
  /** The newest are dropped when Postgres doesn't keep up: the nodes then find out by looking. */
  send(text: string): void;
  stop(): Promise<void>;
};

const WAITING_MOST = 1_000;

export function openPostgresHints(db: Database, onError: (error: unknown) => void): PostgresHints {
  const waiting: string[] = [];
  let running: Promise<void> | null = null;
  let stopped = false;

  async function run(): Promise<void> {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      const one = text;
      try {
        await db.read((reader) => notifyHint(reader, one));
      } catch (error) {
        // Postgres is away; whoever missed it looks for itself once it is back.
        waiting.length = 0;
        if (!stopped) onError(error);
      }
    }
    running = null;
  }

  return {
    send(text) {
      if (stopped || waiting.length >= WAITING_MOST) return;
      waiting.push(text);
      running ??= run();
    },
    async stop() {
      stopped = true;
      waiting.length = 0;
      await running;
    },
  };
}
