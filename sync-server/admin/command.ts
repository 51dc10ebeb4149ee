import type { Log } from '../log.ts';
import type { Storage } from '../open-storage.ts';

/** What one command says when it is done: an object for programs, lines for people. */
export type Result = { json: Record<string, unknown>; text: string; failed?: boolean };

export type AdminContext = {
  /** Runs one command against the database, and prints what it gives. */
  run: (work: (storage: Storage) => Promise<Result>) => Promise<void>;
  /** What goes on, on stderr. */
  progress: (text: string) => void;
  log: Log;
};
