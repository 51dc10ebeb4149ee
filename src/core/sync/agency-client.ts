import type { z } from 'zod';

import { AGENCY_ROLES, type AgencyPeople, type AgencyPerson, type AgencyRole } from '#shared/agency-views.ts';
import { invitationList, invitationMade, peopleResponse, personShape, type Invitation } from '#shared/api/people.ts';

/** What owners do with the people of their agency. All of it needs the network; who isn't an owner gets forbidden. */
export type AgencyClient = {
  people(): Promise<AgencyPeople>;
  /** The link is told this once. @throws AppError bad-request, conflict (has an account already) */
  invite(wanted: { email: string; name: string | null; role: AgencyRole }): Promise<{ link: string }>;
  withdraw(invitation: string): Promise<void>;
  change(person: string, change: { role?: AgencyRole; disabled?: boolean }): Promise<AgencyPerson>;
};

type Read = <T>(schema: z.ZodType<T>, path: string, init?: RequestInit) => Promise<T>;

function json(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function createAgencyClient(read: Read, send: (path: string, init: RequestInit) => Promise<Response>): AgencyClient {
  return {
    async people() {
      const [present, gone, { invitations }] = await Promise.all([
        read(peopleResponse, '/people'),
        read(peopleResponse, '/people?disabled=true'),
        read(invitationList, '/invitations'),
      ]);
      return {
        people: [...asPeople(present.people, false), ...asPeople(gone.people, true)],
        invitations: invitations.filter(({ state }) => state === 'open').map(asInvitation),
      };
    },
    async invite({ email, name, role }) {
      const { link } = await read(
        invitationMade,
        '/invitations',
        json('POST', { email, role, ...(name !== null && name.trim() !== '' && { name }) }),
      );
      return { link };
    },
    async withdraw(invitation) {
      await (await send(`/invitations/${encodeURIComponent(invitation)}`, { method: 'DELETE' })).arrayBuffer();
    },
    async change(person, change) {
      const changed = await read(personShape, `/people/${encodeURIComponent(person)}`, json('PATCH', change));
      return asPerson(changed, changed.disabled);
    },
  };
}

function asPeople(people: z.infer<typeof peopleResponse>['people'], disabled: boolean): AgencyPerson[] {
  return people.map((person) => asPerson(person, disabled));
}

function asPerson(person: z.infer<typeof peopleResponse>['people'][number], disabled: boolean): AgencyPerson {
  const { account, name, email, role } = person;
  return { id: account, name, email: email ?? null, role: agencyRole(role), disabled };
}

function asInvitation({ id, email, name, role, expiresAt }: Invitation): AgencyPeople['invitations'][number] {
  return { id, email, name, role, expiresAt: Date.parse(expiresAt) };
}

function agencyRole(role: string): AgencyRole {
  const known = AGENCY_ROLES.find((one) => one === role);
  if (!known) throw new Error('somebody of an agency has no role of an agency');
  return known;
}
