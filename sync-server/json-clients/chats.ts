import type { WebSocket } from 'ws';

import type { PresenceState } from '#shared/wire.ts';

import type { Caller } from '../auth/authentication.ts';
import { isRefusal, REFUSALS } from '../files/identify.ts';
import type { ServerLimits } from '../limits.ts';
import type { Refusals } from '../refusals.ts';
import { newestEpoch, serverHeldLease } from '../storage/chat-writes.ts';
import { newestSeqOf, type LinkTo, type OpenChat } from '../storage/chats.ts';
import type { Database } from '../storage/database.ts';
import type { ChatHead } from '../storage/nodes.ts';
import { raiseReads, type RaisedRead } from '../storage/reads.ts';
import type { Work, WorkOutcome } from '../sync/committer.ts';
import type { Rooms } from '../sync/rooms.ts';
import { ChatRoom } from './chat-room.ts';
import { ChatSocket } from './chat-socket.ts';
import { ChatTyping } from './chat-typing.ts';
import { sendMessage } from './send-message.ts';

export type ChatsOptions = {
  db: Database;
  rooms: Rooms;
  submit: (work: Work, bytes: number) => Promise<WorkOutcome>;
  now: () => number;
  limits: ServerLimits;
  refused: Refusals;
  linkTo: LinkTo;
  /** What other nodes commit for this audience is to be heard, until the returned function is called. */
  follow: (audience: string) => () => void;
  /** Cursors rose: to be told to all, these chats too. */
  onRaised: (raised: RaisedRead[], streams: string[]) => void;
  onError: (error: unknown) => void;
};

/** All JSON clients that are connected here. */
export type Chats = {
  sockets(): ChatSocket[];
  add(socket: WebSocket, caller: Caller, chat: OpenChat): ChatSocket;
  /** This conversation has more to tell. */
  grew(conversation: string): void;
  /** Anything may have been missed. */
  grewAll(): void;
  showReads(raised: readonly RaisedRead[]): void;
  /** Conversations that somebody has open. */
  conversations(): string[];
  /** Tells what of these was not told; how many had any. */
  heal(heads: readonly ChatHead[]): number;
  typing(conversation: string, state: PresenceState): void;
  /** Nobody gets this file: to be told to who sent it. */
  refused(file: { conversation: string; account: string; name: string; reason: string }): void;
};

export function createChats({ limits, refused, db, rooms, submit, now, linkTo, follow, onRaised, onError }: ChatsOptions): Chats {
  const chats = new Map<string, ChatRoom>();
  const followed = new Map<ChatRoom, () => void>();

  function roomOf(chat: OpenChat): ChatRoom {
    const known = chats.get(chat.conversation);
    if (known) return known;
    const room = new ChatRoom(chat, { db, linkTo, onError });
    chats.set(chat.conversation, room);
    followed.set(room, follow(chat.agency));
    return room;
  }

  function add(socket: WebSocket, caller: Caller, chat: OpenChat): ChatSocket {
    const { account, name, role, session } = caller;
    const { conversation } = chat;
    const room = roomOf(chat);
    let lease: number | null = null;

    const opened = new ChatSocket({
      socket,
      room,
      owner: { account, session },
      limits,
      refused,
      typing: new ChatTyping({
        conversation,
        owner: { account, name, role, lease: null },
        rooms,
        newest: () => db.read((reader) => newestEpoch(reader, conversation)),
        now,
      }),
      async sendMessage(request) {
        lease ??= await db.transact((tx) => serverHeldLease(tx, account));
        return sendMessage({ db, submit, now, linkTo }, { conversation, account, lease }, request);
      },
      async markRead(messages) {
        const seq = await db.read((reader) => newestSeqOf(reader, conversation, messages));
        if (seq === null) return;
        const { raised, streams } = await db.transact((tx) => raiseReads(tx, account, [{ conversation, thread: 'all', seq }]));
        if (raised.length > 0) onRaised(raised, streams);
      },
      now,
      onEnd() {
        if (room.sockets.size > 0 || chats.get(conversation) !== room) return;
        chats.delete(conversation);
        followed.get(room)?.();
        followed.delete(room);
      },
      onError,
    });
    // What was committed since the conversation was looked up was told before anybody was here to hear it.
    room.grew();
    return opened;
  }

  return {
    add,
    sockets() {
      const sockets: ChatSocket[] = [];
      for (const room of chats.values()) sockets.push(...room.sockets);
      return sockets;
    },
    grew: (conversation) => chats.get(conversation)?.grew(),
    grewAll() {
      for (const room of chats.values()) room.grew();
    },
    showReads(raised) {
      for (const { conversation, thread, account, seq } of raised) {
        if (thread === 'all') chats.get(conversation)?.read(account, seq);
      }
    },
    conversations: () => [...chats.keys()],
    heal(heads) {
      return heads.filter(({ conversation, seq, reads }) => chats.get(conversation)?.heal(seq, reads)).length;
    },
    typing: (conversation, state) => chats.get(conversation)?.typing(state),
    refused({ conversation, account, name, reason }) {
      if (!isRefusal(reason)) return;
      for (const socket of chats.get(conversation)?.sockets ?? []) {
        if (socket.owner.account === account) socket.notice('attachment', `${name}: ${REFUSALS[reason]}`);
      }
    },
  };
}
