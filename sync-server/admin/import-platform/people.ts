import { newId } from '#shared/ids.ts';
import { isStaff, type Role } from '#shared/roles.ts';

import type { Reader } from '../../storage/database.ts';
import { findPeople, type KnownPerson } from '../../storage/import-rows.ts';
import {
  agenciesNamed,
  enabledOf,
  findImported,
  numbersInUse,
  type ImportedKind,
  type NewImportedPerson,
} from '../../storage/imported.ts';
import type { Model } from './model.ts';
import type { Report } from './report.ts';

/** Above that an id of the platform is not kept as a number of ours, so that one broken id can't use up all numbers. */
export const NUMBER_MOST = 1_000_000_000_000;

/** The platform's id as our number; `null` where that can't be, which is reported. */
export function keepNumber(kind: string, id: number, used: ReadonlySet<number>, report: Report): number | null {
  const isTooHigh = id > NUMBER_MOST;
  if (!isTooHigh && !used.has(id)) return id;
  report.mend(kind, id, `has a number that is ${isTooHigh ? 'too high' : 'in use here'}, and gets another one`);
  return null;
}

export type PlannedAgency = { id: number | null; ours: string; isNew: boolean; name: string; number: number | null };
export type PlannedPerson = NewImportedPerson & {
  kind: ImportedKind & ('account' | 'agency-owner' | 'employee');
  id: number;
  /** `adopted`: an account of that address was here. */
  state: 'new' | 'adopted' | 'known';
};

export type People = {
  agencies: Map<number, PlannedAgency>;
  /** Of conversations that no agency takes part in. */
  none: PlannedAgency;
  accounts: Map<number, PlannedPerson>;
  /** By agency: the account under which it writes. */
  owners: Map<number, PlannedPerson>;
  employees: Map<number, PlannedPerson>;
  /** Accounts that were here before, that the platform has shut out, and that may still sign in here. */
  toDisable: string[];
};

type Wanted = Omit<PlannedPerson, 'ours' | 'state' | 'agency' | 'number'> & { agencyId: number | null };

/** Decides who comes over, as which account of ours. Writes nothing. `now`: ms since 1970. */
export async function planPeople(
  db: Reader,
  model: Model,
  { platform, withoutAgency, now }: { platform: string; withoutAgency: string; now: number },
  report: Report,
): Promise<People> {
  const known = new Map<string, string>();
  for (const kind of ['account', 'agency-owner', 'employee'] as const) {
    for (const [id, { ours }] of await findImported(db, platform, kind)) known.set(`${kind}/${id}`, ours);
  }
  const wanted = wantedOf(model, now, platform, known, report);
  const found = await findPeople(
    db,
    wanted.map(({ email }) => email),
  );
  const agencies = await planAgencies(db, model, { platform, withoutAgency }, wanted, found, report);
  const used = await numbersInUse(
    db,
    'accounts',
    wanted.flatMap(({ kind, id }) => (kind === 'account' ? [id] : [])),
  );
  const taken = new Set<string>();
  const people = wanted.map((one): PlannedPerson => {
    const { agencyId, ...person } = one;
    const agency = agencyId === null ? null : agencies.get(agencyId)!.ours;
    const ours = known.get(`${one.kind}/${one.id}`);
    if (ours !== undefined) {
      report.count('accounts', 'known');
      return { ...person, agency, ours, state: 'known', number: null };
    }
    report.count('accounts', 'new');
    const lower = one.email.toLowerCase();
    const there = found.get(lower);
    if (there && !taken.has(lower) && fits(there, one.role, agency)) {
      taken.add(lower);
      report.mend('accounts', label(one), 'has an account here by the same address: it is used');
      return { ...person, agency, ours: there.id, state: 'adopted', number: null };
    }
    const email = there || taken.has(lower) ? standIn(platform, one) : one.email;
    if (email !== one.email) report.mend('accounts', label(one), 'has an address that somebody else has, and gets another one');
    taken.add(email.toLowerCase());
    // Employees have ids of their own there, and numbers of accounts here.
    const number = one.kind === 'account' ? keepNumber('accounts', one.id, used, report) : null;
    return { ...person, agency, email, ours: newId(), state: 'new', number };
  });
  const byId = (kind: PlannedPerson['kind']) => new Map(people.filter((one) => one.kind === kind).map((one) => [one.id, one]));
  const accounts = byId('account');
  const separate = byId('agency-owner');
  const owners = [...model.agencies.values()].flatMap(({ agencyId, accountFK_id: account }): [number, PlannedPerson][] => {
    const owner = separate.get(agencyId) ?? accounts.get(account);
    return owner ? [[agencyId, owner]] : [];
  });
  const shut = people.filter(({ state, disabled }) => state !== 'new' && disabled).map(({ ours }) => ours);
  return {
    agencies,
    none: await planNone(db, withoutAgency),
    accounts,
    owners: new Map(owners),
    employees: byId('employee'),
    toDisable: await enabledOf(db, shut),
  };
}

/** Everybody who has a profile or an agency, or acts as an admin; and all employees. */
function wantedOf(model: Model, now: number, platform: string, known: ReadonlyMap<string, string>, report: Report): Wanted[] {
  const profiles = Map.groupBy(
    [...model.profiles.values()].sort((a, b) => a.profileID - b.profileID),
    (row) => row.accountFK_id,
  );
  const clients = new Set(model.conversations.map((row) => row.client_id));
  const admins = new Set([...model.participants.values()].flat().map((row) => row.admin_account_id));
  const wanted: Wanted[] = [];
  for (const { accountID: id, email, ...state } of model.accounts.values()) {
    const own = profiles.get(id) ?? [];
    const agencyId = model.agencyOfAccount.get(id) ?? null;
    const isAdmin = state.is_staff || state.is_superuser || admins.has(id);
    if (own.length === 0 && agencyId === null && !isAdmin) {
      report.passOver('accounts', id, 'without a profile or an agency');
      continue;
    }
    const suspended = state.is_suspended && (state.suspended_until === null || state.suspended_until > now);
    const first = own[0];
    if (new Set(own.map(({ profileType }) => profileType)).size > 1 && !known.has(`account/${id}`))
      report.mend(
        'accounts',
        id,
        'is client and worker: its account has the role of the first profile, each conversation its own',
      );
    const role: Role =
      first?.profileType === 'WORKER' || (first?.profileType === null && !clients.has(first.profileID)) ? 'worker' : 'client';
    const agency = agencyId === null ? null : model.agencies.get(agencyId)!;
    wanted.push({
      kind: 'account',
      id,
      role: agency ? 'owner' : role,
      agencyId,
      name: nameOf(agency ? [agency.businessName] : first ? [first.firstName, first.lastName] : [], `Administrator ${id}`),
      email: email.includes('@') ? email.trim() : standIn(platform, { kind: 'account', id }),
      disabled: !state.is_active || state.is_banned || suspended,
    });
  }
  for (const { agencyId, accountFK_id: account, businessName } of model.agencies.values()) {
    if (model.agencyOfAccount.get(account) === agencyId && model.accounts.has(account)) continue;
    if (!known.has(`agency-owner/${agencyId}`)) report.mend('agencies', agencyId, 'has no account of its own, and gets one');
    const who = { kind: 'agency-owner', id: agencyId } as const;
    wanted.push({
      ...who,
      role: 'owner',
      agencyId,
      name: nameOf([businessName], `Agency ${agencyId}`),
      email: standIn(platform, who),
      disabled: false,
    });
  }
  for (const { employeeID: id, agency_id: account, name, firstName, lastName, email, isActive } of model.employees.values()) {
    const agencyId = model.agencyOfAccount.get(account);
    if (agencyId === undefined) {
      report.leave('agency_employees', id, 'belongs to an account that has no agency');
      continue;
    }
    const who = { kind: 'employee', id } as const;
    wanted.push({
      ...who,
      role: 'employee',
      agencyId,
      name: nameOf(firstName.trim() === '' ? [name] : [firstName, lastName], `Employee ${id}`),
      email: email.includes('@') ? email.trim() : standIn(platform, who),
      disabled: !isActive,
    });
  }
  return wanted;
}

async function planAgencies(
  db: Reader,
  model: Model,
  { platform, withoutAgency }: { platform: string; withoutAgency: string },
  wanted: readonly Wanted[],
  found: ReadonlyMap<string, KnownPerson>,
  report: Report,
): Promise<Map<number, PlannedAgency>> {
  const known = await findImported(db, platform, 'agency');
  const rows = [...model.agencies.values()];
  const used = await numbersInUse(
    db,
    'agencies',
    rows.map(({ agencyId }) => agencyId),
  );
  const wished = rows.flatMap((row) => agencyNames(row, platform));
  const taken = new Set([withoutAgency, ...(await agenciesNamed(db, wished)).keys()]);
  const ownerOf = new Map(wanted.filter(({ role }) => role === 'owner').map((one) => [one.agencyId!, one]));
  const adopted = new Set<string>();
  const planned = rows.map((row): PlannedAgency => {
    const id = row.agencyId;
    const ours = known.get(id)?.ours;
    if (ours !== undefined) {
      report.count('agencies', 'known');
      return { id, ours, isNew: false, name: row.businessName, number: null };
    }
    report.count('agencies', 'new');
    const there = found.get(ownerOf.get(id)!.email.toLowerCase());
    if (there?.agencyId && isStaff(there.role) && !adopted.has(there.agencyId)) {
      adopted.add(there.agencyId);
      report.mend('agencies', id, "is here already, with its owner's address: it is used");
      return { id, ours: there.agencyId, isNew: false, name: row.businessName, number: null };
    }
    const names = agencyNames(row, platform);
    const name = names.find((one) => !taken.has(one)) ?? names.at(-1)!;
    if (name !== names[0]) report.mend('agencies', id, 'has a name that another agency has, and gets its number behind it');
    taken.add(name);
    return { id, ours: newId(), isNew: true, name, number: keepNumber('agencies', id, used, report) };
  });
  return new Map(planned.map((one) => [one.id!, one]));
}

async function planNone(db: Reader, name: string): Promise<PlannedAgency> {
  const ours = (await agenciesNamed(db, [name])).get(name);
  return { id: null, ours: ours ?? newId(), isNew: ours === undefined, name, number: null };
}

function fits(there: KnownPerson, role: Role, agency: string | null): boolean {
  return (there.role === role || (isStaff(there.role) && isStaff(role))) && there.agencyId === agency;
}

/** The first of these that no other agency has. */
function agencyNames({ businessName, agencyId }: { businessName: string; agencyId: number }, platform: string): string[] {
  const name = nameOf([businessName], `Agency ${agencyId}`);
  return [name, `${name} (${agencyId})`, `${name} (${platform} ${agencyId})`];
}

function nameOf(parts: readonly string[], otherwise: string): string {
  const name = parts.join(' ').replaceAll(/\s+/gu, ' ').trim().slice(0, 200);
  return name === '' ? otherwise : name;
}

/** An address that can't be written to. */
function standIn(platform: string, { kind, id }: { kind: string; id: number }): string {
  return `${kind}-${id}@${platform}.import.example`;
}

function label({ kind, id }: { kind: string; id: number }): string {
  return kind === 'account' ? String(id) : `${kind} ${id}`;
}
