import { z } from 'zod';

import { changePersonRequest, peopleResponse, personShape } from '#shared/api.ts';

import { changePerson } from '../storage/agency-people.ts';
import { disabledPeopleOf, peopleOf } from '../storage/people.ts';
import type { Routes } from './http.ts';
import { idOf, ownerOf, parsed, staffOf } from './routing.ts';

const query = z.object({ disabled: z.enum(['true', 'false']).default('false') });

export const peopleRoutes: Routes = (app, { db }, answer) => {
  app.get('/api/v1/people', async (request) => {
    const { disabled } = parsed(query, request.query);
    const { agencyId } = disabled === 'true' ? ownerOf(request) : staffOf(request);
    const find = disabled === 'true' ? disabledPeopleOf : peopleOf;
    return answer(peopleResponse, { people: await db.read((reader) => find(reader, agencyId)) });
  });

  app.patch('/api/v1/people/:id', async (request) => {
    const { account, agencyId } = ownerOf(request);
    const change = parsed(changePersonRequest, request.body);
    return answer(personShape, await db.transact((tx) => changePerson(tx, { account, agencyId }, idOf(request), change)));
  });
};
