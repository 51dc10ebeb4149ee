import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { postgresInFile } from '../testing/in-file.ts';
import type { TestPostgres } from '../testing/test-server.ts';
import { tusClient } from '../testing/tus-client.ts';
import { createWorld } from '../testing/world.ts';

let postgres: TestPostgres;
postgresInFile((given) => {
  postgres = given;
});

it('[NODES-8] an upload goes on at another node, also while the first still has a piece of it that never ends', async () => {
  const shared = join(postgres.dataDir, 'shared');
  const files = { uploadsDir: join(shared, 'uploads'), store: { kind: 'folder' as const, path: join(shared, 'files') } };
  const one = await postgres.server({ files });
  const two = await postgres.server({ files, beside: one });
  const world = await createWorld(one);
  const { accessToken } = await world.signIn(world.client);
  const here = tusClient(one.running.url, accessToken);
  const there = tusClient(two.running.url, accessToken);
  const bytes = randomBytes(300_000);
  const made = await here.create({ conversation: world.conversation, name: 'a.bin' }, bytes.length);
  const location = made.headers.get('location')!;
  expect((await here.patch(location, 0, bytes.subarray(0, 100_000))).status).toBe(204);
  // A piece that stops in the middle: its node waits for the rest of it.
  const stuck = new AbortController();
  const piece = fetch(new URL(location, one.running.url), {
    method: 'PATCH',
    signal: stuck.signal,
    headers: {
      authorization: `Bearer ${accessToken}`,
      'tus-resumable': '1.0.0',
      'upload-offset': '100000',
      'content-type': 'application/offset+octet-stream',
    },
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.subarray(100_000, 150_000));
      },
    }),
    duplex: 'half',
  }).catch(() => null);
  let offset = 100_000;
  for (const end = Date.now() + 10_000; offset === 100_000 && Date.now() < end;) {
    offset = Number((await there.head(location)).headers.get('upload-offset'));
  }
  expect(offset).toBe(150_000);
  const last = await there.patch(location, offset, bytes.subarray(offset));
  expect(last.status).toBe(200);
  stuck.abort();
  await piece;
  const id = location.split('/').at(-1)!;
  const answer = await fetch(`${one.running.url}/api/v1/files/${id}`, { headers: { authorization: `Bearer ${accessToken}` } });
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  await two.close();
  await one.close();
});
