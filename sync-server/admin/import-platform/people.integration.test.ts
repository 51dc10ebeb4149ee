import { expect, test } from 'vitest';

import type { Conversation } from '#shared/api/conversations.ts';

import { findPlatformJob } from '../../storage/platform-jobs.ts';
import { importBedForEachTest, people, reasons, type ImportBed } from '../../testing/import-bed.ts';
import { gotchaPlatform } from '../../testing/platform-gotchas.ts';
import { time } from '../../testing/platform.ts';

let bed: ImportBed;
importBedForEachTest((made) => void (bed = made));

test('[IMPORT-3] ids are kept as the numbers that JSON clients see, and new things get numbers behind them', async () => {
  await bed.fromDump(gotchaPlatform());
  const [first] = await bed.history('rosa@people.example', 201);
  expect(first).toMatchObject({ message_id: 301, sender: { id: 1, name: 'Rosa Villanueva' }, is_read: true });
  const seen = (await bed.conversations('acme@agency.example')).get(201);
  expect(seen).toMatchObject({
    number: 201,
    agency: { number: 21, name: 'Acme Repairs' },
    job: { number: 101, title: 'Job 101' },
  });
  const agency = await bed.server.fixture.agency('New');
  expect(agency.number).toBeGreaterThan(1_000_000);
});

test('[IMPORT-3] a number that is in use here gives way, and that is told', async () => {
  const agency = await bed.server.fixture.agency('Here first');
  const owner = await bed.server.fixture.account('owner', { agency });
  await bed.server.fixture.conversation({ agency, people: [owner] });
  const platform = gotchaPlatform();
  platform.find('conversation', 'conversationID', 201).conversationID = 1;
  for (const row of platform.tables.get('message')!) if (row.conversationID_id === 201) row.conversationID_id = 1;
  const { code, summary } = await bed.fromDump(platform);
  expect(code).toBe(0);
  expect(reasons(summary.mended)).toMatchObject({
    'conversations: has a number that is in use here, and gets another one': ['1'],
    'accounts: has a number that is in use here, and gets another one': ['1'],
  });
  const all = [...(await bed.conversations('acme@agency.example')).values()];
  expect(all.find(({ job }) => job.number === 101)?.number).toBeGreaterThan(1_000_000);
  expect(await bed.agrees()).toBe(true);
});

test('[IMPORT-3] one broken id does not use up the numbers', async () => {
  const platform = gotchaPlatform();
  const broken = 900_000_000_000_000;
  platform.find('message', 'messageID', 302).messageID = broken;
  const { summary } = await bed.fromDump(platform);
  expect(reasons(summary.mended)).toMatchObject({
    'messages: has a number that is too high, and gets another one': [String(broken)],
  });
  const numbers = (await bed.history('rosa@people.example', 201)).map((message) => message.message_id);
  expect(numbers[0]).toBe(301);
  expect(numbers[1]).toBeGreaterThan(1_000_000);
  expect(numbers[1]).toBeLessThan(2_000_000);
});

test('[IMPORT-3] participants come from all places that name them', async () => {
  await bed.fromDump(gotchaPlatform());
  const rosa = await bed.conversations('rosa@people.example');
  expect([...rosa.keys()].sort((a, b) => a - b)).toEqual([201, 202, 203, 204, 207, 208, 209, 210]);
  expect(people(rosa.get(201))).toEqual(['Acme Repairs (owner)', 'Rosa Villanueva (client)']);
  expect(people(rosa.get(202))).toEqual([
    'Acme Repairs (owner)',
    'Administrator 6 (employee)',
    'Bravo Works (owner)',
    'Ed Lim (employee)',
    'Hal Yap (employee)',
    'Joel Santos (worker)',
    'Rosa Villanueva (client)',
  ]);
  expect(rosa.get(203)?.agency.name).toBe('Castor Homes');
  expect(people(rosa.get(203))).toEqual(['Castor Homes (owner)', 'Fe Tan (employee)', 'Rosa Villanueva (client)']);
  expect(people(rosa.get(204))).toEqual(['Rosa Villanueva (client)']);
  expect(rosa.get(204)).toMatchObject({ agency: { name: 'Without an agency' }, lastMessage: null });
  const nina = await bed.conversations('nina@people.example');
  expect(people(nina.get(205))).toEqual(['Nina Cruz (client)']);
  expect(people(nina.get(206))).toEqual(['Ben Ramos (client, left)', 'Joel Santos (worker)', 'Nina Cruz (client)']);
  expect(people(nina.get(207))).toEqual(['Bravo Works (owner)', 'Nina Cruz (worker)', 'Rosa Villanueva (client)']);
  // Of several agencies each takes part; one that was only invited does not, nor does the team note of another's open.
  expect([...(await bed.conversations('bravo@agency.example')).keys()].toSorted((a, b) => a - b)).toEqual([202, 207]);
  const others = await bed.server.http.call('GET', `/api/v1/conversations/${rosa.get(202)!.id}`, {
    token: await bed.token('bravo@agency.example'),
  });
  expect(others.status).toBe(200);
  expect((others.body as Conversation).documents.map(({ thread: name }) => name)).toEqual(['all']);
  expect([...(await bed.conversations('delta@agency.example')).keys()]).toEqual([]);
  expect([...(await bed.conversations('ed@agency.example')).keys()]).toEqual([202]);
});

test('[IMPORT-3] states of jobs and locks come over, and who is banned cannot sign in', async () => {
  const { summary } = await bed.fromDump(gotchaPlatform());
  const seen = await bed.conversations('acme@agency.example');
  const states = [201, 208, 209, 210].map((number) => [number, seen.get(number)!.job.status, seen.get(number)!.locks]);
  expect(states).toEqual([
    [201, 'in-progress', []],
    [208, 'disputed', ['dispute']],
    [209, 'approved', ['closed']],
    [210, 'scheduled', ['before-start']],
  ]);
  expect(seen.get(210)?.job.startsOn).toBe('2999-01-31');
  expect(await bed.statusOfSignIn('ben@people.example')).toBe(403);
  expect(reasons(summary.passedOver)).toEqual({ 'accounts: without a profile or an agency': ['8'] });
});

test('[IMPORT-3] what was read there is read here, what was not is not', async () => {
  await bed.fromDump(gotchaPlatform());
  const acme = (await bed.conversations('acme@agency.example')).get(201)!;
  // Up to the last message that somebody else opened; the question behind it waits.
  expect([acme.unread, acme.readFloor]).toEqual([1, 7]);
  expect((await bed.conversations('rosa@people.example')).get(201)?.unread).toBe(0);
  // Joel last read between the second and the third message.
  expect((await bed.conversations('joel@people.example')).get(202)?.unread).toBe(1);
  const read = (await bed.history('acme@agency.example', 201)).map((message) => message.is_read);
  expect(read).toEqual([true, true, true, true, true, true, false]);
});

test('[IMPORT-2] accounts that are here by the same address are the same people; names and addresses of others stay theirs', async () => {
  const rosa = await bed.server.fixture.account('client', { email: 'Rosa@People.example', name: 'Rosa V.' });
  await bed.server.fixture.account('worker', { email: 'nina@people.example' });
  const here = await bed.server.fixture.agency('Acme Repairs');
  const { code, summary } = await bed.fromDump(gotchaPlatform());
  expect(code).toBe(0);
  expect(reasons(summary.mended)).toMatchObject({
    'accounts: has an account here by the same address: it is used': ['1'],
    'accounts: has an address that somebody else has, and gets another one': ['5', 'employee 33'],
    'agencies: has a name that another agency has, and gets its number behind it': ['21'],
  });
  const signedIn = await bed.server.http.signIn(rosa);
  const mine = await bed.server.http.call<{ conversations: Conversation[] }>('GET', '/api/v1/conversations', {
    token: signedIn.accessToken,
  });
  expect(mine.body.conversations).toHaveLength(8);
  expect(mine.body.conversations.some(({ agency }) => agency.id === here.id)).toBe(false);
  expect(await bed.agrees()).toBe(true);
});

test('[IMPORT-3] a job is called by its id at the platform; one that the platform has brought here already goes on there', async () => {
  const platform = gotchaPlatform();
  await bed.fromDump(platform);
  const acme = (await bed.conversations('acme@agency.example')).get(201)!;
  const { db, fixture } = bed.server;
  expect(await db.read((reader) => findPlatformJob(reader, acme.agency.id, '101'))).toBe(acme.id);
  const made = await fixture.conversation({ agency: acme.agency, people: [], title: 'Made by its platform' });
  await db.transact((tx) => tx.rows("UPDATE conversations SET external_id = '111' WHERE id = $1", [made]));
  platform
    .add('jobs', { jobID: 111, title: 'Job 111' })
    .add('conversation', { conversationID: 230, client_id: 11, agency_id: 21, relatedJobPosting_id: 111 });
  platform.add('message', {
    messageID: 801,
    conversationID_id: 230,
    sender_id: 11,
    messageText: 'Before the switch',
    createdAt: time(9),
  });
  const { code, summary } = await bed.fromDump(platform);
  expect([code, summary.taken.conversations]).toEqual([0, { new: 0, changed: 1, known: 10 }]);
  const seen = [...(await bed.conversations('rosa@people.example')).values()].find(({ id }) => id === made);
  expect(seen).toMatchObject({ job: { title: 'Job 111', status: 'in-progress' }, lastMessage: { text: 'Before the switch' } });
  expect((await bed.fromDump(platform)).summary.taken).toMatchObject({
    conversations: { new: 0, changed: 0, known: 11 },
    messages: { new: 0 },
  });
  expect(await bed.agrees()).toBe(true);
});
