import { z } from 'zod';

import { COMMANDS } from './commands.ts';
import {
  EVENTS,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  type EventData,
  type EventName,
  type Handlers,
} from './contract.ts';
import { AppError, errorShape } from './errors.ts';

/** A two-way channel of JSON values: a MessagePort, a WebSocket, or two ends in one process. */
export type Port = {
  post(message: unknown): void;
  /** One listener for messages, one for the end of the channel. */
  listen(onMessage: (message: unknown) => void, onClose: () => void): void;
  close(): void;
};

const request = z.strictObject({ id: z.number().int(), command: z.string(), input: z.unknown() });
const response = z.union([
  z.strictObject({ id: z.number().int(), output: z.unknown() }),
  z.strictObject({ id: z.number().int(), error: errorShape }),
]);
const event = z.strictObject({ event: z.string(), data: z.unknown() });

export type Client = {
  /** @throws AppError as the command says; `unavailable` when the channel ended. */
  send<N extends CommandName>(command: N, input: CommandInput<N>): Promise<CommandOutput<N>>;
  /** Returns what ends the listening. */
  on<N extends EventName>(name: N, listener: (data: EventData<N>) => void): () => void;
  /** Called when the channel ended. */
  onClose(listener: () => void): () => void;
};

/** The renderer's end. What comes from the core was validated there. */
export function createClient(port: Port): Client {
  let nextId = 1;
  let closed = false;
  const pending = new Map<number, { resolve: (output: never) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, Set<(data: never) => void>>();
  const closeListeners = new Set<() => void>();

  port.listen(
    (message) => {
      const asEvent = event.safeParse(message);
      if (asEvent.success) {
        for (const listener of listeners.get(asEvent.data.event) ?? []) listener(asEvent.data.data as never);
        return;
      }
      const answer = response.parse(message);
      const waiting = pending.get(answer.id);
      if (!waiting) return;
      pending.delete(answer.id);
      if ('error' in answer) waiting.reject(AppError.from(answer.error));
      else waiting.resolve(answer.output as never);
    },
    () => {
      closed = true;
      for (const waiting of pending.values()) waiting.reject(channelEnded());
      pending.clear();
      for (const listener of closeListeners) listener();
    },
  );

  return {
    send(command, input) {
      if (closed) return Promise.reject(channelEnded());
      const id = nextId++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        port.post({ id, command, input });
      });
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    onClose(listener) {
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
  };
}

function channelEnded(): AppError {
  return new AppError('unavailable', 'The app’s core does not answer. Restart the app.');
}

/** The core's end of one channel. */
export type Served = {
  emit<N extends EventName>(name: N, data: EventData<N>): void;
  close(): void;
};

/**
 * Validates every command before its handler sees it and every answer before it leaves. `onBug` gets what isn't an
 * expected failure; the renderer is told `internal`, without details.
 */
export function serve(
  port: Port,
  handlers: Handlers,
  onBug: (error: unknown, command: string) => void,
  onClose: () => void,
): Served {
  port.listen((message) => {
    const asked = request.safeParse(message);
    if (!asked.success) return onBug(new Error('a message that is no command'), 'unknown');
    const { id, command, input } = asked.data;
    answer(handlers, command, input).then(
      (output) => port.post({ id, output }),
      (error: unknown) => {
        if (!(error instanceof AppError)) onBug(error, command);
        port.post({ id, error: toShape(error) });
      },
    );
  }, onClose);
  return {
    emit: (name, data) => port.post({ event: name, data: EVENTS[name].parse(data) }),
    close: () => port.close(),
  };
}

async function answer(handlers: Handlers, command: string, input: unknown): Promise<unknown> {
  if (!Object.hasOwn(COMMANDS, command)) throw new AppError('bad-request', `There is no command “${command}”.`);
  const name = command as CommandName;
  const parsed = COMMANDS[name].input.safeParse(input);
  if (!parsed.success) {
    throw new AppError('bad-request', `The command “${name}” was not understood.`, {
      issue: z.prettifyError(parsed.error).slice(0, 500),
    });
  }
  const handler = handlers[name] as (data: unknown) => unknown;
  return COMMANDS[name].output.parse(await handler(parsed.data));
}

function toShape(error: unknown): z.infer<typeof errorShape> {
  return error instanceof AppError
    ? error.toShape()
    : { code: 'internal', message: 'Something went wrong in the app. What you wrote is kept. Try again, or restart the app.' };
}

/** Two ends in one process. Messages are copied as JSON and arrive in a later microtask, as over a real channel. */
export function createPortPair(): [Port, Port] {
  const ends = [makeEnd(), makeEnd()] as const;
  const connect = (own: (typeof ends)[number], other: (typeof ends)[number]): Port => ({
    post: (message) => {
      const copy: unknown = JSON.parse(JSON.stringify(message));
      void Promise.resolve().then(() => other.onMessage?.(copy));
    },
    listen: (onMessage, onClose) => {
      own.onMessage = onMessage;
      own.onClose = onClose;
    },
    close: () => {
      for (const end of ends) void Promise.resolve().then(() => end.onClose?.());
    },
  });
  return [connect(ends[0], ends[1]), connect(ends[1], ends[0])];
}

function makeEnd(): { onMessage?: (message: unknown) => void; onClose?: () => void } {
  return {};
}
