import { z } from 'zod';

import { conversationList, conversationShape, createConversationRequest, historyPage } from '#shared/api.ts';
import { AppError } from '#shared/errors.ts';
import { THREADS } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import type { Role } from '#shared/roles.ts';

import { accessToThread } from '../storage/access.ts';
import { createConversation } from '../storage/change-conversation.ts';
import { conversationRecord, conversationRecords, decodePlace, listConversations } from '../storage/conversations.ts';
import type { Reader } from '../storage/database.ts';
import { presentCursor } from '../storage/feed-cursor.ts';
import { readHistory } from '../storage/history.ts';
import { rolesOf } from '../storage/people.ts';
import type { Routes } from './http.ts';
import { callerOf, idOf, notFound, parsed, staffOf } from './routing.ts';

const limit = z.coerce.number().int().min(1).max(LIMITS.pageSize).default(50);
const listQuery = z.object({ limit, before: z.string().max(200).optional() });
const historyQuery = z.object({
  thread: z.enum(THREADS).default('all'),
  before: z.coerce.number().int().positive().optional(),
  limit,
});

export const conversationRoutes: Routes = (app, { db }, answer) => {
  app.get('/api/v1/conversations', async (request) => {
    const caller = callerOf(request);
    const query = parsed(listQuery, request.query);
    const before = query.before === undefined ? null : decodePlace(query.before);
    if (query.before !== undefined && !before) {
      throw new AppError('bad-request', '"before" is not one that this server gave.', { field: 'before' });
    }
    return db.read(async (reader) => {
      const feed = await presentCursor(reader, caller);
      const page = await listConversations(reader, caller, { limit: query.limit, before });
      const conversations = await conversationRecords(reader, page.ids, caller.account);
      return answer(conversationList, { conversations, next: page.next, feed });
    });
  });

  app.get('/api/v1/conversations/:id', async (request) => {
    const record = await db.read((reader) => conversationRecord(reader, idOf(request), callerOf(request).account));
    if (!record) throw notFound();
    return answer(conversationShape, record);
  });

  app.get('/api/v1/conversations/:id/messages', async (request) => {
    const { account } = callerOf(request);
    const conversation = idOf(request);
    const { thread, before, limit } = parsed(historyQuery, request.query);
    return db.read(async (reader) => {
      if (!(await accessToThread(reader, account, conversation, thread))) throw notFound();
      return answer(historyPage, await readHistory(reader, { conversation, thread }, { before: before ?? null, limit }));
    });
  });

  app.post('/api/v1/conversations', async (request, reply) => {
    const { agencyId, account } = staffOf(request);
    const { job, clients, workers, employees } = parsed(createConversationRequest, request.body);
    const record = await db.transact(async (tx) => {
      const participants = [
        ...(await checked(tx, 'clients', clients, ({ role }) => role === 'client')),
        ...(await checked(tx, 'workers', workers, ({ role }) => role === 'worker')),
        ...(await checked(tx, 'employees', employees, ({ role, agencyId: of }) => role === 'employee' && of === agencyId)),
      ];
      const id = await createConversation(tx, { agencyId, job, participants, by: account });
      return (await conversationRecord(tx, id, account))!;
    });
    return reply.code(201).send(answer(conversationShape, record));
  });
};

type Known = { role: Role; agencyId: string | null };

/** These accounts, each once. @throws AppError bad-request for one that isn't there or isn't what it is named as. */
async function checked(db: Reader, field: string, ids: string[], fits: (account: Known) => boolean) {
  const wanted = [...new Set(ids)];
  const known = await rolesOf(db, wanted);
  return wanted.map((account) => {
    const found = known.get(account);
    if (!found || !fits(found)) {
      throw new AppError('bad-request', `"${field}" names an account that is none of the ${field}.`, { field });
    }
    return { account, role: found.role };
  });
}
