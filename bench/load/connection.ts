import { connect as connectTcp } from 'node:net';

import { WebSocket } from 'ws';

import { greetings, isSynced, marksOf, type Marked } from './frames.ts';
import type { ClientOf, Opening } from './orders.ts';

export type Connection = ClientOf & { index: number; socket: WebSocket };
export type Opened = { ms: number; bytes: number; found: number; isWhole: boolean; connections: Connection[] };

const PORT_PATIENCE_MS = 60_000;
const PROBE_MS = 5;
/** Between two tries of one client, at random: ms. */
const AGAIN_MS = [50, 150] as const;

/**
 * Opens all sockets of it, and waits until it has what it should. With `again` a socket that fails is tried again.
 * `onMark` hears of every message that comes, also later.
 */
export async function open(
  { clients, messages }: Opening,
  {
    again,
    patienceMs,
    number,
    onMark,
  }: { again: boolean; patienceMs: number; number: () => number; onMark: (index: number, mark: Marked) => void },
): Promise<Opened> {
  const began = performance.now();
  const whole = Promise.withResolvers<boolean>();
  const found = new Set<string>();
  const synced = new Set<number>();
  let bytes = 0;
  const attempt = (client: ClientOf, place: number): Promise<Connection> => {
    const index = number();
    const socket = new WebSocket(client.url, { headers: client.headers, perMessageDeflate: false });
    socket.on('message', (data: Buffer) => {
      if (client.isFeed) return whole.resolve(true);
      if (found.size < messages || synced.size < clients.length) {
        bytes += data.length;
        if (!synced.has(place) && isSynced(client, data)) synced.add(place);
        for (const { number, writer } of marksOf(data)) if (found.size < messages) found.add(`${number}/${writer}`);
        if (found.size >= messages && synced.size >= clients.length) whole.resolve(true);
      }
      for (const mark of marksOf(data)) onMark(index, mark);
    });
    return new Promise((resolve, reject) => {
      socket.once('open', () => {
        if (!client.isFeed) for (const greeting of greetings(client)) socket.send(greeting);
        resolve({ ...client, index, socket });
      });
      socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
      // Once it is open, the close that follows an error says enough.
      socket.on('error', reject);
    });
  };
  const persistently = async (client: ClientOf, place: number): Promise<Connection> => {
    for (;;) {
      try {
        return await attempt(client, place);
      } catch (error) {
        if (!again || performance.now() - began > patienceMs) throw error;
        const [least, most] = AGAIN_MS;
        await new Promise((resolve) => setTimeout(resolve, least + Math.random() * (most - least)));
      }
    }
  };
  const connections = await Promise.all(clients.map(persistently));
  const late = setTimeout(() => whole.resolve(false), patienceMs);
  const isWhole = await whole.promise;
  clearTimeout(late);
  return { ms: performance.now() - began, bytes, found: found.size, isWhole, connections };
}

/** Waits until somebody takes connections there. */
export async function portAnswers(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const late = performance.now() + PORT_PATIENCE_MS;
  while (performance.now() < late) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connectTcp({ host: hostname, port: Number(port) });
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
  }
  throw new Error('nobody took connections');
}
