import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';

import type { SessionKeeper } from './session-keeper.ts';
import type { AgencyClient } from './sync/agency-client.ts';

type PeopleCommand = 'people.list' | 'people.invite' | 'people.withdraw' | 'people.change';

/** What owners do with the people of their agency: at the server, which says who may. */
export function createPeopleHandlers(keeper: SessionKeeper): Pick<Handlers, PeopleCommand> {
  const agency = (): AgencyClient => {
    const client = keeper.api();
    if (!client) throw new AppError('sign-in-required', 'Sign in to change that.');
    return client.agency;
  };
  return {
    'people.list': () => agency().people(),
    'people.invite': (wanted) => agency().invite(wanted),
    'people.withdraw': async ({ id }) => {
      await agency().withdraw(id);
      return {};
    },
    'people.change': ({ id, role, disabled }) =>
      agency().change(id, { ...(role !== undefined && { role }), ...(disabled !== undefined && { disabled }) }),
  };
}
