import type { Conversation } from '#shared/api/conversations.ts';
import { SYSTEM_CLIENT_ID, THREAD_ROOTS, type EventValue } from '#shared/documents.ts';
import type { Fact } from '#shared/facts.ts';
import { entryKey, newId } from '#shared/ids.ts';
import { encodeUpdate, valueStruct } from '#shared/update-codec.ts';

import type { Session } from '../storage/session.ts';

/** A number from 0 to 1 by a seed, so that a failing run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const account = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const ME = account(1);
export const CONVERSATION = '00000000-0000-4000-9000-000000000001';
export const DOCUMENT = `${CONVERSATION}/all/1`;
export const NOW = Date.UTC(2026, 0, 15, 12);

export type Row = { document: string; bytes: Uint8Array; seq: number; key: string };

/** The log of one thread as the server would write it: entries with their stamps under its own clock. */
export function createThreadLog(
  document = DOCUMENT,
  firstSeq = 1,
): {
  add(author: string, client: number, fact: Fact, key?: string): Row;
  event(event: EventValue['event']): Row;
  /** How far the log is. */
  n(): number;
} {
  const clocks = new Map<number, number>();
  let seq = firstSeq;
  let n = 0;
  return {
    add(author, client, fact, key = entryKey(author, newId(NOW + seq))) {
      const clock = clocks.get(client) ?? 0;
      clocks.set(client, clock + 1);
      const bytes = encodeUpdate([
        valueStruct({ client, clock }, THREAD_ROOTS.entries, key, fact),
        valueStruct({ client: SYSTEM_CLIENT_ID, clock: n++ }, THREAD_ROOTS.accepted, key, [seq, NOW + seq * 1_000]),
      ]);
      return { document, bytes, seq: seq++, key };
    },
    event(event) {
      const key = `events/${newId(NOW + seq)}`;
      const value: EventValue = { seq, at: NOW + seq * 1_000, event };
      const bytes = encodeUpdate([valueStruct({ client: SYSTEM_CLIENT_ID, clock: n++ }, THREAD_ROOTS.context, key, value)]);
      return { document, bytes, seq: seq++, key };
    },
    n: () => n,
  };
}

export function message(text: string, changes: Partial<Extract<Fact, { kind: 'message' }>> = {}): Fact {
  return { kind: 'message', text, mentions: [], attachments: [], sentAt: NOW, ...changes };
}

export function record(id = CONVERSATION, changes: Partial<Conversation> = {}): Conversation {
  return {
    id,
    number: 1,
    agency: { id: account(90), number: 1, name: 'Agency' },
    job: { id: account(91), number: 1, title: 'Kitchen tap', status: 'open', location: null, startsOn: null },
    participants: [
      { account: ME, name: 'Ana Reyes', role: 'staff', left: false },
      { account: account(2), name: 'Cleo Santos', role: 'client', left: false },
      { account: account(3), name: 'Zoë Müller', role: 'worker', left: false },
    ],
    locks: [],
    documents: [{ document: `${id}/all/1`, thread: 'all', epoch: 1, n: 0, entries: 0 }],
    lastSeq: 0,
    readFloor: 0,
    lastMessage: null,
    unread: 0,
    reads: [],
    team: null,
    createdAt: new Date(NOW).toISOString(),
    lastActivityAt: new Date(NOW).toISOString(),
    ...changes,
  };
}

/** Nobody listens there. */
export const NOWHERE = 'http://127.0.0.1:9';

/** Of a profile that `ME` signed in to, and that has fetched everything. */
export function session(): Session {
  const agency = { id: account(90), number: 1, name: 'Agency', contactFilter: 'off' as const };
  return {
    server: NOWHERE,
    account: { id: ME, number: 1, name: 'Ana Reyes', email: 'ana@example.test', role: 'staff', agency },
    device: account(80),
    clientId: 1_000,
    signedIn: true,
    feedCursor: null,
    listNext: null,
    listDone: true,
    firstSyncDone: true,
    notifyAfter: 1,
    lastSyncedAt: null,
  };
}
