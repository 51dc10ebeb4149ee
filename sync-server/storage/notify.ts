import { Client } from 'pg';
import { z } from 'zod';

import type { Log } from '../log.ts';
import type { Reader, Transaction } from './database.ts';

/** What another part, or another process, must act on within a second. */
const changeShape = z.discriminatedUnion('kind', [
  /** Whether this account takes part in this conversation may have changed. */
  z.object({ kind: z.literal('access'), conversation: z.string(), account: z.string() }),
  /** This session ended. */
  z.object({ kind: z.literal('session'), session: z.string() }),
  /** This account was disabled, or its role changed. */
  z.object({ kind: z.literal('account'), account: z.string() }),
  /** Nobody gets this file, which who sent it was told was taken. */
  z.object({ kind: z.literal('file'), account: z.string(), conversation: z.string(), name: z.string(), reason: z.string() }),
  /** There are new rows in these streams of the feed. */
  z.object({ kind: z.literal('feed'), streams: z.array(z.string()) }),
  /** The log of this document (its name) has grown. */
  z.object({ kind: z.literal('document'), document: z.string() }),
  /** The database was set back to a backup. */
  z.object({ kind: z.literal('timeline') }),
  /** This node started, or ended. */
  z.object({ kind: z.literal('node'), node: z.string() }),
  /** From one node to the others, where nothing faster is there; sealed (decision 0025). */
  z.object({ kind: z.literal('hint'), text: z.string() }),
]);
export type Change = z.infer<typeof changeShape>;

const CHANNEL = 'trialogue';
/** A payload of Postgres has to be under 8,000 bytes; a stream takes 39. */
const STREAMS_AT_ONCE = 150;

/** Tells all processes, when this transaction commits. */
export async function notify(tx: Transaction, change: Change): Promise<void> {
  if (change.kind !== 'feed') {
    await tx.rows('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify(change)]);
    return;
  }
  for (let from = 0; from < change.streams.length; from += STREAMS_AT_ONCE) {
    const part: Change = { kind: 'feed', streams: change.streams.slice(from, from + STREAMS_AT_ONCE) };
    await tx.rows('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify(part)]);
  }
}

/** What fits into a notice together with its frame. */
export const HINT_BYTES = 7_800;

/** Tells the other nodes at once: nothing is written, so there is no transaction to wait for. */
export async function notifyHint(reader: Reader, text: string): Promise<void> {
  const change: Change = { kind: 'hint', text };
  await reader.rows('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify(change)]);
}

const END_MS = 1_000;

export type Listener = { stop(): Promise<void> };

/**
 * Calls `onChange` for each change of any process, this one too. When the connection was lost, changes may have been
 * missed: `onReconnect` is called once it is back, for the listener to look at everything again.
 */
export async function listen(
  url: string,
  log: Log,
  onChange: (change: Change) => void,
  onReconnect: () => void = () => {},
): Promise<Listener> {
  let stopped = false;
  let client: Client | null = null;
  let timer: NodeJS.Timeout | null = null;

  async function connect(): Promise<void> {
    const fresh = new Client({ connectionString: url, keepAlive: true });
    const lost = () => {
      // Before it listens, `connect` itself fails and says so: to try again from here too would double the tries each time.
      if (client !== fresh) return;
      client = null;
      fresh.end().catch((error: Error) => log.warn('listen-end-failed', { message: error.message }));
      if (!stopped) timer = setTimeout(reconnect, 500);
    };
    fresh.on('error', lost);
    fresh.on('end', lost);
    fresh.on('notification', ({ payload }) => {
      const change = parse(payload);
      if (change) onChange(change);
      else log.warn('notification-unreadable');
    });
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      await fresh.end().catch(() => {}); // it was never there
      throw error;
    }
    client = fresh;
  }

  function reconnect(): void {
    timer = null;
    connect().then(
      () => {
        if (stopped) return void client?.end();
        log.info('listen-reconnected');
        onReconnect();
      },
      () => {
        if (!stopped) timer = setTimeout(reconnect, 500);
      },
    );
  }

  await connect();
  return {
    async stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
      const last = client;
      if (!last) return;
      // Postgres may be away without the connection knowing: then the goodbye is never answered.
      const patience = setTimeout(() => void last.connection.stream.destroy(), END_MS);
      await last.end();
      clearTimeout(patience);
    },
  };
}

function parse(payload: string | undefined): Change | null {
  try {
    return changeShape.parse(JSON.parse(payload ?? ''));
  } catch {
    return null;
  }
}
