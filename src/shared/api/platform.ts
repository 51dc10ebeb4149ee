import { z } from 'zod';

import { jobValue, locksValue, participantValue } from '#shared/documents.ts';

import { id } from './common.ts';
import { invitationRequest } from './people.ts';

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
