import { z } from 'zod';

import { notificationList, readNotificationsRequest, unreadCount } from '#shared/notifications.ts';

import { toldNotification } from '../notifications/told.ts';
import { countUnread, markRead, notificationsOf } from '../storage/notifications.ts';
import type { Routes } from './http.ts';
import { callerOf, parsed } from './routing.ts';

const pageQuery = z.object({
  before: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** One's own. */
export const notificationRoutes: Routes = (app, { db }, answer) => {
  app.get('/api/v1/notifications', async (request) => {
    const { account } = callerOf(request);
    const { before = null, limit } = parsed(pageQuery, request.query);
    const { rows, unread } = await db.read(async (reader) => ({
      rows: await notificationsOf(reader, account, { before, limit: limit + 1 }),
      unread: await countUnread(reader, account),
    }));
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? page.at(-1)!.id : null;
    return answer(notificationList, { notifications: page.map(toldNotification), next, unread });
  });

  app.get('/api/v1/notifications/unread', async (request) => {
    const { account } = callerOf(request);
    return answer(unreadCount, { unread: await db.read((reader) => countUnread(reader, account)) });
  });

  app.post('/api/v1/notifications/read', async (request) => {
    const { account } = callerOf(request);
    const which = parsed(readNotificationsRequest, request.body);
    await db.transact((tx) => markRead(tx, account, which));
    return answer(unreadCount, { unread: await db.read((reader) => countUnread(reader, account)) });
  });
};
