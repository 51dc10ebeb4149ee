import type { AppError, ErrorCode, ErrorShape } from '#shared/errors.ts';

/** What a failure of each code is answered with. The codes that are missing here are no server's. */
export const PROBLEMS = {
  'bad-request': {
    status: 400,
    title: 'Not as it should be',
    about: 'What was sent does not have the shape that the call takes.',
  },
  'sign-in-required': { status: 401, title: 'Sign in', about: 'No token or API key, or one that ended.' },
  'sign-in-failed': { status: 401, title: 'Sign-in failed', about: 'A wrong e-mail address or password.' },
  'account-disabled': { status: 403, title: 'Account disabled', about: 'The account was shut out.' },
  'device-wiped': {
    status: 401,
    title: 'Signed out and wiped',
    about:
      'The session was ended with the wish that what is on its device goes. An app takes that from the answer to its refresh token alone, and if `details.session` is its own.',
  },
  forbidden: { status: 403, title: 'Not allowed', about: 'Known, but not for this account’s role, or from this site’s page.' },
  'not-found': { status: 404, title: 'Not found', about: 'Nothing is there, or it is not the caller’s.' },
  conflict: {
    status: 409,
    title: 'Conflict',
    about: 'It exists already, changed meanwhile, or is in a state that does not allow it.',
  },
  gone: { status: 410, title: 'Gone', about: 'A cursor too old to go on from, a link that ended, a file that was refused.' },
  'too-large': { status: 413, title: 'Too large', about: 'More than the server takes at once.' },
  'not-sent': { status: 422, title: 'Not sent', about: 'A message that was refused.' },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    about: 'Wait as long as `Retry-After` or `details.retryAfterMs` says.',
  },
  internal: { status: 500, title: 'Internal error', about: 'A mistake of the server. Nothing that was acknowledged is lost.' },
  unavailable: { status: 503, title: 'Unavailable', about: 'The database, or who signs people in, is away. Try again later.' },
} as const satisfies Partial<Record<ErrorCode, { status: number; title: string; about: string }>>;
export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];
export const PROBLEM_TYPE = 'application/problem+json';

/** RFC 9457, and under `error` what every answer of this API has had from the beginning. */
export type Problem = {
  /** Where this server says what the code means. */
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  /** Of a mistake of the server: what to look for in its log. */
  instance?: string;
  error: ErrorShape;
};

/** What is told of a failure. `status`: where HTTP has a finer one for it than the code. */
export function problemOf(told: AppError, options: { status?: number; instance?: string } = {}): Problem {
  // What can only happen in an app is a mistake here.
  const code = isProblemCode(told.code) ? told.code : 'internal';
  const { status, title } = PROBLEMS[code];
  return {
    type: `/api/docs#error-${code}`,
    title,
    status: options.status ?? status,
    detail: told.message,
    code,
    ...(options.instance === undefined ? {} : { instance: options.instance }),
    error: told.toShape(),
  };
}

function isProblemCode(code: ErrorCode): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
