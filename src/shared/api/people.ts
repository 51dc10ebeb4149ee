import { z } from 'zod';

import { ROLES } from '#shared/roles.ts';

import { linkToken, signInRequest } from './accounts.ts';
import { id, time } from './common.ts';

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

/** Told to owners alone. */
const email = z.string().optional();

export const personShape = z.object({ account: id, name: z.string(), role: z.enum(ROLES), disabled: z.boolean(), email });

/** The agency's people, for its own staff. */
export const peopleResponse = z.object({
  people: z.array(z.object({ account: id, name: z.string(), role: z.enum(ROLES), email })),
});
