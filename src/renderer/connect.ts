import { createClient, type Client, type Port } from '#shared/bridge.ts';
import { EVENTS, type EventName } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';

declare global {
  interface Window {
    /** The Electron shell's preload hands the core's port to the page under this name. */
    trialoguePort?: Port;
  }
}

/** `lost`: it is being dialled again. `ended`: it can't come back without a new window. */
export type ChannelState = 'opening' | 'open' | 'lost' | 'ended';

/** A client that outlives its channel: listeners stay, and whoever shows state loads it again after `open`. */
export type Connection = Pick<Client, 'send' | 'on'> & { onState(listener: (state: ChannelState) => void): () => void };

export type Dial = { open(): Promise<Port>; again: boolean };

export function dialFor(page: Window): Dial {
  const port = page.trialoguePort;
  if (port) return { open: () => Promise.resolve(port), again: false };
  const url = new URL('/bridge', page.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return { open: () => openSocket(url.href), again: true };
}

function openSocket(url: string): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.addEventListener('error', () => reject(new AppError('unavailable', 'The app’s core does not answer.')), {
      once: true,
    });
    socket.addEventListener('open', () => resolve(socketPort(socket)), { once: true });
  });
}

function socketPort(socket: WebSocket): Port {
  return {
    post: (message) => socket.send(JSON.stringify(message)),
    listen: (onMessage, onClose) => {
      socket.addEventListener('message', (event) => onMessage(JSON.parse(String(event.data))));
      socket.addEventListener('close', onClose);
    },
    close: () => socket.close(),
  };
}

const LONGEST_WAIT = 2_000;

export function createConnection(dial: Dial): Connection {
  const listeners = new Map<EventName, Set<(data: never) => void>>();
  const stateListeners = new Set<(state: ChannelState) => void>();
  let client: Client | null = null;
  let wait = 100;
  let state: ChannelState = 'opening';

  const become = (next: ChannelState): void => {
    state = next;
    for (const listener of stateListeners) listener(next);
  };
  const lose = (): void => {
    client = null;
    if (!dial.again) return become('ended');
    become('lost');
    setTimeout(() => void dialOnce(), wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };
  const dialOnce = (): Promise<void> =>
    dial.open().then((port) => {
      const opened = createClient(port);
      for (const name of Object.keys(EVENTS) as EventName[]) {
        opened.on(name, (data) => {
          for (const listener of listeners.get(name) ?? []) listener(data as never);
        });
      }
      opened.onClose(lose);
      client = opened;
      wait = 100;
      become('open');
    }, lose);
  void dialOnce();

  return {
    send: (command, input) =>
      client
        ? client.send(command, input)
        : Promise.reject(new AppError('unavailable', 'The app’s core does not answer. Try again shortly.')),
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    onState: (listener) => {
      stateListeners.add(listener);
      listener(state);
      return () => stateListeners.delete(listener);
    },
  };
}

/** What went wrong, in words for a person. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
