import type { UploadView } from '#shared/file-views.ts';
import type { PersonView, ReplyView, ThreadItem } from '#shared/views.ts';

/** A message of one's own that the core has not answered for yet; it is replaced by the core's own row. */
export const PROVISIONAL = 'provisional/';

function before(a: ThreadItem, b: ThreadItem): number {
  if (a.seq !== null && b.seq !== null) return a.seq - b.seq;
  if (a.seq !== null) return -1;
  if (b.seq !== null) return 1;
  return a.kind === 'message' && b.kind === 'message' ? a.sentAt - b.sentAt : 0;
}

function firstSeq(items: readonly ThreadItem[]): number {
  return items.find((item) => item.seq !== null)?.seq ?? Number.POSITIVE_INFINITY;
}

export function lastSeq(items: readonly ThreadItem[]): number {
  return items.findLast((item) => item.seq !== null)?.seq ?? 0;
}

/**
 * Merges changes into a window of a thread. Items outside of the window are left out, since between them and it
 * others may be missing: `before` / `after` say whether there is more on either side.
 */
export function mergeItems(
  items: readonly ThreadItem[],
  change: { items: readonly ThreadItem[]; gone: readonly string[] },
  window: { before: boolean; after: boolean },
): ThreadItem[] {
  const gone = new Set(change.gone);
  const byKey = new Map(items.filter((item) => !gone.has(item.key)).map((item) => [item.key, item]));
  const [low, high] = [firstSeq(items), lastSeq(items)];
  for (const item of change.items) {
    const known = byKey.has(item.key);
    const tooNew = window.after && (item.seq === null || item.seq > high);
    const tooOld = window.before && item.seq !== null && item.seq < low;
    if (!known && (tooNew || tooOld)) continue;
    if (!known && item.kind === 'message' && item.own) {
      const twin = [...byKey.values()].find(
        (other) => other.kind === 'message' && other.key.startsWith(PROVISIONAL) && other.text === item.text,
      );
      if (twin) byKey.delete(twin.key);
    }
    byKey.set(item.key, item);
  }
  return [...byKey.values()].sort(before);
}

/** How many messages of others in a change lie above what was known. */
export function countArrived(change: readonly ThreadItem[], newest: number): number {
  return change.filter((item) => item.kind === 'message' && !item.own && !item.removed && item.seq !== null && item.seq > newest)
    .length;
}

/** What one says in a message; `files`: those of its draft. */
export type Said = {
  text: string;
  mentions: readonly PersonView[];
  reply: ReplyView | null;
  files?: readonly UploadView[];
};

export function provisionalMessage(input: Said & { key: string }, author: PersonView, now: number): ThreadItem {
  return {
    kind: 'message',
    key: input.key,
    seq: null,
    author,
    own: true,
    text: input.text,
    mentions: [...input.mentions],
    attachments: (input.files ?? []).map(({ state, message: _message, ...file }) => ({ ...file, upload: state })),
    replyTo: input.reply,
    sentAt: now,
    acceptedAt: null,
    edited: false,
    removed: false,
    reactions: [],
    state: { kind: 'queued' },
  };
}

/** Some screens more than what one may see while a page is on its way. */
const MOST_LOADED = 1_000;
type Loaded = { items: readonly ThreadItem[]; before: boolean; after: boolean };

/** What is far from where one pages to is let go: it can be paged again. */
export function trimmed({ items, before, after }: Loaded, side: 'before' | 'after'): Loaded {
  const over = items.length - MOST_LOADED;
  if (over <= 0) return { items, before, after };
  if (side === 'after') return { items: items.slice(over), before: true, after };
  return { items: items.slice(0, -over), before, after: true };
}

/** All that one wrote in a thread and nobody has: what waits there, and these. */
export function unsentOf(items: readonly ThreadItem[], written: readonly string[]): string {
  const waiting = items.flatMap((item) => (item.kind === 'message' && item.own && item.seq === null ? [item.text] : []));
  return [...waiting, ...written].filter((text) => text.trim() !== '').join('\n\n');
}

export function sameFields<T extends object>(a: T, b: T): boolean {
  return (Object.keys(b) as (keyof T)[]).every((name) => a[name] === b[name]);
}
