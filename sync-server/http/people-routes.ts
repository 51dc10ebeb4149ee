import { z } from 'zod';

import { changePersonRequest, peopleResponse, personShape } from '#shared/api/people.ts';

import { changePerson } from '../storage/agency-people.ts';
import { disabledPeopleOf, peopleOf } from '../storage/people.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';
import { idParams, ownerOf } from './routing.ts';

const tag = 'Invitations and people';

const list = {
  method: 'GET',
  path: '/api/v1/people',
  tag,
  summary: 'The agency’s people',
  notes: '`disabled=true`: those who were shut out, for owners. E-mail addresses are told to owners alone.',
  access: 'staff',
  query: z.object({ disabled: z.enum(['true', 'false']).default('false') }),
  gives: peopleResponse,
} as const satisfies Endpoint;

const change = {
  method: 'PATCH',
  path: '/api/v1/people/:id',
  tag,
  summary: 'Changes somebody’s role, or shuts them out',
  notes: 'By another owner of the agency; at once everywhere.',
  access: 'owner',
  params: idParams,
  body: changePersonRequest,
  gives: personShape,
  errors: ['forbidden', 'conflict'],
} as const satisfies Endpoint;

export const peopleRoutes: Routes = (app, { db }, answer) => {
  endpoint(app, answer, list, async ({ caller, query, request }) => {
    const isDisabled = query.disabled === 'true';
    const { agencyId } = isDisabled ? ownerOf(request) : caller;
    const find = isDisabled ? disabledPeopleOf : peopleOf;
    const people = await db.read((reader) => find(reader, agencyId));
    if (caller.role === 'owner') return { people };
    return { people: people.map(({ account, name, role }) => ({ account, name, role })) };
  });

  endpoint(app, answer, change, async ({ caller: { account, agencyId }, params: { id }, body }) =>
    db.transact((tx) => changePerson(tx, { account, agencyId }, id, body)),
  );
};
