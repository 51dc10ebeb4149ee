import { expect, it, vi } from 'vitest';

import { createConnection } from '../connect.ts';
import { FakeCore } from '../testing/fake-core.ts';
import { createInboxStore, indexOf, PAGE, rowAt } from './inbox-store.ts';

async function withPages(count: number) {
  const core = new FakeCore({ conversations: count * PAGE });
  const connection = createConnection({ open: () => Promise.resolve(core.open()), again: false });
  await new Promise<void>((resolve) => {
    connection.onState((state) => state === 'open' && resolve());
  });
  const store = createInboxStore(connection);
  for (let page = 0; page < count; page++) {
    store.getState().look(page * PAGE, (page + 1) * PAGE - 1);
    await vi.waitFor(() => expect(rowAt(store.getState(), page * PAGE)).toBeDefined());
  }
  return store;
}

it('[INBOX-1] news cost the rows that are on screen, however many one has gone through', async () => {
  const store = await withPages(8);
  const before = store.getState().pages;
  const written = vi.spyOn(JSON, 'stringify');
  store.getState().refresh();
  await vi.waitFor(() => expect(store.getState().pages).not.toBe(before));
  // The old and the new one of each row of a page, and some for the way to the core and back.
  expect(written.mock.calls.length).toBeLessThan(3 * PAGE);
  written.mockRestore();
  for (const [page, rows] of store.getState().pages)
    rows.forEach((row, place) => expect(row, `${page}/${place}`).toBe(before.get(page)?.[place]));
});

it('[INBOX-1] a row is found where it was, beside it, or far away', async () => {
  const store = await withPages(3);
  const at = (index: number): string => rowAt(store.getState(), index)!.conversation;
  for (const near of [undefined, 5, PAGE, 3 * PAGE - 1, 90 * PAGE])
    expect(indexOf(store.getState(), at(PAGE + 2), near)).toBe(PAGE + 2);
  expect(indexOf(store.getState(), 'nobody', 5)).toBe(-1);
  expect(indexOf(store.getState(), null)).toBe(-1);
});
