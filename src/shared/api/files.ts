import { z } from 'zod';

import { attachmentFact } from '#shared/facts.ts';
import { THREADS } from '#shared/ids.ts';

import { id } from './common.ts';

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
