import type { Conversation } from '#shared/api/conversations.ts';
import { THREADS } from '#shared/ids.ts';
import type { Seen } from '#shared/own.ts';
import { partyOf } from '#shared/roles.ts';

import type { Store } from './database.ts';
import { readMarks } from './own-values.ts';
import { readTeam } from './team-rows.ts';

/** So many messages at a time are looked at for what was answered last, and no more than so often. */
const STEP = 8;
const STEPS = 8;

const DERIVED = 'place, pinned, muted, marked, snoozed_until, back, due, status, waiting_since';
const PLACES = '?, ?, ?, ?, ?, ?, ?, ?, ?';

/** How far the clock has come by which what was put aside comes back; ms since 1970. */
function readTime(store: Store): number {
  return store.get<{ at: number }>(`SELECT at FROM own_time`)?.at ?? 0;
}

export function writeTime(store: Store, at: number): void {
  store.run(`INSERT INTO own_time (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at`, at);
}

/** Conversations of which something changes by itself up to `at`. */
export function dueConversations(store: Store, at: number): string[] {
  return store.all<{ id: string }>(`SELECT id FROM conversations WHERE due <= ?`, at).map(({ id }) => id);
}

export function nextDue(store: Store): number | null {
  return store.get<{ due: number | null }>(`SELECT min(due) AS due FROM conversations WHERE due IS NOT NULL`)?.due ?? null;
}

/** The marks that go once somebody looks at the conversation; `undefined` when it bears none of them. */
export function marksToMeet(store: Store, conversation: string): { marked: number; back: number } | undefined {
  return store.get(`SELECT marked, back FROM conversations WHERE id = ? AND (marked = 1 OR back = 1)`, conversation);
}

export function isMuted(store: Store, conversation: string): boolean {
  return store.get(`SELECT 1 FROM conversations WHERE id = ? AND muted = 1`, conversation) !== undefined;
}

/** The newest of each thread that is known here. */
export function seenNow(store: Store, record: Conversation): Seen {
  const last = (thread: keyof Seen): number =>
    store.get<{ seq: number | null }>(
      `SELECT max(seq) AS seq FROM items WHERE conversation = ? AND thread = ?`,
      record.id,
      thread,
    )?.seq ?? 0;
  return { all: Math.max(last('all'), record.lastSeq), team: Math.max(last('team'), record.team?.lastSeq ?? 0) };
}

/** Derives where a conversation stands in the work list, and its marks there. Comes after what it is derived from. */
export function refreshWork(store: Store, record: Conversation, me: string): void {
  const { pin, mute, snooze, archive, unread } = readMarks(store, record.id);
  const time = readTime(store);
  const team = readTeam(store, record.id);
  const archived = archive !== null && !hasNews(store, record, archive.seen, me);
  const aside = snooze !== null && !archived && !hasNews(store, record, snooze.seen, me) ? snooze : null;
  const snoozed = aside !== null && aside.until > time;
  const muted = mute !== null && (mute === true || mute.until > time);
  const due = [snoozed ? aside.until : null, muted && mute !== true ? mute.until : null].filter((at) => at !== null);
  const derived = [
    archived ? 'archived' : snoozed ? 'snoozed' : team?.resolved ? 'resolved' : 'inbox',
    Number(pin !== null),
    Number(muted),
    Number(unread !== null),
    snoozed ? aside.until : null,
    Number(aside !== null && !snoozed && aside.met === undefined),
    due.length === 0 ? null : Math.min(...due),
    record.job.status,
    waitingSince(store, record, me),
  ];
  // What came back at its time stands where that time puts it, also once it was opened.
  const at = aside !== null && !snoozed ? aside.until : 0;
  // The row is wide: it is written again only where this changes something.
  store.run(
    `UPDATE conversations SET (${DERIVED}) = (${PLACES}), at = max(at, ?)
     WHERE id = ? AND (at < ? OR (${DERIVED}) IS NOT (${PLACES}))`,
    ...derived,
    at,
    record.id,
    at,
    ...derived,
  );
  refreshLabels(store, record.id, team?.labels ?? []);
}

/** Written only where they changed: this comes with each message. */
function refreshLabels(store: Store, id: string, names: readonly string[]): void {
  const known = store.all<{ name: string }>(`SELECT name FROM conversation_labels WHERE conversation = ?`, id);
  if (known.length === names.length && known.every(({ name }) => names.includes(name))) return;
  store.run(`DELETE FROM conversation_labels WHERE conversation = ?`, id);
  for (const name of names) store.run(`INSERT OR IGNORE INTO conversation_labels (name, conversation) VALUES (?, ?)`, name, id);
}

/** Whether somebody else wrote above these. A message that was taken back since counts: nothing goes away again by itself. */
function hasNews(store: Store, record: Conversation, seen: Seen, me: string): boolean {
  const { lastMessage } = record;
  if (lastMessage && lastMessage.account !== me && lastMessage.seq > seen.all) return true;
  return THREADS.some(
    (thread) =>
      store.get(
        `SELECT 1 FROM items WHERE conversation = ? AND thread = ? AND seq > ? AND kind = 'message' AND author <> ?`,
        record.id,
        thread,
        seen[thread],
        me,
      ) !== undefined,
  );
}

/** When the other side wrote the first message that this side has not answered; a reply that waits in the queue is an answer. */
function waitingSince(store: Store, record: Conversation, me: string): number | null {
  const side = partyIn(store, record, me);
  const isOurs = (account: string): boolean => account === me || partyIn(store, record, account) === side;
  let since: number | null = null;
  let before = Number.MAX_SAFE_INTEGER;
  const queued = store.get(`SELECT 1 FROM items WHERE conversation = ? AND thread = 'all' AND seq IS NULL LIMIT 1`, record.id);
  if (queued !== undefined) return null;
  for (let step = 0; step < STEPS; step++) {
    const rows = store.all<{ seq: number; author: string; at: number }>(
      `SELECT seq, author, accepted_at AS at FROM items
       WHERE conversation = ? AND thread = 'all' AND seq < ? AND kind = 'message' ORDER BY seq DESC LIMIT ${STEP}`,
      record.id,
      before,
    );
    if (step === 0 && rows.length === 0) {
      const { lastMessage } = record;
      return lastMessage && !isOurs(lastMessage.account) ? Date.parse(lastMessage.acceptedAt) : null;
    }
    for (const { author, at } of rows) {
      if (isOurs(author)) return since;
      since = at;
    }
    if (rows.length < STEP) return since;
    before = rows.at(-1)!.seq;
  }
  return since;
}

function partyIn(store: Store, record: Conversation, account: string): string {
  const listed = record.participants.find((one) => one.account === account);
  if (listed) return partyOf(listed.role);
  const row = store.get<{ role: Parameters<typeof partyOf>[0] }>(`SELECT role FROM people WHERE account = ?`, account);
  return partyOf(row?.role ?? 'staff');
}
