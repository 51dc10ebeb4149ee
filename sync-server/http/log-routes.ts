import { Readable } from 'node:stream';

import { z } from 'zod';

import { logBatchLine, logBatchRequest, logLine, type LogBatchLine } from '#shared/api/feed.ts';
import { parseDocumentName } from '#shared/ids.ts';

import type { Database } from '../storage/database.ts';
import { readLog, type LogRow } from '../storage/log.ts';
import { findDocument } from '../storage/sockets.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';
import { notFound } from './routing.ts';

const afterQuery = z.object({ after: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(0) });
const NDJSON = 'application/x-ndjson';

const tag = 'Reads, feed, log';

const one = {
  method: 'GET',
  path: '/api/v1/log/*',
  tag,
  summary: 'The committed updates of a document, a line each',
  notes:
    '`<conversation>/all/<epoch>`, `<conversation>/team/<epoch>`, or `me`. `update` is base64 of a Yjs update; `n` is where it leads to.',
  access: 'signed-in',
  params: z.object({ '*': z.string() }),
  query: afterQuery,
  gives: logLine,
  type: NDJSON,
} as const satisfies Endpoint;

const many = {
  method: 'POST',
  path: '/api/v1/log',
  tag,
  summary: 'The same for many documents at once',
  notes: 'Each line says whose it is; the last of a document has `end`. `error` for one that isn’t the caller’s.',
  access: 'signed-in',
  body: logBatchRequest,
  gives: logBatchLine,
  type: NDJSON,
} as const satisfies Endpoint;

/** The log of documents, as rows: opaque updates, each with the position that it leads to. */
export const logRoutes: Routes = (app, { db }, answer) => {
  endpoint(app, answer, one, async ({ caller, params, query: { after }, reply }) => {
    const ref = parseDocumentName(params['*']);
    const document = ref && (await db.read((reader) => findDocument(reader, caller.account, ref)));
    if (!document && ref?.kind !== 'me') throw notFound();
    // A person's own document that was never written to is empty, not missing.
    const lines = document ? linesOf(db, document.id, after) : [];
    return reply.type(NDJSON).send(Readable.from(lines));
  });

  endpoint(app, answer, many, async ({ caller, body, reply }) =>
    reply.type(NDJSON).send(Readable.from(batchLines(db, caller.account, body))),
  );
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
      yield lineOfBatch({ document, error: notFound().toShape() });
      continue;
    }
    let n = after;
    if (found) {
      for await (const row of rowsOf(db, found.id, after)) {
        n = row.to;
        yield lineOfBatch({ document, ...lineOf(row) });
      }
    }
    yield lineOfBatch({ document, end: true, n });
  }
}

function lineOfBatch(value: LogBatchLine): string {
  return `${JSON.stringify(value)}\n`;
}
