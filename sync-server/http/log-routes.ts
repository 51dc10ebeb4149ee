import { Readable } from 'node:stream';

import { z } from 'zod';

import { logBatchRequest, type LogBatchLine } from '#shared/api.ts';
import { parseDocumentName } from '#shared/ids.ts';

import type { Database } from '../storage/database.ts';
import { readLog, type LogRow } from '../storage/log.ts';
import { findDocument } from '../storage/sockets.ts';
import type { Routes } from './http.ts';
import { callerOf, notFound, parsed } from './routing.ts';

const afterQuery = z.object({ after: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(0) });
const NDJSON = 'application/x-ndjson';

/** The log of documents, as rows: opaque updates, each with the position that it leads to. */
export const logRoutes: Routes = (app, { db }) => {
  app.get('/api/v1/log/*', async (request, reply) => {
    const ref = parseDocumentName((request.params as { '*': string })['*']);
    const { after } = parsed(afterQuery, request.query);
    const document = ref && (await db.read((reader) => findDocument(reader, callerOf(request).account, ref)));
    if (!document && ref?.kind !== 'me') throw notFound();
    // A person's own document that was never written to is empty, not missing.
    const lines = document ? linesOf(db, document.id, after) : [];
    return reply.type(NDJSON).send(Readable.from(lines));
  });

  app.post('/api/v1/log', async (request, reply) => {
    const { account } = callerOf(request);
    const wanted = parsed(logBatchRequest, request.body);
    return reply.type(NDJSON).send(Readable.from(batchLines(db, account, wanted)));
  });
};

async function* rowsOf(db: Database, documentId: number, after: number): AsyncGenerator<LogRow> {
  for (let reached = after, more = true; more;) {
    const page = await db.read((reader) => readLog(reader, documentId, reached));
    yield* page.rows;
    reached = page.n;
    more = page.more;
  }
}

function lineOf(row: LogRow): { n: number; update: string } {
  return { n: row.to, update: Buffer.from(row.update).toString('base64') };
}

async function* linesOf(db: Database, documentId: number, after: number): AsyncGenerator<string> {
  for await (const row of rowsOf(db, documentId, after)) yield `${JSON.stringify(lineOf(row))}\n`;
}

async function* batchLines(
  db: Database,
  account: string,
  wanted: readonly { document: string; after: number }[],
): AsyncGenerator<string> {
  for (const { document, after } of wanted) {
    const ref = parseDocumentName(document);
    const found = ref && (await db.read((reader) => findDocument(reader, account, ref)));
    if (!found && ref?.kind !== 'me') {
      yield batchLine({ document, error: notFound().toShape() });
      continue;
    }
    let n = after;
    if (found) {
      for await (const row of rowsOf(db, found.id, after)) {
        n = row.to;
        yield batchLine({ document, ...lineOf(row) });
      }
    }
    yield batchLine({ document, end: true, n });
  }
}

function batchLine(value: LogBatchLine): string {
  return `${JSON.stringify(value)}\n`;
}
