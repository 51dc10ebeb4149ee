import { settingsView, type Settings } from '#shared/app-views.ts';
import { AppError } from '#shared/errors.ts';
import { LIMITS } from '#shared/limits.ts';
import { CANNED_PREFIX, cannedValue, SETTING_PREFIX } from '#shared/own.ts';
import type { CannedReply } from '#shared/thread-views.ts';

import type { Store } from './database.ts';
import { readOwn, readOwnUnder, writeOwn } from './own-values.ts';

/** Those settings that are a person's and not a machine's, by their keys in the own document. */
const KEYS = { undoSend: 'undo-send', quietHours: 'quiet-hours' } as const satisfies Partial<Record<keyof Settings, string>>;
type PersonSettings = Pick<Settings, keyof typeof KEYS>;
const NAMES = Object.keys(KEYS) as (keyof PersonSettings)[];

/** What this person chose, on whichever device; what isn't one of its values counts as not chosen. */
export function readPersonSettings(store: Store): Partial<PersonSettings> {
  const chosen = NAMES.flatMap((name) => {
    const entry = readOwn(store, SETTING_PREFIX + KEYS[name]);
    const value = entry && settingsView.shape[name].safeParse(entry.value);
    return value?.success ? [[name, value.data] as const] : [];
  });
  return Object.fromEntries(chosen);
}

/** Keeps those of `changes` that are a person's. Returns whether there were any. Part of a transaction. */
export function writePersonSettings(store: Store, changes: Partial<Settings>, now: number): boolean {
  const names = NAMES.filter((name) => changes[name] !== undefined);
  for (const name of names) writeOwn(store, SETTING_PREFIX + KEYS[name], changes[name]!, now);
  return names.length > 0;
}

/** By name, as people look for them. */
export function readCannedReplies(store: Store): CannedReply[] {
  return [...readOwnUnder(store, CANNED_PREFIX)]
    .flatMap(([key, entry]): CannedReply[] => {
      const value = cannedValue.parse(entry.value);
      return value ? [{ id: key.slice(CANNED_PREFIX.length), ...value }] : [];
    })
    .toSorted((a, b) => a.name.localeCompare(b.name, undefined, { sensitivity: 'base' }) || (a.id < b.id ? -1 : 1));
}

/** @throws AppError conflict when there are as many as may be, bad-request when it is too large. */
export function putCannedReply(store: Store, { id, name, text }: CannedReply, now: number): void {
  store.transact(() => {
    const others = readCannedReplies(store).filter((reply) => reply.id !== id);
    if (others.length >= LIMITS.cannedReplies) {
      throw new AppError('conflict', `You have ${LIMITS.cannedReplies} canned replies already. Remove one first.`);
    }
    writeOwn(store, CANNED_PREFIX + id, { name, text }, now);
  });
}

export function removeCannedReply(store: Store, id: string, now: number): void {
  store.transact(() => {
    if (readOwn(store, CANNED_PREFIX + id) !== null) writeOwn(store, CANNED_PREFIX + id, null, now);
  });
}
