import type { Port, Served } from '#shared/bridge.ts';
import { createPortPair, serve } from '#shared/bridge.ts';
import type { EventData, EventName, Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';
import type { ConversationView, InboxRow, MessageView, SessionView, SyncStatus, ThreadItem } from '#shared/views.ts';

import { clientOf, conversationOf, ME, messageOf, saidIn, showcase, titleOf, workerOf } from './fake-data.ts';
import { searchIn } from './fake-search.ts';

export type FakeOptions = {
  now: number;
  conversations: number;
  /** Messages of conversation `c1`. */
  longThread: number;
  signedIn: boolean;
  connection: SyncStatus['connection'];
  failing: boolean;
  firstSync: SyncStatus['firstSync'];
};

export const SESSION: SessionView = {
  account: { ...ME, email: 'ana@harbor.example' },
  agency: 'Harbor Home Services',
  server: 'https://sync.harbor.example',
};

type Conversation = { view: ConversationView; items: ThreadItem[]; read: number; draft: string; unreadAt: number };

/** A core in memory behind the same contract, for looking at the screens and for their tests. */
export class FakeCore {
  readonly calls: { command: string; input: unknown }[] = [];
  readonly status: SyncStatus;
  /** Set to make the next command of this name fail. */
  readonly failures = new Map<string, AppError>();
  private readonly options: FakeOptions;
  private readonly loaded = new Map<string, Conversation>();
  private served: Served | null = null;
  private session: SessionView | null;
  private sent = 0;

  constructor(options: Partial<FakeOptions> = {}) {
    this.options = {
      now: Date.now(),
      conversations: 40,
      longThread: 400,
      signedIn: true,
      failing: false,
      firstSync: null,
      connection: { kind: 'online' },
      ...options,
    };
    this.session = this.options.signedIn ? SESSION : null;
    const offline = this.options.connection.kind !== 'online';
    this.status = {
      connection: this.options.connection,
      queued: offline ? 3 : 0,
      notSent: this.options.failing ? 1 : 0,
      lastSyncedAt: this.options.now - 120_000,
      firstSync: this.options.firstSync,
      storage: null,
    };
  }

  open(): Port {
    const [core, page] = createPortPair();
    this.served = serve(core, this.handlers(), rethrowLater, () => {});
    return page;
  }

  emit<N extends EventName>(name: N, data: EventData<N>): void {
    this.served?.emit(name, data);
  }

  closeChannel(): void {
    this.served?.close();
  }

  conversation(id: string): Conversation {
    const known = this.loaded.get(id);
    if (known) return known;
    const number = Number(id.slice(1));
    const { now, longThread, failing, connection } = this.options;
    const view = conversationOf(number);
    const count = number === 1 ? longThread : 12 + ((number * 7) % 30);
    const items: ThreadItem[] =
      number === 0
        ? showcase(now)
        : Array.from({ length: count }, (_, index) =>
            messageOf(number, index + 1, now - number * 400_000 - (count - index) * 240_000),
          );
    const last = items.at(-1)?.seq ?? 0;
    view.reads = [
      { person: clientOf(number), seq: last, at: now - 60_000 },
      { person: workerOf(number), seq: Math.max(0, last - 6), at: now - 3_600_000 },
    ];
    if (number === 0 && connection.kind !== 'online') {
      items.push(
        this.own('c0/q1', 'On my way to the phone shop, back in an hour.', { kind: 'queued' }),
        this.own('c0/q2', 'And yes: water is off from 9 to 10 only.', { kind: 'queued' }),
      );
    }
    if (number === 0 && failing)
      items.push(this.own('c0/f1', 'Please sign off the second estimate as well.', { kind: 'not-sent', rule: 'mention' }));
    if (number === 4) view.locks = ['closed'];
    const unread = number === 0 ? 3 : number % 5 === 3 ? 2 : 0;
    const made = { view, items, read: last - unread, draft: number === 5 ? 'I can offer Tuesday or' : '', unreadAt: last };
    this.loaded.set(id, made);
    return made;
  }

  /** Somebody else writes. */
  receive(id: string, text: string, over: Partial<MessageView> = {}): void {
    const conversation = this.conversation(id);
    const seq = lastSeqOf(conversation) + 1;
    const number = Number(id.slice(1));
    const item = messageOf(number, seq, Date.now(), {
      author: clientOf(number),
      own: false,
      text,
      key: `${id}/r${seq}`,
      ...over,
    });
    const queued = conversation.items.filter((other) => other.seq === null);
    conversation.items = [...conversation.items.filter((other) => other.seq !== null), item, ...queued];
    this.tell(id, [item]);
  }

  tell(id: string, items: ThreadItem[], gone: string[] = []): void {
    const conversation = this.conversation(id);
    this.emit('thread.changed', {
      conversation: id,
      thread: 'all',
      items,
      gone,
      loading: false,
      newest: lastSeqOf(conversation),
      view: conversation.view,
    });
    this.emit('inbox.changed', { conversations: [id] });
  }

  private own(key: string, text: string, state: MessageView['state']): MessageView {
    const sentAt = this.options.now - 60_000;
    return messageOf(0, 1, sentAt, { key, seq: null, acceptedAt: null, author: ME, own: true, text, sentAt, state });
  }

  private row(number: number): InboxRow {
    const { now, failing, connection } = this.options;
    const known = this.loaded.get(`c${number}`);
    const item = known?.items.at(-1);
    const message = item?.kind === 'message' ? item : null;
    const unread = known ? Math.max(0, lastSeqOf(known) - known.read) : number === 0 ? 3 : number % 5 === 3 ? 2 : 0;
    const author = message?.author ?? clientOf(number);
    return {
      conversation: `c${number}`,
      job: { title: titleOf(number), status: 'in-progress' },
      people: [clientOf(number), workerOf(number)],
      more: number % 6 === 4 ? 2 : 0,
      last: {
        author,
        own: author.id === ME.id,
        text: message?.text ?? saidIn(number, 1),
        attachments: 0,
        removed: false,
        event: null,
        eventPeople: [],
        state: message?.state ?? { kind: 'sent' },
      },
      at: message ? message.sentAt : now - (number < 4 ? number * 540_000 : number * number * 900_000),
      unread,
      mentioned: number === 0 || number % 25 === 3,
      queued: connection.kind === 'online' ? 0 : number === 0 ? 2 : number === 2 ? 1 : 0,
      notSent: failing && number === 0 ? 1 : 0,
      draft: known ? known.draft || null : number === 5 ? 'I can offer Tuesday or' : null,
      typing: number === 2 && connection.kind === 'online' ? [clientOf(2)] : [],
      locked: number === 4,
    };
  }

  private numbers(filter: 'all' | 'unread' | 'mentions'): number[] {
    const all = Array.from({ length: this.options.conversations }, (_, number) => number);
    if (filter === 'all') return all;
    return all.filter((number) => (filter === 'unread' ? this.row(number).unread > 0 : this.row(number).mentioned));
  }

  private handlers(): Handlers {
    const plain = this.plainHandlers();
    const wrapped = Object.entries(plain).map(([command, handler]) => [
      command,
      (input: unknown) => {
        this.calls.push({ command, input });
        const failure = this.failures.get(command);
        if (failure) {
          this.failures.delete(command);
          throw failure;
        }
        return (handler as (data: unknown) => unknown)(input);
      },
    ]);
    return Object.fromEntries(wrapped) as Handlers;
  }

  private plainHandlers(): Handlers {
    let settings = { theme: 'system' as 'system' | 'light' | 'dark', notifications: true };
    return {
      'app.start': () => ({
        version: '0',
        capabilities: {
          notifications: 'page',
          badge: false,
          secretStore: true,
        },
        session: this.session,
        status: this.status,
        settings,
        server: 'https://sync.harbor.example',
      }),
      'session.signIn': ({ password }) => {
        if (password === 'wrong')
          throw new AppError('sign-in-failed', 'The e-mail address or the password is not right. Check both and try again.');
        this.session = SESSION;
        return SESSION;
      },
      'session.signOut': () => {
        this.session = null;
        return {};
      },
      'settings.set': (change) =>
        (settings = { theme: change.theme ?? settings.theme, notifications: change.notifications ?? settings.notifications }),
      'inbox.list': ({ filter, offset, limit }) => {
        const numbers = this.numbers(filter);
        const rows = numbers.slice(offset, offset + limit).map((number) => this.row(number));
        const counts = {
          all: this.options.conversations,
          unread: this.numbers('unread').length,
          mentions: this.numbers('mentions').length,
        };
        return { rows, total: numbers.length, counts };
      },
      'thread.open': ({ conversation: id, thread, at, limit }) => {
        const found = this.conversation(id);
        const first =
          found.items.find((item) => item.kind === 'message' && !item.own && (item.seq ?? 0) > found.read)?.seq ?? null;
        const about = at ?? first;
        const index = about === null ? found.items.length : found.items.findIndex((item) => (item.seq ?? Infinity) >= about);
        const start = Math.max(0, Math.min(index - Math.floor(limit / 2), found.items.length - limit));
        return {
          conversation: found.view,
          thread,
          firstUnread: first,
          lastSeq: lastSeqOf(found),
          readSeq: found.read,
          draft: found.draft,
          page: {
            items: found.items.slice(start, start + limit),
            before: start > 0,
            after: start + limit < found.items.length,
          },
          unread: found.items.filter((item) => item.kind === 'message' && !item.own && (item.seq ?? 0) > found.read).length,
          typing: id === 'c0' && this.options.connection.kind === 'online' ? [clientOf(0)] : [],
          loading: false,
        };
      },
      'thread.close': () => ({}),
      'thread.page': ({ conversation: id, before, after, limit }) => {
        const { items } = this.conversation(id);
        const edge = items.findIndex((item) => item.seq === (before ?? after));
        const [start, end] = before === undefined ? [edge + 1, edge + 1 + limit] : [Math.max(0, edge - limit), edge];
        return { items: items.slice(start, end), before: start > 0, after: end < items.length };
      },
      'thread.seen': ({ conversation: id, seq }) => {
        this.conversation(id).read = Math.max(this.conversation(id).read, seq);
        this.emit('inbox.changed', { conversations: [id] });
        return {};
      },
      'message.send': ({ conversation: id, text }) => {
        const key = `${id}/sent-${++this.sent}`;
        const online = this.status.connection.kind === 'online';
        const conversation = this.conversation(id);
        const item = { ...this.own(key, text, { kind: 'queued' as const }), sentAt: Date.now() };
        conversation.items = [...conversation.items, item];
        this.tell(id, [item]);
        if (online) setTimeout(() => this.accept(id, key), 400);
        return { key };
      },
      'message.retry': () => ({}),
      'message.discard': ({ key }) => {
        const id = key.split('/')[0] ?? '';
        const conversation = this.conversation(id);
        conversation.items = conversation.items.filter((item) => item.key !== key);
        this.tell(id, [], [key]);
        return {};
      },
      'draft.set': ({ conversation: id, text }) => {
        this.conversation(id).draft = text;
        return {};
      },
      'typing.set': () => ({}),
      search: ({ query, offset, limit }) => searchIn(this, this.options.conversations, { query, offset, limit }),
      'queue.list': () => ({
        items: [...this.conversation('c0').items]
          .filter((item): item is MessageView => item.kind === 'message' && item.seq === null)
          .map(({ key, text, sentAt, state }) => ({
            key,
            text,
            sentAt,
            state,
            conversation: 'c0',
            thread: 'all' as const,
            jobTitle: titleOf(0),
            attachments: 0,
          })),
      }),
      'sync.retry': () => ({}),
      'sync.pause': ({ paused }) => {
        const { firstSync } = this.status;
        if (firstSync) this.status.firstSync = { ...firstSync, paused };
        this.emit('status', this.status);
        return {};
      },
      'view.state': () => ({}),
      'link.open': () => ({}),
    };
  }

  private accept(id: string, key: string): void {
    const conversation = this.conversation(id);
    const seq = lastSeqOf(conversation) + 1;
    conversation.items = conversation.items.map((item) =>
      item.key === key && item.kind === 'message' ? { ...item, seq, acceptedAt: Date.now(), state: { kind: 'sent' } } : item,
    );
    this.tell(
      id,
      conversation.items.filter((item) => item.key === key),
    );
  }
}

function lastSeqOf(conversation: Conversation): number {
  return conversation.items.findLast((item) => item.seq !== null)?.seq ?? 0;
}

/** A bug of the fake is one of the test: it must not pass for a failure that the app handles. */
function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
