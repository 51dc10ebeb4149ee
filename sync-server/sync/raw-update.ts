import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

import { SYSTEM_CLIENT_ID, THREAD_ROOTS } from '#shared/documents.ts';
import type { DeleteRange, StructId } from '#shared/update-codec.ts';

/** Structs as Yjs decodes them, so that what was emptied or collected can be written again as it was. No document is built. */
type Struct = Y.Item | Y.GC | Y.Skip;

export const EMPTY_UPDATE = new Uint8Array([0, 0]);
/** How full a piece is meant to be: entries are not all equally long. */
const FULL = 0.9;

/** The same update with these structs' content gone; `null` when it holds none of them. */
export function emptyStructs(update: Uint8Array, ids: readonly StructId[]): Uint8Array | null {
  const { structs, ds } = Y.decodeUpdate(update);
  const gone = new Set(ids.map(({ client, clock }) => `${client}/${clock}`));
  let changed = false;
  for (const struct of structs) {
    if (!(struct instanceof Y.Item) || !gone.has(`${struct.id.client}/${struct.id.clock}`)) continue;
    struct.content = new Y.ContentDeleted(struct.length);
    changed = true;
  }
  return changed ? encodeStructs(structs, deletesOf(ds)) : null;
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
  }
  close();
  return slices;
}

function joined(updates: readonly Uint8Array[]): Uint8Array {
  const decoded = updates.map((update) => Y.decodeUpdate(update));
  return encodeStructs(
    decoded.flatMap(({ structs }) => structs),
    decoded.flatMap(({ ds }) => deletesOf(ds)),
  );
}

/** As many groups a piece as should fit, judging by all of them; what doesn't is halved. So nothing is written just to see how long it is. */
function pieces(update: Uint8Array, most: number): Uint8Array[] {
  const { structs, ds } = Y.decodeUpdate(update);
  const groups = groupByStamp(structs);
  // Deletions go first: a client that loses its connection in between asks only for what comes after the last stamp it got.
  const deletes = deletesOf(ds);
  const each = Math.max(1, Math.floor((groups.length / update.length) * most * FULL));
  const cut = (from: number, to: number): Uint8Array[] => {
    const piece = encodeStructs(groups.slice(from, to).flat(), from === 0 ? deletes : []);
    if (piece.length <= most || to - from <= 1) return [piece];
    const middle = Math.ceil((from + to) / 2);
    return [...cut(from, middle), ...cut(middle, to)];
  };
  const from = Array.from({ length: Math.max(1, Math.ceil(groups.length / each)) }, (_, index) => index * each);
  return from.flatMap((start) => cut(start, Math.min(groups.length, start + each)));
}

function deletesOf(ds: ReturnType<typeof Y.decodeUpdate>['ds']): DeleteRange[] {
  return [...ds.clients].flatMap(([client, ranges]) => ranges.map(({ clock, len }) => ({ client, clock, length: len })));
}

/** The server's structs in order, each with the entries that must stand before it. */
function groupByStamp(structs: readonly Struct[]): Struct[][] {
  const byClient = Map.groupBy(structs, ({ id }) => id.client);
  for (const own of byClient.values()) own.sort((a, b) => a.id.clock - b.id.clock);
  const entries = new Map<string, StructId>();
  for (const struct of structs) {
    if (struct instanceof Y.Item && struct.id.client !== SYSTEM_CLIENT_ID && struct.parentSub !== null)
      entries.set(struct.parentSub, struct.id);
  }
  const taken = new Map<number, number>();
  const upTo = (client: number, clock: number): Struct[] => {
    const own = byClient.get(client) ?? [];
    const from = taken.get(client) ?? 0;
    let to = from;
    while (to < own.length && own[to]!.id.clock <= clock) to++;
    taken.set(client, to);
    return own.slice(from, to);
  };
  const groups: Struct[][] = [];
  for (const struct of byClient.get(SYSTEM_CLIENT_ID) ?? []) {
    const stamps = struct instanceof Y.Item && (struct.parent as unknown) === THREAD_ROOTS.accepted && struct.parentSub !== null;
    const entry = stamps ? entries.get(struct.parentSub!) : undefined;
    groups.push([...(entry ? upTo(entry.client, entry.clock) : []), struct]);
  }
  const rest = [...byClient.keys()].filter((client) => client !== SYSTEM_CLIENT_ID).flatMap((client) => upTo(client, Infinity));
  // In a person's own document nothing stamps an entry: all of it goes before the server's structs.
  return [...rest.map((struct) => [struct]), ...groups];
}

function encodeStructs(structs: readonly Struct[], deletes: readonly DeleteRange[]): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const byClient = Map.groupBy(structs, ({ id }) => id.client);
  encoding.writeVarUint(encoder.restEncoder, byClient.size);
  for (const [client, own] of [...byClient].sort((a, b) => b[0] - a[0])) {
    own.sort((a, b) => a.id.clock - b.id.clock);
    encoding.writeVarUint(encoder.restEncoder, own.length);
    encoder.writeClient(client);
    encoding.writeVarUint(encoder.restEncoder, own[0]!.id.clock);
    for (const struct of own) struct.write(encoder, 0);
  }
  const gone = Map.groupBy(deletes, ({ client }) => client);
  encoding.writeVarUint(encoder.restEncoder, gone.size);
  for (const [client, ranges] of gone) {
    encoding.writeVarUint(encoder.restEncoder, client);
    encoding.writeVarUint(encoder.restEncoder, ranges.length);
    for (const range of ranges) {
      encoding.writeVarUint(encoder.restEncoder, range.clock);
      encoding.writeVarUint(encoder.restEncoder, range.length);
    }
  }
  return encoder.toUint8Array();
}
