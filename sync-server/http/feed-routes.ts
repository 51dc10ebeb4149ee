import { z } from 'zod';

import { feedPage } from '#shared/api.ts';
import { LIMITS } from '#shared/limits.ts';

import { feedPageFor } from '../storage/feed-items.ts';
import type { Routes } from './http.ts';
import { callerOf, parsed } from './routing.ts';

const feedQuery = z.object({
  after: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.feedPage).default(LIMITS.feedPage),
});

/** What changed for the caller since a cursor; 410 when that is too old to tell. */
export const feedRoutes: Routes = (app, { db }, answer) => {
  app.get('/api/v1/feed', async (request) => {
    const { after, limit } = parsed(feedQuery, request.query);
    return answer(feedPage, await db.read((reader) => feedPageFor(reader, callerOf(request), after, limit)));
  });
};
