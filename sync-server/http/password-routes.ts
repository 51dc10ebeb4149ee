import { changePasswordRequest, resetPasswordRequest } from '#shared/api.ts';

import { changePassword, finishReset } from '../auth/password-changes.ts';
import type { Routes } from './http.ts';
import { callerOf, parsed } from './routing.ts';
import { byAddress, byCaller, byField, throttle } from './throttle.ts';

/** Attempts a minute: of one address, of one signed-in account, with one link. */
const MOST = { ofAddress: 30, ofAccount: 10, ofLink: 10 };

export const passwordRoutes: Routes = (app, { db }) => {
  const slowly = [throttle(app, MOST.ofAddress, byAddress), throttle(app, MOST.ofAccount, byCaller)];
  app.post('/api/v1/password', { preHandler: slowly }, async (request, reply) => {
    await changePassword(db, callerOf(request), parsed(changePasswordRequest, request.body));
    return reply.code(204).send();
  });
};

/** Needs no sign-in: it is for who can't. */
export const resetRoutes: Routes = (app, { db }) => {
  const slowly = [throttle(app, MOST.ofAddress, byAddress), throttle(app, MOST.ofLink, byField('token'))];
  app.post('/api/v1/password/reset', { preHandler: slowly }, async (request, reply) => {
    const { token, password } = parsed(resetPasswordRequest, request.body);
    await finishReset(db, token, password);
    return reply.code(204).send();
  });
};
