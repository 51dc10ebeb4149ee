import { z } from 'zod';

export const EXPORT_FORMATS = ['pdf', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const count = z.number().int().nonnegative();

/** `done` and `total` count messages and events. */
export const exportState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('working'), done: count, total: count }),
  z.object({ kind: z.literal('ready'), name: z.string(), bytes: count }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type ExportState = z.infer<typeof exportState>;

/** `address`: on the page's own host; it works once. */
export const exportSaved = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('saved') }),
  z.object({ kind: z.literal('cancelled') }),
  z.object({ kind: z.literal('address'), address: z.string() }),
]);
export type ExportSaved = z.infer<typeof exportSaved>;
