import type { Account, SessionResponse } from '#shared/api/accounts.ts';

import { writeAccessToken } from '../../auth/access-tokens.ts';
import { disableAccount } from '../../storage/accounts.ts';
import { serverKey } from '../../storage/sessions.ts';
import type { TestServer } from '../test-server.ts';
import { signIn } from '../world.ts';
import { createMarkedAgency, VISITOR, type MarkedAgency, type Person } from './marked-agency.ts';
import { createMarkers, type Markers } from './markers.ts';
import type { Pools } from './values.ts';

/** Two agencies that have nothing to do with each other, and everybody who may call. */
export type MarkedWorld = {
  markers: Markers;
  agencies: MarkedAgency[];
  callers: string[];
  pools: Pools;
  /** What a caller shows; `null` without anything. */
  tokenOf(caller: string): Promise<string | null>;
  /** The session of one who can have any; as what a device writes documents under. */
  leaseOf(caller: string): Promise<{ account: string; lease: number } | null>;
  /** Their sign-in ended: the next call gets a new one. */
  signedOut(caller: string): void;
  /** Who sees what this account may see. */
  callerOf(account: string): string;
  /** The agency let these people take part in something: they may know each other from now on. */
  joined(agency: MarkedAgency, accounts: readonly string[]): void;
};

export async function createMarkedWorld(server: TestServer): Promise<MarkedWorld> {
  const { db } = server;
  const markers = createMarkers();
  const agencies: MarkedAgency[] = [];
  await server.fixture.account('client', { name: 'A visitor', email: VISITOR });
  for (const title of ['north', 'south']) agencies.push(await createMarkedAgency(server, markers, title));
  const tokens = new Map<string, string | null>([
    ['nobody', null],
    ['forged', 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJ0cmlhbG9ndWUifQ.'],
  ]);
  const accounts = new Map<string, Account>();
  for (const { title, people, apiKey } of agencies) {
    tokens.set(`${title}.key`, apiKey);
    for (const [caller, { account }] of people) accounts.set(caller, account);
  }

  const owner = accounts.get('north.owner')!;
  const key = await db.transact((tx) => serverKey(tx, 'access-token'));
  const { device } = await signIn(db, owner);
  const ended = { account: owner.id, session: device.id, device: device.id };
  tokens.set('expired', await writeAccessToken(key, ended, new Date(Date.now() - 60_000)));
  const disabled = await server.fixture.account('owner', { agency: agencies[0]!.agency });
  tokens.set('disabled', (await signIn(db, disabled)).accessToken);
  await db.transact((tx) => disableAccount(tx, disabled.id));

  const sessions = new Map<string, SessionResponse>();
  async function sessionOf(caller: string): Promise<SessionResponse> {
    const session = sessions.get(caller) ?? (await signIn(db, accounts.get(caller)!));
    sessions.set(caller, session);
    return session;
  }

  const everybody = new Map<string, Person & { caller: string | null }>();
  for (const { people, others } of agencies) {
    for (const [caller, person] of people) everybody.set(person.account.id, { ...person, caller });
    for (const person of others) everybody.set(person.account.id, { ...person, caller: null });
  }
  const merged = (field: string) => agencies.flatMap(({ pools }) => pools.byField[field] ?? []);
  return {
    markers,
    agencies,
    callers: [...tokens.keys(), ...accounts.keys()],
    pools: {
      uuids: agencies.flatMap(({ pools }) => pools.uuids),
      emails: agencies.flatMap(({ pools }) => pools.emails),
      byField: Object.fromEntries(Object.keys(agencies[0]!.pools.byField).map((field) => [field, merged(field)])),
    },
    async tokenOf(caller) {
      const known = tokens.get(caller);
      return known === undefined ? (await sessionOf(caller)).accessToken : known;
    },
    async leaseOf(caller) {
      if (!accounts.has(caller)) return null;
      const { account, device } = await sessionOf(caller);
      return { account: account.id, lease: device.clientId };
    },
    signedOut: (caller) => void sessions.delete(caller),
    callerOf(account) {
      const of = agencies.find(({ others }) => others.some((one) => one.account.id === account));
      return everybody.get(account)?.caller ?? (of ? `${of.title}.owner` : 'nobody');
    },
    joined(agency, ids) {
      const ofAgency = [...agency.people.keys(), `${agency.title}.key`];
      const found = ids.flatMap((id) => everybody.get(id) ?? []);
      const callers = found.flatMap(({ caller }) => caller ?? []);
      for (const { name, email } of found) {
        markers.grant(name, [...ofAgency, ...callers]);
        markers.grant(email, [`${agency.title}.owner`, `${agency.title}.staff`]);
      }
      for (const name of [agency.name, ...[...agency.people.values()].map((person) => person.name)]) markers.grant(name, callers);
    },
  };
}
