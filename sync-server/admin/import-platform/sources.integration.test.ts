import { Client } from 'pg';
import { expect, test } from 'vitest';

import { importBedForEachTest, reasons, type ImportBed } from '../../testing/import-bed.ts';
import { gotchaPlatform } from '../../testing/platform-gotchas.ts';
import { time, type Without } from '../../testing/platform.ts';

let bed: ImportBed;
importBedForEachTest((made) => void (bed = made));

test('[IMPORT-2] bad rows are left and told by table and id, the others come over, and it ends with 1', async () => {
  const platform = gotchaPlatform();
  platform.add('jobs', { jobID: 111 });
  platform.add(
    'conversation',
    { conversationID: 220, client_id: 11, relatedJobPosting_id: 999 },
    { conversationID: 221, client_id: 999, relatedJobPosting_id: 111 },
  );
  platform.add(
    'message',
    { messageID: 501, conversationID_id: 999, sender_id: 11, messageText: 'nowhere', createdAt: time(1) },
    { messageID: 502, conversationID_id: 201, sender_id: 999, messageText: 'nobody', createdAt: time(2) },
    { messageID: 503, conversationID_id: 201, sender_id: 11, messageText: '  ', createdAt: time(3) },
    { messageID: 504, conversationID_id: 201, sender_id: 11, messageText: 'when?', createdAt: 'infinity' },
    { messageID: 507, conversationID_id: 201, sender_id: 11, messageText: 'with \0 in it', createdAt: time(7) },
    { messageID: 505, conversationID_id: 201, sender_id: 11, messageText: 'read?', isRead: null, createdAt: time(5) },
    { messageID: 506, conversationID_id: 201, sender_id: 11, messageText: 'y'.repeat(8_500), createdAt: time(400) },
  );
  platform.add('accounts_profile', { profileID: -4, accountFK_id: 1 });
  const { code, summary } = await bed.fromDump(platform);
  expect(code).toBe(1);
  expect(reasons(summary.left)).toEqual({
    'accounts_profile: "profileID" is no id': ['-4'],
    'conversation: is about a job that is not there': ['220'],
    'conversation: has a client who is not there': ['221'],
    'message: is of a conversation that is not there, or was left': ['501'],
    'message: has a sender who is not there': ['502'],
    'message: has neither a text nor a file': ['503'],
    'message: has no proper id, conversation or time': ['504'],
    'message: "isRead" is NULL': ['505'],
    'message: "messageText" holds a NUL character': ['507'],
  });
  expect((await bed.thread(201)).at(-1)).toBe(`Rosa Villanueva: ${'y'.repeat(500)}`);
  expect(summary.taken.conversations.new).toBe(10);
  expect(await bed.agrees()).toBe(true);
});

const OLD: Without = {
  tables: ['conversation_participants', 'job_reviews', 'job_disputes', 'job_skill_slots'],
  columns: { conversation: ['agency_id', 'conversation_type'], message: ['senderAgency_id', 'sender_admin_id'] },
};

test.each(['a dump', 'a live database'])('[IMPORT-2] older platforms lack tables and columns, from %s', async (kind) => {
  const platform = gotchaPlatform();
  // Nor did agencies and admins write then.
  const messages = platform.tables.get('message')!;
  platform.tables.set(
    'message',
    messages.filter((row) => row.sender_id !== null || row.messageType === 'SYSTEM'),
  );
  const { code, summary } =
    kind === 'a dump'
      ? await bed.fromDump(platform, { without: OLD })
      : await bed.run(await bed.liveUrl(platform, OLD), '--without-media');
  expect(code).toBe(0);
  expect(summary.taken.conversations.new).toBe(10);
  const seen = await bed.conversations('rosa@people.example');
  expect(seen.get(202)?.agency.name).toBe('Acme Repairs');
  // Without reviews, what the platform calls completed is closed.
  expect(seen.get(209)?.locks).toEqual(['closed']);
  expect(await bed.agrees()).toBe(true);
});

test.each([
  ['of the custom format', Buffer.concat([Buffer.from('PGDMP\x01\x0e'), Buffer.alloc(600)]), 'pg_restore -f dump.sql'],
  ['with --inserts', Buffer.from('INSERT INTO public.conversation VALUES (1);\n'), '--inserts'],
  ['of something else', Buffer.from('COPY public.cats (name) FROM stdin;\nTom\n\\.\n'), 'pg_dump --format=plain'],
  ['that breaks off', Buffer.from(gotchaPlatform().dump().split('We can come')[0]!), 'breaks off'],
  ['in another encoding', Buffer.from(gotchaPlatform().dump().replace("'UTF8'", "'LATIN1'")), 'pg_dump --encoding=UTF8'],
  ['without messages', Buffer.from(gotchaPlatform().dump({ tables: ['message'] })), 'no table "message"'],
  ['without a column', Buffer.from(gotchaPlatform().dump({ columns: { message: ['createdAt'] } })), 'no column "createdAt"'],
])('[IMPORT-2] a dump %s is refused with what to do', async (_what, bytes, said) => {
  const path = await bed.file('odd.dump', bytes);
  const { code, stderr } = await bed.run(path);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});

test('[IMPORT-2] a database that cannot be reached is said, without its password', async () => {
  const { code, stderr } = await bed.run('postgres://somebody:hunter2@127.0.0.1:1/none');
  expect(code).toBe(3);
  expect(stderr).toContain('could not be read');
  expect(stderr).not.toContain('hunter2');
});

test('[IMPORT-2] disputes and reviews name their job by either name that the naming rule allows', async () => {
  const dump = gotchaPlatform()
    .dump()
    .replace('COPY public.job_disputes ("disputeID", "jobID_id"', 'COPY public.job_disputes ("disputeID", job_id')
    .replace(
      'COPY public.job_reviews ("reviewID", "jobID_id", "reviewerType"',
      'COPY public.job_reviews ("reviewID", job_id, reviewer_type',
    );
  expect((await bed.run(await bed.file('named.sql', dump), '--without-media')).code).toBe(0);
  const seen = await bed.conversations('acme@agency.example');
  expect([seen.get(208)?.locks, seen.get(209)?.locks]).toEqual([['dispute'], ['closed']]);
});

test('[IMPORT-2] rows that a dump holds twice come over once, and that is told', async () => {
  const dump = gotchaPlatform().dump();
  const { code, summary } = await bed.run(await bed.file('twice.sql', `${dump}\n${dump}`), '--without-media');
  expect(code).toBe(1);
  expect(summary.left.every(({ why }) => why === 'is there twice')).toBe(true);
  expect(summary.left.find(({ kind }) => kind === 'message')?.count).toBe(16);
  expect(summary.taken.messages.new).toBe(13);
  expect(await bed.agrees()).toBe(true);
});

test('[IMPORT-2] it takes a user who may only read; one who may not read all is told so, and nothing is taken', async () => {
  const url = await bed.liveUrl(gotchaPlatform());
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("CREATE ROLE platform_reader LOGIN PASSWORD 'reading'");
  await client.query('GRANT USAGE ON SCHEMA public TO platform_reader');
  await client.query('GRANT SELECT ON ALL TABLES IN SCHEMA public TO platform_reader');
  await client.query('REVOKE SELECT ON job_disputes FROM platform_reader');
  const reader = new URL(url);
  [reader.username, reader.password] = ['platform_reader', 'reading'];
  const denied = await bed.run(reader.href, '--without-media');
  expect([denied.code, denied.stderr]).toEqual([2, expect.stringContaining('job_disputes')]);
  await client.query('GRANT SELECT ON job_disputes TO platform_reader');
  const { code, summary } = await bed.run(reader.href, '--without-media');
  expect([code, summary.taken.messages.new]).toEqual([0, 13]);
  await client.query('DROP OWNED BY platform_reader');
  await client.query('DROP ROLE platform_reader');
  await client.end();
});

test('[IMPORT-2] a job that has come with another conversation is not taken once more', async () => {
  const platform = gotchaPlatform();
  await bed.fromDump(platform);
  platform.find('conversation', 'conversationID', 206).conversationID = 906;
  const { code, summary } = await bed.fromDump(platform);
  expect(code).toBe(1);
  expect(reasons(summary.left)).toEqual({
    'conversation: is about a job that another one was about': ['906'],
    'message: is of a conversation that is not there, or was left': ['331', '332'],
  });
  expect(summary.taken.conversations).toEqual({ new: 0, changed: 0, known: 9 });
});
