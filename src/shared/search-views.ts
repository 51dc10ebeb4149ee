import { z } from 'zod';

import { jobValue } from './documents.ts';
import { THREADS } from './ids.ts';
import { count, ms, personView } from './views.ts';

/** `excerpt` holds the text around the hit; `marks` are [start, end) in UTF-16 units of the excerpt. */
const marked = z.object({ text: z.string(), marks: z.array(z.tuple([count, count])) });
export const searchResult = z.object({
  conversations: z.array(z.object({ conversation: z.string(), title: marked, people: marked, at: ms })),
  messages: z.array(
    z.object({
      conversation: z.string(),
      thread: z.enum(THREADS),
      key: z.string(),
      seq: z.number().int().nullable(),
      jobTitle: z.string(),
      author: personView,
      excerpt: marked,
      at: ms,
    }),
  ),
  /** There are more messages than these. */
  more: z.boolean(),
});
export type SearchResult = z.infer<typeof searchResult>;

/** What the palette finds on this machine, the best first. `conversations`: how many of that person are here. */
export const paletteFound = z.object({
  people: z.array(personView.extend({ conversations: count })),
  jobs: z.array(
    z.object({
      conversation: z.string(),
      title: z.string(),
      number: z.number().int(),
      people: z.array(z.string()),
      status: jobValue.shape.status,
    }),
  ),
});
export type PaletteFound = z.infer<typeof paletteFound>;
