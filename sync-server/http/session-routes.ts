import {
  exchangeRequest,
  leaseResponse,
  refreshRequest,
  sessionList,
  sessionResponse,
  signInRequest,
  ticketResponse,
} from '#shared/api.ts';

import { renewLease, revokeSession, sessionsOf } from '../storage/sessions.ts';
import type { Routes } from './http.ts';
import { callerOf, idOf, notFound, parsed } from './routing.ts';
import { both, byAddress, byField, throttle } from './throttle.ts';

/** Attempts a minute: of one address at one account, at one account from anywhere, of one address at all accounts; with one token of a platform. */
const SIGN_INS = { ofPair: 10, ofAccount: 30, ofAddress: 100, ofToken: 10 };
/** Of one token (a lost answer, several windows at once), and of one address. */
const REFRESHES = { ofToken: 30, ofAddress: 300 };

/** What can be called without a session. */
export const signInRoutes: Routes = (app, { auth }, answer) => {
  const email = byField('email');
  const signIn = [
    throttle(app, SIGN_INS.ofAddress, byAddress),
    throttle(app, SIGN_INS.ofPair, both(byAddress, email)),
    throttle(app, SIGN_INS.ofAccount, email),
    throttle(app, SIGN_INS.ofToken, byField('platformToken')),
  ];
  app.post('/api/v1/session', { preHandler: signIn }, async (request) => {
    const byToken = typeof request.body === 'object' && request.body !== null && 'platformToken' in request.body;
    return answer(
      sessionResponse,
      byToken
        ? await auth.exchange(parsed(exchangeRequest, request.body))
        : await auth.signIn(parsed(signInRequest, request.body)),
    );
  });
  const refresh = [throttle(app, REFRESHES.ofAddress, byAddress), throttle(app, REFRESHES.ofToken, byField('refreshToken'))];
  app.post('/api/v1/session/refresh', { preHandler: refresh }, async (request) => {
    const { refreshToken } = parsed(refreshRequest, request.body);
    return answer(sessionResponse, await auth.refresh(refreshToken));
  });
};

export const sessionRoutes: Routes = (app, { auth, db }, answer) => {
  app.delete('/api/v1/session', async (request, reply) => {
    const { session, account } = callerOf(request);
    await db.transact((tx) => revokeSession(tx, session, account));
    return reply.code(204).send();
  });

  app.get('/api/v1/sessions', async (request) => {
    const caller = callerOf(request);
    const rows = await db.read((reader) => sessionsOf(reader, caller.account));
    return answer(sessionList, {
      sessions: rows.map((row) => ({
        id: row.id,
        device: { id: row.device_id, name: row.device_name },
        createdAt: row.created_at.toISOString(),
        lastUsedAt: row.last_used_at.toISOString(),
        current: row.id === caller.session,
      })),
    });
  });

  app.delete('/api/v1/sessions/:id', async (request, reply) => {
    const { account } = callerOf(request);
    if (!(await db.transact((tx) => revokeSession(tx, idOf(request), account)))) throw notFound();
    return reply.code(204).send();
  });

  app.post('/api/v1/device/lease', async (request) => {
    const { device } = callerOf(request);
    return answer(leaseResponse, { clientId: await db.transact((tx) => renewLease(tx, device.id)) });
  });

  app.post('/api/v1/tickets', async (request) => answer(ticketResponse, await auth.issueTicket(callerOf(request))));
};
