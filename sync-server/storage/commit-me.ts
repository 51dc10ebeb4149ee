import * as Y from 'yjs';

import { ME_STAMP_ROOT, SYSTEM_CLIENT_ID } from '#shared/documents.ts';
import {
  decodeUpdate,
  encodeStateVector,
  encodeUpdate,
  valueStruct,
  type DeleteRange,
  type StructId,
} from '#shared/update-codec.ts';

import { decideMe } from '../sync/acceptance/me.ts';
import type { Writer } from '../sync/acceptance/structure.ts';
import type { Committed, Outcome } from './commit.ts';
import type { Reader, Transaction } from './database.ts';
import { covers } from './entries.ts';
import { appendFeed, type FeedEntry } from './feed.ts';
import { loadClocks, loadDeletesWithin } from './known-rows.ts';
import { appendLog, type LogRow } from './log.ts';
import { addValues, loadMeValues, valueId } from './me-values.ts';
import { clockId } from './places.ts';

/** An update of a person's own document that could be decoded. */
export type MeSubmission = { documentId: number; writer: Writer; update: Uint8Array };

/** The document of an account itself, made when it is first asked for. */
export async function meDocument(tx: Transaction, account: string): Promise<number> {
  await tx.rows('INSERT INTO documents (account_id) VALUES ($1) ON CONFLICT (account_id) DO NOTHING', [account]);
  const [row] = await tx.rows<{ id: number }>('SELECT id FROM documents WHERE account_id = $1', [account]);
  return row!.id;
}

export async function findMeDocument(db: Reader, account: string): Promise<number | null> {
  const [row] = await db.rows<{ id: number }>('SELECT id FROM documents WHERE account_id = $1', [account]);
  return row?.id ?? null;
}

/** Decides each in its order and stores what is accepted. Call inside one transaction. */
export async function commitMe(tx: Transaction, batch: readonly MeSubmission[]): Promise<Committed> {
  const ids = [...new Set(batch.map(({ documentId }) => documentId))].sort((a, b) => a - b);
  const locked = await tx.rows<{ id: number; n: number }>(
    'SELECT id, n FROM documents WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE',
    [ids],
  );
  const positions = new Map(locked.map(({ id, n }) => [id, n]));
  const clocks = await loadClocks(tx, ids);
  const devices = await tx.rows<{ client_id: number; account_id: string }>(
    `SELECT d.client_id, d.account_id FROM devices d JOIN accounts a ON a.id = d.account_id
     WHERE d.client_id = ANY ($1::bigint[]) AND a.disabled_at IS NULL`,
    [batch.map(({ writer }) => writer.lease)],
  );
  const leases = new Map(devices.map((row) => [row.client_id, row.account_id]));
  const updates = batch.map(({ update }) => decodeUpdate(update));
  const ranges = batch.flatMap(({ documentId }, index) =>
    updates[index]!.deletes.map((range) => ({ ...range, document: documentId })),
  );
  const deleted = await loadDeletesWithin(tx, ranges);
  const resent = batch.filter(({ documentId, writer }, index) => {
    const next = clocks.get(clockId(documentId, writer.lease)) ?? 0;
    return updates[index]!.structs.some(({ client, clock }) => client === writer.lease && clock < next);
  });
  const values = await loadMeValues(tx, new Set(resent.map(({ documentId }) => documentId)));
  const rows: LogRow[] = [];
  const gone: { documentId: number; client: number; clock: number }[] = [];
  const feed = new Map<string, FeedEntry>();
  const outcomes = batch.map(({ documentId, writer, update }, index): Outcome => {
    const decoded = updates[index]!;
    const n = positions.get(documentId)!;
    const decision = decideMe(decoded, writer, {
      lease: leases.get(writer.lease) === writer.account ? writer.lease : null,
      n,
      nextClock: (client) => (client === SYSTEM_CLIENT_ID ? n : (clocks.get(clockId(documentId, client)) ?? 0)),
      deleted: ({ client, clock, length }) => covers(deleted.get(clockId(documentId, client)) ?? [], clock, length),
      value: (struct) => values.get(valueId(documentId, struct)) ?? null,
    });
    if (decision.kind === 'refused') return decision;
    if (!decision.fresh) return { kind: 'accepted', stamps: [] };
    const known = new Map([[writer.lease, clocks.get(clockId(documentId, writer.lease)) ?? 0]]);
    rows.push({ documentId, from: n, to: n + 1, update: stamped(ownPart(update, writer, known), n) });
    // The next update of this batch may send the same clocks again.
    const isNew = ({ client, clock }: StructId): boolean => client === writer.lease && clock >= (known.get(client) ?? 0);
    addValues(values, documentId, decoded.structs.filter(isNew));
    positions.set(documentId, n + 1);
    clocks.set(clockId(documentId, writer.lease), decision.next);
    clocks.set(clockId(documentId, SYSTEM_CLIENT_ID), n + 1);
    for (const range of decision.deletes) {
      const sorted = deleted.get(clockId(documentId, range.client)) ?? [];
      const have = new Set(sorted);
      for (let clock = range.clock; clock < range.clock + range.length; clock++) {
        if (have.has(clock)) continue;
        sorted.push(clock);
        gone.push({ documentId, client: range.client, clock });
      }
      deleted.set(
        clockId(documentId, range.client),
        sorted.sort((a, b) => a - b),
      );
    }
    feed.set(writer.account, { stream: writer.account, kind: 'me', documentId, documentN: n + 1 });
    return { kind: 'accepted', stamps: [] };
  });
  if (rows.length === 0) return { outcomes, rows, documents: [], streams: [] };
  await appendLog(tx, rows);
  await store(tx, positions, clocks, gone);
  const streams = await appendFeed(tx, [...feed.values()]);
  const owners = new Map(batch.map(({ documentId, writer }) => [documentId, writer.account]));
  const documents = [...positions].map(([documentId, n]) => ({ documentId, n, thread: null, audience: owners.get(documentId)! }));
  return { outcomes, rows, documents, streams };
}

/** What the writer's device added; others' structs, which are there already, are left out. */
function ownPart(update: Uint8Array, writer: Writer, known: Map<number, number>): Uint8Array {
  const others = decodeUpdate(update).structs.filter(({ client }) => client !== writer.lease);
  const have = new Map(known);
  for (const struct of others) {
    const end = struct.clock + (struct.kind === 'value' ? 1 : struct.length);
    have.set(struct.client, Math.max(have.get(struct.client) ?? 0, end));
  }
  return Y.diffUpdate(update, encodeStateVector(have));
}

/** Takes the log one position forward: the server's struct replaces its last one. */
function stamped(update: Uint8Array, n: number): Uint8Array {
  const before = n > 0 ? { client: SYSTEM_CLIENT_ID, clock: n - 1 } : null;
  const deletes: DeleteRange[] = before ? [{ ...before, length: 1 }] : [];
  const stamp = encodeUpdate([valueStruct({ client: SYSTEM_CLIENT_ID, clock: n }, ME_STAMP_ROOT, 'n', n + 1, before)], deletes);
  return Y.mergeUpdates([update, stamp]);
}

async function store(
  tx: Transaction,
  positions: ReadonlyMap<number, number>,
  clocks: ReadonlyMap<string, number>,
  gone: readonly { documentId: number; client: number; clock: number }[],
): Promise<void> {
  await tx.rows('UPDATE documents d SET n = r.n FROM unnest($1::bigint[], $2::bigint[]) AS r (id, n) WHERE d.id = r.id', [
    [...positions.keys()],
    [...positions.values()],
  ]);
  const raised = [...clocks].map(([id, next]) => {
    const [document, client] = id.split('/').map(Number);
    return { document, client, next };
  });
  await tx.rows(
    `INSERT INTO document_clocks (document_id, client_id, next_clock) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
     ON CONFLICT (document_id, client_id) DO UPDATE SET next_clock = excluded.next_clock`,
    [raised.map(({ document }) => document), raised.map(({ client }) => client), raised.map(({ next }) => next)],
  );
  await tx.rows(
    `INSERT INTO document_deletes (document_id, client_id, clock)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) ON CONFLICT DO NOTHING`,
    [gone.map(({ documentId }) => documentId), gone.map(({ client }) => client), gone.map(({ clock }) => clock)],
  );
}
