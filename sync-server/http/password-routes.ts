import { changePasswordRequest, resetPasswordRequest } from '#shared/api/accounts.ts';

import { changePassword, finishReset } from '../auth/password-changes.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';
import { byAddress, byCaller, byField, throttle } from './throttle.ts';

/** Attempts a minute: of one address, of one signed-in account, with one link. */
const MOST = { ofAddress: 30, ofAccount: 10, ofLink: 10 };

const change = {
  method: 'POST',
  path: '/api/v1/password',
  tag: 'Sign in',
  summary: 'Changes one’s password',
  notes: 'Every other session of the account ends.',
  access: 'signed-in',
  body: changePasswordRequest,
  status: 204,
  errors: ['sign-in-failed'],
} as const satisfies Endpoint;

const reset = {
  method: 'POST',
  path: '/api/v1/password/reset',
  tag: 'Sign in',
  summary: 'Sets a password, by who has the link of `reset-password`',
  access: 'anyone',
  body: resetPasswordRequest,
  status: 204,
  errors: ['not-found', 'account-disabled'],
} as const satisfies Endpoint;

export const passwordRoutes: Routes = (app, { db }, answer) => {
  const preHandler = [throttle(app, MOST.ofAddress, byAddress), throttle(app, MOST.ofAccount, byCaller)];
  endpoint(app, answer, change, async ({ caller, body }) => changePassword(db, caller, body), { preHandler });
};

/** Needs no sign-in: it is for who can't. */
export const resetRoutes: Routes = (app, { db }, answer) => {
  const preHandler = [throttle(app, MOST.ofAddress, byAddress), throttle(app, MOST.ofLink, byField('token'))];
  endpoint(app, answer, reset, async ({ body: { token, password } }) => finishReset(db, token, password), { preHandler });
};
