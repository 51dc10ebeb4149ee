import { z } from 'zod';

/** A conversation by its number, up to what a number holds exactly. */
export const numberParams = z.object({ id: z.string().regex(/^[1-9][0-9]{0,14}$/) });

/** Their errors are `{error: text}`: a contract of the platform whose apps they are. */
export const ofJsonClients = { tag: 'Clients that speak JSON', plainErrors: true } as const;
