import { z } from 'zod';

import { errorShape } from '#shared/errors.ts';
import { THREADS } from '#shared/ids.ts';
import { notificationShape } from '#shared/notifications.ts';

import { accountShape } from './accounts.ts';
import { count, id } from './common.ts';
import { conversationShape, messageSummary, readCursor } from './conversations.ts';
import { refusedFileShape } from './files.ts';

/** One line of `GET /api/v1/log/<document>?after=<n>` (application/x-ndjson); `update` is base64. `n` is where it leads to. */
export const logLine = z.object({ n: count, update: z.string() });

/** `POST /api/v1/log`: the same for many documents at once, each line with its document's name. `error` instead of `update` for one that isn't the caller's. */
export const logBatchRequest = z.array(z.object({ document: z.string(), after: count })).max(200);

export const logBatchLine = z.union([
  z.object({ document: z.string(), n: count, update: z.string() }),
  z.object({ document: z.string(), end: z.literal(true), n: count }),
  z.object({ document: z.string(), error: errorShape }),
]);
export type LogBatchLine = z.infer<typeof logBatchLine>;

/**
 * What changed for this account, in order and without gaps. A cursor is opaque.
 * `conversation` carries the whole record as it is now; `entry` says that a document was committed up to `n`.
 */
export const feedItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('conversation'), conversation: conversationShape }),
  z.object({
    kind: z.literal('entry'),
    conversation: id,
    thread: z.enum(THREADS),
    document: z.string(),
    n: count,
    seq: count,
    message: messageSummary.nullable(),
  }),
  z.object({ kind: z.literal('read'), conversation: id, cursor: readCursor }),
  /** Membership lost: the local copy is to be purged. */
  z.object({ kind: z.literal('left'), conversation: id }),
  z.object({ kind: z.literal('account'), account: accountShape }),
  z.object({ kind: z.literal('me'), n: count }),
  /** As it is now; none that was taken away, or that the account may not see any more. */
  z.object({ kind: z.literal('notification'), notification: notificationShape }),
  /** To its sender: nobody gets this file. */
  z.object({ kind: z.literal('file'), file: refusedFileShape }),
]);
export type FeedItem = z.infer<typeof feedItem>;

export const feedPage = z.object({ items: z.array(feedItem), cursor: z.string(), more: z.boolean() });

const framesWithoutItems = [
  /** All that was there at connect has been sent. */
  z.object({ type: z.literal('live'), cursor: z.string() }),
  z.object({
    type: z.literal('typing'),
    conversation: id,
    thread: z.enum(THREADS),
    account: id,
    name: z.string(),
    typing: z.boolean(),
  }),
  z.object({ type: z.literal('drain'), retryAfterMs: count }),
] as const;

/**
 * Frames of `ws://…/api/v1/feed?after=<cursor>` from the server, JSON text. `typing` is passing and has no cursor.
 * The client sends nothing; pings keep the connection.
 */
export const feedFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('items'), items: z.array(feedItem), cursor: z.string() }),
  ...framesWithoutItems,
]);
export type FeedFrame = z.infer<typeof feedFrame>;

/** The same, with its items as they came: who has other things to do reads them one by one, as `feedItem`. */
export const feedEnvelope = z.discriminatedUnion('type', [
  z.object({ type: z.literal('items'), items: z.array(z.unknown()), cursor: z.string() }),
  ...framesWithoutItems,
]);
