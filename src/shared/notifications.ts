import { z } from 'zod';

import { jobValue } from './documents.ts';
import { THREADS, UUID } from './ids.ts';

/** Shapes of the calls around notifications and webhooks (`docs/api.md`). */
const id = z.string().regex(UUID);
const time = z.iso.datetime();
const count = z.number().int().nonnegative();
const notificationId = z.number().int().positive();

export const NOTIFICATION_KINDS = ['NEW_MESSAGE', 'MENTION', 'ASSIGNED', 'JOB_EVENT', 'MENTION_UNREACHABLE'] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** How much of a message is told, in characters as people count them. */
export const NOTIFICATION_CHARACTERS = 100;

export const notificationShape = z.object({
  id: notificationId,
  kind: z.enum(NOTIFICATION_KINDS),
  title: z.string(),
  /** Of `MENTION_UNREACHABLE`: whom it did not reach, by name. */
  people: z.array(z.string()).optional(),
  /** Of a message, its first 100 characters; empty where there is none. */
  text: z.string(),
  conversation: z.object({ id, number: z.number().int() }),
  job: jobValue.pick({ id: true, number: true, title: true, status: true }),
  thread: z.enum(THREADS),
  /** Of the message or event in its thread. */
  seq: count,
  /** Who did it; `null`: a platform, or the command line. */
  by: z.object({ account: id, name: z.string() }).nullable(),
  createdAt: time,
  read: z.boolean(),
});
export type Notification = z.infer<typeof notificationShape>;

/** `GET /api/v1/notifications?before&limit`, newest first. `next`: the `before` of the following page. */
export const notificationList = z.object({
  notifications: z.array(notificationShape),
  next: notificationId.nullable(),
  unread: count,
});
export const unreadCount = z.object({ unread: count });

/** `POST /api/v1/notifications/read`: some, all up to one, or all. */
export const readNotificationsRequest = z.union([
  z.strictObject({ ids: z.array(notificationId).min(1).max(500) }),
  z.strictObject({ upTo: notificationId }),
  z.strictObject({ all: z.literal(true) }),
]);
export type ReadNotifications = z.infer<typeof readNotificationsRequest>;

/** `POST /api/v1/webhooks`, by an agency's owner. */
export const webhookRequest = z.object({
  url: z.string().min(1).max(2_000),
  events: z
    .array(z.enum(NOTIFICATION_KINDS))
    .min(1)
    .default([...NOTIFICATION_KINDS]),
  withText: z.boolean().default(false),
});
export const webhookShape = z.object({
  id,
  url: z.string(),
  events: z.array(z.enum(NOTIFICATION_KINDS)),
  withText: z.boolean(),
  createdAt: time,
});
export type Webhook = z.infer<typeof webhookShape>;
/** The only time that the secret is told. */
export const webhookMade = webhookShape.extend({ secret: z.string() });
export const webhookList = z.object({ webhooks: z.array(webhookShape) });

/** What was given up after the last try. */
export const webhookFailure = z.object({
  id,
  webhook: id,
  url: z.string(),
  kind: z.enum(NOTIFICATION_KINDS),
  attempts: count,
  error: z.string().nullable(),
  createdAt: time,
  failedAt: time,
});
export type WebhookFailure = z.infer<typeof webhookFailure>;
export const webhookFailures = z.object({ failures: z.array(webhookFailure) });

/** The body of a call to a webhook. `id` is the delivery's, the same at every try. */
export const webhookCall = z.object({
  id,
  type: z.literal('notification'),
  agency: id,
  recipient: z.object({ account: id, number: z.number().int(), name: z.string(), email: z.string() }),
  notification: notificationShape.omit({ text: true, read: true }).extend({ text: z.string().optional() }),
});
export type WebhookCall = z.infer<typeof webhookCall>;
