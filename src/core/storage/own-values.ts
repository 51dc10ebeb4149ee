import { ME_KEY } from '#shared/documents.ts';
import { AppError } from '#shared/errors.ts';
import { LIMITS } from '#shared/limits.ts';
import { isLater, ownEntry, OWN_MARKS, OWN_VALUES, markKey, type OwnEntry, type OwnValues } from '#shared/own.ts';

import type { Store } from './database.ts';

/** What stands around a value in its entry. */
const AROUND = 64;

type Row = { key: string; value: string; at: number };

const entryOf = ({ value, at }: Row): OwnEntry => ownEntry.parse({ value: JSON.parse(value), at });

/** Entries that hold here: what waits to be sent over what the server has. */
function entries(store: Store, keys: readonly string[]): Map<string, OwnEntry> {
  const found = new Map<string, OwnEntry>();
  const places = keys.map(() => '?').join(', ');
  const rows = store.all<Row>(
    `SELECT * FROM own_values WHERE key IN (${places}) UNION ALL SELECT * FROM own_outbox WHERE key IN (${places})`,
    ...keys,
    ...keys,
  );
  for (const row of rows) {
    const [entry, other] = [entryOf(row), found.get(row.key)];
    if (!other || isLater(entry, other)) found.set(row.key, entry);
  }
  return found;
}

const NO_MARKS: OwnValues = { pin: null, mute: null, snooze: null, archive: null, unread: null };

export function readOwn(store: Store, key: string): OwnEntry | null {
  return entries(store, [key]).get(key) ?? null;
}

/** What this person keeps of a conversation. */
export function readMarks(store: Store, conversation: string): OwnValues {
  const keys = OWN_MARKS.map((mark) => markKey(mark, conversation));
  const found = entries(store, keys);
  // Most conversations bear none.
  if (found.size === 0) return NO_MARKS;
  const values = OWN_MARKS.map((mark, index) => [mark, OWN_VALUES[mark].parse(found.get(keys[index]!)?.value ?? null)]);
  return Object.fromEntries(values) as OwnValues;
}

/**
 * Writes an entry that is to be sent, later than what it replaces. Returns what stood there before (`null`: nothing).
 * @throws AppError bad-request for what the server would not take: nothing is kept then.
 */
export function writeOwn(store: Store, key: string, value: OwnEntry['value'], now: number): OwnEntry['value'] {
  if (!ME_KEY.test(key) || !fitsOwn(value)) {
    throw new AppError(
      'bad-request',
      'This can’t be kept for your other devices: it is too large, or has a name that isn’t known.',
    );
  }
  const before = readOwn(store, key);
  store.run(
    `INSERT OR REPLACE INTO own_outbox (key, value, at) VALUES (?, ?, ?)`,
    key,
    JSON.stringify(value),
    Math.max(now, (before?.at ?? 0) + 1),
  );
  return before?.value ?? null;
}

/** All entries that hold here whose keys begin like this. */
export function readOwnUnder(store: Store, prefix: string): Map<string, OwnEntry> {
  const found = new Map<string, OwnEntry>();
  const like = `${prefix}*`;
  const rows = store.all<Row>(
    `SELECT * FROM own_values WHERE key GLOB ? UNION ALL SELECT * FROM own_outbox WHERE key GLOB ?`,
    like,
    like,
  );
  for (const row of rows) {
    const [entry, other] = [entryOf(row), found.get(row.key)];
    if (!other || isLater(entry, other)) found.set(row.key, entry);
  }
  return found;
}

/** How long all values under these keys are together, as JSON. */
export function ownLength(store: Store, prefix: string): number {
  const like = `${prefix}*`;
  return store.get<{ length: number }>(
    `SELECT coalesce(sum(length(value)), 0) AS length FROM
       (SELECT key, value FROM own_outbox WHERE key GLOB ?
        UNION ALL SELECT key, value FROM own_values WHERE key GLOB ? AND key NOT IN (SELECT key FROM own_outbox))`,
    like,
    like,
  )!.length;
}

/** Whether the server takes a value of this size. */
export function fitsOwn(value: OwnEntry['value']): boolean {
  return JSON.stringify(value).length <= LIMITS.ownValueLength - AROUND;
}

/** What waits to be sent, in the order in which it was written. */
export function waitingOwn(store: Store): ({ key: string } & OwnEntry)[] {
  return store.all<Row>(`SELECT * FROM own_outbox ORDER BY at, key`).map((row) => ({ key: row.key, ...entryOf(row) }));
}

export function forgetWaitingOwn(store: Store, key: string): void {
  store.run(`DELETE FROM own_outbox WHERE key = ?`, key);
}

/** What the server has under a key now. An own entry that is no later is settled by it. */
export function putCommittedOwn(store: Store, key: string, entry: OwnEntry): void {
  const value = JSON.stringify(entry.value);
  store.run(`INSERT OR REPLACE INTO own_values (key, value, at) VALUES (?, ?, ?)`, key, value, entry.at);
  const waiting = store.get<Row>(`SELECT * FROM own_outbox WHERE key = ?`, key);
  if (waiting && !isLater(entryOf(waiting), entry)) forgetWaitingOwn(store, key);
}

export function addOwnUpdate(store: Store, bytes: Uint8Array): void {
  store.run(`INSERT INTO own_updates (bytes) VALUES (?)`, bytes);
}

export function ownUpdates(store: Store): Uint8Array[] {
  return store.all<{ bytes: Uint8Array }>(`SELECT bytes FROM own_updates ORDER BY id`).map(({ bytes }) => bytes);
}

/** Puts one snapshot in the place of all updates. */
export function compactOwn(store: Store, snapshot: Uint8Array): void {
  store.transact(() => {
    store.run(`DELETE FROM own_updates`);
    addOwnUpdate(store, snapshot);
  });
}

/** Throws the copy away, to be fetched anew; what was read from it stays until then. */
export function resetOwn(store: Store): void {
  store.transact(() => store.run(`DELETE FROM own_updates`));
}

/** Deletes what was made from the copy; the copy makes it again. */
export function deleteCommittedOwn(store: Store): void {
  store.run(`DELETE FROM own_values`);
}
