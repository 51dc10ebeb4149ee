/**
 * One process of clients: they open threads, write messages at a fixed rate and note when the others have them. It says what it
 * does over IPC; the measured server runs elsewhere.
 */
import { open, portAnswers, type Connection } from './connection.ts';
import { messagesFrame, type Marked } from './frames.ts';
import type { Order, Told } from './orders.ts';

const TICK_MS = 1;
const AFTER_MS = 2_000;
/** Messages of a filling that nobody else has yet. */
const WINDOW = 2_000;
const FILL_LENGTH = 120;
const FILL_PATIENCE_MS = 120_000;
/** What came too late to count is waited for so long before anything else is measured. */
const DRAIN_MS = 8_000;

let connections: Connection[] = [];
let opened = 0;
let deaf: number | null = null;
/** What is counted now: deliveries to others than the writer. */
let onDelivery: (due: number) => void = () => {};
/** The next clock of a writer in a document, over restarts of a server that keeps it too. */
const clocks = new Map<string, number>();

function note(index: number, { number, writer }: Marked): void {
  // Who wrote a message gets it back from servers that acknowledge; that is no delivery.
  if (writer !== index && index !== deaf) onDelivery(number);
}

function send(connection: Connection, numbers: readonly number[], length: number): void {
  const writer = `${connection.lease}@${connection.url}@${connection.document}`;
  const clock = clocks.get(writer) ?? 0;
  clocks.set(writer, clock + numbers.length);
  const marks = numbers.map((number) => ({ number, writer: connection.index }));
  connection.socket.send(messagesFrame(connection, clock, marks, length));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function openAll({ openings, atOnce, again, patienceMs }: Extract<Order, { kind: 'open' }>): Promise<Told> {
  if (again) await portAnswers(openings[0]!.clients[0]!.url);
  const began = performance.now();
  const told = { kind: 'opened' as const, ms: [] as number[], allMs: 0, bytes: 0, found: 0, missing: 0 };
  const waiting = [...openings];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const one = await open(next, { again, patienceMs, number: () => opened++, onMark: note });
      connections.push(...one.connections);
      told.bytes += one.bytes;
      told.found += one.found;
      if (one.isWhole) told.ms.push(one.ms);
      else told.missing++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  // As they were asked for, whichever was first: they write in turn over the threads.
  connections.sort((one, other) => one.index - other.index);
  return { ...told, allMs: performance.now() - began };
}

function byThread(): Map<number, Connection[]> {
  return Map.groupBy(
    connections.filter(({ isFeed }) => !isFeed),
    ({ thread }) => thread,
  );
}

async function fill(threads: readonly { thread: number; messages: number }[], perUpdate: number): Promise<Told> {
  const of = byThread();
  const count = { expected: 0, delivered: 0 };
  let number = 0;
  const late = performance.now() + FILL_PATIENCE_MS;
  const until = async (most: number): Promise<void> => {
    while (count.expected - count.delivered > most) {
      if (performance.now() > late) throw new Error(`${count.expected - count.delivered} messages of a filling did not come`);
      await pause(TICK_MS);
    }
  };
  onDelivery = () => void count.delivered++;
  for (const { thread, messages } of threads) {
    const writers = of.get(thread)!;
    for (let sent = 0, turn = 0; sent < messages; turn++) {
      const size = Math.min(perUpdate, messages - sent);
      const numbers = Array.from({ length: size }, () => ++number);
      send(writers[turn % writers.length]!, numbers, FILL_LENGTH);
      sent += size;
      count.expected += size * (writers.length - 1);
      await until(WINDOW);
    }
  }
  await until(0);
  return { kind: 'done' };
}

async function writeAll(order: Extract<Order, { kind: 'write' }>): Promise<Told> {
  const { perSecond, seconds, length, killWhenDone } = order;
  const writers = connections.filter(({ index, isFeed }) => index !== deaf && !isFeed);
  const readers = new Map([...byThread()].map(([thread, all]) => [thread, all.filter(({ index }) => index !== deaf).length]));
  const delays: number[] = [];
  const total = Math.round(perSecond * seconds);
  const began = performance.now();
  let [sent, expected] = [0, 0];
  onDelivery = (due) => {
    // What an earlier order left under way is none of this one's.
    if (due >= began * 1_000 - 1) delays.push(performance.now() - due / 1_000);
  };
  while (sent < total) {
    // The first one is due at once.
    const until = Math.min(total, 1 + Math.floor(((performance.now() - began) / 1_000) * perSecond));
    for (; sent < until; sent++) {
      const writer = writers[sent % writers.length]!;
      // Counted from when it was due, however late this process was.
      send(writer, [Math.round((began + (sent / perSecond) * 1_000) * 1_000)], length);
      expected += readers.get(writer.thread)! - 1;
    }
    await pause(TICK_MS);
  }
  const tookMs = performance.now() - began;
  const drained = async (ms: number): Promise<void> => {
    const late = performance.now() + ms;
    while (delays.length < expected && performance.now() < late) await pause(1);
  };
  await drained(AFTER_MS);
  if (killWhenDone !== null) process.kill(killWhenDone, 'SIGKILL');
  const open = connections.filter(({ socket }) => socket.readyState === socket.OPEN).length;
  const told = { kind: 'written' as const, sent, tookMs, delays: [...delays], missing: expected - delays.length, open };
  if (killWhenDone === null && open === connections.length) await drained(DRAIN_MS);
  return told;
}

async function closeAll(forgets: boolean): Promise<Told> {
  if (forgets) clocks.clear();
  const closing = connections;
  [connections, deaf, onDelivery] = [[], null, () => {}];
  for (const { socket } of closing) {
    socket.removeAllListeners('message');
    socket.terminate();
  }
  return { kind: 'done' };
}

async function obey(order: Order): Promise<Told> {
  switch (order.kind) {
    case 'open':
      return openAll(order);
    case 'fill':
      return fill(order.threads, order.perUpdate);
    case 'write':
      return writeAll(order);
    case 'stop-reading':
      deaf = connections[0]!.index;
      connections[0]!.socket.pause();
      return { kind: 'done' };
    case 'close':
      return closeAll(order.forgets ?? false);
    case 'end':
      return process.exit(0);
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    (told) => process.send!(told),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
