import type { ChatFrame } from '#shared/json-clients.ts';
import type { PresenceState } from '#shared/wire.ts';

import { accountNumber, chatMessagesAfter, messagesRead, type LinkTo, type OpenChat } from '../storage/chats.ts';
import type { Database } from '../storage/database.ts';
import type { ChatSocket } from './chat-socket.ts';

const MESSAGES_AT_ONCE = 200;
/** Of more, only the newest are named. */
const RECEIPTS_MOST = 100;

/**
 * The JSON clients of one conversation, and how far they were told. What is told is read from the rows after a hint, so that
 * nothing is missed or told out of order, and all of it is committed.
 */
export class ChatRoom {
  readonly conversation: string;
  readonly number: number;
  readonly sockets = new Set<ChatSocket>();
  readonly #db: Database;
  readonly #linkTo: LinkTo;
  readonly #onError: (error: unknown) => void;
  readonly #cursors: Map<string, number>;
  readonly #readFloor: number;
  readonly #raised = new Map<string, number>();
  readonly #numbers = new Map<string, Promise<number | null>>();
  readonly #typing = new Set<string>();
  #told: number;
  /** Up to here is told, or being told. */
  #known: number;
  #telling = false;
  #again = false;

  constructor(chat: OpenChat, { db, linkTo, onError }: { db: Database; linkTo: LinkTo; onError: (error: unknown) => void }) {
    this.conversation = chat.conversation;
    this.number = chat.number;
    this.#db = db;
    this.#linkTo = linkTo;
    this.#onError = onError;
    this.#cursors = new Map(chat.reads);
    this.#readFloor = chat.readFloor;
    this.#told = chat.lastSeq;
    this.#known = chat.lastSeq;
  }

  /** There may be more to tell. */
  grew(): void {
    this.#again = true;
    if (!this.#telling) void this.#tell();
  }

  /** The thread goes up to `seq`, and was read so far. Whether any of it was news here. */
  heal(seq: number, reads: readonly { account: string; seq: number }[]): boolean {
    const isNew = seq > this.#known;
    this.#known = Math.max(seq, this.#known);
    const unread = reads.filter(
      ({ account, seq: read }) => read > this.#readOf(account) && read > (this.#raised.get(account) ?? 0),
    );
    for (const { account, seq: read } of unread) this.#raised.set(account, read);
    if (isNew || unread.length > 0) this.grew();
    return isNew || unread.length > 0;
  }

  #readOf(account: string): number {
    return Math.max(this.#readFloor, this.#cursors.get(account) ?? 0);
  }

  /** This account has read up to `seq`. */
  read(account: string, seq: number): void {
    this.#raised.set(account, Math.max(seq, this.#raised.get(account) ?? 0));
    this.grew();
  }

  /** Shown to all but the typist; "not any more" only of whom typing was shown. */
  typing({ account, typing }: PresenceState): void {
    if (!typing && !this.#typing.delete(account)) return;
    if (typing) this.#typing.add(account);
    this.#tellTyping(account, typing).catch((error: unknown) => this.#onError(error));
  }

  async #tellTyping(account: string, is_typing: boolean): Promise<void> {
    // Asked once: so what comes first is told first.
    const asked = this.#numbers.get(account) ?? this.#db.read((reader) => accountNumber(reader, account));
    this.#numbers.set(account, asked);
    asked.catch(() => this.#numbers.delete(account));
    const user_id = await asked;
    if (user_id === null) return;
    const frame = textOf({ type: 'typing_indicator', user_id, is_typing });
    for (const socket of this.sockets) if (socket.owner.account !== account) socket.sendPassing(frame);
  }

  async #tell(): Promise<void> {
    this.#telling = true;
    while (this.#again) {
      this.#again = false;
      try {
        await this.#tellOnce();
      } catch (error) {
        // The next hint, or the regular look, goes on from where this was.
        this.#onError(error);
      }
    }
    this.#telling = false;
  }

  async #tellOnce(): Promise<void> {
    // Before the messages are read: a receipt then never comes before the message that it speaks of.
    const raised = [...this.#raised];
    await this.#tellMessages();
    for (const [account, seq] of raised) {
      await this.#tellRead(account, seq);
      if (this.#raised.get(account) === seq) this.#raised.delete(account);
    }
  }

  async #tellMessages(): Promise<void> {
    for (let more = true; more;) {
      const after = { conversation: this.conversation, after: this.#told, limit: MESSAGES_AT_ONCE };
      const page = await this.#db.read((reader) => chatMessagesAfter(reader, this.#linkTo, after));
      for (const { seq, message } of page) {
        this.#told = seq;
        this.#known = Math.max(seq, this.#known);
        this.#send({ type: 'new_message', message });
      }
      more = page.length === MESSAGES_AT_ONCE;
    }
  }

  async #tellRead(account: string, seq: number): Promise<void> {
    const after = this.#readOf(account);
    if (seq <= after) return;
    const read = { conversation: this.conversation, account, after, upTo: seq };
    const { user, messages } = await this.#db.read((reader) => messagesRead(reader, read, RECEIPTS_MOST));
    this.#cursors.set(account, seq);
    if (messages.length > 0) this.#send({ type: 'read_receipts', message_ids: messages, user_id: user });
  }

  #send(frame: ChatFrame): void {
    const text = textOf(frame);
    for (const socket of this.sockets) socket.send(text);
  }
}

export function textOf(frame: ChatFrame): string {
  return JSON.stringify(frame);
}
