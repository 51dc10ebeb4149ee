import { WebSocket } from 'ws';

import type { Account } from '#shared/api/accounts.ts';

import type { World } from './world.ts';

export type Frame = Record<string, unknown> & { type: string };

/** What the JSON contract says and nothing else: a plain WebSocket, frames as they came, the HTTP status of a refusal. */
export class JsonClient {
  readonly frames: Frame[] = [];
  close: number | null = null;
  refused: number | null = null;
  isOpen = false;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  constructor(url: string, conversation: number | string, headers: Record<string, string>) {
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat/${conversation}/`, { headers });
    this.#socket.on('open', () => {
      this.isOpen = true;
      this.#happened();
    });
    this.#socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) throw new Error('a JSON client was sent binary');
      this.frames.push(JSON.parse(data.toString()) as Frame);
      this.#happened();
    });
    this.#socket.on('unexpected-response', (request, response) => {
      this.refused = response.statusCode ?? 0;
      request.destroy();
      this.#happened();
    });
    this.#socket.on('close', (code) => {
      this.close = code;
      this.#happened();
    });
    this.#socket.on('error', () => this.#happened());
  }

  /** Connects with a bearer token, and waits for the first frame. */
  static async open(url: string, conversation: number, accessToken: string): Promise<JsonClient> {
    const client = new JsonClient(url, conversation, { authorization: `Bearer ${accessToken}` });
    await client.until('the first frame', () => client.frames.length > 0);
    return client;
  }

  send(frame: unknown): void {
    this.#socket.send(JSON.stringify(frame));
  }

  raw(data: string | Uint8Array): void {
    this.#socket.send(data);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  of(type: string): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  /** The frame that comes next after `from` frames; all of its fields are the caller's to compare. */
  async next(type: string, from = this.of(type).length): Promise<Frame> {
    return this.until(`a frame ${type}`, () => this.of(type)[from]);
  }

  closed(): Promise<number> {
    return this.until('the close', () => this.close ?? undefined);
  }

  refusal(): Promise<number> {
    return this.until('the refusal', () => this.refused ?? undefined);
  }

  until<T>(what: string, ask: () => T | undefined | false, ms = 10_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`waited ${ms} ms for ${what}; came: ${this.frames.map(({ type }) => type).join(', ')}`));
      }, ms);
      const check = (): void => {
        const value = ask();
        if (value === undefined || value === false) return;
        clearTimeout(late);
        this.#waiting.delete(check);
        resolve(value);
      };
      this.#waiting.add(check);
      check();
    });
  }

  #happened(): void {
    for (const check of this.#waiting) check();
  }
}

/** The integer id under which JSON clients know a world's conversation. */
export async function numberOf(world: World): Promise<number> {
  const [row] = await world.rows<{ number: number }>('SELECT number FROM conversations WHERE id = $1', [world.conversation]);
  return row!.number;
}

/** Signs in, as a device of its own, and opens the world's conversation. */
export async function connectJson(world: World, account: Account): Promise<JsonClient> {
  const { accessToken } = await world.signIn(account);
  return JsonClient.open(world.server.running.url, await numberOf(world), accessToken);
}

/** The newest message of this text, as `new_message` has to tell it when nobody has read it and it holds no file. */
export async function toldAs(world: World, text: string): Promise<Frame> {
  const [row] = await world.rows<{ number: number; sender: number; name: string; at: Date }>(
    `SELECT m.number, a.number AS sender, a.name, m.accepted_at AS at FROM messages m JOIN accounts a ON a.id = m.account_id
     WHERE m.conversation_id = $1 AND m.text = $2 ORDER BY m.seq DESC LIMIT 1`,
    [world.conversation, text],
  );
  const { number, sender, name, at } = row!;
  return {
    type: 'new_message',
    message: {
      message_id: number,
      sender_id: sender,
      sender_name: name,
      text,
      attachment_url: null,
      created_at: at.toISOString(),
      is_read: false,
    },
  };
}
