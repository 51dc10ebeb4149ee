import type { ThreadName } from '#shared/ids.ts';

import type { OwnSync } from '../own/own-sync.ts';
import type { LiveDocuments } from './live-documents.ts';

/** Everything between this profile and its server while somebody is signed in. */
export type Engine = {
  live: LiveDocuments;
  own: Pick<OwnSync, 'pump'>;
  /** Sends what waits; without a network, tries soon to get one. */
  pump(): void;
  tellReads(): void;
  /** Fetches a thread's documents before others. */
  hurry(conversation: string, thread: ThreadName): void;
  retryNow(): void;
  pause(paused: boolean): void;
  /** Its copy is too old to be kept here; it comes back when something happens in it. */
  forget(conversation: string): void;
  firstSync(): { done: number; total: number; paused: boolean } | null;
  stop(): void;
};
