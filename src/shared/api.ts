import { z } from 'zod';

import { CONTACT_FILTERS } from './contact-details.ts';
import { jobValue, locksValue, participantValue, eventValue } from './documents.ts';
import { errorShape } from './errors.ts';
import { attachmentFact } from './facts.ts';
import { THREADS, UUID } from './ids.ts';
import { LIMITS } from './limits.ts';
import { notificationShape } from './notifications.ts';
import { ROLES } from './roles.ts';

/** The shapes of the server's HTTP API (`docs/api.md`). Times are ISO 8601, UTC, with milliseconds; ids are UUIDs. */
const id = z.string().regex(UUID);
const time = z.iso.datetime();
const count = z.number().int().nonnegative();

/** The body of every answer that isn't 2xx. */
export const errorBody = z.object({ error: errorShape });

export const agencyShape = z.object({ id, number: z.number().int(), name: z.string() });

export const accountShape = z.object({
  id,
  number: z.number().int(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  /** `contactFilter`: what the agency does about contact details in messages to everybody. */
  agency: agencyShape
    .extend({
      contactFilter: z.enum(CONTACT_FILTERS).default('off'),
      /** How long, in ms, its people may edit or remove a message of their own. */
      editWindowMs: count.optional(),
    })
    .nullable(),
});
export type Account = z.infer<typeof accountShape>;

/** `clientId`: the Yjs client id leased to this device, for good. */
export const deviceShape = z.object({ id, name: z.string(), clientId: z.number().int() });

export const signInRequest = z.object({
  email: z.string().trim().min(1).max(254),
  password: z.string().min(1).max(1_024),
  device: z.object({ name: z.string().trim().min(1).max(120) }),
});

/** The other way to ask for a session: by a token of the platform that signs people in. */
export const exchangeRequest = signInRequest.pick({ device: true }).extend({ platformToken: z.string().min(1).max(16_384) });

export const sessionResponse = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: time,
  account: accountShape,
  device: deviceShape,
});
export type SessionResponse = z.infer<typeof sessionResponse>;

export const refreshRequest = z.object({ refreshToken: z.string().min(1).max(512) });

/** `POST /api/v1/password`: by who is signed in; every other session ends. */
export const changePasswordRequest = z.object({ current: z.string().min(1).max(1_024), next: z.string().min(1).max(1_024) });

/** What stands in a link that works once. */
const linkToken = z.string().min(1).max(200);

/** `POST /api/v1/password/reset`: by who has the link that an administrator made. */
export const resetPasswordRequest = z.object({ token: linkToken, password: z.string().min(1).max(1_024) });

const staffRole = z.enum(['owner', 'staff', 'employee']);

/** `POST /api/v1/invitations`, by an agency's owner. */
export const invitationRequest = z.object({
  email: z
    .string()
    .trim()
    .max(254)
    .regex(/^[^\s@]+@[^\s@]+$/, 'no e-mail address'),
  role: staffRole,
  name: z.string().trim().min(1).max(120).optional(),
});

export const invitationShape = z.object({
  id,
  email: z.string(),
  role: staffRole,
  name: z.string().nullable(),
  state: z.enum(['open', 'accepted', 'revoked', 'expired']),
  createdAt: time,
  expiresAt: time,
});
export type Invitation = z.infer<typeof invitationShape>;
/** The only time that the token is told. */
export const invitationMade = invitationShape.extend({ token: z.string(), link: z.string() });
export const invitationList = z.object({ invitations: z.array(invitationShape) });

/** `POST /api/v1/invitations/read`: what an invitation is for. */
export const invitationTokenRequest = z.object({ token: linkToken });
export const invitationContent = z.object({
  agency: z.string(),
  email: z.string(),
  role: staffRole,
  name: z.string().nullable(),
});

/** `POST /api/v1/invitations/accept` → a session. `name` is needed where the invitation has none. */
export const acceptInvitationRequest = z.object({
  token: linkToken,
  password: z.string().min(1).max(1_024),
  name: z.string().trim().min(1).max(120).optional(),
  device: signInRequest.shape.device,
});

/** `PATCH /api/v1/people/<id>`, by an agency's owner. */
export const changePersonRequest = z.object({ role: staffRole.optional(), disabled: z.boolean().optional() });
export const personShape = z.object({ account: id, name: z.string(), role: z.enum(ROLES), disabled: z.boolean() });

/** `GET /api/v1/sessions`: where this account is signed in. `DELETE /api/v1/sessions/<id>` ends one. */
export const sessionList = z.object({
  sessions: z.array(
    z.object({ id, device: z.object({ id, name: z.string() }), createdAt: time, lastUsedAt: time, current: z.boolean() }),
  ),
});

/** `POST /api/v1/device/lease`: a new Yjs client id, for a replica that is behind what the server holds under the old one. */
export const leaseResponse = z.object({ clientId: z.number().int() });

/** `POST /api/v1/tickets` → a ticket for one WebSocket, good for 30 s, once. */
export const ticketResponse = z.object({ ticket: z.string(), expiresAt: time });

/** One epoch of a thread: its name below `/sync/`, how far it is committed (`n`), how many entries it holds. */
export const documentShape = z.object({
  document: z.string(),
  thread: z.enum(THREADS),
  epoch: z.number().int().positive(),
  n: count,
  entries: count,
});
export type DocumentShape = z.infer<typeof documentShape>;

/** What an inbox shows of the newest message of a thread. */
export const messageSummary = z.object({
  key: z.string(),
  seq: z.number().int(),
  account: id,
  name: z.string(),
  /** At most 200 characters; empty when the message was removed or holds files alone. */
  text: z.string(),
  attachments: count,
  removed: z.boolean(),
  acceptedAt: time,
});

export const readCursor = z.object({ thread: z.enum(THREADS), account: id, seq: count, at: time });
export type ReadCursor = z.infer<typeof readCursor>;

const teamPerson = z.object({ account: id, name: z.string() });
/** How a conversation stands for the agency's staff: who has it in hand, its labels by name, and whether it is dealt with. */
export const teamState = z.object({
  /** What stands in the thread `team` up to here is in it. */
  lastSeq: count,
  assignee: teamPerson.extend({ by: teamPerson, at: time }).nullable(),
  labels: z.array(z.object({ name: z.string(), by: teamPerson, at: time })),
  resolved: z.object({ by: teamPerson, at: time }).nullable(),
});
export type TeamState = z.infer<typeof teamState>;

export const conversationShape = z.object({
  id,
  number: z.number().int(),
  agency: agencyShape,
  job: jobValue,
  /** Everybody who takes or took part by name; staff of the agency may read without being listed. */
  participants: z.array(participantValue),
  locks: locksValue,
  documents: z.array(documentShape),
  /** Of the thread `all`. */
  lastSeq: count,
  /** Messages up to here count as read by everybody (imported history). */
  readFloor: count,
  lastMessage: messageSummary.nullable(),
  unread: count,
  reads: z.array(readCursor),
  /** `null` for everybody but the agency's staff. */
  team: teamState.nullable(),
  createdAt: time,
  lastActivityAt: time,
});
export type Conversation = z.infer<typeof conversationShape>;

/**
 * `next`: what to pass as `before` for the following page; `null` at the end. `feed`: the cursor from which the feed goes on after this list.
 * `account`: the caller's, as it is now.
 */
export const conversationList = z.object({
  account: accountShape,
  conversations: z.array(conversationShape),
  next: z.string().nullable(),
  feed: z.string(),
});

export const createConversationRequest = z.object({
  job: z.object({
    title: z.string().trim().min(1).max(200),
    status: jobValue.shape.status.default('open'),
    location: z.string().max(255).nullable().default(null),
    startsOn: z.iso.date().nullable().default(null),
  }),
  clients: z.array(id).min(1).max(20),
  workers: z.array(id).max(50).default([]),
  employees: z.array(id).max(50).default([]),
});

/** `PUT /api/v1/platform/jobs/<external id>/participants/<external account id or e-mail>`; `name` and `email` for who isn't known yet. */
export const platformPersonRequest = z.object({
  role: z.enum(['client', 'worker', 'employee']),
  name: z.string().trim().min(1).max(120).optional(),
  email: invitationRequest.shape.email.optional(),
});

/** `PUT /api/v1/platform/jobs/<external id>`: what isn't said stays; `title` is needed for a new one. */
export const platformJobRequest = z.object({
  title: z.string().trim().min(1).max(200).optional(),
  status: jobValue.shape.status.optional(),
  location: z.string().max(255).nullable().optional(),
  startsOn: z.iso.date().nullable().optional(),
  participants: z
    .array(platformPersonRequest.extend({ person: z.string().min(1).max(254) }))
    .max(120)
    .default([]),
});

export const platformJobResponse = z.object({
  externalId: z.string(),
  conversation: z.object({ id, number: z.number().int() }),
  job: jobValue,
  participants: z.array(participantValue),
  locks: locksValue,
});

export const reactionShape = z.object({ emoji: z.string(), accounts: z.array(id) });

/** One row of a thread as history pages give it: a message in its present state, or a system event. */
export const historyItem = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    key: z.string(),
    number: z.number().int(),
    seq: z.number().int(),
    account: id,
    name: z.string(),
    text: z.string(),
    mentions: z.array(id),
    attachments: z.array(attachmentFact),
    replyTo: z.string().nullable(),
    sentAt: time,
    acceptedAt: time,
    editedAt: time.nullable(),
    removedAt: time.nullable(),
    reactions: z.array(reactionShape),
  }),
  z.object({ kind: z.literal('event'), key: z.string(), seq: z.number().int(), at: time, event: eventValue.shape.event }),
]);

/** `GET …/messages`: oldest first within the page; `before` of the next older page, `null` at the beginning. */
export const historyPage = z.object({ messages: z.array(historyItem), before: z.number().int().nullable() });

export const readsRequest = z.array(z.object({ conversation: id, thread: z.enum(THREADS), seq: count })).max(LIMITS.readsPerCall);

/** The agency's people, for its own staff. */
export const peopleResponse = z.object({ people: z.array(z.object({ account: id, name: z.string(), role: z.enum(ROLES) })) });

/** `POST /api/v1/conversations/<id>/files?thread=all&name=<name>` with the bytes as the body. */
export const fileResponse = attachmentFact;

/** `GET /api/v1/files/<id>/state`. `file` is told once its bytes are whole; `reason` and `message` of one that was refused. */
export const fileStateResponse = z.object({
  id,
  state: z.enum(['uploading', 'processing', 'held', 'ready', 'refused']),
  reason: z.string().optional(),
  message: z.string().optional(),
  file: attachmentFact.nullable(),
});
export type FileState = z.infer<typeof fileStateResponse>;

/** A file that was refused after its sender had been told that it was taken. */
export const refusedFileShape = z.object({
  id,
  conversation: id,
  thread: z.enum(THREADS),
  name: z.string(),
  reason: z.string(),
  /** The same for people. */
  message: z.string(),
});
export type RefusedFile = z.infer<typeof refusedFileShape>;

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

/**
 * Frames of `ws://…/api/v1/feed?after=<cursor>` from the server, JSON text. `typing` is passing and has no cursor.
 * The client sends nothing; pings keep the connection.
 */
export const feedFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('items'), items: z.array(feedItem), cursor: z.string() }),
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
]);
export type FeedFrame = z.infer<typeof feedFrame>;

/** `GET /healthz`, `GET /readyz` */
export const healthShape = z.object({ ok: z.literal(true) });
export const readinessShape = z.object({ ready: z.boolean() });

/** `GET /api/v1/server`: what a client needs to know before it signs in. */
export const serverInfo = z.object({
  product: z.literal('trialogue'),
  version: z.string(),
  /** `password`, `platform`; a client takes those that it knows. */
  signIn: z.array(z.string()),
  /** What may be sent, in bytes and media types (`image/png`, `image/*`, `*`). */
  files: z.object({ mostBytes: count, types: z.array(z.string()) }).optional(),
});
