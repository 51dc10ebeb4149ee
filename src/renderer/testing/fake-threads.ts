import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { CannedReply } from '#shared/thread-views.ts';
import type { MessageView, ThreadItem } from '#shared/views.ts';

import { lastSeqOf, type FakeConversations } from './fake-conversations.ts';
import { clientOf, COLLEAGUE, EMPLOYEE, ME } from './fake-data.ts';

/** What the handlers of threads need of the core. */
type Around = {
  conversations: FakeConversations;
  isOnline: () => boolean;
  /** How long what was sent can be taken back. */
  heldMs: number;
  tell: (id: string, items: ThreadItem[], gone?: string[], thread?: ThreadName) => void;
  tellInbox: (id: string) => void;
};

/** How long a message takes to be accepted. */
const ACCEPTED_AFTER_MS = 400;

type Names =
  | 'thread.open'
  | 'thread.close'
  | 'thread.page'
  | 'thread.at'
  | 'thread.find'
  | 'thread.files'
  | 'thread.seen'
  | `message.${'send' | 'edit' | 'remove' | 'react' | 'undo' | 'release' | 'retry' | 'withoutFile' | 'discard'}`
  | `replies.${'list' | 'put' | 'remove'}`
  | 'draft.set';

/** Threads and what is written in them. */
export function threadHandlers({ conversations, isOnline, heldMs, tell, tellInbox }: Around): Pick<Handlers, Names> {
  const held = new Map<string, { id: string; thread: ThreadName; timer: ReturnType<typeof setTimeout> }>();
  let replies: CannedReply[] = [
    { id: 'r1', name: 'On the way', text: 'Hello {client first name}, somebody is on the way for “{job}”. – {me}' },
    { id: 'r2', name: 'Photos please', text: 'Could you send us two or three photos of the place?' },
  ];
  const find = (id: string, key: string, thread: ThreadName): MessageView => {
    const item = conversations.list(id, thread).find((one) => one.key === key);
    if (item?.kind !== 'message') throw new AppError('not-found', 'There is no such message.');
    return item;
  };
  const drop = (id: string, key: string, thread: ThreadName): void => {
    conversations.setList(
      id,
      thread,
      conversations.list(id, thread).filter((item) => item.key !== key),
    );
    tell(id, [], [key], thread);
  };
  const goesOut = (key: string): void => {
    const entry = held.get(key);
    if (!entry) return;
    held.delete(key);
    clearTimeout(entry.timer);
    tell(entry.id, conversations.accept(entry.id, key, entry.thread), [], entry.thread);
  };

  return {
    'thread.open': ({ conversation: id, thread, at, limit }) => {
      const found = conversations.get(id);
      const items = conversations.list(id, thread);
      const read = thread === 'all' ? found.read : 1;
      const unread = items.filter((item) => item.kind === 'message' && !item.own && (item.seq ?? 0) > read);
      const first = unread[0]?.seq ?? null;
      const about = at ?? first;
      const index = about === null ? items.length : items.findIndex((item) => (item.seq ?? Infinity) >= about);
      const start = Math.max(0, Math.min(index - Math.floor(limit / 2), items.length - limit));
      return {
        conversation: found.view,
        thread,
        firstUnread: first,
        lastSeq: lastSeqOf(items),
        readSeq: read,
        draft: thread === 'all' ? found.draft : found.noteDraft,
        draftAround: thread === 'all' ? found.draftAround : { mentions: [], replyTo: null, caret: null, files: [] },
        page: { items: items.slice(start, start + limit), before: start > 0, after: start + limit < items.length },
        unread: unread.length,
        typing: id === 'c0' && thread === 'all' && isOnline() ? [clientOf(0)] : [],
        loading: false,
      };
    },
    'thread.close': () => ({}),
    'thread.page': ({ conversation: id, thread, before, after, limit }) => {
      const items = conversations.list(id, thread);
      const edge = items.findIndex((item) => item.seq === (before ?? after));
      const [start, end] = before === undefined ? [edge + 1, edge + 1 + limit] : [Math.max(0, edge - limit), edge];
      return { items: items.slice(start, end), before: start > 0, after: end < items.length };
    },
    'thread.at': ({ conversation: id, thread, at }) => {
      const since = (item: ThreadItem): boolean => (item.kind === 'event' ? item.at : (item.acceptedAt ?? 0)) >= at;
      return { seq: conversations.list(id, thread).find((item) => item.seq !== null && since(item))?.seq ?? null };
    },
    'thread.find': ({ conversation: id, thread, key }) => ({ seq: find(id, key, thread).seq }),
    'thread.files': ({ conversation: id, thread }) => ({
      files: conversations
        .list(id, thread)
        .toReversed()
        .flatMap((item) =>
          item.kind === 'message'
            ? item.attachments
                .toReversed()
                .map((file) => ({ file, key: item.key, seq: item.seq, author: item.author, at: item.sentAt }))
            : [],
        ),
    }),
    'thread.seen': ({ conversation: id, thread, seq }) => {
      if (thread === 'all') conversations.get(id).read = Math.max(conversations.get(id).read, seq);
      tellInbox(id);
      return {};
    },
    'message.send': ({ conversation: id, thread, text, undoable, mentions, replyTo }) => {
      const key = conversations.newKey(id);
      const holds = undoable && isOnline();
      const state = holds ? { kind: 'held' as const, until: Date.now() + heldMs } : { kind: 'queued' as const };
      const target = replyTo === undefined ? null : find(id, replyTo, thread);
      const people = [
        ME,
        COLLEAGUE,
        EMPLOYEE,
        ...conversations.get(id).view.participants.map((one) => ({ ...one, id: one.account })),
      ];
      const item = {
        ...conversations.own(key, text, state),
        mentions: people
          .filter((one) => mentions.includes(one.id))
          .map(({ id: account, name, role }) => ({ id: account, name, role })),
        replyTo: target && { key: target.key, author: target.author, excerpt: target.text },
        sentAt: Date.now(),
      };
      conversations.setList(id, thread, [...conversations.list(id, thread), item]);
      tell(id, [item], [], thread);
      if (holds) held.set(key, { id, thread, timer: setTimeout(() => goesOut(key), heldMs) });
      else if (isOnline()) setTimeout(() => tell(id, conversations.accept(id, key, thread), [], thread), ACCEPTED_AFTER_MS);
      return { key };
    },
    'message.edit': ({ conversation: id, thread, of, text }) => {
      const change = { key: `${of}/edit`, kind: 'edit' as const, text, state: { kind: 'queued' as const } };
      tell(id, conversations.change(id, of, { text, edited: true, ...(isOnline() ? {} : { change }) }, thread), [], thread);
      return { key: change.key };
    },
    'message.remove': ({ conversation: id, thread, of, undoable }) => {
      const { seq } = find(id, of, thread);
      if (seq === null) {
        drop(id, of, thread);
        return { key: null };
      }
      const key = `${of}/remove`;
      const state = undoable && isOnline() ? { kind: 'held' as const, until: Date.now() + heldMs } : { kind: 'queued' as const };
      tell(
        id,
        conversations.change(id, of, { removed: true, change: { key, kind: 'remove', text: '', state } }, thread),
        [],
        thread,
      );
      return { key };
    },
    'message.react': ({ conversation: id, thread, to, emoji, on }) => {
      const others = find(id, to, thread).reactions.map((one) => ({
        ...one,
        people: one.emoji === emoji ? one.people.filter((person) => person.id !== ME.id) : one.people,
      }));
      const known = others.find((one) => one.emoji === emoji) ?? { emoji, people: [], own: false };
      const changed = {
        ...known,
        own: on,
        people: on ? [...known.people, ME] : known.people,
        ...(isOnline() ? {} : { waits: true }),
      };
      const all = others.some((one) => one.emoji === emoji)
        ? others.map((one) => (one.emoji === emoji ? changed : one))
        : [...others, changed];
      tell(id, conversations.change(id, to, { reactions: all.filter((one) => one.people.length > 0) }, thread), [], thread);
      return { key: `${to}/react` };
    },
    'message.undo': ({ key }) => {
      const entry = held.get(key);
      const [conversation = ''] = key.split('/');
      if (!entry) {
        const of = key.replace(/\/remove$/, '');
        const { change, ...rest } = find(conversation, of, 'all');
        if (!change) throw new AppError('conflict', 'This was sent already. You can still edit or remove it.');
        const items = conversations
          .list(conversation, 'all')
          .map((item) => (item.key === of ? { ...rest, removed: false } : item));
        conversations.setList(conversation, 'all', items);
        tell(
          conversation,
          items.filter((item) => item.key === of),
        );
        return { kind: 'remove' };
      }
      clearTimeout(entry.timer);
      held.delete(key);
      const { text, mentions, replyTo } = find(entry.id, key, entry.thread);
      drop(entry.id, key, entry.thread);
      return { kind: 'message', text, mentions, replyTo, attachments: [] };
    },
    'message.release': () => {
      for (const key of held.keys()) goesOut(key);
      return {};
    },
    'message.retry': () => ({}),
    'message.withoutFile': ({ key, file }) => {
      const [id = ''] = key.split('/');
      const item = find(id, key, 'all');
      const attachments = item.attachments.filter((one) => one.id !== file);
      if (attachments.length === 0 && item.text === '') {
        drop(id, key, 'all');
        return { left: 'nothing' };
      }
      tell(id, conversations.change(id, key, { attachments }, 'all'));
      return { left: 'message' };
    },
    'message.discard': ({ key }) => {
      drop(key.split('/')[0] ?? '', key, 'all');
      return {};
    },
    'draft.set': ({ conversation: id, thread, text, mentions, replyTo, caret }) => {
      const conversation = conversations.get(id);
      if (thread === 'team') {
        conversation.noteDraft = text;
        return {};
      }
      const target = replyTo === null ? null : find(id, replyTo, thread);
      conversation.draft = text;
      conversation.draftAround = {
        mentions: conversation.view.participants
          .filter((one) => mentions.includes(one.account))
          .map(({ account, name, role }) => ({ id: account, name, role })),
        replyTo: target && { key: target.key, author: target.author, excerpt: target.text },
        caret,
        files: conversation.draftAround.files,
      };
      return {};
    },
    'replies.list': () => ({ replies }),
    'replies.put': (reply) => {
      replies = [...replies.filter((one) => one.id !== reply.id), reply];
      return {};
    },
    'replies.remove': ({ id }) => {
      replies = replies.filter((one) => one.id !== id);
      return {};
    },
  };
}
