import { ME_KEY, ME_ROOT, SYSTEM_CLIENT_ID } from '#shared/documents.ts';
import { LIMITS } from '#shared/limits.ts';
import {
  isPlainJson,
  type DeleteRange,
  type PlainStruct,
  type PlainUpdate,
  type StructId,
  type ValueStruct,
} from '#shared/update-codec.ts';
import type { Refusal } from '#shared/wire.ts';

import { refused, type Writer } from './structure.ts';

/** Of a person's own document, what is committed. */
export type KnownMe = {
  lease: number | null;
  n: number;
  nextClock(client: number): number;
  deleted(range: DeleteRange): boolean;
  /** What was written there; `null` when it is not kept any more, or nothing was. */
  value(id: StructId): ValueStruct | null;
};

export type MeDecision =
  /** `next`: the writer's clock afterwards; `deletes`: what is newly deleted. Nothing is to be stored when `fresh` is false. */
  { kind: 'accepted'; fresh: boolean; next: number; deletes: DeleteRange[] } | { kind: 'refused'; refusal: Refusal };

/** The rules of a person's own document: one root of small values which its owner may set again and delete. */
export function decideMe(update: PlainUpdate, writer: Writer, known: KnownMe): MeDecision {
  if (known.lease !== writer.lease) return refused('foreign-client');
  if (update.structs.length > LIMITS.updateStructs) return refused('unreadable');
  const committed = known.nextClock(writer.lease);
  let next = committed;
  for (const struct of update.structs) {
    if (struct.kind === 'other') return refused('structure');
    const end = struct.clock + (struct.kind === 'value' ? 1 : struct.length);
    if (struct.client !== writer.lease) {
      if (end > known.nextClock(struct.client)) return refused('foreign-client');
      continue;
    }
    if (struct.clock > next) return refused('gap');
    next = Math.max(next, end);
  }
  for (const struct of update.structs) {
    const bad = struct.client === writer.lease ? fault(struct, writer, known, next) : null;
    if (bad) return bad;
    if (struct.client === writer.lease && isFork(struct, committed, known)) return refused('fork');
  }
  const deletes: DeleteRange[] = [];
  for (const range of update.deletes) {
    const end = range.clock + range.length;
    if (range.client === SYSTEM_CLIENT_ID) {
      // The server's own value is replaced with each commit; its newest stays.
      if (end > known.n - 1) return refused('deletion');
    } else if (end > (range.client === writer.lease ? next : known.nextClock(range.client))) {
      return refused('deletion');
    } else if (!known.deleted(range)) {
      deletes.push(range);
    }
  }
  return { kind: 'accepted', fresh: next > committed || deletes.length > 0, next, deletes };
}

function fault(struct: PlainStruct, writer: Writer, known: KnownMe, next: number): MeDecision | null {
  if (struct.kind === 'collected' || struct.kind === 'other') return null;
  if (struct.origin !== null) {
    const { client, clock } = struct.origin;
    if (client === SYSTEM_CLIENT_ID) return refused('origin');
    if (clock >= (client === writer.lease ? Math.min(next, struct.clock) : known.nextClock(client))) return refused('origin');
  } else if (struct.root !== ME_ROOT || struct.key === null || !ME_KEY.test(struct.key)) {
    return refused('root', struct.key === null ? [] : [struct.key]);
  }
  if (struct.kind === 'emptied') return null;
  const key = struct.key === null ? [] : [struct.key];
  if (!isPlainJson(struct.value)) return refused('structure', key);
  return JSON.stringify(struct.value).length > LIMITS.ownValueLength ? refused('schema', key) : null;
}

/** Other content under a clock that is committed: a copy of this device's replica went on by itself. */
function isFork(struct: PlainStruct, committed: number, known: KnownMe): boolean {
  if (struct.kind !== 'value' || struct.clock >= committed) return false;
  const stored = known.value(struct);
  return stored !== null && contentOf(stored) !== contentOf(struct);
}

function contentOf({ root, key, origin, value }: ValueStruct): string {
  return JSON.stringify([root, key, origin && [origin.client, origin.clock], value]);
}
