import { describe, expect, it } from 'vitest';

import type { Webhook } from '#shared/notifications.ts';

import { worldForEachTest } from '../testing/in-file.ts';
import { runAdmin, type AdminRun } from '../testing/run-admin.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

let server: TestServer;
let world: World;

worldForEachTest((made) => ({ world, server } = made), { notifications: { trustedAddresses: ['127.0.0.0/8'] } });

const admin = (...words: string[]): Promise<AdminRun> =>
  runAdmin({ DATABASE_URL: server.url }, [...words, '--agency', world.agency.id, '--json']);

describe('the webhooks of an agency', () => {
  it('[NOTIFY-4] lead to the internet or what is configured, and are its owners’ alone', async () => {
    const token = (await world.signIn(world.owner)).accessToken;
    const add = async (url: string) => (await server.http.call('POST', '/api/v1/webhooks', { token, body: { url } })).status;
    for (const url of [
      'http://10.0.0.1/',
      'https://10.0.0.1/',
      'https://169.254.169.254/latest/meta-data',
      'https://[::1]/',
      'https://0x0a000001/',
      'ftp://example.com/',
      'https://name:word@example.com/',
      'example.com',
    ]) {
      expect([url, await add(url)]).toEqual([url, 400]);
    }
    expect(await add('https://example.com/hook#x')).toBe(201);
    const list = await server.http.call<{ webhooks: Webhook[] }>('GET', '/api/v1/webhooks', { token });
    expect(list.body.webhooks.map(({ url }) => url)).toEqual(['https://example.com/hook']);
    expect(JSON.stringify(list.body)).not.toContain('secret');
    const stranger = await server.fixture.account('owner', { agency: await server.fixture.agency() });
    const theirs = { token: (await world.signIn(stranger)).accessToken };
    const path = `/api/v1/webhooks/${list.body.webhooks[0]!.id}`;
    expect((await server.http.call('DELETE', path, theirs)).status).toBe(404);
    expect((await server.http.call('DELETE', path, { token })).status).toBe(204);
    expect((await server.http.call('DELETE', path, { token })).status).toBe(404);
  });

  it('[NOTIFY-4] [SERVER-5] are added, listed and removed on the command line; a private address isn’t taken', async () => {
    expect((await admin('add-webhook', '--url', 'https://127.0.0.1/x')).code).toBe(2);
    expect((await admin('add-webhook', '--url', 'https://example.com/x', '--events', 'NONE')).code).toBe(2);
    const made = await admin('add-webhook', '--url', 'https://example.com/x', '--events', 'MENTION', '--with-text');
    const { id, secret } = JSON.parse(made.stdout) as { id: string; secret: string };
    expect(secret).toMatch(/^whs_[\w-]{43}$/);
    const listed = (await admin('list-webhooks')).stdout;
    expect(JSON.parse(listed)).toMatchObject({ webhooks: [{ id, events: ['MENTION'], withText: true }] });
    expect(listed).not.toContain(secret);
    expect((await admin('remove-webhook', '--webhook', id)).code).toBe(0);
    expect(JSON.parse((await admin('list-webhooks')).stdout)).toEqual({ webhooks: [] });
    expect((await admin('remove-webhook', '--webhook', id)).code).toBe(1);
  });
});
