import { describe, expect, test } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import type { Conversation } from '#shared/api/conversations.ts';
import { newId } from '#shared/ids.ts';

import type { Agency } from '../storage/accounts.ts';
import { removeParticipant } from '../storage/change-conversation.ts';
import { serverInFile } from '../testing/in-file.ts';
import type { TestServer } from '../testing/test-server.ts';

let server: TestServer;
let agency: Agency;
let conversation: string;
let files: { all: string; team: string };
const tokens: Record<string, string> = {};

/** Who sees what of one conversation. */
const WHO = [
  ['owner', { all: true, team: true }],
  ['staff', { all: true, team: true }],
  ['staff that was taken out', { all: false, team: false }],
  ['employee who takes part', { all: true, team: false }],
  ['employee who does not', { all: false, team: false }],
  ['client who takes part', { all: true, team: false }],
  ['client who was taken out', { all: false, team: false }],
  ['client who does not', { all: false, team: false }],
  ['worker who takes part', { all: true, team: false }],
  ["another agency's owner", { all: false, team: false }],
] as const;

serverInFile(async (started) => {
  server = started;
  const { fixture, http, db } = server;
  agency = await fixture.agency();
  const other = await fixture.agency();
  const people: Record<string, Account> = {
    owner: await fixture.account('owner', { agency }),
    staff: await fixture.account('staff', { agency }),
    'staff that was taken out': await fixture.account('staff', { agency }),
    'employee who takes part': await fixture.account('employee', { agency }),
    'employee who does not': await fixture.account('employee', { agency }),
    'client who takes part': await fixture.account('client'),
    'client who was taken out': await fixture.account('client'),
    'client who does not': await fixture.account('client'),
    'worker who takes part': await fixture.account('worker'),
    "another agency's owner": await fixture.account('owner', { agency: other }),
  };
  const listed = ['employee who takes part', 'client who takes part', 'client who was taken out', 'worker who takes part'];
  conversation = await fixture.conversation({ agency, people: listed.map((who) => people[who]!) });
  for (const [who, account] of Object.entries(people)) tokens[who] = (await http.signIn(account)).accessToken;
  const upload = async (thread: string) => {
    const path = `/api/v1/conversations/${conversation}/files?thread=${thread}&name=a.txt`;
    return (await http.call<{ id: string }>('POST', path, { token: tokens['owner']!, body: Buffer.from(thread) })).body.id;
  };
  files = { all: await upload('all'), team: await upload('team') };
  for (const who of ['staff that was taken out', 'client who was taken out']) {
    await db.transact((tx) => removeParticipant(tx, { conversation, account: people[who]!.id, by: null }));
  }
});

function get<T = unknown>(who: string, path: string) {
  return server.http.call<T>('GET', path, { token: tokens[who]! });
}

const status = (seen: boolean, found = 200) => (seen ? found : 404);

describe.each(WHO)('%s', (who, sees) => {
  test('[ACCESS-2] sees the conversation, its documents and its place in the list, or nothing', async () => {
    const one = await get<Conversation>(who, `/api/v1/conversations/${conversation}`);
    const list = await get<{ conversations: Conversation[] }>(who, '/api/v1/conversations');
    expect(one.status).toBe(status(sees.all));
    expect(list.body.conversations.map(({ id }) => id)).toEqual(sees.all ? [conversation] : []);
    if (!sees.all) return;
    expect(list.body.conversations[0]).toEqual(one.body);
    expect(one.body.documents.map(({ thread }) => thread)).toEqual(sees.team ? ['all', 'team'] : ['all']);
  });

  test.each(['all', 'team'] as const)('[ACCESS-2] reads, and uploads to, the thread %s only where it may', async (thread) => {
    expect((await get(who, `/api/v1/conversations/${conversation}/messages?thread=${thread}`)).status).toBe(status(sees[thread]));
    expect((await get(who, `/api/v1/files/${files[thread]}`)).status).toBe(status(sees[thread]));
    const upload = await server.http.call('POST', `/api/v1/conversations/${conversation}/files?thread=${thread}&name=b.txt`, {
      token: tokens[who]!,
      body: Buffer.from('bytes'),
    });
    expect(upload.status).toBe(status(sees[thread], 201));
  });

  test("[SERVER-2] sees the agency's people, and makes conversations, only as staff", async () => {
    const isStaff = who.includes('owner') || who.startsWith('staff');
    expect((await get(who, '/api/v1/people')).status).toBe(isStaff ? 200 : 403);
    const made = await server.http.call('POST', '/api/v1/conversations', {
      token: tokens[who]!,
      body: { job: { title: 'x' }, clients: [newId()] },
    });
    // For staff it gets as far as the client, whom nobody knows.
    expect(made.status).toBe(isStaff ? 400 : 403);
  });
});

test('[ACCESS-2] what does not exist is answered as what is not yours', async () => {
  const missing = await get('owner', `/api/v1/conversations/${newId()}`);
  const foreign = await get("another agency's owner", `/api/v1/conversations/${conversation}`);
  expect(missing.status).toBe(404);
  expect(foreign.body).toEqual(missing.body);
  expect((await get('owner', '/api/v1/conversations/not-an-id')).status).toBe(404);
});

test.each([
  ['GET', '/api/v1/conversations'],
  ['GET', '/api/v1/people'],
  ['GET', '/api/v1/sessions'],
  ['POST', '/api/v1/tickets'],
  ['POST', '/api/v1/device/lease'],
  ['POST', '/api/v1/conversations'],
  ['GET', `/api/v1/files/${newId()}`],
  ['GET', '/api/v1/feed'],
])('[SERVER-2] %s %s wants a session', async (method, path) => {
  expect((await server.http.call(method, path)).status).toBe(401);
});
