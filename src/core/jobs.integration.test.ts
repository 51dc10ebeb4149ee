import { describe, expect, it } from 'vitest';

import { inInbox, messages, place, type Person } from './testing/apps.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';
import type { TestApp } from './testing/test-platform.ts';

let server: ServerProcess;
let staff: Person;
let client: Person;
let worker: Person;
const { signedIn } = serverAndPeopleInFile((made) => ({ server, staff, client, worker } = made));

const status = async (app: TestApp, conversation: string): Promise<string> =>
  (await app.send('thread.open', place(conversation))).conversation.job.status;

describe('jobs, against the real server', () => {
  it('[THREAD-8] are led on from one app and seen in the others, with an event in the thread', async () => {
    const conversation = await server.conversation('Kitchen tap', client.email, worker.email);
    const [ana, cleo] = [await signedIn(staff), await signedIn(client)];
    await inInbox(ana, conversation);
    await inInbox(cleo, conversation);
    await cleo.send('thread.open', place(conversation));
    await ana.send('job.act', { conversation, action: 'start' });
    await ana.send('job.act', { conversation, action: 'complete' });
    await cleo.until('completed', async () => (await status(cleo, conversation)) === 'completed');
    await expect(ana.send('job.act', { conversation, action: 'approve' })).rejects.toMatchObject({ code: 'forbidden' });
    await cleo.send('job.act', { conversation, action: 'approve' });
    await ana.until('approved', async () => (await status(ana, conversation)) === 'approved');
    const { items } = await ana.until('the events', async () => {
      const page = await ana.send('thread.page', { ...place(conversation), limit: 50 });
      return page.items.filter((item) => item.kind === 'event' && item.event.type === 'job-status').length === 3 && page;
    });
    expect(items.at(-1)).toMatchObject({ event: { type: 'job-status', to: 'approved', by: client.id } });
    await expect(ana.send('job.act', { conversation, action: 'cancel' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('has been approved') as string,
    });
  });

  it('[FILTER-2] a message with contact details is shown as not sent, and can be edited and sent', async () => {
    const conversation = await server.conversation('Roof', client.email, worker.email);
    const cleo = await signedIn(client);
    await inInbox(cleo, conversation);
    await server.sql(`UPDATE agencies SET contact_filter = 'block'`, []);
    const { key } = await cleo.send('message.send', { ...place(conversation), text: 'call 0917 123 4567' });
    await cleo.send('message.send', { ...place(conversation), text: 'or come by' });
    const stateOf = async (wanted: string): Promise<unknown> =>
      (await messages(cleo, conversation)).find((one) => one.key === wanted)?.state;
    await cleo.until('not sent', async () => ((await stateOf(key)) as { kind: string }).kind === 'not-sent');
    expect(await stateOf(key)).toEqual({ kind: 'not-sent', rule: 'contact-details' });
    await cleo.until('the other', async () =>
      (await messages(cleo, conversation)).some((one) => one.text === 'or come by' && one.seq !== null),
    );
    await cleo.send('message.retry', { key, text: 'call the office' });
    await cleo.until('sent', async () =>
      (await messages(cleo, conversation)).some((one) => one.text === 'call the office' && one.seq !== null),
    );
    await server.sql(`UPDATE agencies SET contact_filter = 'off'`, []);
  });
});
