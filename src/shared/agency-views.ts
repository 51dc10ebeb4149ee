import { z } from 'zod';

/** What people of an agency can be. */
export const AGENCY_ROLES = ['owner', 'staff', 'employee'] as const;
export type AgencyRole = (typeof AGENCY_ROLES)[number];

/** Somebody of one's own agency, as its owners see them. */
export const agencyPerson = z.object({
  id: z.string(),
  name: z.string(),
  /** `null` from a server that does not tell it. */
  email: z.string().nullable(),
  role: z.enum(AGENCY_ROLES),
  disabled: z.boolean(),
});
export type AgencyPerson = z.infer<typeof agencyPerson>;

/** An invitation that nobody has taken yet. Times are ms since 1970. */
export const openInvitation = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  role: z.enum(AGENCY_ROLES),
  expiresAt: z.number().int(),
});
export type OpenInvitation = z.infer<typeof openInvitation>;

export const agencyPeople = z.object({ people: z.array(agencyPerson), invitations: z.array(openInvitation) });
export type AgencyPeople = z.infer<typeof agencyPeople>;

export const invitationWanted = z.strictObject({
  email: z.string().max(254),
  name: z.string().max(120).nullable(),
  role: z.enum(AGENCY_ROLES),
});
