import { SYSTEM_CLIENT_ID, THREAD_ROOTS } from '#shared/documents.ts';
import type { StructId } from '#shared/update-codec.ts';

import { emptied, placeOf, readRaw, writeRaw, type RawStruct } from './raw-structs.ts';

export const EMPTY_UPDATE = new Uint8Array([0, 0]);
/** How full a piece is meant to be: entries are not all equally long. */
const FULL = 0.9;
/** … and how full is worth no more joining, which costs more than a frame. */
const ENOUGH = 1 / 8;

/** The same update with these structs' content gone; `null` when it holds none of them. */
export function emptyStructs(update: Uint8Array, ids: readonly StructId[]): Uint8Array | null {
  const { structs, deletes } = readRaw(update);
  const gone = new Set(ids.map(({ client, clock }) => `${client}/${clock}`));
  const isGone = ({ client, clock, content }: RawStruct): boolean => content !== null && gone.has(`${client}/${clock}`);
  if (!structs.some(isGone)) return null;
  return writeRaw(
    structs.map((struct) => (isGone(struct) ? emptied(struct) : struct)),
    deletes,
  );
}

/**
 * Cuts updates of one document, in the order of the log, into updates of at most `most` bytes (one entry with its stamp is
 * never cut). Every piece leads from one position of the log to another: rows of the log do, and one that is too long is cut where each
 * entry stands directly before its stamp.
 */
export function sliceUpdates(updates: readonly Uint8Array[], most: number): Uint8Array[] {
  const slices: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  let bytes = 0;
  const close = (): void => {
    if (small.length > 0) slices.push(small.length === 1 ? small[0]! : joined(small));
    small = [];
    bytes = 0;
  };
  for (const update of updates) {
    if (update.length <= EMPTY_UPDATE.length) continue;
    if (bytes + update.length > most) close();
    if (update.length > most) {
      slices.push(...pieces(update, most));
      continue;
    }
    small.push(update);
    bytes += update.length;
    if (bytes > most * ENOUGH) close();
  }
  close();
  return slices;
}

function joined(updates: readonly Uint8Array[]): Uint8Array {
  const read = updates.map(readRaw);
  return writeRaw(
    read.flatMap(({ structs }) => structs),
    read.flatMap(({ deletes }) => deletes),
  );
}

/** As many groups a piece as should fit, judging by all of them; what doesn't is halved. So nothing is written just to see how long it is. */
function pieces(update: Uint8Array, most: number): Uint8Array[] {
  // Deletions go first: a client that loses its connection in between asks only for what comes after the last stamp it got.
  const { structs, deletes } = readRaw(update);
  const { ordered, starts } = groupByStamp(structs);
  const count = starts.length;
  const each = Math.max(1, Math.floor((count / update.length) * most * FULL));
  const cut = (from: number, to: number): Uint8Array[] => {
    const piece = writeRaw(ordered.slice(starts[from], starts[to]), from === 0 ? deletes : []);
    if (piece.length <= most || to - from <= 1) return [piece];
    const middle = Math.ceil((from + to) / 2);
    return [...cut(from, middle), ...cut(middle, to)];
  };
  const from = Array.from({ length: Math.max(1, Math.ceil(count / each)) }, (_, index) => index * each);
  return from.flatMap((start) => cut(start, Math.min(count, start + each)));
}

/** The server's structs in order, each a group with the entries that must stand before it. `starts`: where in `ordered` each group does. */
function groupByStamp(structs: readonly RawStruct[]): { ordered: RawStruct[]; starts: number[] } {
  const byClient = Map.groupBy(structs, ({ client }) => client);
  const entries = new Map<string, RawStruct>();
  for (const [client, own] of byClient) {
    own.sort((a, b) => a.clock - b.clock);
    if (client === SYSTEM_CLIENT_ID) continue;
    for (const struct of own) {
      const key = placeOf(struct)?.key;
      if (key !== undefined) entries.set(key, struct);
    }
  }
  const stamps = byClient.get(SYSTEM_CLIENT_ID) ?? [];
  byClient.delete(SYSTEM_CLIENT_ID);
  const ofStamps: RawStruct[] = [];
  const starts: number[] = [];
  const taken = new Map<number, number>();
  for (const stamp of stamps) {
    starts.push(ofStamps.length);
    const place = placeOf(stamp);
    const entry = place?.root === THREAD_ROOTS.accepted ? entries.get(place.key) : undefined;
    if (entry) {
      const own = byClient.get(entry.client)!;
      let next = taken.get(entry.client) ?? 0;
      while (next < own.length && own[next]!.clock <= entry.clock) ofStamps.push(own[next++]!);
      taken.set(entry.client, next);
    }
    ofStamps.push(stamp);
  }
  // In a person's own document nothing stamps an entry: all of it goes before the server's structs, each a group.
  const rest = [...byClient].flatMap(([client, own]) => own.slice(taken.get(client) ?? 0));
  return { ordered: [...rest, ...ofStamps], starts: [...rest.keys(), ...starts.map((start) => rest.length + start)] };
}
