import { expect, it } from 'vitest';

import { startReceiver } from '../testing/receiver.ts';
import { addressRules } from './addresses.ts';
import { post } from './post.ts';

const body = JSON.stringify({});

it('[NOTIFY-4] a call is not made to a private address, by number or by name', async () => {
  const receiver = await startReceiver();
  const port = new URL(receiver.url).port;
  for (const url of [
    receiver.url,
    `https://127.0.0.1:${port}/`,
    `https://localhost:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
  ]) {
    expect(await post({ url, headers: {}, body }, addressRules([]), 2_000)).toEqual({
      kind: 'failed',
      reason: 'it leads to an address that is not of the internet',
    });
  }
  expect(receiver.received).toEqual([]);
  await receiver.close();
});

it('[NOTIFY-4] a call where nobody listens, or no TLS is spoken, fails with its reason', async () => {
  const rules = addressRules(['127.0.0.1']);
  const receiver = await startReceiver();
  const port = new URL(receiver.url).port;
  expect(await post({ url: `https://127.0.0.1:${port}/`, headers: {}, body }, rules, 2_000)).toMatchObject({ kind: 'failed' });
  await receiver.close();
  expect(await post({ url: `http://127.0.0.1:${port}/`, headers: {}, body }, rules, 2_000)).toEqual({
    kind: 'failed',
    reason: 'ECONNREFUSED',
  });
});
