import { z } from 'zod';

/**
 * Every expected failure has one of these codes; it is what programs look at. The words beside it are for people
 * and may change.
 */
export const ERROR_CODES = [
  'bad-request', // what was sent does not have the shape that the call takes
  'sign-in-required', // no token, or one that ended
  'sign-in-failed', // wrong e-mail address or password
  'account-disabled',
  'device-wiped', // this session was ended with the wish that what is on its device goes
  'forbidden', // known, but not for this account's role
  'not-found', // also for what exists and isn't the caller's
  'conflict', // exists already, or changed meanwhile
  'gone', // a cursor too old to go on from
  'too-large',
  'too-many-requests',
  'not-sent', // a message that the server refused; `rule` says why
  'offline', // needs the network, and there is none
  'server-unreachable', // the address does not answer, or is no Trialogue server
  'storage-full',
  'storage-failed',
  'unavailable', // try again later
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export const errorShape = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  /** More that a program can use, e.g. `{field}` or `{retryAfterMs}`. Never secrets or message text. */
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type ErrorShape = z.infer<typeof errorShape>;

/** An expected failure. `message` says what happened, what is safe and what to do, for a person. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: ErrorShape['details'];

  constructor(code: ErrorCode, message: string, details?: ErrorShape['details']) {
    super(message);
    this.code = code;
    this.details = details;
  }

  toShape(): ErrorShape {
    return this.details
      ? { code: this.code, message: this.message, details: this.details }
      : { code: this.code, message: this.message };
  }

  static from(shape: ErrorShape): AppError {
    return new AppError(shape.code, shape.message, shape.details);
  }
}
