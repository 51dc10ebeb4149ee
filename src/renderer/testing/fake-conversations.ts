import type { SyncStatus } from '#shared/app-views.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { LanguageChoice } from '#shared/languages.ts';
import type { ConversationView, DraftAround, MessageView, ThreadItem } from '#shared/views.ts';

import { clientOf, conversationOf, ME, messageOf, showcase, showcaseNotes, workerOf } from './fake-data.ts';

export type FakeOptions = {
  now: number;
  conversations: number;
  /** Messages of conversation `c1`. */
  longThread: number;
  signedIn: boolean;
  connection: SyncStatus['connection'];
  failing: boolean;
  /** Whether sending can be taken back. */
  undoSend: boolean;
  heldMs: number;
  language: LanguageChoice;
  toured: boolean;
  firstSync: SyncStatus['firstSync'];
};

export type FakeConversation = {
  view: ConversationView;
  items: ThreadItem[];
  notes: ThreadItem[];
  read: number;
  draft: string;
  draftAround: DraftAround;
  noteDraft: string;
  unreadAt: number;
};

/** The conversations that a fake core has, each made when it is first asked for. */
export class FakeConversations {
  private readonly options: FakeOptions;
  private readonly loaded = new Map<string, FakeConversation>();
  private sent = 0;

  constructor(options: FakeOptions) {
    this.options = options;
  }

  all(): FakeConversation[] {
    return [...this.loaded.values()];
  }

  /** What was asked for already. */
  known(id: string): FakeConversation | undefined {
    return this.loaded.get(id);
  }

  get(id: string): FakeConversation {
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
    const made = {
      view,
      items,
      notes: number === 0 ? showcaseNotes(now) : [],
      read: last - unread,
      draft: number === 5 ? 'I can offer Tuesday or' : '',
      draftAround: { mentions: [], replyTo: null, caret: null, files: [] },
      noteDraft: '',
      unreadAt: last,
    };
    this.loaded.set(id, made);
    return made;
  }

  /** Somebody else writes. */
  receive(id: string, text: string, over: Partial<MessageView> = {}): MessageView {
    const conversation = this.get(id);
    const seq = lastSeqOf(conversation.items) + 1;
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
    return item;
  }

  /** The server takes what was sent: the changed item. */
  accept(id: string, key: string, thread: ThreadName = 'all'): ThreadItem[] {
    const list = this.list(id, thread);
    const seq = lastSeqOf(list) + 1;
    return this.change(id, key, { seq, acceptedAt: Date.now(), state: { kind: 'sent' } }, thread);
  }

  list(id: string, thread: ThreadName): ThreadItem[] {
    return thread === 'all' ? this.get(id).items : this.get(id).notes;
  }

  setList(id: string, thread: ThreadName, items: ThreadItem[]): void {
    if (thread === 'all') this.get(id).items = items;
    else this.get(id).notes = items;
  }

  /** One message becomes another: the changed item. */
  change(id: string, key: string, over: Partial<MessageView>, thread: ThreadName = 'all'): ThreadItem[] {
    const items = this.list(id, thread).map((item) =>
      item.key === key && item.kind === 'message' ? { ...item, ...over } : item,
    );
    this.setList(id, thread, items);
    return items.filter((item) => item.key === key);
  }

  newKey(id: string): string {
    return `${id}/sent-${++this.sent}`;
  }

  /** One that isn't sent yet. */
  own(key: string, text: string, state: MessageView['state']): MessageView {
    const sentAt = this.options.now - 60_000;
    return messageOf(0, 1, sentAt, { key, seq: null, acceptedAt: null, author: ME, own: true, text, sentAt, state });
  }
}

export function lastSeqOf(items: readonly ThreadItem[]): number {
  return items.findLast((item) => item.seq !== null)?.seq ?? 0;
}
