import { z } from 'zod';

import {
  endSessionQuery,
  exchangeRequest,
  leaseResponse,
  refreshRequest,
  sessionList,
  sessionResponse,
  signInRequest,
  ticketResponse,
} from '#shared/api/accounts.ts';

import { renewLease, revokeSession, sessionsOf } from '../storage/sessions.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';
import { idParams, notFound } from './routing.ts';
import { both, byAddress, byField, throttle } from './throttle.ts';

/** Attempts a minute: of one address at one account, at one account from anywhere, of one address at all accounts; with one token of a platform. */
const SIGN_INS = { ofPair: 10, ofAccount: 30, ofAddress: 100, ofToken: 10 };
/** Of one token (a lost answer, several windows at once), and of one address. */
const REFRESHES = { ofToken: 30, ofAddress: 300 };

const tag = 'Sign in';

const signIn = {
  method: 'POST',
  path: '/api/v1/session',
  tag,
  summary: 'Signs in, by password or in exchange for a token of the platform',
  access: 'anyone',
  body: z.union([exchangeRequest, signInRequest]),
  gives: sessionResponse,
  errors: ['sign-in-failed', 'sign-in-required', 'account-disabled', 'forbidden', 'conflict'],
} as const satisfies Endpoint;

const refresh = {
  method: 'POST',
  path: '/api/v1/session/refresh',
  tag,
  summary: 'New tokens',
  notes: 'The old refresh token works until the new one is first used.',
  access: 'anyone',
  body: refreshRequest,
  gives: sessionResponse,
  errors: ['sign-in-required', 'account-disabled', 'device-wiped'],
} as const satisfies Endpoint;

const signOut = {
  method: 'DELETE',
  path: '/api/v1/session',
  tag,
  summary: 'Ends this session',
  access: 'signed-in',
  status: 204,
} as const satisfies Endpoint;

const list = {
  method: 'GET',
  path: '/api/v1/sessions',
  tag,
  summary: 'Where this account is signed in',
  access: 'signed-in',
  gives: sessionList,
} as const satisfies Endpoint;

const end = {
  method: 'DELETE',
  path: '/api/v1/sessions/:id',
  tag,
  summary: 'Ends one of these',
  notes:
    '`wipe=true`: the app there removes what it keeps of this account as soon as it hears of it, unsent messages too. That can also be said of a session that ended otherwise.',
  access: 'signed-in',
  params: idParams,
  query: endSessionQuery,
  status: 204,
} as const satisfies Endpoint;

const lease = {
  method: 'POST',
  path: '/api/v1/device/lease',
  tag,
  summary: 'A new Yjs client id for this device',
  notes: 'For a replica that is behind what the server holds under the old one.',
  access: 'signed-in',
  gives: leaseResponse,
} as const satisfies Endpoint;

const ticket = {
  method: 'POST',
  path: '/api/v1/tickets',
  tag,
  summary: 'A ticket for one WebSocket, once, within 30 s',
  access: 'signed-in',
  gives: ticketResponse,
} as const satisfies Endpoint;

/** What can be called without a session. */
export const signInRoutes: Routes = (app, { auth }, answer) => {
  const email = byField('email');
  const signInSlowly = [
    throttle(app, SIGN_INS.ofAddress, byAddress),
    throttle(app, SIGN_INS.ofPair, both(byAddress, email)),
    throttle(app, SIGN_INS.ofAccount, email),
    throttle(app, SIGN_INS.ofToken, byField('platformToken')),
  ];
  endpoint(app, answer, signIn, async ({ body }) => ('platformToken' in body ? auth.exchange(body) : auth.signIn(body)), {
    preHandler: signInSlowly,
  });
  endpoint(app, answer, refresh, async ({ body }) => auth.refresh(body.refreshToken), {
    preHandler: [throttle(app, REFRESHES.ofAddress, byAddress), throttle(app, REFRESHES.ofToken, byField('refreshToken'))],
  });
};

export const sessionRoutes: Routes = (app, { auth, db }, answer) => {
  endpoint(app, answer, signOut, async ({ caller: { session, account } }) => {
    await db.transact((tx) => revokeSession(tx, session, account, 'signed-out'));
  });

  endpoint(app, answer, list, async ({ caller }) => {
    const rows = await db.read((reader) => sessionsOf(reader, caller.account));
    return {
      sessions: rows.map((row) => ({
        id: row.id,
        device: { id: row.device_id, name: row.device_name },
        createdAt: row.created_at.toISOString(),
        lastUsedAt: row.last_used_at.toISOString(),
        current: row.id === caller.session,
      })),
    };
  });

  endpoint(app, answer, end, async ({ caller: { account }, params: { id }, query: { wipe } }) => {
    if (!(await db.transact((tx) => revokeSession(tx, id, account, wipe === 'true' ? 'wipe' : 'ended')))) throw notFound();
  });

  endpoint(app, answer, lease, async ({ caller: { device } }) => ({
    clientId: await db.transact((tx) => renewLease(tx, device.id)),
  }));

  endpoint(app, answer, ticket, async ({ caller }) => auth.issueTicket(caller));
};
