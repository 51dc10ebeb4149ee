import type { ErrorCode } from '#shared/errors.ts';
import { AppError } from '#shared/errors.ts';

/** What a server may say that has an app remove everything, with the status that goes with it. */
const WIPING: Partial<Record<ErrorCode, number>> = { 'account-disabled': 403, 'device-wiped': 401 };

/** What of an answer shows who gave it. `url`: what was asked for. */
export type Answered = { url: string; status: number; redirected: boolean; type: string | null };

/**
 * A failure as it may be acted upon. What would wipe this machine counts only where nobody but the server can have said it: by TLS, or
 * on this machine itself, from where it was asked, and in its own form. From elsewhere it is a session that ended, or no answer at all.
 */
export function trusted(error: AppError, { url, status, redirected, type }: Answered): AppError {
  const expected = WIPING[error.code];
  if (expected === undefined) return error;
  if (status !== expected || redirected || !/^application\/(problem\+)?json\b/.test(type ?? '')) {
    return new AppError('unavailable', 'The server does not answer as it should. Try again later.', { status });
  }
  return isProved(url) ? error : new AppError('sign-in-required', error.message);
}

function isProved(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** The session that a refresh token is of, which an answer that wipes has to name. */
export function sessionOf(refreshToken: string): string {
  return refreshToken.slice(0, Math.max(0, refreshToken.indexOf('.')));
}
