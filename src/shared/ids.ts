import { v7 } from 'uuid';

/** Lower-case RFC 9562 UUID of version 7: sorts by the millisecond it was made in. */
export const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Any lower-case UUID, as accounts and conversations have. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A new UUIDv7. `now` (ms since 1970) is an argument so that tests and imports decide the time. */
export function newId(now: number = Date.now()): string {
  return v7({ msecs: now });
}

/** `<accountId>/<uuidv7>`: the key of one fact in the root `entries`, unique in its thread. */
export type EntryKey = string;

export function entryKey(account: string, id: string): EntryKey {
  return `${account}/${id}`;
}

/** Splits an entry key; `null` when it is not `<uuid>/<uuidv7>`, lower case. */
export function parseEntryKey(key: string): { account: string; id: string } | null {
  const slash = key.indexOf('/');
  if (slash < 0) return null;
  const account = key.slice(0, slash);
  const id = key.slice(slash + 1);
  return UUID.test(account) && UUID_V7.test(id) ? { account, id } : null;
}

export const THREADS = ['all', 'team'] as const;
/** `all`: everybody who takes part. `team`: the agency's staff alone. */
export type ThreadName = (typeof THREADS)[number];

export type DocumentRef = { kind: 'thread'; conversation: string; thread: ThreadName; epoch: number } | { kind: 'me' };

/** The path of a document below `/sync/` and `/api/v1/log/`. */
export function documentName(ref: DocumentRef): string {
  return ref.kind === 'me' ? 'me' : `${ref.conversation}/${ref.thread}/${ref.epoch}`;
}

/** Reads a document's path; `null` when it names none. Epochs start at 1 and have no leading zero. */
export function parseDocumentName(name: string): DocumentRef | null {
  if (name === 'me') return { kind: 'me' };
  const match = /^([0-9a-f-]{36})\/(all|team)\/([1-9][0-9]{0,5})$/.exec(name);
  if (!match || !UUID.test(match[1]!)) return null;
  return { kind: 'thread', conversation: match[1]!, thread: match[2] as ThreadName, epoch: Number(match[3]) };
}
