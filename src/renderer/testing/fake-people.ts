import type { AgencyPeople } from '#shared/agency-views.ts';
import type { Handlers } from '#shared/contract.ts';

type PeopleCommand = 'people.list' | 'people.invite' | 'people.withdraw' | 'people.change';

/** An agency of three, of whom one was shut out, with one invitation. */
export function peopleHandlers(owner: string): Pick<Handlers, PeopleCommand> {
  let state: AgencyPeople = {
    people: [
      { id: owner, name: 'Ana Reyes', email: 'ana@harbor.example', role: 'owner', disabled: false },
      { id: 'ben', name: 'Ben Cruz', email: 'ben@harbor.example', role: 'staff', disabled: false },
      { id: 'dina', name: 'Dina Lim', email: 'dina@harbor.example', role: 'employee', disabled: true },
    ],
    invitations: [{ id: 'i1', email: 'eva@harbor.example', name: null, role: 'staff', expiresAt: Date.now() + 3 * 86_400_000 }],
  };
  return {
    'people.list': () => state,
    'people.invite': ({ email, name, role }) => {
      const invitation = { id: `i${state.invitations.length + 1}`, email, name, role, expiresAt: Date.now() + 7 * 86_400_000 };
      state = { ...state, invitations: [...state.invitations, invitation] };
      return { link: `https://sync.harbor.example/account#invitation=${'B'.repeat(43)}` };
    },
    'people.withdraw': ({ id }) => {
      state = { ...state, invitations: state.invitations.filter((one) => one.id !== id) };
      return {};
    },
    'people.change': ({ id, role, disabled }) => {
      const before = state.people.find((one) => one.id === id)!;
      const changed = { ...before, role: role ?? before.role, disabled: disabled ?? before.disabled };
      state = { ...state, people: state.people.map((one) => (one.id === id ? changed : one)) };
      return changed;
    },
  };
}
