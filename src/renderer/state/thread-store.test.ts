import { describe, expect, it } from 'vitest';

import { createConnection } from '../connect.ts';
import { FakeCore } from '../testing/fake-core.ts';
import { ME, messageOf } from '../testing/fake-data.ts';
import { createThreadStore, type OpenThread } from './thread-store.ts';

const PLACE = { conversation: 'c1', thread: 'all' } as const;

async function opened(
  at?: number,
  longThread = 400,
): Promise<{ core: FakeCore; store: ReturnType<typeof createThreadStore>; shown: () => OpenThread }> {
  const core = new FakeCore({ conversations: 2, longThread });
  const connection = createConnection({ open: () => Promise.resolve(core.open()), again: false });
  await new Promise<void>((resolve) => {
    connection.onState((state) => state === 'open' && resolve());
  });
  const store = createThreadStore(connection);
  await store.getState().open(PLACE, at);
  const shown = (): OpenThread => {
    const now = store.getState().shown;
    if (now.kind !== 'open') throw new Error(`the thread is ${now.kind}`);
    return now;
  };
  return { core, store, shown };
}

const news = (from: number, count: number): ReturnType<typeof messageOf>[] =>
  Array.from({ length: count }, (_, index) => messageOf(1, from + index, Date.now(), { own: false }));
const seqs = (thread: OpenThread): (number | null)[] => thread.items.map((item) => item.seq);

describe('an open thread', () => {
  it('[THREAD-1] pages both ways without a gap and without showing anything twice', async () => {
    const { store, shown } = await opened(200);
    expect(shown()).toMatchObject({ before: true, after: true, position: { to: 'seq', seq: 200 } });
    while (shown().before) await store.getState().page('before');
    while (shown().after) await store.getState().page('after');
    expect(seqs(shown())).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  });

  it('[THREAD-10] lets go of what is far away, and pages it again', async () => {
    const { store, shown } = await opened(undefined, 3_000);
    while (shown().before) await store.getState().page('before');
    expect(shown().items.length).toBeLessThanOrEqual(1_000);
    expect(shown()).toMatchObject({ before: false, after: true });
    expect(seqs(shown())[0]).toBe(1);
    while (shown().after) await store.getState().page('after');
    expect(shown().items.length).toBeLessThanOrEqual(1_000);
    expect(shown()).toMatchObject({ before: true, after: false });
    expect(seqs(shown())).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 2_001));
  });

  it('[THREAD-1] appends what comes at the end, and leaves a gap to be paged where the core told only the newest', async () => {
    const { store, shown } = await opened();
    const change = { ...PLACE, gone: [], view: null, loading: false };
    store.getState().changed({ ...change, items: news(401, 3), newest: 403 });
    expect(shown()).toMatchObject({ after: false, arrived: 3, newest: 403 });
    expect(seqs(shown()).at(-1)).toBe(403);
    store.getState().stands({ atEnd: true, top: 380 });
    expect(shown().arrived).toBe(0);
    store.getState().changed({ ...change, items: news(404, 1), newest: 404 });
    expect(shown().arrived).toBe(0);
    store.getState().stands({ atEnd: false, top: 300 });
    store.getState().changed({ ...change, items: news(900, 200), newest: 1_099 });
    expect(shown()).toMatchObject({ after: true, newest: 1_099, arrived: 200 });
    expect(seqs(shown()).at(-1)).toBe(404);
  });

  it('[THREAD-3] a reply written further up goes to the end and is shown there', async () => {
    const { store, shown } = await opened(100);
    await store.getState().send(PLACE, ME, { text: 'Hello', mentions: [], reply: null, undoable: false });
    await expect.poll(() => shown().items.some((item) => item.kind === 'message' && item.text === 'Hello')).toBe(true);
    expect(shown()).toMatchObject({ after: false, position: { to: 'end' } });
  });

  it('[THREAD-1] a channel that is back opens the thread where one was reading, and at the end who was there', async () => {
    const { store, shown } = await opened();
    store.getState().stands({ atEnd: false, top: 120 });
    store.getState().reload();
    await expect.poll(() => shown().position).toEqual({ to: 'place', seq: 120 });
    expect(seqs(shown())).toContain(120);
    store.getState().stands({ atEnd: true, top: 380 });
    store.getState().reload();
    await expect.poll(() => shown().position).toEqual({ to: 'end' });
  });

  it('[SYNC-6] what one was writing stays on the screen when the conversation goes', async () => {
    const { store } = await opened(400);
    const waiting = messageOf(1, 900, Date.now(), {
      own: true,
      seq: null,
      text: 'waits for the network',
      state: { kind: 'queued' },
    });
    store.getState().changed({ ...PLACE, items: [waiting], gone: [], newest: 400, view: null, loading: false });
    store.getState().wrote('I will come at');
    store.getState().gone(PLACE.conversation);
    expect(store.getState().shown).toEqual({
      kind: 'gone',
      what: 'all',
      conversation: PLACE.conversation,
      unsent: 'waits for the network\n\nI will come at',
    });
  });

  it('[THREAD-1] what is left stays on the screen until the other is there, or for a moment', async () => {
    const { core, store } = await opened();
    const answer = Promise.withResolvers<void>();
    core.waits.set('thread.open', answer.promise);
    const opening = store.getState().open({ conversation: 'c0', thread: 'all' });
    expect(store.getState()).toMatchObject({ heading: { conversation: 'c0' }, shown: { kind: 'open', place: PLACE } });
    await expect.poll(() => store.getState().shown.kind).toBe('opening');
    answer.resolve();
    await opening;
    expect(store.getState()).toMatchObject({ heading: null, shown: { kind: 'open', place: { conversation: 'c0' } } });
  });

  it('[THREAD-1] who changes their mind before a thread is there stays, and the core holds it open no longer', async () => {
    const { core, store, shown } = await opened();
    const other = { conversation: 'c0', thread: 'all' } as const;
    await Promise.all([store.getState().open(other), store.getState().open(PLACE)]);
    expect(shown().place).toEqual(PLACE);
    const told = core.calls.filter(({ command }) => command === 'thread.close' || command === 'thread.open');
    expect(told.map(({ command, input }) => [command, (input as typeof PLACE).conversation])).toEqual([
      ['thread.open', 'c1'],
      ['thread.close', 'c1'],
      ['thread.open', 'c0'],
      ['thread.open', 'c1'],
      ['thread.close', 'c0'],
    ]);
  });

  it('[SYNC-6] what is taken away while it is being opened is said to be gone; what is being left is left', async () => {
    const { store, shown } = await opened();
    store.getState().wrote('I will come at');
    const opening = store.getState().open({ conversation: 'c0', thread: 'all' });
    store.getState().gone(PLACE.conversation);
    expect(shown().place).toEqual(PLACE);
    store.getState().gone('c0');
    await opening;
    expect(store.getState()).toMatchObject({ heading: null, shown: { kind: 'gone', conversation: 'c0', unsent: '' } });
  });

  it('[THREAD-1] an answer that comes after another thread was opened is not shown', async () => {
    const { store, shown } = await opened();
    const slow = store.getState().open({ conversation: 'c0', thread: 'all' });
    await store.getState().open(PLACE);
    await slow;
    expect(shown().place.conversation).toBe('c1');
  });
});
