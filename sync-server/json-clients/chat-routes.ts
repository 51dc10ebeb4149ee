import type { FastifyRequest } from 'fastify';

import { AppError } from '#shared/errors.ts';
import { chatConversations, chatConversationsQuery, chatMessages, chatMessagesQuery } from '#shared/json-clients.ts';
import { isStaff } from '#shared/roles.ts';

import { errorHandler } from '../http/errors.ts';
import type { Answer, Routes } from '../http/http.ts';
import { callerOf, notFound, parsed, requireCaller } from '../http/routing.ts';
import type { ServerParts } from '../parts.ts';
import { chatConversationPage, chatHistoryPage, type Page } from '../storage/chats.ts';
import { uploadRoutes } from './upload-routes.ts';

/** Up to what a number holds exactly. */
const NUMBER = /^[1-9][0-9]{0,14}$/;

/** The calls of an existing platform's apps. They sign in by cookie too, and know errors as a text. */
export const chatRoutes: Routes = (app, parts, answer) => {
  void app.register(async (inside) => {
    inside.setErrorHandler(errorHandler(parts.log, ({ message }) => ({ error: message })));
    inside.addHook('onRequest', requireCaller(parts.auth));
    inside.get('/api/agency/conversations', async (request) => {
      if (!isStaff(callerOf(request).role)) throw new AppError('forbidden', "Only an agency's staff can do this.");
      return conversations(request, parts, answer);
    });
    uploadRoutes(inside, parts, answer);
    inside.get('/api/agency/conversations/:id/messages', (request) => messages(request, parts, answer, true));
    inside.get('/api/conversations', (request) => conversations(request, parts, answer));
    inside.get('/api/conversations/:id/messages', (request) => messages(request, parts, answer, false));
  });
};

async function conversations(request: FastifyRequest, { db }: ServerParts, answer: Answer) {
  const place = parsed(chatConversationsQuery, request.query);
  const { conversations, total } = await db.read((reader) => chatConversationPage(reader, callerOf(request), place));
  return answer(chatConversations, { success: true, conversations, ...pageOf(place, total) });
}

async function messages(request: FastifyRequest, { db, files }: ServerParts, answer: Answer, asStaff: boolean) {
  const { id } = request.params as { id: string };
  if (!NUMBER.test(id)) throw notFound();
  const place = parsed(chatMessagesQuery, request.query);
  const viewer = callerOf(request);
  const found = await db.read((reader) => chatHistoryPage(reader, files.links.sign, viewer, Number(id), { ...place, asStaff }));
  if (!found) throw notFound();
  const { messages, conversation, total } = found;
  return answer(chatMessages, { success: true, messages, conversation, ...pageOf(place, total) });
}

function pageOf({ page, limit }: Page, total: number): { total: number; page: number; pages: number } {
  return { total, page, pages: Math.ceil(total / limit) };
}
