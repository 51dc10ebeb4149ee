import { createClient } from '@redis/client';

import type { Log } from '../../log.ts';
import type { Transport, TransportEvents } from './transport.ts';

const MOST_WAIT_MS = 1_000;
const CONNECT_MS = 2_000;
const PING_MS = 2_000;
const SILENT_MS = 3 * PING_MS;

/** Redis, or anything that speaks its protocol, with PUBLISH and SUBSCRIBE alone. Starts connecting, and goes on trying for as long as it runs. `url` may hold a password and is never logged. */
export function openRedis(url: string, log: Log, { onText, onGap }: TransportEvents): Transport {
  const socket = {
    connectTimeout: CONNECT_MS,
    // Well above what goes between two pings: a connection whose other side is gone without a word.
    socketTimeout: SILENT_MS,
    // With jitter: all nodes lose it at the same time.
    reconnectStrategy: (tries: number) => Math.random() * Math.min(MOST_WAIT_MS, 50 * 2 ** Math.min(tries, 10)),
  };
  const options = { url, socket, disableOfflineQueue: true, pingInterval: PING_MS, commandsQueueMaxLength: 10_000 };
  const sender = createClient(options);
  // Its subscriptions are made again by the client itself after each reconnect.
  const hearer = createClient({ ...options, disableOfflineQueue: false });
  let stopped = false;
  let isLost = false;

  // Each loss is told once; without a listener it would end the process.
  const lost = (error: Error): void => {
    if (stopped || isLost) return;
    isLost = true;
    log.warn('redis-lost', { code: 'code' in error ? String(error.code) : error.name });
  };
  sender.on('error', lost);
  hearer.on('error', lost);
  const ready = (): void => {
    if (!sender.isReady || !hearer.isReady) return;
    if (isLost) log.info('redis-back');
    isLost = false;
    onGap();
  };
  sender.on('ready', ready);
  hearer.on('ready', ready);
  for (const client of [sender, hearer]) client.connect().catch(lost);

  const heard = (text: string, channel: string): void => onText(channel, text);

  return {
    ready: () => sender.isReady && hearer.isReady,
    send(channel, text) {
      if (!sender.isReady) return false;
      // Cut off on its way: the receivers see by its number that it is missing, and look by themselves now and then.
      sender.publish(channel, text).catch(lost);
      return true;
    },
    follow(channel) {
      hearer.subscribe(channel, heard).then(onGap, (error: Error) => {
        if (!stopped) lost(error);
      });
    },
    unfollow(channel) {
      hearer.unsubscribe(channel, heard).catch(lost);
    },
    async stop() {
      stopped = true;
      sender.destroy();
      hearer.destroy();
    },
  };
}
