import { z } from 'zod';

import { attachmentView, personView } from './views.ts';

/** A file of a thread, with the message that brought it. */
export const threadFile = z.object({
  file: attachmentView,
  key: z.string(),
  /** `null` while it waits. */
  seq: z.number().int().nullable(),
  author: personView,
  at: z.number().int(),
});
export type ThreadFile = z.infer<typeof threadFile>;

/** A text to answer with. */
export const cannedReply = z.object({
  id: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(60),
  text: z.string().min(1).max(4_000),
});
export type CannedReply = z.infer<typeof cannedReply>;
