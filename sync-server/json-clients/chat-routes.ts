import { chatConversations, chatConversationsQuery, chatMessages, chatMessagesQuery } from '#shared/json-clients.ts';

import type { Caller } from '../auth/authentication.ts';
import { endpoint, type Endpoint } from '../http/endpoint.ts';
import { errorHandler } from '../http/errors.ts';
import type { Routes } from '../http/http.ts';
import { notFound, requireCaller } from '../http/routing.ts';
import type { ServerParts } from '../parts.ts';
import { chatConversationPage, chatHistoryPage, type Page } from '../storage/chats.ts';
import { numberParams, ofJsonClients } from './endpoints.ts';
import { uploadRoutes } from './upload-routes.ts';

const listOf = (path: string, access: 'staff' | 'signed-in', whose: string) =>
  ({
    ...ofJsonClients,
    method: 'GET',
    path,
    summary: `The conversations of ${whose}, newest activity first`,
    access,
    query: chatConversationsQuery,
    gives: chatConversations,
  }) as const satisfies Endpoint;

const historyOf = (path: string, whose: string) =>
  ({
    ...ofJsonClients,
    method: 'GET',
    path,
    summary: `A page of a conversation of ${whose}, oldest first`,
    notes: 'Page 1 begins with the first message, `page=<pages>` ends with the newest.',
    access: 'signed-in',
    params: numberParams,
    query: chatMessagesQuery,
    gives: chatMessages,
  }) as const satisfies Endpoint;

/** The calls of an existing platform's apps. They sign in by cookie too, and know errors as a text. */
export const chatRoutes: Routes = (app, parts, answer) => {
  void app.register(async (inside) => {
    inside.setErrorHandler(errorHandler(parts, (reply, { status, detail }) => void reply.code(status).send({ error: detail })));
    inside.addHook('onRequest', requireCaller(parts.auth));
    uploadRoutes(inside, parts, answer);
    for (const [declared, asStaff] of [
      [listOf('/api/agency/conversations', 'staff', 'an agency'), true],
      [listOf('/api/conversations', 'signed-in', 'one’s own'), false],
    ] as const) {
      endpoint(inside, answer, declared, async ({ caller, query }) => conversations(caller, { ...query, asStaff }, parts));
      const { path } = declared;
      endpoint(inside, answer, historyOf(`${path}/:id/messages`, asStaff ? 'an agency' : 'one’s own'), async (call) =>
        messages(call.caller, Number(call.params.id), { ...call.query, asStaff }, parts),
      );
    }
  });
};

async function conversations(caller: Caller, place: Page & { asStaff: boolean }, { db }: ServerParts) {
  const { conversations, total } = await db.read((reader) => chatConversationPage(reader, caller, place));
  return { success: true as const, conversations, ...pageOf(place, total) };
}

async function messages(caller: Caller, number: number, place: Page & { asStaff: boolean }, { db, files }: ServerParts) {
  const found = await db.read((reader) => chatHistoryPage(reader, files.links.sign, caller, number, place));
  if (!found) throw notFound();
  const { messages, conversation, total } = found;
  return { success: true as const, messages, conversation, ...pageOf(place, total) };
}

function pageOf({ page, limit }: Page, total: number): { total: number; page: number; pages: number } {
  return { total, page, pages: Math.ceil(total / limit) };
}
