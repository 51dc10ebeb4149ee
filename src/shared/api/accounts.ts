import { z } from 'zod';

import { CONTACT_FILTERS } from '#shared/contact-details.ts';
import { ROLES } from '#shared/roles.ts';

import { agencyShape, count, id, time } from './common.ts';

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
export const linkToken = z.string().min(1).max(200);

/** `POST /api/v1/password/reset`: by who has the link that an administrator made. */
export const resetPasswordRequest = z.object({ token: linkToken, password: z.string().min(1).max(1_024) });

/** `GET /api/v1/sessions`: where this account is signed in. `DELETE /api/v1/sessions/<id>` ends one. */
export const sessionList = z.object({
  sessions: z.array(
    z.object({ id, device: z.object({ id, name: z.string() }), createdAt: time, lastUsedAt: time, current: z.boolean() }),
  ),
});

/** `DELETE /api/v1/sessions/<id>?wipe=true`: also what the app there keeps. */
export const endSessionQuery = z.object({
  wipe: z.enum(['true', 'false']).default('false'),
});

/** `POST /api/v1/device/lease`: a new Yjs client id, for a replica that is behind what the server holds under the old one. */
export const leaseResponse = z.object({ clientId: z.number().int() });

/** `POST /api/v1/tickets` → a ticket for one WebSocket, good for 30 s, once. */
export const ticketResponse = z.object({ ticket: z.string(), expiresAt: time });
