import { isDeepStrictEqual } from 'node:util';

import * as Y from 'yjs';

import { SYSTEM_CLIENT_ID, THREAD_ROOTS } from '#shared/documents.ts';

import type { CheckedDocument, CheckedEntry } from '../../storage/check-rows.ts';
import { factHash } from '../../sync/acceptance/structure.ts';

/** What a document holds, by its own log. */
export type Loaded = { doc: Y.Doc; problems: string[] };

/** Builds a document as a client would, and compares how far it is with what the rows say. */
export function loadChecked(document: CheckedDocument): Loaded {
  const problems: string[] = [];
  const doc = new Y.Doc();
  let reached = document.snapshotN;
  try {
    doc.transact(() => {
      if (document.snapshot) Y.applyUpdate(doc, document.snapshot);
      for (const { from, to, update } of document.log) {
        if (from !== reached) problems.push(`its log goes from ${reached} to ${from}: a gap or an overlap`);
        reached = to;
        Y.applyUpdate(doc, update);
      }
    });
  } catch (error) {
    problems.push(`its log can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (reached !== document.n) problems.push(`its log ends at ${reached}, its row says ${document.n}`);
  if (doc.store.pendingStructs) problems.push('its log holds structs whose predecessors are missing');
  compareClocks(doc, document, problems);
  compareDeletes(doc, document, problems);
  return { doc, problems };
}

function compareClocks(doc: Y.Doc, document: CheckedDocument, problems: string[]): void {
  const held = Y.decodeStateVector(Y.encodeStateVector(doc));
  const told = new Map(document.clocks.map(({ client, next }) => [client, next]));
  for (const client of new Set([...held.keys(), ...told.keys()])) {
    const [in_, row] = [held.get(client) ?? 0, told.get(client) ?? 0];
    if (in_ !== row) problems.push(`client ${client} is at clock ${in_} in the document, at ${row} in document_clocks`);
  }
  const own = held.get(SYSTEM_CLIENT_ID) ?? 0;
  if (own !== document.n) problems.push(`the server's clock is ${own} in the document, its position is ${document.n}`);
}

function compareDeletes(doc: Y.Doc, document: CheckedDocument, problems: string[]): void {
  const held = new Set<string>();
  for (const [client, ranges] of Y.createDeleteSetFromStructStore(doc.store).clients) {
    // In a person's own document all of the server's but the last are replaced, which nobody needs to be told.
    if (document.epoch === null && client === SYSTEM_CLIENT_ID) continue;
    for (const { clock, len } of ranges) for (let at = clock; at < clock + len; at++) held.add(`${client}/${at}`);
  }
  const told = new Set(document.deletes.map(({ client, clock }) => `${client}/${clock}`));
  for (const id of held) if (!told.has(id)) problems.push(`struct ${id} is deleted in the document, not in document_deletes`);
  for (const id of told) if (!held.has(id)) problems.push(`struct ${id} is in document_deletes, not deleted in the document`);
}

/** Entries, stamps and context of a thread's document against their rows. */
export function compareThreadDocument(doc: Y.Doc, document: CheckedDocument, entries: readonly CheckedEntry[]): string[] {
  const problems: string[] = [];
  const held = doc.getMap(THREAD_ROOTS.entries);
  const stamps = doc.getMap(THREAD_ROOTS.accepted);
  const rows = new Map(entries.map((entry) => [entry.key, entry]));
  if (document.entries !== entries.length)
    problems.push(`it has ${entries.length} rows of entries, and counts ${document.entries}`);
  for (const entry of entries) {
    const item = held._map.get(entry.key);
    if (entry.emptied) {
      if (held.has(entry.key)) problems.push(`entry ${entry.key} was emptied, and its content is in the document`);
    } else if (!item || item.deleted) {
      problems.push(`entry ${entry.key} has a row, and is not in the document`);
    } else {
      if (item.id.client !== entry.client || item.id.clock !== entry.clock) {
        problems.push(
          `entry ${entry.key} stands at ${item.id.client}/${item.id.clock}, its row says ${entry.client}/${entry.clock}`,
        );
      }
      if (!factHash(entry.key, held.get(entry.key)).equals(entry.hash))
        problems.push(`entry ${entry.key} is not what was accepted`);
    }
    const stamp = stamps.get(entry.key);
    if (!isDeepStrictEqual(stamp, [entry.seq, entry.at.getTime()])) {
      problems.push(`entry ${entry.key} is stamped ${JSON.stringify(stamp)}, its row says [${entry.seq},${entry.at.getTime()}]`);
    }
  }
  for (const key of held.keys()) if (!rows.has(key)) problems.push(`entry ${key} is in the document, and has no row`);
  for (const key of stamps.keys()) {
    // `<key>#<clock>`: only there to take the log forward, maybe for an entry of another epoch.
    if (!key.includes('#') && !rows.has(key)) problems.push(`entry ${key} is stamped, and has no row`);
  }
  return [...problems, ...compareContext(doc, document)];
}

function compareContext(doc: Y.Doc, document: CheckedDocument): string[] {
  const problems: string[] = [];
  const held = doc.getMap(THREAD_ROOTS.context);
  const rows = new Map(document.context.map((row) => [row.key, row]));
  for (const [key, { value, clock }] of rows) {
    if (!isDeepStrictEqual(held.get(key), value)) problems.push(`context "${key}" differs from its row`);
    if (held._map.get(key)?.id.clock !== clock) problems.push(`context "${key}" does not stand at clock ${clock}`);
  }
  for (const key of held.keys()) if (!rows.has(key)) problems.push(`context "${key}" has no row`);
  return problems;
}
