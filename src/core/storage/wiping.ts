import { z } from 'zod';

import type { Store } from './database.ts';

/** Why everything of an account was removed from this machine, and how many messages went with it that nobody had got. */
export type Wiped = { why: 'account-disabled' | 'device-wiped'; unsent: number };

const wiped = z.object({ why: z.enum(['account-disabled', 'device-wiped']), unsent: z.number().int().nonnegative() });

export function unsentMessages(store: Store): number {
  return store.get<{ unsent: number }>(`SELECT count(*) AS unsent FROM outbox WHERE fact ->> '$.kind' = 'message'`)!.unsent;
}

/** It is decided, and not done before the row is gone: after a crash in between, the next start goes on without asking anybody. */
export function noteWiping(store: Store, decided: Wiped): void {
  write(store, 'wiping', decided);
}

/** `wiping`: decided; `wiped`: done, to be said until somebody signs in. */
export function readWiped(store: Store, state: 'wiping' | 'wiped'): Wiped | null {
  const row = store.get<{ value: string }>(`SELECT value FROM settings WHERE name = ?`, state);
  return row ? wiped.parse(JSON.parse(row.value)) : null;
}

/** Behind the wipe, which takes every row with it. */
export function noteWiped(store: Store, done: Wiped): void {
  write(store, 'wiped', done);
}

export function forgetWiped(store: Store): void {
  store.transact(() => store.run(`DELETE FROM settings WHERE name = 'wiped'`));
}

function write(store: Store, state: 'wiping' | 'wiped', value: Wiped): void {
  store.transact(() => store.run(`INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)`, state, JSON.stringify(value)));
}
