import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as Y from 'yjs';

import type { Reader } from '../storage/database.ts';

/** All that a database holds, as text: every row of every table, bytes as Latin-1 and UTF-8, and documents as Yjs reads them. */
export async function dumpText(db: Reader): Promise<string> {
  const tables = await db.rows<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  const parts: string[] = [];
  for (const { name } of tables) {
    for (const row of await db.rows<Record<string, unknown>>(`SELECT * FROM ${name}`)) {
      for (const [column, value] of Object.entries(row)) {
        const texts = Buffer.isBuffer(value) ? [value.toString('latin1'), value.toString('utf8')] : [JSON.stringify(value)];
        parts.push(...texts.map((text) => `${name}.${column}: ${text}`));
      }
    }
  }
  const updates = await db.rows<{ id: number; update: Buffer }>(
    `SELECT id, snapshot AS update FROM documents WHERE snapshot IS NOT NULL UNION ALL SELECT document_id, update FROM document_log`,
  );
  for (const { id, update } of updates)
    parts.push(`struct of ${id}: ${JSON.stringify(Y.decodeUpdate(update).structs.map(contentOf))}`);
  return parts.join('\n');
}

function contentOf(struct: Y.Item | Y.GC | Y.Skip): unknown {
  return struct instanceof Y.Item ? [struct.parentSub, struct.content.getContent()] : null;
}

/** All files of a folder as Latin-1 and UTF-8, with their names. */
export async function filesText(folder: string): Promise<string> {
  const parts: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    parts.push(entry.name, bytes.toString('latin1'), bytes.toString('utf8'));
  }
  return parts.join('\n');
}
