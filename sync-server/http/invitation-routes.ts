import type { FastifyRequest } from 'fastify';

import {
  acceptInvitationRequest,
  invitationContent,
  invitationList,
  invitationMade,
  invitationRequest,
  invitationTokenRequest,
  sessionResponse,
} from '#shared/api.ts';

import { accept, invite, readInvitation } from '../auth/invitations.ts';
import { linkTo } from '../auth/one-time-secret.ts';
import type { ServerParts } from '../parts.ts';
import { invitationsOf, revokeInvitation } from '../storage/invitations.ts';
import type { Routes } from './http.ts';
import { idOf, notFound, ownerOf, parsed } from './routing.ts';
import { byAddress, byCaller, byField, throttle } from './throttle.ts';

/** Calls a minute: of one address, of one account that invites, with one link. */
const MOST = { ofAddress: 60, ofAccount: 30, ofLink: 10 };

/** For an agency's owners. */
export const invitationRoutes: Routes = (app, parts, answer) => {
  const { db } = parts;
  const slowly = [throttle(app, MOST.ofAddress, byAddress), throttle(app, MOST.ofAccount, byCaller)];
  app.post('/api/v1/invitations', { preHandler: slowly }, async (request, reply) => {
    const { agencyId, account } = ownerOf(request);
    const { email, role, name } = parsed(invitationRequest, request.body);
    const { invitation, secret } = await invite(db, { agencyId, email, role, name: name ?? null, by: account });
    const link = linkTo(publicUrlOf(request, parts), 'invitation', secret);
    return reply.code(201).send(answer(invitationMade, { ...invitation, token: secret, link }));
  });

  app.get('/api/v1/invitations', async (request) => {
    const { agencyId } = ownerOf(request);
    return answer(invitationList, { invitations: await db.read((reader) => invitationsOf(reader, agencyId)) });
  });

  app.delete('/api/v1/invitations/:id', async (request, reply) => {
    const { agencyId } = ownerOf(request);
    if (!(await db.transact((tx) => revokeInvitation(tx, idOf(request), agencyId)))) throw notFound();
    return reply.code(204).send();
  });
};

/** For who was invited, and has no account yet. */
export const acceptRoutes: Routes = (app, { db, auth }, answer) => {
  const slowly = [throttle(app, MOST.ofAddress, byAddress), throttle(app, MOST.ofLink, byField('token'))];
  app.post('/api/v1/invitations/read', { preHandler: slowly }, async (request) => {
    const { token } = parsed(invitationTokenRequest, request.body);
    return answer(invitationContent, await readInvitation(db, token));
  });

  app.post('/api/v1/invitations/accept', { preHandler: slowly }, async (request, reply) => {
    const { device, ...accepted } = parsed(acceptInvitationRequest, request.body);
    const account = await accept(db, accepted);
    return reply.code(201).send(answer(sessionResponse, await auth.open(account.id, device.name)));
  });
};

/** Without a public address: the one under which whoever asks has reached this server. The link goes to them alone. */
function publicUrlOf(request: FastifyRequest, { publicUrl }: ServerParts): string {
  return publicUrl ?? `${request.protocol}://${request.host}`;
}
