import { z } from 'zod';

import { errorShape } from '#shared/errors.ts';
import { UUID } from '#shared/ids.ts';

/** What several shapes of the server's HTTP API are made of (`docs/api.md`). Times are ISO 8601, UTC, with milliseconds; ids are UUIDs. */
export const id = z.string().regex(UUID);

export const time = z.iso.datetime();

export const count = z.number().int().nonnegative();

/** The body of every answer that isn't 2xx. */
export const errorBody = z.object({ error: errorShape });

export const agencyShape = z.object({ id, number: z.number().int(), name: z.string() });

/** `GET /healthz`, `GET /readyz` */
export const healthShape = z.object({ ok: z.literal(true) });

export const readinessShape = z.object({ ready: z.boolean() });

/** How the desktop app has people sign in at an issuer, in their browser: as a public client, by code and PKCE. */
export const oidcMethod = z.object({
  /** As people call it. */
  name: z.string().min(1).max(100),
  issuer: z.url({ protocol: /^https?$/ }).max(2_000),
  clientId: z.string().min(1).max(500),
  /** With blanks in between; `openid` is one. */
  scope: z.string().max(2_000),
  /** What else the issuer wants to be asked with. */
  parameters: z.record(z.string(), z.string()),
  /** Which of its tokens `POST /api/v1/session` takes. */
  token: z.enum(['id', 'access']),
});
export type OidcMethod = z.infer<typeof oidcMethod>;

/** `GET /api/v1/server`: what a client needs to know before it signs in. */
export const serverInfo = z.object({
  product: z.literal('trialogue'),
  version: z.string(),
  /** `password`, `platform`, `oidc`; a client takes those that it knows. */
  signIn: z.array(z.string()),
  oidc: oidcMethod.optional(),
  /** What may be sent, in bytes and media types (`image/png`, `image/*`, `*`). */
  files: z.object({ mostBytes: count, types: z.array(z.string()) }).optional(),
});
