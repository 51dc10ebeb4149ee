import type { ClientOf } from './load/orders.ts';
import type { Program } from './program.ts';

/** What outlives a server: a folder, a database of its own that nobody else uses, and where it listens. */
export type Place = { folder: string; postgres: string; port: number };

/** `shared`: the same `perThread` people are in all threads, rather than three of its own in each. `feeds`: so many of the staff, last. */
export type Layout = { threads: number; perThread: number; shared?: boolean; feeds?: number };

/** A server that can be measured. */
export type Target = {
  name: string;
  /** What is safe when the others have a message. */
  durability: string;
  /** What its clients can take for "saved". */
  saved: string;
  /** Whether anything is left of it when it was stopped. */
  keeps: boolean;
  /** How long after the last message all is written, ms. */
  settleMs: number;
  /** Makes people and threads in a new place, and says how to reach them: in turn over the threads. */
  prepare(place: Place, layout: Layout): Promise<ClientOf[]>;
  start(place: Place): Promise<Program>;
  /** In how many documents a thread of so many messages lies, one after the other. */
  documents(messages: number): number[];
};
