import { expect, it } from 'vitest';

import { createTurns } from './turns.ts';

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('[SYNC-4] gives the loop back after each piece of work, whoever asked for it', async () => {
  const done: string[] = [];
  const turns = createTurns(() => done.push('tidied'), 3);
  turns.add(() => done.push('rows'));
  turns.add(() => {
    done.push('feed');
    turns.add(() => done.push('more of the feed'));
  });
  void turns.next().then(() => done.push('list'));
  for (const expected of ['rows', 'feed', 'list', 'tidied', 'more of the feed']) {
    await round();
    expect(done.at(-1)).toBe(expected);
  }
  expect(done).toHaveLength(5);
});
