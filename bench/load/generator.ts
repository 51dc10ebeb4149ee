/**
 * One process of clients: they connect, then write messages at a fixed rate and note when the others have them. It says what it
 * does over IPC; the measured server runs elsewhere.
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';

import { newId } from '../../src/shared/ids.ts';
import { encodeUpdate, valueStruct } from '../../src/shared/update-codec.ts';

export type ClientOf = {
  url: string;
  headers: Record<string, string>;
  /** The Yjs client id and the account under which it writes. */
  lease: number;
  account: string;
  thread: number;
  /** Hocuspocus puts the document's name before each frame. */
  document: string | null;
};
export type Order =
  | { kind: 'connect'; clients: ClientOf[] }
  /** `perSecond` messages for `seconds`, by the clients in turn. */
  | { kind: 'write'; perSecond: number; seconds: number }
  | { kind: 'end' };
export type Told =
  | { kind: 'connected'; ms: number }
  /** ms from when a message was due until another had it, one for each who got it. `missing`: how many never came, 2 s after the last. */
  | { kind: 'written'; sent: number; delays: number[]; missing: number };

type Client = ClientOf & { index: number; socket: WebSocket; clock: number; ready: Promise<void> };

/** Stands in each text before the moment at which the message was due, in µs since the process began, and its writer. */
const MARK = '@@';
/** A message has 120 characters. */
const FILL = 'x'.repeat(98);
const TICK_MS = 2;
const AFTER_MS = 2_000;

let clients: Client[] = [];
let delays: number[] = [];
let perThread = new Map<number, number>();

function frame(client: ClientOf, type: number, syncType: number, bytes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  if (client.document !== null) encoding.writeVarString(encoder, client.document);
  encoding.writeVarUint(encoder, type);
  encoding.writeVarUint(encoder, syncType);
  encoding.writeVarUint8Array(encoder, bytes);
  return encoding.toUint8Array(encoder);
}

/** Hocuspocus takes a client in after a token, whatever it is. */
function greeting(document: string): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, document);
  encoding.writeVarUint(encoder, 2);
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarString(encoder, 'anybody');
  encoding.writeVarString(encoder, '4.7.0');
  return encoding.toUint8Array(encoder);
}

function connect(one: ClientOf, index: number): Client {
  const socket = new WebSocket(one.url, { headers: one.headers, perMessageDeflate: false });
  const emptyVector = new Uint8Array([0]);
  const ready = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
    socket.once('open', () => {
      if (one.document !== null) socket.send(greeting(one.document));
      socket.send(frame(one, 0, 0, emptyVector));
    });
    socket.on('message', (data: Buffer) => {
      if (isSynced(one, data)) resolve();
      note(index, data);
    });
  });
  return { ...one, index, socket, clock: 0, ready };
}

/** The answer to the first step: from then on what others write comes by itself. */
function isSynced(one: ClientOf, data: Buffer): boolean {
  const decoder = decoding.createDecoder(data);
  if (one.document !== null) decoding.readVarString(decoder);
  return decoding.readVarUint(decoder) === 0 && decoding.readVarUint(decoder) === 1;
}

/** A frame may hold several messages. Who wrote one gets it back from servers that acknowledge; that is no delivery. */
function note(client: number, data: Buffer): void {
  const now = performance.now() * 1_000;
  for (let at = data.indexOf(MARK); at >= 0; at = data.indexOf(MARK, at + MARK.length)) {
    const [due, writer] = [data.toString('latin1', at + 2, at + 16), data.toString('latin1', at + 16, at + 22)];
    // Bytes of something else may look like the mark.
    if (Number(writer) === client || !/^\d{20}$/.test(due + writer)) continue;
    delays.push((now - Number(due)) / 1_000);
  }
}

function write(client: Client, due: number): void {
  const text = `${MARK}${String(Math.round(due * 1_000)).padStart(14, '0')}${String(client.index).padStart(6, '0')}${FILL}`;
  const value = { kind: 'message', text, sentAt: Date.now() };
  const key = `${client.account}/${newId()}`;
  const update = encodeUpdate([valueStruct({ client: client.lease, clock: client.clock++ }, 'entries', key, value)]);
  client.socket.send(frame(client, 0, 2, update));
}

async function writeAll(perSecond: number, seconds: number): Promise<Told> {
  delays = [];
  const total = Math.round(perSecond * seconds);
  const began = performance.now();
  let sent = 0;
  let expected = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const until = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond));
      for (; sent < until; sent++) {
        const client = clients[sent % clients.length]!;
        // Counted from when it was due, however late this process was.
        write(client, began + (sent / perSecond) * 1_000);
        expected += perThread.get(client.thread)! - 1;
      }
      if (sent < total) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  const late = performance.now() + AFTER_MS;
  while (delays.length < expected && performance.now() < late) await new Promise((resolve) => setTimeout(resolve, 5));
  return { kind: 'written', sent, delays, missing: expected - delays.length };
}

async function obey(order: Order): Promise<void> {
  if (order.kind === 'end') return process.exit(0);
  if (order.kind === 'connect') {
    const began = performance.now();
    clients = order.clients.map(connect);
    perThread = new Map();
    for (const { thread } of clients) perThread.set(thread, (perThread.get(thread) ?? 0) + 1);
    await Promise.all(clients.map(({ ready }) => ready));
    tell({ kind: 'connected', ms: performance.now() - began });
    return;
  }
  tell(await writeAll(order.perSecond, order.seconds));
}

function tell(told: Told): void {
  process.send!(told);
}

process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
