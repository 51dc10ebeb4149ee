import { z } from 'zod';

import { conversationList, conversationShape, createConversationRequest, historyPage } from '#shared/api/conversations.ts';
import { AppError } from '#shared/errors.ts';
import { THREADS } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import type { Role } from '#shared/roles.ts';

import { accessToThread } from '../storage/access.ts';
import { findAccount } from '../storage/accounts.ts';
import { createConversation } from '../storage/change-conversation.ts';
import { conversationRecord, conversationRecords, decodePlace, listConversations } from '../storage/conversations.ts';
import type { Reader } from '../storage/database.ts';
import { presentCursor } from '../storage/feed-cursor.ts';
import { readHistory } from '../storage/history.ts';
import { rolesOf } from '../storage/people.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';
import { idParams, notFound } from './routing.ts';

const limit = z.coerce.number().int().min(1).max(LIMITS.pageSize).default(50);
const listQuery = z.object({ limit, before: z.string().max(200).optional() });
const historyQuery = z.object({
  thread: z.enum(THREADS).default('all'),
  before: z.coerce.number().int().positive().optional(),
  limit,
});

const tag = 'Conversations';

const list = {
  method: 'GET',
  path: '/api/v1/conversations',
  tag,
  summary: 'The caller’s conversations, newest activity first',
  notes:
    '`next` is the `before` of the following page; `feed` is the cursor from which the feed goes on after this list; `account` is the caller’s, as it is now.',
  access: 'signed-in',
  query: listQuery,
  gives: conversationList,
} as const satisfies Endpoint;

const read = {
  method: 'GET',
  path: '/api/v1/conversations/:id',
  tag,
  summary: 'One conversation',
  access: 'signed-in',
  params: idParams,
  gives: conversationShape,
} as const satisfies Endpoint;

const history = {
  method: 'GET',
  path: '/api/v1/conversations/:id/messages',
  tag,
  summary: 'A page of a thread, oldest first within it',
  notes:
    '`before` is what to pass for the next older page, `null` at the beginning. The thread `team` is the agency’s staff’s alone.',
  access: 'signed-in',
  params: idParams,
  query: historyQuery,
  gives: historyPage,
} as const satisfies Endpoint;

const create = {
  method: 'POST',
  path: '/api/v1/conversations',
  tag,
  summary: 'Makes a job and its conversation',
  access: 'staff',
  body: createConversationRequest,
  status: 201,
  gives: conversationShape,
} as const satisfies Endpoint;

export const conversationRoutes: Routes = (app, { db, timeline }, answer) => {
  endpoint(app, answer, list, async ({ caller, query }) => {
    const before = query.before === undefined ? null : decodePlace(query.before);
    if (query.before !== undefined && !before) {
      throw new AppError('bad-request', '"before" is not one that this server gave.', { field: 'before' });
    }
    return db.read(async (reader) => {
      const feed = await presentCursor(reader, caller);
      const page = await listConversations(reader, caller, { limit: query.limit, before });
      const conversations = await conversationRecords(reader, page.ids, caller.account);
      const account = (await findAccount(reader, caller.account))!;
      return { account, conversations, next: page.next, feed, timeline: timeline.id() };
    });
  });

  endpoint(app, answer, read, async ({ caller, params }) => {
    const record = await db.read((reader) => conversationRecord(reader, params.id, caller.account));
    if (!record) throw notFound();
    return record;
  });

  endpoint(app, answer, history, async ({ caller, params: { id: conversation }, query: { thread, before, limit } }) =>
    db.read(async (reader) => {
      if (!(await accessToThread(reader, caller.account, conversation, thread))) throw notFound();
      return readHistory(reader, { conversation, thread }, { before: before ?? null, limit });
    }),
  );

  endpoint(app, answer, create, async ({ caller: { agencyId, account }, body: { job, clients, workers, employees } }) =>
    db.transact(async (tx) => {
      const participants = [
        ...(await checked(tx, 'clients', clients, ({ role }) => role === 'client')),
        ...(await checked(tx, 'workers', workers, ({ role }) => role === 'worker')),
        ...(await checked(tx, 'employees', employees, ({ role, agencyId: of }) => role === 'employee' && of === agencyId)),
      ];
      const id = await createConversation(tx, { agencyId, job, participants, by: account });
      return (await conversationRecord(tx, id, account))!;
    }),
  );
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
