import type { ClientOf } from './load/generator.ts';

/** A server that runs, in processes of its own. */
export type Running = {
  /** The process whose time and memory count, with those that it started. */
  pid: number;
  clients: ClientOf[];
  kill(): void;
  stop(): Promise<void>;
};

/** A server that can be measured. `postgres`: a database of its own that nobody else uses. */
export type Target = {
  name: string;
  /** What is safe when the others have a message. */
  durability: string;
  start(given: { folder: string; postgres: string; threads: number; perThread: number }): Promise<Running>;
};
