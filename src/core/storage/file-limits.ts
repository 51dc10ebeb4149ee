import { z } from 'zod';

import { LIMITS } from '#shared/limits.ts';

import type { Store } from './database.ts';

const told = z.object({ mostBytes: z.number().int().nonnegative(), types: z.array(z.string()) });
export type ToldLimits = z.infer<typeof told>;

/** What the server said last, kept for when there is no network; before that what it takes unless it is set otherwise. */
export function readFileLimits(store: Store): ToldLimits {
  const row = store.get<{ value: string }>(`SELECT value FROM settings WHERE name = 'file-limits'`);
  return row ? told.parse(JSON.parse(row.value)) : { mostBytes: LIMITS.attachmentBytes, types: ['*'] };
}

export function writeFileLimits(store: Store, limits: ToldLimits): void {
  const value = JSON.stringify(limits);
  if (JSON.stringify(readFileLimits(store)) === value) return;
  store.transact(() => store.run(`INSERT OR REPLACE INTO settings (name, value) VALUES ('file-limits', ?)`, value));
}
