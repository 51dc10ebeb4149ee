import { expect } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import { newId } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';
import { encodeUpdate, valueStruct } from '#shared/update-codec.ts';

import { newSecret } from '../../auth/one-time-secret.ts';
import type { Agency } from '../../storage/accounts.ts';
import { insertApiKey } from '../../storage/api-keys.ts';
import { RawClient } from '../raw-client.ts';
import { PASSWORD, type TestServer } from '../test-server.ts';
import { tusClient } from '../tus-client.ts';
import { signIn } from '../world.ts';
import type { Markers } from './markers.ts';
import type { Pools } from './values.ts';

export const PEOPLE = ['owner', 'staff', 'employee', 'client', 'worker'] as const;

/** Somebody, and the words in their name and address. */
export type Person = { account: Account; name: string; email: string };

/** An agency with people, conversations, notes, files and the rest, each of which bears a word that says whose it is. */
export type MarkedAgency = {
  title: string;
  agency: Agency;
  /** The word in its name. */
  name: string;
  /** Those who call, by their callers' names such as `north.owner`. */
  people: Map<string, Person>;
  /** Others, who may be changed. */
  others: Person[];
  apiKey: string;
  pools: Pools;
};

/** Bears no word, and anybody may sign in as them. */
export const VISITOR = 'visitor@example.com';

const say = (text: string, more: object = {}) => ({ kind: 'message', text, sentAt: Date.now(), ...more });

const metadata = (conversation: string, thread: string): string =>
  Object.entries({ conversation, thread, name: 'a.txt' })
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

export async function createMarkedAgency(server: TestServer, markers: Markers, title: string): Promise<MarkedAgency> {
  const { db, fixture, http, running } = server;
  const of = (...who: string[]) => who.map((one) => `${title}.${one}`);
  const all = of(...PEOPLE, 'key');
  const staff = of('owner', 'staff');
  const name = markers.mark(...all);
  const agency = await fixture.agency(`${title} ${name}`);

  async function person(role: Role, sees: string[], self: string[]): Promise<Person> {
    const marks = { name: markers.mark(...sees), email: markers.mark(...staff, ...self) };
    const options = { name: `${role} ${marks.name}`, email: `${marks.email}@example.com` };
    const isOfAgency = role !== 'client' && role !== 'worker';
    return { account: await fixture.account(role, { ...options, ...(isOfAgency ? { agency } : {}) }), ...marks };
  }

  const people = new Map<string, Person>();
  for (const role of PEOPLE) people.set(`${title}.${role}`, await person(role, all, of(role)));
  const account = (role: Role): Account => people.get(`${title}.${role}`)!.account;
  // Nobody calls as these; so they may be changed, and those who call keep what they are.
  const second = await person('client', of('owner', 'staff', 'key'), []);
  const spare = [await person('staff', all, []), await person('employee', all, [])];

  const jobOf = (...sees: string[]) => `a job ${markers.mark(...sees)}`;
  const listed = [account('client'), account('worker'), account('employee')];
  const conversation = await fixture.conversation({ agency, people: listed, title: jobOf(...all) });
  const secondSees = [...staff];
  const other = await fixture.conversation({ agency, people: [second.account], title: jobOf(...secondSees) });

  const session = async (who: Account) => signIn(db, who);
  const call = async (who: Account, method: string, path: string, body?: unknown) => {
    const answer = await http.call<Record<string, unknown>>(method, path, { token: (await session(who)).accessToken, body });
    expect(answer.status, `${method} ${path}`).toBeLessThan(300);
    return answer.body;
  };
  const write = async (who: Account, place: string, fact: Record<string, unknown>) => {
    const client = await RawClient.open(running.url, place, await session(who));
    const { key } = await client.write(fact);
    client.terminate();
    return key;
  };

  const files: Record<string, unknown>[] = [];
  for (const [id, thread, sees] of [
    [conversation, 'all', of(...PEOPLE)],
    [conversation, 'team', staff],
    [other, 'all', secondSees],
  ] as const) {
    const path = `/api/v1/conversations/${id}/files?thread=${thread}&name=${markers.mark(...sees)}.txt`;
    const file = await call(account('owner'), 'POST', path, Buffer.from(`bytes ${markers.mark(...sees)}`));
    files.push(file);
    await write(account('owner'), `${id}/${thread}/1`, say(markers.mark(...sees), { attachments: [file] }));
  }
  await write(account('client'), `${conversation}/all/1`, say(markers.mark(...of(...PEOPLE))));
  await write(account('staff'), `${conversation}/team/1`, { kind: 'label', name: markers.mark(...staff), on: true });
  await write(account('staff'), `${conversation}/team/1`, { kind: 'assign', to: account('owner').id });
  for (const role of PEOPLE) await draft(await session(account(role)), `draft ${markers.mark(...of(role))}`);

  const invited = `${markers.mark(...of('owner'))}@example.com`;
  const invitation = await call(account('owner'), 'POST', '/api/v1/invitations', { email: invited, role: 'staff' });
  const url = `https://example.com/${markers.mark(...of('owner'))}`;
  const webhook = await call(account('owner'), 'POST', '/api/v1/webhooks', { url });
  const { text: apiKey, hash } = newSecret();
  const keyOf = { agencyId: agency.id, name: `key ${title}`, issuer: 'platform', makesAccounts: true, hash };
  await db.transact((tx) => insertApiKey(tx, keyOf));
  const job = {
    title: jobOf(...of('owner', 'staff', 'client', 'key')),
    participants: [{ person: account('client').email, role: 'client' }],
  };
  const put = await http.call('PUT', `/api/v1/platform/jobs/${title}-1`, { token: apiKey, body: job });
  expect(put.status).toBe(201);

  async function draft(who: Awaited<ReturnType<typeof session>>, text: string): Promise<void> {
    const client = await RawClient.open(running.url, 'me', who);
    client.sendUpdate(encodeUpdate([valueStruct({ client: client.lease, clock: 0 }, 'private', 'draft/x', text)], []));
    await client.watch.until('the draft', () => client.doc.getMap('committed').get('n') !== undefined);
    client.terminate();
  }

  const uploads: string[] = [];
  for (const who of [account('owner'), account('client')]) {
    const begun = await tusClient(running.url, (await session(who)).accessToken).create(
      { conversation, thread: 'all', name: 'a.txt' },
      5,
    );
    uploads.push(String(begun.headers.get('location')).split('/').at(-1)!);
  }
  const visit = await http.signIn({ email: VISITOR });

  const numbers = await db.read((reader) =>
    reader.rows<{ number: number }>('SELECT number FROM conversations WHERE id = ANY($1)', [[conversation, other]]),
  );
  const cursors = await Promise.all(
    PEOPLE.map(async (role) => (await call(account(role), 'GET', '/api/v1/feed'))['cursor'] as string),
  );
  const accounts = [...people.values(), second, ...spare].map((one) => one.account);
  const documents = [conversation, other].flatMap((id) => [`${id}/all/1`, `${id}/team/1`, `${id}/all/2`]);
  const emails = accounts.map(({ email }) => email);
  return {
    title,
    agency,
    name,
    people,
    others: [second, ...spare],
    apiKey,
    pools: {
      uuids: [
        conversation,
        other,
        ...accounts.map(({ id }) => id),
        ...files.map(({ id }) => id),
        invitation['id'],
        webhook['id'],
        newId(),
      ].map(String),
      emails,
      byField: {
        conversation: [conversation, other],
        '/api/v1/conversations/id': [conversation, other],
        '/api/v1/files/id': files.map(({ id }) => String(id)),
        '/api/v1/people/id': accounts.map(({ id }) => id),
        '/api/v1/invitations/id': [String(invitation['id'])],
        '/api/v1/webhooks/id': [String(webhook['id'])],
        '/api/v1/uploads/id': uploads,
        '/api/agency/conversations/id': numbers.map((one) => String(one.number)),
        '/api/conversations/id': numbers.map((one) => String(one.number)),
        clients: [account('client').id, second.account.id],
        workers: [account('worker').id],
        employees: [account('employee').id],
        url: [
          'https://example.com/hook',
          'http://127.0.0.1/hook',
          'https://[::1]/',
          'https://user:x@example.com',
          'file:///etc/passwd',
        ],
        'upload-metadata': [conversation, other].flatMap((id) => ['all', 'team'].map((thread) => metadata(id, thread))),
        'upload-offset': [0],
        'upload-length': [5, 300],
        current: [PASSWORD, 'wrong'],
        password: [PASSWORD, 'wrong'],
        email: [...emails, VISITOR],
        refreshToken: [visit.refreshToken],
        document: [...documents, 'me'],
        path: [...documents, 'me'],
        after: cursors,
        externalId: [`${title}-1`, `${title}-2`],
        person: [...emails, '77'],
        id: [
          conversation,
          other,
          ...files.map(({ id }) => String(id)),
          ...accounts.map((one) => one.id),
          ...numbers.map((one) => String(one.number)),
        ],
        message_ids: [1, 2, 3],
        conversation_id: numbers.map((one) => one.number),
      },
    },
  };
}
