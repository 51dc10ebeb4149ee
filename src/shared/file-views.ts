import { z } from 'zod';

import type { ErrorCode } from './errors.ts';
import { THREADS } from './ids.ts';

const count = z.number().int().nonnegative();

/** How far an own file is on its way to the server. */
export const uploadState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting') }),
  /** `sent`: bytes that the server has. */
  z.object({ kind: z.literal('uploading'), sent: count }),
  /** The server has it and looks through it for viruses; it can be named in a message. */
  z.object({ kind: z.literal('held') }),
  z.object({ kind: z.literal('ready') }),
  /** Nobody will get it; why and what to do, in words. */
  z.object({ kind: z.literal('refused'), message: z.string() }),
]);
export type UploadState = z.infer<typeof uploadState>;

/** An own file that is kept on this machine and isn't in an accepted message yet. */
export const uploadView = z.object({
  id: z.string(),
  name: z.string(),
  /** Media type, as it was given: the server looks at the bytes. */
  type: z.string(),
  bytes: count,
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
  /** Relative to the page that shows it. */
  url: z.string(),
  state: uploadState,
  /** The key of the message that waits for it; `null` while it belongs to the draft. */
  message: z.string().nullable(),
});
export type UploadView = z.infer<typeof uploadView>;

/** What may be sent, as the server told it last. */
export const fileLimits = z.object({
  /** Whether the organisation lets files be sent from this machine. */
  allowed: z.boolean(),
  mostBytes: count,
  /** `image/png`, `image/*`, `*` */
  types: z.array(z.string()),
  /** In one message. */
  mostFiles: count,
});
export type FileLimits = z.infer<typeof fileLimits>;

/** What the page says of a file that it gives to the core, in the query of `POST /files`; the body is its bytes. */
export const givenFile = z.object({
  conversation: z.string().min(1).max(100),
  thread: z.enum(THREADS),
  name: z.string().min(1).max(1_000),
  type: z.string().max(127).default(''),
  bytes: z.coerce.number().int().nonnegative(),
  width: z.coerce.number().int().positive().max(100_000).optional(),
  height: z.coerce.number().int().positive().max(100_000).optional(),
});
export type GivenFile = z.infer<typeof givenFile>;

/** Where the page sends files to; both hosts answer there. */
export const GIVE_PATH = '/files';

/** What a call of the page says of its file; `null` when it isn't one. */
export function readGivenFile(url: { pathname: string; searchParams: Iterable<[string, string]> }): GivenFile | null {
  if (url.pathname !== GIVE_PATH) return null;
  return givenFile.safeParse(Object.fromEntries(url.searchParams)).data ?? null;
}

/** The HTTP status of a file that was not taken. */
export function givenStatus(code: ErrorCode): number {
  switch (code) {
    case 'too-large':
      return 413;
    case 'forbidden':
    case 'sign-in-required':
      return 403;
    case 'not-found':
      return 404;
    case 'storage-full':
    case 'storage-failed':
      return 507;
    default:
      return 400;
  }
}
