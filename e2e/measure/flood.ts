/**
 * A program of its own: `node flood.ts <server> <e-mail> <job title> <messages a second>` writes into that conversation as any client
 * that speaks JSON does, until SIGTERM; the password comes in the environment. It says when the first message was committed, and at
 * its end how many were, and in how many ms.
 */
import { WebSocket } from 'ws';

import { sessionResponse } from '#shared/api/accounts.ts';

/** What a socket sends is committed one after the other: together they wait for one commit instead of for each. */
const SOCKETS = 4;
const TICK_MS = 10;

const [server = '', email = '', title = '', perSecond = ''] = process.argv.slice(2);
const rate = Number(perSecond);

async function signIn(): Promise<string> {
  const response = await fetch(`${server}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: process.env['TRIALOGUE_PASSWORD'], device: { name: 'flood' } }),
  });
  if (!response.ok) throw new Error(`sign-in: ${response.status}`);
  return sessionResponse.parse(await response.json()).accessToken;
}

async function numberOf(token: string): Promise<number> {
  const response = await fetch(`${server}/api/conversations?limit=100`, { headers: { authorization: `Bearer ${token}` } });
  const { conversations } = (await response.json()) as { conversations: { conversation_id: number; job: { title: string } }[] };
  const found = conversations.find(({ job }) => job.title === title);
  if (!found) throw new Error(`${email} has no conversation "${title}"`);
  return found.conversation_id;
}

function open(number: number, token: string, onCommitted: () => void): Promise<WebSocket> {
  const socket = new WebSocket(`${server.replace('http', 'ws')}/ws/chat/${number}/`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.on('error', reject);
    socket.on('close', (code) => {
      console.error(`the server closed the flood: ${code}`);
      process.exit(1);
    });
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as { type: string };
      if (frame.type === 'new_message') onCommitted();
      if (frame.type === 'error') socket.emit('error', new Error(data.toString('utf8')));
    });
  });
}

const token = await signIn();
const number = await numberOf(token);
let committed = 0;
let sent = 0;
const from = performance.now();
const sockets: WebSocket[] = [];
for (let index = 0; index < SOCKETS; index++) {
  // Each is told of all: one of them counts.
  const onCommitted = index > 0 ? () => {} : () => void (++committed === 1 && console.log('flooding'));
  sockets.push(await open(number, token, onCommitted));
}
const begun = performance.now();
setInterval(() => {
  for (const due = ((performance.now() - begun) * rate) / 1_000; sent < due; sent++) {
    const message = `flood ${sent}: the water is still coming through the ceiling, is anybody on the way?`;
    sockets[sent % SOCKETS]!.send(JSON.stringify({ type: 'send_message', message }));
  }
}, TICK_MS);
process.once('SIGTERM', () => {
  process.stdout.write(`flooded ${committed} ${Math.round(performance.now() - from)}\n`, () => process.exit(0));
});
