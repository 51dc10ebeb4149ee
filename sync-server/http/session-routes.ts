import { leaseResponse, refreshRequest, sessionList, sessionResponse, signInRequest, ticketResponse } from '#shared/api.ts';

import { renewLease, revokeSession, sessionsOf } from '../storage/sessions.ts';
import type { Routes } from './http.ts';
import { callerOf, idOf, notFound, parsed } from './routing.ts';

const SIGN_INS_A_MINUTE = 10;

/** What can be called without a session. */
export const signInRoutes: Routes = (app, { auth }, answer) => {
  const rateLimit = {
    max: SIGN_INS_A_MINUTE,
    timeWindow: 60_000,
    hook: 'preHandler' as const,
    keyGenerator: (request: { ip: string; body?: unknown }) => {
      const email = (request.body as { email?: unknown } | null)?.email;
      return `${request.ip} ${typeof email === 'string' ? email.trim().toLowerCase() : ''}`;
    },
  };
  app.post('/api/v1/session', { config: { rateLimit } }, async (request) => {
    return answer(sessionResponse, await auth.signIn(parsed(signInRequest, request.body)));
  });
  app.post('/api/v1/session/refresh', async (request) => {
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

  app.post('/api/v1/tickets', async (request) => answer(ticketResponse, await auth.issueTicket(callerOf(request).session)));
};
