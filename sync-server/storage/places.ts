import type { ThreadName } from '#shared/ids.ts';

import type { KnownEntry } from '../sync/acceptance/decide.ts';

// Names of places, as keys of a batch's maps.

export const threadId = (place: { conversation: string; thread: ThreadName }): string => `${place.conversation}/${place.thread}`;
export const entryId = (place: { conversation: string; thread: ThreadName }, key: string): string => `${threadId(place)}/${key}`;
export const clockId = (document: number, client: number): string => `${document}/${client}`;

export type EntryRow = KnownEntry & {
  key: string;
  seq: number;
  documentId: number;
  client: number;
  clock: number;
  target: string | null;
};
