import type { FastifyRequest } from 'fastify';

import { sessionResponse } from '#shared/api/accounts.ts';
import {
  acceptInvitationRequest,
  invitationContent,
  invitationList,
  invitationMade,
  invitationRequest,
  invitationTokenRequest,
} from '#shared/api/people.ts';

import { accept, invite, readInvitation } from '../auth/invitations.ts';
import { linkTo } from '../auth/one-time-secret.ts';
import type { ServerParts } from '../parts.ts';
import { invitationsOf, revokeInvitation } from '../storage/invitations.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';
import { idParams, notFound } from './routing.ts';
import { byAddress, byCaller, byField, throttle } from './throttle.ts';

/** Calls a minute: of one address, of one account that invites, with one link. */
const MOST = { ofAddress: 60, ofAccount: 30, ofLink: 10 };

const tag = 'Invitations and people';

const make = {
  method: 'POST',
  path: '/api/v1/invitations',
  tag,
  summary: 'Invites somebody to the agency; the token is told this once',
  notes: 'It works once, for seven days. Another invitation of the same address replaces it.',
  access: 'owner',
  body: invitationRequest,
  status: 201,
  gives: invitationMade,
  errors: ['conflict'],
} as const satisfies Endpoint;

const list = {
  method: 'GET',
  path: '/api/v1/invitations',
  tag,
  summary: 'The newest 500 invitations',
  access: 'owner',
  gives: invitationList,
} as const satisfies Endpoint;

const revoke = {
  method: 'DELETE',
  path: '/api/v1/invitations/:id',
  tag,
  summary: 'Withdraws one that is open',
  access: 'owner',
  params: idParams,
  status: 204,
} as const satisfies Endpoint;

const read = {
  method: 'POST',
  path: '/api/v1/invitations/read',
  tag,
  summary: 'What an invitation is for',
  access: 'anyone',
  body: invitationTokenRequest,
  gives: invitationContent,
  errors: ['not-found'],
} as const satisfies Endpoint;

const take = {
  method: 'POST',
  path: '/api/v1/invitations/accept',
  tag,
  summary: 'Accepts an invitation: makes the account, and signs in',
  access: 'anyone',
  body: acceptInvitationRequest,
  status: 201,
  gives: sessionResponse,
  errors: ['not-found', 'conflict'],
} as const satisfies Endpoint;

/** For an agency's owners. */
export const invitationRoutes: Routes = (app, parts, answer) => {
  const { db } = parts;
  const preHandler = [throttle(app, MOST.ofAddress, byAddress), throttle(app, MOST.ofAccount, byCaller)];
  endpoint(
    app,
    answer,
    make,
    async ({ caller: { agencyId, account }, body: { email, role, name }, request }) => {
      const { invitation, secret } = await invite(db, { agencyId, email, role, name: name ?? null, by: account });
      return { ...invitation, token: secret, link: linkTo(publicUrlOf(request, parts), 'invitation', secret) };
    },
    { preHandler },
  );

  endpoint(app, answer, list, async ({ caller: { agencyId } }) => ({
    invitations: await db.read((reader) => invitationsOf(reader, agencyId)),
  }));

  endpoint(app, answer, revoke, async ({ caller: { agencyId }, params: { id } }) => {
    if (!(await db.transact((tx) => revokeInvitation(tx, id, agencyId)))) throw notFound();
  });
};

/** For who was invited, and has no account yet. */
export const acceptRoutes: Routes = (app, { db, auth }, answer) => {
  const preHandler = [throttle(app, MOST.ofAddress, byAddress), throttle(app, MOST.ofLink, byField('token'))];
  endpoint(app, answer, read, async ({ body: { token } }) => readInvitation(db, token), { preHandler });
  endpoint(
    app,
    answer,
    take,
    async ({ body: { device, ...accepted } }) => {
      const account = await accept(db, accepted);
      return auth.open(account.id, device.name);
    },
    { preHandler },
  );
};

/** Without a public address: the one under which whoever asks has reached this server. The link goes to them alone. */
function publicUrlOf(request: FastifyRequest, { publicUrl }: ServerParts): string {
  return publicUrl ?? `${request.protocol}://${request.host}`;
}
