import {
  acceptedStamp,
  EVENT_KEY_PREFIX,
  eventValue,
  participantValue,
  SYSTEM_CLIENT_ID,
  THREAD_ROOTS,
  type EventValue,
} from '#shared/documents.ts';
import { factSchema, type Fact } from '#shared/facts.ts';
import { parseEntryKey, type ThreadName } from '#shared/ids.ts';
import type { PlainUpdate } from '#shared/update-codec.ts';

/** An entry that the server accepted. `fact` is null when its content is gone (removed) or isn't one that we know; it is checked when asked for. */
export type AcceptedEntry = {
  key: string;
  author: string;
  client: number | null;
  seq: number;
  acceptedAt: number;
  fact(): Fact | null;
};

/** What an update of a thread's document says, as plain values. */
export type Projection = {
  /** The range of the system clock that the update spans; `null` when it holds nothing that the server committed. */
  span: { from: number; to: number } | null;
  /** In the order of `seq`. */
  entries: AcceptedEntry[];
  events: { key: string; value: EventValue }[];
  /** It takes away content of an entry, or a person: what is on disk of it must go too. */
  empties: boolean;
};

/** Pure. Entries without a stamp are not accepted and don't count. */
export function project(thread: ThreadName, update: PlainUpdate): Projection {
  const schema = factSchema(thread);
  const stamps: { key: string; seq: number; acceptedAt: number }[] = [];
  const values = new Map<string, { client: number; value: unknown }>();
  const events: Projection['events'] = [];
  let erases = false;
  let from = Number.MAX_SAFE_INTEGER;
  let to = -1;
  for (const struct of update.structs) {
    const length = struct.kind === 'value' ? 1 : struct.length;
    if (struct.client === SYSTEM_CLIENT_ID && !(struct.kind === 'other' && struct.what === 'skip')) {
      from = Math.min(from, struct.clock);
      to = Math.max(to, struct.clock + length);
    }
    if (struct.client === SYSTEM_CLIENT_ID && struct.kind === 'value' && struct.origin !== null)
      erases ||= namesErased(struct.value);
    if (struct.kind !== 'value' || struct.root === null || struct.key === null) continue;
    if (struct.root === THREAD_ROOTS.entries) {
      values.set(struct.key, { client: struct.client, value: struct.value });
    } else if (struct.client === SYSTEM_CLIENT_ID && struct.root === THREAD_ROOTS.accepted) {
      const stamp = acceptedStamp.safeParse(struct.value);
      if (stamp.success) stamps.push({ key: struct.key, seq: stamp.data[0], acceptedAt: stamp.data[1] });
    } else if (struct.client === SYSTEM_CLIENT_ID && struct.key.startsWith(EVENT_KEY_PREFIX)) {
      const value = eventValue.safeParse(struct.value);
      if (value.success) events.push({ key: struct.key, value: value.data });
    }
  }
  stamps.sort((a, b) => a.seq - b.seq);
  const entries = stamps.flatMap(({ key, seq, acceptedAt }): AcceptedEntry[] => {
    const author = parseEntryKey(key)?.account;
    if (author === undefined) return [];
    const held = values.get(key);
    const fact = (): Fact | null => (held ? (schema.safeParse(held.value).data ?? null) : null);
    return [{ key, author, client: held?.client ?? null, seq, acceptedAt, fact }];
  });
  const span = to < 0 ? null : { from, to };
  return { span, entries, events, empties: erases || update.deletes.some((range) => range.client !== SYSTEM_CLIENT_ID) };
}

/** Participants, put in the place of others, among whom somebody was erased: the values before hold their name. */
function namesErased(value: unknown): boolean {
  return Array.isArray(value) && value.some((one) => participantValue.safeParse(one).data?.erased === true);
}
