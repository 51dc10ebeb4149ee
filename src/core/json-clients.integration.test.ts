import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { inInbox, messages, place, sentTexts, type Person } from './testing/apps.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';

let server: ServerProcess;
let staff: Person;
let client: Person;
let worker: Person;
const { signedIn } = serverAndPeopleInFile((made) => ({ server, staff, client, worker } = made));

type Frame = { type: string; message: { message_id: number; text: string; sender_name: string; is_read: boolean } } & Record<
  string,
  unknown
>;

/** An app that knows the JSON contract alone: a sign-in, a list, a socket. */
async function jsonApp(person: Person): Promise<{ token: string; number: number; id: number }> {
  const signIn = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: person.email, password: person.password, device: { name: 'The web app' } }),
  });
  const { accessToken, account } = (await signIn.json()) as { accessToken: string; account: { number: number } };
  const list = await fetch(`${server.url}/api/conversations`, { headers: { cookie: `access=${accessToken}` } });
  const { conversations } = (await list.json()) as { conversations: { conversation_id: number }[] };
  return { token: accessToken, number: conversations[0]!.conversation_id, id: account.number };
}

async function socketOf({ token, number }: { token: string; number: number }) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/chat/${number}/`, {
    headers: { cookie: `access=${token}` },
  });
  const frames: Frame[] = [];
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    frames.push(JSON.parse(data.toString()) as Frame);
    for (const look of waiting) look();
  });
  const until = (is: (frame: Frame) => boolean): Promise<Frame> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = frames.find(is);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  await until(({ type }) => type === 'connection_established');
  return { frames, closed, until, send: (frame: object) => socket.send(JSON.stringify(frame)), end: () => socket.terminate() };
}

const isMessage =
  (text: string) =>
  ({ type, message }: Frame): boolean =>
    type === 'new_message' && message.text === text;

describe('the desktop app and a JSON client', () => {
  it('[SERVER-3] show each other’s messages, typing and receipts at once', async () => {
    const conversation = await server.conversation('Kitchen tap', client.email, worker.email);
    // Cleo has the desktop app open as well: what her web app sends is her own there, and no sign of a copied profile.
    const [ana, cleo] = [await signedIn(staff), await signedIn(client)];
    for (const app of [ana, cleo]) {
      await inInbox(app, conversation);
      await app.send('thread.open', place(conversation));
    }
    await ana.send('view.state', { focused: true, open: place(conversation) });
    const web = await jsonApp(client);
    const socket = await socketOf(web);

    socket.send({ type: 'typing_start' });
    await ana.until('typing', () => ana.events('typing').some(({ people }) => people.some(({ id }) => id === client.id)));
    socket.send({ type: 'send_message', message: 'From the web' });
    socket.send({ type: 'typing_stop' });
    await ana.until('typing over', () => ana.events('typing').at(-1)?.people.length === 0);
    const got = await ana.until('the message', async () =>
      (await messages(ana, conversation)).find(({ text }) => text === 'From the web'),
    );
    expect(got).toMatchObject({ own: false, author: { name: 'Cleo Santos' }, state: { kind: 'sent' } });
    const own = await cleo.until('the message', async () =>
      (await messages(cleo, conversation)).find(({ text }) => text === 'From the web'),
    );
    expect(own).toMatchObject({ own: true, state: { kind: 'sent' } });
    await cleo.send('message.send', { ...place(conversation), text: 'From the desk, by the same person' });
    await socket.until(isMessage('From the desk, by the same person'));

    await ana.send('thread.seen', { ...place(conversation), seq: got.seq! });
    const { message } = await socket.until(isMessage('From the web'));
    const user_id = (await jsonApp(staff)).id;
    expect(await socket.until(({ type }) => type === 'read_receipts')).toEqual({
      type: 'read_receipts',
      message_ids: [message.message_id],
      user_id,
    });
    await ana.send('message.send', { ...place(conversation), text: 'From the desk' });
    const answer = await socket.until(isMessage('From the desk'));
    expect(answer.message).toMatchObject({ sender_name: 'Ana Reyes', is_read: false });
    socket.send({ type: 'mark_read', message_ids: [answer.message.message_id] });
    await ana.until('read by', async () => {
      const sent = (await messages(ana, conversation)).find(({ text }) => text === 'From the desk')!;
      return ana
        .events('thread.changed')
        .some(({ view }) => view?.reads.some((read) => read.person.id === client.id && read.seq >= sent.seq!));
    });
    await ana.until('the socket', async () => {
      await ana.send('typing.set', { ...place(conversation), typing: true });
      return socket.frames.some(({ type, is_typing }) => type === 'typing_indicator' && is_typing === true);
    });
    await ana.send('typing.set', { ...place(conversation), typing: false });
    await socket.until(({ type, is_typing }) => type === 'typing_indicator' && is_typing === false);
    socket.end();
  });

  it('[SERVER-3] agree when the server is killed under a JSON client that sends, and sends again what it heard nothing of', async () => {
    const conversation = await server.conversation('Roof leak', client.email, worker.email);
    const ana = await signedIn(staff);
    await inInbox(ana, conversation);
    const web = await jsonApp(client);
    const frames = Array.from({ length: 30 }, (_, index) => ({
      type: 'send_message',
      message: `${index}`,
      client_message_id: `0198a000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    }));
    const before = await socketOf(web);
    for (const frame of frames) before.send(frame);
    await before.until(({ type }) => type === 'new_message');
    await server.kill('SIGKILL');
    await before.closed;
    await server.start();
    const after = await socketOf(web);
    for (const frame of frames) after.send(frame);
    for (const frame of frames) await after.until(isMessage(frame.message));
    const wanted = frames.map(({ message }) => message);
    await ana.until('all', async () => (await sentTexts(ana, conversation)).length >= wanted.length);
    expect(await sentTexts(ana, conversation)).toEqual(wanted);
    const list = await fetch(`${server.url}/api/conversations/${web.number}/messages?limit=100`, {
      headers: { cookie: `access=${web.token}` },
    });
    const { messages: told } = (await list.json()) as { messages: { text: string }[] };
    expect(told.map(({ text }) => text)).toEqual(wanted);
    after.end();
  });
});
