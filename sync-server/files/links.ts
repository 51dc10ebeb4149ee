import { createHmac, timingSafeEqual } from 'node:crypto';

import { AppError } from '#shared/errors.ts';

/** How long a link is good at least. */
export const LINK_SECONDS = 60 * 60;
/** Ends fall on whole steps, so that the same file has the same link for a while and is fetched once. */
const STEP_SECONDS = 5 * 60;
/** Clocks of nodes differ. */
const TOLERANCE_SECONDS = 60;

/** Links to files of the thread `all` that need no sign-in and end. */
export type FileLinks = {
  /** Path and query. */
  sign: (file: string) => string;
  /** @throws AppError forbidden: not a link of ours; gone: it has ended */
  check(file: string, link: { expires: string; signature: string }): void;
};

export function fileLinks(key: Buffer, now: () => number): FileLinks {
  const signatureOf = (file: string, expires: number): Buffer =>
    createHmac('sha256', key).update(`file/${file}/${expires}`).digest();

  return {
    sign(file) {
      const expires = Math.ceil((now() / 1_000 + LINK_SECONDS) / STEP_SECONDS) * STEP_SECONDS;
      return `/api/v1/files/${file}?expires=${expires}&signature=${signatureOf(file, expires).toString('base64url')}`;
    },
    check(file, { expires, signature }) {
      const ends = /^[1-9][0-9]{0,11}$/.test(expires) ? Number(expires) : null;
      const given = Buffer.from(signature, 'base64url');
      const wanted = signatureOf(file, ends ?? 0);
      if (ends === null || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
        throw new AppError('forbidden', 'This link to a file is not one of this server’s.');
      }
      if (now() / 1_000 > ends + TOLERANCE_SECONDS) {
        throw new AppError('gone', 'This link to a file has ended. Open the conversation again for a new one.');
      }
    },
  };
}
