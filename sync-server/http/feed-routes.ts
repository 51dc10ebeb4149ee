import { z } from 'zod';

import { feedPage } from '#shared/api/feed.ts';
import { LIMITS } from '#shared/limits.ts';

import { feedPageFor } from '../storage/feed-items.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';

const read = {
  method: 'GET',
  path: '/api/v1/feed',
  tag: 'Reads, feed, log',
  summary: 'What changed for the caller since a cursor',
  notes:
    'Without `after`, the present cursor. 410 when it is too old to tell: list the conversations again. As a WebSocket, the same as it happens.',
  access: 'signed-in',
  query: z.object({
    after: z.string().max(500).optional(),
    limit: z.coerce.number().int().min(1).max(LIMITS.feedPage).default(LIMITS.feedPage),
  }),
  gives: feedPage,
  errors: ['gone'],
} as const satisfies Endpoint;

/** What changed for the caller since a cursor; 410 when that is too old to tell. */
export const feedRoutes: Routes = (app, { db }, answer) => {
  endpoint(app, answer, read, async ({ caller, query: { after, limit } }) =>
    db.read((reader) => feedPageFor(reader, caller, after, limit)),
  );
};
