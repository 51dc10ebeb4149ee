import { createHash } from 'node:crypto';

import { isComparableJson } from '#shared/comparable-json.ts';
import { THREAD_ROOTS } from '#shared/documents.ts';
import { factSchema, type Fact } from '#shared/facts.ts';
import { parseEntryKey, type ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import { isPlainJson, type DeleteRange, type PlainStruct, type PlainUpdate, type ValueStruct } from '#shared/update-codec.ts';
import type { Refusal, RefusalRule } from '#shared/wire.ts';

/** Whose update it is: the account and the client id leased to the device it came from. */
export type Writer = { account: string; lease: number };

export type CheckedFact = {
  client: number;
  clock: number;
  key: string;
  id: string;
  /** As it came: what is stored must be what the writer's replica holds. */
  value: unknown;
  /** The same with its defaults. */
  fact: Fact;
  hash: Buffer;
};

export type StructRange = { client: number; clock: number; length: number };

/** What an update asks for, once its form is right. What it says of the past is still to be compared with what is committed. */
export type Claims = {
  facts: CheckedFact[];
  /** Own structs without content: only the server empties, so it must know them. */
  emptied: StructRange[];
  /** Others' structs: nothing new may be among them. */
  foreign: StructRange[];
  deletes: DeleteRange[];
};

export type Structure = { kind: 'checked'; claims: Claims } | { kind: 'refused'; refusal: Refusal };

export function refused(rule: RefusalRule, keys: string[] = []): { kind: 'refused'; refusal: Refusal } {
  return { kind: 'refused', refusal: { rule, keys } };
}

/** Tells a resend from a fork: two values of one key are the same when this is. */
export function factHash(key: string, value: unknown): Buffer {
  return createHash('sha256').update(key).update('\0').update(JSON.stringify(value)).digest();
}

/** Everything that can be told from the update alone. */
export function checkStructure(update: PlainUpdate, writer: Writer, thread: ThreadName): Structure {
  if (update.structs.length > LIMITS.updateStructs) return refused('unreadable');
  const claims: Claims = { facts: [], emptied: [], foreign: [], deletes: update.deletes };
  const values: ValueStruct[] = [];
  for (const struct of update.structs) {
    if (struct.kind === 'other') return refused('structure');
    if (struct.client !== writer.lease) claims.foreign.push(rangeOf(struct));
    else if (struct.kind === 'value') values.push(struct);
    else claims.emptied.push(rangeOf(struct));
  }
  for (const value of values) {
    const bad = placeFault(value, writer);
    if (bad) return bad;
  }
  const schema = factSchema(thread);
  const faults: string[] = [];
  for (const { client, clock, key, value } of values) {
    const parsed = isPlainJson(value) && isComparableJson(value) && !holdsNul(value) ? schema.safeParse(value) : null;
    if (!parsed?.success) faults.push(key!);
    else
      claims.facts.push({
        client,
        clock,
        key: key!,
        id: parseEntryKey(key!)!.id,
        value,
        fact: parsed.data,
        hash: factHash(key!, value),
      });
  }
  return faults.length > 0 ? refused('schema', faults) : { kind: 'checked', claims };
}

function rangeOf(struct: PlainStruct): StructRange {
  return { client: struct.client, clock: struct.clock, length: struct.kind === 'value' ? 1 : struct.length };
}

function placeFault(value: ValueStruct, writer: Writer): { kind: 'refused'; refusal: Refusal } | null {
  if (value.origin !== null) return refused('origin');
  if (value.root !== THREAD_ROOTS.entries || value.key === null) return refused('root');
  const place = parseEntryKey(value.key);
  return place === null || place.account !== writer.account ? refused('root', [value.key]) : null;
}

/** Postgres' text can't hold it, and no keyboard writes it. */
export function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => key.includes('\0') || holdsNul(item));
}
