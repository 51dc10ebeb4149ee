import type { WebSocket } from 'ws';

import { AppError } from '#shared/errors.ts';
import type { ChatErrorCode, ChatFrame, ChatRequest } from '#shared/json-clients.ts';
import { CLOSE } from '#shared/wire.ts';

import type { ServerLimits } from '../limits.ts';
import type { Refusals } from '../refusals.ts';
import type { Place } from '../storage/sockets.ts';
import { boundFrames } from '../sync/bound-frames.ts';
import { Rate } from '../sync/rate.ts';
import type { RevocableSocket } from '../sync/revocation.ts';
import { textOf, type ChatRoom } from './chat-room.ts';
import type { ChatTyping } from './chat-typing.ts';
import { readChatFrame } from './read-frame.ts';
import type { SendOutcome } from './send-message.ts';

export type ChatSocketOptions = {
  socket: WebSocket;
  room: ChatRoom;
  owner: { account: string; session: string };
  typing: ChatTyping;
  sendMessage(request: Extract<ChatRequest, { type: 'send_message' }>): Promise<SendOutcome>;
  markRead(messages: readonly number[]): Promise<void>;
  now: () => number;
  limits: ServerLimits;
  refused: Refusals;
  onEnd(): void;
  onError(error: unknown): void;
};

/** As for documents: from here on a slow reader gets no presence; above the limit it is closed, and reads its messages by HTTP. */
const SLOW_BYTES = 1024 * 1024;
/** Frames of one socket that may wait. */
const WAITING_MOST = 32;

/** One JSON client in one conversation. Its frames are dealt with one after the other, in the order in which it sent them. */
export class ChatSocket implements RevocableSocket {
  readonly owner: ChatSocketOptions['owner'];
  readonly #options: ChatSocketOptions;
  readonly #socket: WebSocket;
  readonly #rate: Rate;
  readonly #waiting: ChatRequest[] = [];
  /** `left`: by its own doing; what it sent before is still dealt with. */
  #state: 'open' | 'left' | 'closed' = 'open';
  #working = false;
  #answered = true;

  constructor(options: ChatSocketOptions) {
    this.#options = options;
    this.owner = options.owner;
    this.#socket = options.socket;
    this.#rate = new Rate(options.limits.updatesPerSecond, options.limits.updatesBurst, options.now());
    boundFrames(this.#socket, options, () => this.#tooFast('frames'));
    this.#socket.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    this.#socket.on('pong', () => {
      this.#answered = true;
    });
    this.#socket.on('close', () => this.#ended('left'));
    // A close follows each error, and is where it is dealt with.
    this.#socket.on('error', () => {});
    this.#tell({ type: 'connection_established', conversation_id: options.room.number });
    options.room.sockets.add(this);
  }

  get session(): string {
    return this.owner.session;
  }

  get place(): Place {
    return { account: this.owner.account, conversation: this.#options.room.conversation, thread: 'all' };
  }

  /** A frame, as text. */
  send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(text);
    if (this.#state !== 'open' || this.#socket.bufferedAmount <= this.#options.limits.slowBytes) return;
    this.#options.refused('slow-reader');
    this.close(CLOSE.tryLater, 'too slow');
  }

  /** What may be left out when the reader is slow. */
  sendPassing(text: string): void {
    if (this.#socket.bufferedAmount <= SLOW_BYTES) this.send(text);
  }

  /** Ends a connection whose other side is gone without a word. */
  heartbeat(): void {
    if (!this.#answered && !this.#socket.isPaused) return this.#socket.terminate();
    this.#answered = false;
    this.#socket.ping();
  }

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return;
    this.#ended('closed');
    this.#waiting.length = 0;
    // One that is paused would never see the other side's answer.
    this.#socket.resume();
    this.#socket.close(code, reason);
    const patience = setTimeout(() => this.#socket.terminate(), 3_000);
    this.#socket.once('close', () => clearTimeout(patience));
  }

  #ended(state: 'left' | 'closed'): void {
    if (this.#state !== 'open') return;
    this.#state = state;
    this.#options.room.sockets.delete(this);
    this.#options.typing.end();
    this.#options.onEnd();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#state === 'closed') return;
    if (!this.#rate.take(this.#options.now())) return this.#tooFast('updates');
    const frame = readChatFrame(data, isBinary);
    if (frame.kind === 'error') return this.#fail(frame.code, frame.message);
    this.#waiting.push(frame.request);
    if (this.#waiting.length >= WAITING_MOST) this.#socket.pause();
    if (!this.#working) void this.#work();
  }

  #tooFast(limit: 'frames' | 'updates'): void {
    if (this.#state !== 'open') return;
    this.#options.refused(limit);
    this.#fail('too-many-requests', 'That was too much at once. Connect again in a while.');
    this.close(CLOSE.tooFast, 'too fast');
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let request = this.#waiting.shift(); request; request = this.#waiting.shift()) {
      try {
        await this.#act(request);
      } catch (error) {
        const known = error instanceof AppError;
        if (!known) this.#options.onError(error);
        this.#fail(known ? error.code : 'internal', known ? error.message : 'Something went wrong here. Try again.');
      }
      if (this.#socket.isPaused && this.#waiting.length < WAITING_MOST / 4) this.#socket.resume();
    }
    this.#working = false;
  }

  async #act(request: ChatRequest): Promise<void> {
    switch (request.type) {
      case 'send_message': {
        // Who sends has typed, whether their app says so or not.
        this.#options.typing.stop();
        const outcome = await this.#options.sendMessage(request);
        if (outcome.kind === 'error') this.#fail(outcome.code, outcome.message);
        else if (outcome.kind === 'known') this.#tell({ type: 'new_message', message: outcome.message });
        else if (outcome.notice !== undefined) this.notice('contact-details', outcome.notice);
        return;
      }
      case 'mark_read':
        return this.#options.markRead(request.message_ids);
      case 'typing_start':
        return this.#options.typing.start();
      case 'typing_stop':
        return this.#options.typing.stop();
    }
  }

  /** Something that its own account alone is to know. */
  notice(code: Extract<ChatFrame, { type: 'notice' }>['code'], message: string): void {
    this.#tell({ type: 'notice', code, message });
  }

  #fail(code: ChatErrorCode, message: string): void {
    this.#tell({ type: 'error', code, message });
  }

  #tell(frame: ChatFrame): void {
    this.send(textOf(frame));
  }
}
