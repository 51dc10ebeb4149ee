import { z } from 'zod';

import type { JobStatus } from './documents.ts';
import { ERROR_CODES } from './errors.ts';
import { LIMITS } from './limits.ts';
import { REFUSAL_RULES } from './wire.ts';

/**
 * The shapes of clients that speak JSON: an existing platform's web and mobile apps (`docs/api.md`, section "Clients that speak
 * JSON"). Ids are integers, times ISO 8601 in UTC, names as that platform writes them.
 */
const number = z.number().int().positive();
const count = z.number().int().nonnegative();
const time = z.iso.datetime();

/** The states that the platform's apps know. */
const PLATFORM_JOB_STATUSES = ['ACTIVE', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED'] as const;

/** A job there goes on until its client has approved it, also while it is disputed. */
export const PLATFORM_JOB_STATUS: Record<JobStatus, (typeof PLATFORM_JOB_STATUSES)[number]> = {
  open: 'ACTIVE',
  scheduled: 'ACTIVE',
  'in-progress': 'IN_PROGRESS',
  completed: 'IN_PROGRESS',
  disputed: 'IN_PROGRESS',
  approved: 'COMPLETED',
  cancelled: 'CANCELLED',
};

/** What `/ws/chat/<conversation>/` takes. Further fields are ignored. */
export const chatRequest = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('send_message'),
    message: z.string().max(LIMITS.textLength),
    /** Of a file that this account uploaded to this conversation. */
    attachment_url: z.string().max(2_048).nullish(),
    /** A UUIDv7 of the client's own: a message sent twice under it is stored once. Anything else is ignored. */
    client_message_id: z.unknown().optional(),
  }),
  z.object({ type: z.literal('typing_start') }),
  z.object({ type: z.literal('typing_stop') }),
  z.object({ type: z.literal('mark_read'), message_ids: z.array(number).max(LIMITS.readsPerCall) }),
]);
export type ChatRequest = z.output<typeof chatRequest>;

export const chatMessage = z.strictObject({
  message_id: number,
  sender_id: number,
  sender_name: z.string(),
  text: z.string(),
  attachment_url: z.string().nullable(),
  created_at: time,
  /** By anybody but its sender. */
  is_read: z.boolean(),
});
export type ChatMessage = z.infer<typeof chatMessage>;

/** One of the server's error codes, or the rule that refused a message. */
export const CHAT_ERROR_CODES = [...ERROR_CODES, ...REFUSAL_RULES] as const;
export type ChatErrorCode = (typeof CHAT_ERROR_CODES)[number];

/** What it sends. */
export const chatFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('connection_established'), conversation_id: number }),
  z.strictObject({ type: z.literal('new_message'), message: chatMessage }),
  /** It was sent, and the sender is to know something about it; `attachment`: nobody gets a file of theirs. */
  z.strictObject({ type: z.literal('notice'), code: z.enum(['contact-details', 'attachment']), message: z.string() }),
  z.strictObject({ type: z.literal('typing_indicator'), user_id: number, is_typing: z.boolean() }),
  z.strictObject({ type: z.literal('read_receipts'), message_ids: z.array(number).min(1), user_id: number }),
  z.strictObject({ type: z.literal('error'), code: z.enum(CHAT_ERROR_CODES), message: z.string() }),
]);
export type ChatFrame = z.infer<typeof chatFrame>;

/** `email` is empty where it isn't the caller's to see: an agency sees all, everybody else their own. */
const person = z.strictObject({ id: number, name: z.string(), email: z.string() });
export type ChatPerson = z.infer<typeof person>;

const paged = { success: z.literal(true), total: count, page: number, pages: count };

export const chatConversation = z.strictObject({
  conversation_id: number,
  job: z.strictObject({ id: number, title: z.string(), status: z.enum(PLATFORM_JOB_STATUSES) }).nullable(),
  client: person.nullable(),
  worker: person.nullable(),
  last_message: z.strictObject({ text: z.string(), sender_name: z.string(), created_at: time }).nullable(),
  unread_count: count,
  last_message_at: time.nullable(),
  created_at: time,
});
export type ChatConversation = z.infer<typeof chatConversation>;

export const chatConversations = z.strictObject({ ...paged, conversations: z.array(chatConversation) });

export const chatHistoryMessage = z.strictObject({
  message_id: number,
  sender: person,
  text: z.string(),
  attachment_url: z.string().nullable(),
  is_read: z.boolean(),
  created_at: time,
});
export type ChatHistoryMessage = z.infer<typeof chatHistoryMessage>;

/** Of `POST …/conversations/<id>/upload`. `attachment_url` is what `send_message` takes, and where the file is until it ends. */
export const chatUpload = z.strictObject({
  success: z.literal(true),
  attachment_url: z.string(),
  file: z.strictObject({
    id: z.string(),
    name: z.string(),
    type: z.string(),
    bytes: number,
    width: number.optional(),
    height: number.optional(),
  }),
});

export const chatMessages = z.strictObject({
  ...paged,
  messages: z.array(chatHistoryMessage),
  conversation: z.strictObject({ id: number, job_id: number.nullable(), job_title: z.string().nullable() }),
});

/** Numbers that are out of bounds are brought within them, so that an app that asks for more still gets an answer. */
const within = (most: number, otherwise: number) =>
  z.coerce
    .number()
    .int()
    .overwrite((value) => Math.min(Math.max(value, 1), most))
    .default(otherwise);
const page = within(1_000_000_000, 1);
export const chatConversationsQuery = z.object({ page, limit: within(LIMITS.pageSize, 20) });
export const chatMessagesQuery = z.object({ page, limit: within(LIMITS.pageSize, 50) });
