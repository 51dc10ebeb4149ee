import { z } from 'zod';

import { notificationList, readNotificationsRequest, unreadCount } from '#shared/notifications.ts';

import { toldNotification } from '../notifications/told.ts';
import { countUnread, markRead, notificationsOf } from '../storage/notifications.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';

const tag = 'Notifications';

const list = {
  method: 'GET',
  path: '/api/v1/notifications',
  tag,
  summary: 'One’s notifications, newest first',
  access: 'signed-in',
  query: z.object({
    before: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  gives: notificationList,
} as const satisfies Endpoint;

const count = {
  method: 'GET',
  path: '/api/v1/notifications/unread',
  tag,
  summary: 'How many of them are unread',
  access: 'signed-in',
  gives: unreadCount,
} as const satisfies Endpoint;

const read = {
  method: 'POST',
  path: '/api/v1/notifications/read',
  tag,
  summary: 'Marks some, all up to one, or all as read',
  access: 'signed-in',
  body: readNotificationsRequest,
  gives: unreadCount,
} as const satisfies Endpoint;

/** One's own. */
export const notificationRoutes: Routes = (app, { db }, answer) => {
  endpoint(app, answer, list, async ({ caller: { account }, query: { before = null, limit } }) => {
    const { rows, unread } = await db.read(async (reader) => ({
      rows: await notificationsOf(reader, account, { before, limit: limit + 1 }),
      unread: await countUnread(reader, account),
    }));
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? page.at(-1)!.id : null;
    return { notifications: page.map(toldNotification), next, unread };
  });

  endpoint(app, answer, count, async ({ caller: { account } }) => ({
    unread: await db.read((reader) => countUnread(reader, account)),
  }));

  endpoint(app, answer, read, async ({ caller: { account }, body }) => {
    await db.transact((tx) => markRead(tx, account, body));
    return { unread: await db.read((reader) => countUnread(reader, account)) };
  });
};
