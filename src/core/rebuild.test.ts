import { expect, it } from 'vitest';

import { queueMessage } from './outgoing.ts';
import { writeDraft } from './own/shared-drafts.ts';
import { applyWhole, noChanges } from './projection/apply.ts';
import { putConversation } from './storage/conversations.ts';
import { openStore, type Store } from './storage/database.ts';
import { writeSession } from './storage/session.ts';
import { account, CONVERSATION, createThreadLog, ME, message, NOW, NOWHERE, record, session } from './testing/fake-server.ts';
import { createTestPlatform, silentLog, startTestApp, temporaryFolder } from './testing/test-platform.ts';

const SELF = { account: ME, clientId: 1_000 };
const PLACE = { conversation: CONVERSATION, thread: 'all' } as const;

function fill(store: Store): void {
  const log = createThreadLog();
  store.transact(() => {
    writeSession(store, session());
    putConversation(store, record(), ME);
    for (const text of ['turquoise', 'maroon']) {
      const { document, bytes } = log.add(account(2), 2_002, message(text));
      applyWhole(store, SELF, document, bytes, noChanges());
    }
  });
  queueMessage(store, PLACE, { text: 'waits', mentions: [], attachments: [] }, NOW);
  const draft = { text: 'half a thought', mentions: [], replyTo: null, caret: 4 };
  writeDraft({ store, lease: 1_000, now: NOW }, PLACE, draft, { over: null, aside: 'keep' });
}

it('[SYNC-PROJECT] a core that is told to rebuild makes rows that were damaged anew, with no network, and keeps queue and draft', async () => {
  const folder = temporaryFolder();
  const store = openStore(folder.path);
  fill(store);
  store.transact(() => {
    store.run(`UPDATE items SET text = 'damaged' WHERE seq = 1`);
    store.run(`DELETE FROM items WHERE seq = 2`);
    store.run(`DELETE FROM item_words`);
  });
  store.close();
  const told: unknown[] = [];
  const log = { ...silentLog, info: (event: string, fields?: object) => void told.push({ event, ...fields }) };
  const texts = async (rebuild: boolean): Promise<{ texts: string[]; hits: number; draft: string }> => {
    const app = await startTestApp(createTestPlatform(folder.path, { log }), NOWHERE, { rebuild });
    expect(app.core.rebuilt).toEqual(rebuild ? { threads: 1, messages: 2 } : null);
    const opened = await app.send('thread.open', { ...PLACE, limit: 50 });
    const hits = (await app.send('search', { query: 'turquoise' })).messages.length;
    await app.close();
    return {
      texts: opened.page.items.flatMap((item) => (item.kind === 'message' ? [item.text] : [])),
      hits,
      draft: opened.draft,
    };
  };
  expect(await texts(false)).toEqual({ texts: ['damaged', 'waits'], hits: 0, draft: 'half a thought' });
  expect(told).not.toContainEqual(expect.objectContaining({ event: 'rebuilt' }));
  expect(await texts(true)).toEqual({ texts: ['turquoise', 'maroon', 'waits'], hits: 1, draft: 'half a thought' });
  expect(told).toContainEqual({ event: 'rebuilt', threads: 1, messages: 2 });
  folder.remove();
});

it('[SYNC-PROJECT] a core that is told to rebuild where nobody signed in says that it made nothing', async () => {
  const folder = temporaryFolder();
  const app = await startTestApp(createTestPlatform(folder.path), NOWHERE, { rebuild: true });
  expect(app.core.rebuilt).toBeNull();
  await app.close();
  folder.remove();
});
