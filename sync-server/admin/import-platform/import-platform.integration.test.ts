import { expect, test } from 'vitest';

import { openImportBench } from '../../storage/import-bench.ts';
import { importBedForEachTest, people, type ImportBed, type Summary } from '../../testing/import-bed.ts';
import { JsonClient } from '../../testing/json-client.ts';
import { gotchaPlatform } from '../../testing/platform-gotchas.ts';
import { time } from '../../testing/platform.ts';

let bed: ImportBed;
importBedForEachTest((made) => void (bed = made));

test.each(['a dump', 'a gzipped dump', 'a live database'])('[SERVER-4] all of the platform comes over from %s', async (kind) => {
  const platform = gotchaPlatform();
  const more = ['--media', await bed.mediaFolder()];
  const { code, stderr, summary } =
    kind === 'a live database'
      ? await bed.run(await bed.liveUrl(platform), ...more)
      : await bed.fromDump(platform, { more, gzip: kind === 'a gzipped dump' });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(summary.left).toEqual([]);
  expect(summary.taken).toEqual({
    agencies: { new: 5, changed: 0, known: 0 },
    accounts: { new: 13, changed: 0, known: 0 },
    conversations: { new: 10, changed: 0, known: 0 },
    messages: { new: 13, changed: 0, known: 0 },
    events: { new: 3, changed: 0, known: 0 },
    files: { new: 3, changed: 0, known: 0 },
  });
  expect(await bed.thread(201)).toEqual([
    'Rosa Villanueva: Tumutulo\tang\nlababo \\N 👩‍🔧',
    'Acme Repairs: We can come at two.',
    'Work has started',
    'Rosa Villanueva: ',
    'Acme Repairs: ',
    'Rosa Villanueva: ',
    'Rosa Villanueva: (A file was here. It could not be brought along.)',
    'Rosa Villanueva: Are you there?',
    'Work is done',
  ]);
  expect(await bed.thread(202)).toEqual([
    'Rosa Villanueva: Hello all',
    'Administrator 6: This is the platform.',
    'Bravo Works: Bravo here',
  ]);
  expect(await bed.thread(207)).toEqual(['Nina Cruz: Tetuan · beside the chapel · 6.9214420, 122.0790270']);
  expect(await bed.thread(208)).toEqual(['A dispute was opened']);
  expect(await bed.agrees()).toBe(true);
});

test('[IMPORT-2] again, it takes only what is new, behind what people wrote here meanwhile', async () => {
  const platform = gotchaPlatform();
  await bed.fromDump(platform);
  const again = await bed.fromDump(platform);
  expect(again.code).toBe(0);
  expect(again.summary.taken).toMatchObject({
    agencies: { new: 0, known: 4 },
    accounts: { new: 0, known: 13 },
    conversations: { new: 0, changed: 0, known: 10 },
    messages: { new: 0, known: 16 },
    events: { new: 0 },
  });
  expect(again.summary.mended).toEqual([]);

  // Meanwhile: somebody writes here; there a message, a status, a participant, an employee who was taken off, and a ban.
  const chat = await JsonClient.open(bed.server.running.url, 201, await bed.token('rosa@people.example'));
  chat.send({ type: 'send_message', message: 'Written here' });
  await chat.until('her own message', () => chat.frames.some(({ type }) => type === 'new_message'));
  chat.terminate();
  platform.add('message', {
    messageID: 401,
    conversationID_id: 201,
    senderAgency_id: 21,
    messageText: 'Yes, coming.',
    isRead: true,
    createdAt: time(900),
  });
  platform.add('message', {
    messageID: 402,
    conversationID_id: 204,
    sender_id: 11,
    messageText: 'Anybody?',
    createdAt: time(901),
  });
  Object.assign(platform.find('jobs', 'jobID', 101), { workerMarkedComplete: true });
  platform.add('job_employee_assignments', { assignmentID: 54, job_id: 101, employee_id: 34 });
  platform.find('job_employee_assignments', 'assignmentID', 51).status = 'REMOVED';
  platform.find('job_disputes', 'disputeID', 61).status = 'RESOLVED';
  platform.find('accounts_accounts', 'accountID', 2).is_banned = true;
  const third = await bed.fromDump(platform);
  expect(third.summary.taken).toMatchObject({ conversations: { new: 0, changed: 4, known: 6 }, messages: { new: 2 } });
  expect((await bed.thread(201)).slice(-3)).toEqual([
    'Rosa Villanueva: Written here',
    'job-status',
    'Acme Repairs: Yes, coming.',
  ]);
  const after = await bed.conversations('acme@agency.example');
  expect(after.get(201)?.job.status).toBe('completed');
  expect(people(after.get(201))).toContain('Hal Yap (employee)');
  // Acme has answered there, so the question is read; what was written here is not.
  expect(after.get(201)?.unread).toBe(1);
  expect(people(after.get(202))).toContain('Ed Lim (employee, left)');
  expect(after.get(208)).toMatchObject({ job: { status: 'in-progress' }, locks: [] });
  expect(await bed.thread(204)).toEqual(['Rosa Villanueva: Anybody?']);
  expect(await bed.statusOfSignIn('joel@people.example')).toBe(403);
  expect(await bed.agrees()).toBe(true);
});

function told({ taken, mended, left, passedOver }: Summary) {
  return { taken, mended, left, passedOver };
}

test('[IMPORT-2] a dry run says the same, and writes nothing', async () => {
  const platform = gotchaPlatform();
  const more = ['--media', await bed.mediaFolder()];
  const tables = ['accounts', 'agencies', 'conversations', 'messages', 'events', 'imported', 'files', 'feed'];
  const counts = () =>
    bed.server.db.read(async (db) => {
      const all = [];
      for (const table of tables) all.push((await db.rows<{ count: number }>(`SELECT count(*) FROM ${table}`))[0]!.count);
      return all;
    });
  const before = await counts();
  const dry = await bed.fromDump(platform, { more: [...more, '--dry-run'] });
  expect(await counts()).toEqual(before);
  const wet = await bed.fromDump(platform, { more });
  expect(told(dry.summary)).toEqual(told(wet.summary));
  expect([dry.summary.dryRun, wet.summary.dryRun]).toEqual([true, false]);
});

test('[IMPORT-2] a thread of more messages than a batch holds comes over whole and in order', async () => {
  const platform = gotchaPlatform();
  const rows = Array.from({ length: 11_000 }, (_, index) => ({
    messageID: 1_000 + index,
    conversationID_id: 203,
    sender_id: 11,
    messageText: `message ${index}`,
    isRead: index < 10_500,
    createdAt: time(1_000 + Math.floor(index / 3)),
  }));
  platform.add('message', ...rows.toReversed());
  const { summary } = await bed.fromDump(platform);
  expect(summary.taken).toMatchObject({ conversations: { new: 10, changed: 0 }, messages: { new: 11_013 } });
  expect(await bed.thread(203)).toEqual(rows.map(({ messageText }) => `Rosa Villanueva: ${messageText}`));
  expect((await bed.conversations('castor@agency.example')).get(203)).toMatchObject({ unread: 500, lastSeq: 11_000 });
  expect(await bed.agrees()).toBe(true);
});

test('[IMPORT-2] an agency that comes to a job without one gets its conversation', async () => {
  const platform = gotchaPlatform();
  await bed.fromDump(platform);
  platform.find('conversation', 'conversationID', 206).agency_id = 24;
  platform.add('message', {
    messageID: 701,
    conversationID_id: 206,
    senderAgency_id: 24,
    messageText: 'We do it.',
    createdAt: time(900),
  });
  const { summary } = await bed.fromDump(platform);
  expect(summary.taken.conversations).toEqual({ new: 0, changed: 1, known: 9 });
  const seen = (await bed.conversations('delta@agency.example')).get(206);
  expect(seen).toMatchObject({ agency: { name: 'Delta Build' }, lastMessage: { text: 'We do it.', name: 'Delta Build' } });
  expect(seen!.documents.some(({ thread }) => thread === 'team')).toBe(true);
  expect(await bed.agrees()).toBe(true);
});

test('[IMPORT-2] an agency that comes instead of another takes part; the conversation stays where it is', async () => {
  const platform = gotchaPlatform();
  await bed.fromDump(platform);
  platform.find('conversation', 'conversationID', 201).agency_id = 24;
  const { code, summary } = await bed.fromDump(platform);
  expect(code).toBe(0);
  expect(summary.mended).toEqual([
    { kind: 'conversation', why: 'has another agency now, and stays with its first one', count: 1, ids: ['201'] },
  ]);
  const seen = (await bed.conversations('acme@agency.example')).get(201);
  expect(seen?.agency.name).toBe('Acme Repairs');
  expect(people(seen)).toEqual(['Acme Repairs (owner)', 'Delta Build (owner)', 'Rosa Villanueva (client)']);
  expect((await bed.fromDump(platform)).summary.taken.conversations).toEqual({ new: 0, changed: 0, known: 10 });
  expect(await bed.agrees()).toBe(true);
});

test('[IMPORT-2] two imports at once: the second is told to wait', async () => {
  const bench = await openImportBench(bed.server.url);
  const { code, stderr } = await bed.fromDump(gotchaPlatform());
  await bench.close();
  expect([code, stderr]).toEqual([1, expect.stringContaining('Another import of a platform is under way')]);
  expect((await bed.fromDump(gotchaPlatform())).code).toBe(0);
});
