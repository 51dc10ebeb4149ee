import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import type { AttachmentFact } from '#shared/facts.ts';
import { newId } from '#shared/ids.ts';
import { CLOSE } from '#shared/wire.ts';

import type { Files } from '../files/files.ts';
import { serverInFile } from '../testing/in-file.ts';
import { BARRIER, callsOf, SECRET, stageTeam, WHO, wordsIn, type Outsider, type Stage } from '../testing/outsiders.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import { tusClient } from '../testing/tus-client.ts';
import type { World } from '../testing/world.ts';
import { attachSync } from './attach.ts';

// Every way in to the notes of a team is a row, for each kind of outsider: it fails when the rule that closes this way is taken away.
let server: TestServer;
let files: Files;
let world: World;
let { outsiders, staff, note, file, picture, upload }: Stage = {} as Stage;

serverInFile(
  (made) => {
    server = made;
  },
  {
    attach(parts) {
      files = parts.files;
      return attachSync(parts);
    },
  },
);
beforeAll(async () => {
  ({ world, outsiders, staff, note, file, picture, upload } = await stageTeam(server));
}, 60_000);

const url = (): string => server.running.url;

/** All that the sockets of somebody were sent so far. */
function wordsOf({ feed, open }: Outsider): string {
  return JSON.stringify([feed.frames, open?.json.frames]) + (open ? wordsIn(open.all) : '');
}

const call = (one: Outsider, method: string, path: string, body?: unknown) =>
  server.http.call(method, path, { token: one.session.accessToken, body });

/** A file of the team's that is somebody's own all the same: they were of its staff when they sent it. */
async function ownIn(one: Outsider): Promise<AttachmentFact> {
  const id = newId();
  await world.rows(
    `INSERT INTO files (id, conversation_id, thread, account_id, name, type, bytes, width, height, sha256, state)
     SELECT $2, conversation_id, thread, $3, name, type, bytes, width, height, sha256, state FROM files WHERE id = $1`,
    [picture.id, id, one.account.id],
  );
  return { ...picture, id };
}

async function refusalIn(one: Outsider, value: Record<string, unknown>): Promise<string | null> {
  if (!one.open) return null;
  const writer = await RawClient.open(url(), `${world.conversation}/all/1`, one.session);
  writer.send(value);
  return (await writer.watch.until('the refusal', () => writer.refusal ?? undefined)).rule;
}

/** Resolves where it is closed to them; every row fails without the rule that closes it. */
const WAYS: Record<string, (one: Outsider) => Promise<void>> = {
  async 'opening its document'(one) {
    const client = new RawClient(url(), `${world.conversation}/team/1`, one.session);
    expect(await client.closed()).toBe(CLOSE.notParticipant);
    expect([client.serverVector, client.updates]).toEqual([null, []]);
  },
  async 'opening it by a ticket'(one) {
    const { body } = await server.http.call<{ ticket: string }>('POST', '/api/v1/tickets', { token: one.session.accessToken });
    const socket = new WebSocket(`${url().replace('http', 'ws')}/sync/${world.conversation}/team/1?ticket=${body.ticket}`);
    const frames: unknown[] = [];
    socket.on('message', (data) => void frames.push(data));
    const code = await new Promise((resolve) => {
      socket.once('close', resolve);
    });
    expect([code, frames]).toEqual([CLOSE.notParticipant, []]);
  },
  async 'its log'(one) {
    const document = `${world.conversation}/team/1`;
    expect((await call(one, 'GET', `/api/v1/log/${document}`)).status).toBe(404);
    const { body } = await call(one, 'POST', '/api/v1/log', [{ document, after: 0 }]);
    const lines = (typeof body === 'string' ? body : JSON.stringify(body)).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { document, error: expect.objectContaining({ code: 'not-found' }) as unknown },
    ]);
  },
  async 'pages of its messages'(one) {
    for (const more of ['', '&limit=100', `&before=${note.seq + 1}`]) {
      const path = `/api/v1/conversations/${world.conversation}/messages?thread=team${more}`;
      expect((await call(one, 'GET', path)).status).toBe(404);
    }
  },
  async 'an export'(one) {
    for (const format of ['json', 'pdf']) {
      const path = `/api/v1/conversations/${world.conversation}/export?thread=team&format=${format}`;
      expect((await call(one, 'GET', path)).status).toBeOneOf([403, 404]);
    }
  },
  async 'the feed by a socket'({ feed }) {
    expect(feed.items.filter((item) => !JSON.stringify(item).includes(BARRIER))).toEqual([]);
    expect(feed.frames.filter(({ type }) => type === 'typing')).toEqual([]);
  },
  async 'the feed of the agency, by a cursor of one’s own making'(one) {
    for (const streams of [[world.agency.id], [world.agency.id, one.account.id], [one.account.id, world.agency.id]]) {
      const cursor = Buffer.from(JSON.stringify(streams.map((stream) => [stream, 0]))).toString('base64url');
      expect((await call(one, 'GET', `/api/v1/feed?after=${cursor}`)).status).toBe(410);
      const feed = new FeedClient(url(), one.session, cursor);
      await feed.closed();
      expect(feed.frames).toEqual([]);
    }
  },
  async 'the socket of what everybody reads'({ open }) {
    if (!open) return;
    expect(wordsIn(open.all)).not.toMatch(SECRET);
    expect(JSON.stringify(open.all.doc.getMap('accepted').toJSON())).not.toContain(note.key);
    expect(open.all.presence.size).toBe(0);
    expect(open.all.reads).toEqual([]);
  },
  async 'the socket for JSON clients'({ open }) {
    expect(open?.json.frames.map(({ type }) => type) ?? []).toEqual(open ? ['connection_established', 'new_message'] : []);
  },
  async 'reading one of its messages by number'(one) {
    if (!one.open) return;
    one.open.json.send({ type: 'mark_read', message_ids: [note.number] });
    // Dealt with behind it.
    one.open.json.send({ type: 'send_message', message: ' ' });
    await one.open.json.next('error', 0);
    expect(await world.rows('SELECT thread FROM reads WHERE account_id = $1', [one.account.id])).toEqual([]);
  },
  async 'notifications and webhooks'({ account }) {
    expect(await world.rows("SELECT kind FROM notifications WHERE account_id = $1 AND thread = 'team'", [account.id])).toEqual(
      [],
    );
    expect(await world.rows('SELECT state FROM webhook_deliveries WHERE account_id = $1', [account.id])).toEqual([]);
  },
  async 'bytes, thumbnails and state of its files'(one) {
    for (const { id } of [file, picture, await ownIn(one)]) {
      for (const path of ['', '/thumbnail', '/thumbnail?width=1280', '/state']) {
        expect((await call(one, 'GET', `/api/v1/files/${id}${path}`)).status).toBe(404);
      }
      const headers = { authorization: `Bearer ${one.session.accessToken}` };
      expect((await fetch(`${url()}/api/v1/files/${id}`, { method: 'HEAD', headers })).status).toBe(404);
    }
  },
  async 'its files by a signed link'() {
    for (const { id } of [file, picture]) {
      const link = files.links.sign(id);
      expect((await server.http.call('GET', link)).status).toBe(404);
      expect((await server.http.call('GET', link.replace('?', '/thumbnail?'))).status).toBe(404);
    }
  },
  async 'uploads to it, and those of others'(one) {
    const path = `/api/v1/conversations/${world.conversation}/files?thread=team&name=a.txt`;
    expect((await call(one, 'POST', path, Buffer.from('mine'))).status).toBe(404);
    const tus = tusClient(url(), one.session.accessToken);
    expect((await tus.create({ conversation: world.conversation, thread: 'team', name: 'a.txt' }, 4)).status).toBe(404);
    for (const answer of [await tus.head(upload), await tus.patch(upload, 0, Buffer.from('mine'))])
      expect(answer.status).toBe(404);
  },
  async 'speaking of its entries and files elsewhere'(one) {
    const sentAt = Date.now();
    const refused = one.open ? ['attachment', 'attachment', 'target', 'target'] : [null, null, null, null];
    const own = await ownIn(one);
    expect([
      await refusalIn(one, { kind: 'message', text: 'x', attachments: [file], sentAt }),
      await refusalIn(one, { kind: 'message', text: 'x', attachments: [own], sentAt }),
      await refusalIn(one, { kind: 'message', text: 'x', replyTo: note.key, sentAt }),
      await refusalIn(one, { kind: 'react', to: note.key, emoji: '👍', on: true, sentAt }),
    ]).toEqual(refused);
    if (!one.open) return;
    const errors = one.open.json.of('error').length;
    one.open.json.send({ type: 'send_message', message: 'x', attachment_url: files.links.sign(own.id) });
    expect(await one.open.json.next('error', errors)).toMatchObject({ code: 'attachment' });
  },
  async 'read cursors'(one) {
    const reads = [{ conversation: world.conversation, thread: 'team', seq: note.seq }];
    expect((await call(one, 'PUT', '/api/v1/reads', reads)).status).toBe(204);
    expect(await world.rows("SELECT seq FROM reads WHERE account_id = $1 AND thread = 'team'", [one.account.id])).toEqual([]);
  },
};

describe.each(Object.keys(WHO))('%s', (who) => {
  const one = (): Outsider => outsiders.get(who)!;

  it.each(Object.keys(WAYS))('[THREAD-9] gets nothing of the team’s notes by %s', async (way) => {
    await WAYS[way]!(one());
    // What it did is still all that they got.
    expect(wordsOf(one())).not.toMatch(SECRET);
  });

  it.each(Object.keys(callsOf({ conversation: '' } as World, 0, '')))('[THREAD-9] sees no difference in %s', (name) => {
    const { before, after } = one();
    expect(before[name]).toMatchObject({ status: expect.any(Number) as number });
    expect(after[name]).toEqual(before[name]);
    expect(JSON.stringify(after[name])).not.toMatch(SECRET);
  });

  it('[THREAD-9] is shown neither documents, cursors nor the state of the team in a record', () => {
    const { status, body } = one().after['the record of the conversation'] as { status: number; body: Record<string, unknown> };
    expect(status).toBe(one().open ? 200 : 404);
    if (status === 404) return;
    expect(body['team']).toBeNull();
    for (const list of ['documents', 'reads']) expect(JSON.stringify(body[list])).not.toContain('team');
  });
});

it('[THREAD-9] its staff get all of it by the same ways, so that the words above were there to be found', async () => {
  const { accessToken: token } = await world.signIn(world.owner);
  const found = async (path: string): Promise<string> => {
    const { status, body } = await server.http.call('GET', path, { token });
    expect(status, path).toBe(200);
    return JSON.stringify(body);
  };
  const one = `/api/v1/conversations/${world.conversation}`;
  expect(await found(`${one}/messages?thread=team`)).toMatch(SECRET);
  expect(await found(one)).toMatch(SECRET);
  expect(await found('/api/v1/notifications')).toMatch(SECRET);
  expect(await found(`/api/v1/files/${file.id}`)).toMatch(SECRET);
  expect(await found(`/api/v1/files/${file.id}/state`)).toMatch(SECRET);
  expect(wordsIn(staff)).toMatch(SECRET);
  await found(`/api/v1/files/${picture.id}/thumbnail`);
  await found(`/api/v1/log/${world.conversation}/team/1`);
});
