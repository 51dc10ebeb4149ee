import type { Log } from './log.ts';
import type { Database } from './storage/database.ts';
import { noteTimeline, timelineId } from './storage/timeline.ts';

/** The history that this server tells of, by its name (decision 0026). */
export type Timeline = {
  id(): string;
  /** Postgres was away, or somebody gave it another name. Whether it has one now. */
  look(): Promise<boolean>;
};

export async function openTimeline(db: Database, log: Log): Promise<Timeline> {
  async function read(): Promise<string> {
    if (await noteTimeline(db)) log.warn('database-set-back');
    return db.read(timelineId);
  }
  let id = await read();
  return {
    id: () => id,
    async look() {
      const before = id;
      id = await read();
      return id !== before;
    },
  };
}
