import { z } from 'zod';

import { THREADS } from '#shared/ids.ts';

/** A name, not a path; and nothing that could break out of a header or hide its ending from the eye. */
export const fileName = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[^/\\\p{Cc}\p{Bidi_Control}]+$/u, 'not a file name');

export const threadName = z.enum(THREADS).default('all');
