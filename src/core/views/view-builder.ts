import type { Conversation } from '#shared/api/conversations.ts';
import type { EventValue } from '#shared/documents.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';
import { partyOf } from '#shared/roles.ts';
import type {
  ConversationView,
  EventView,
  InboxRow,
  MessageState,
  MessageView,
  PersonView,
  TeamView,
  ThreadItem,
} from '#shared/views.ts';
import type { RefusalRule } from '#shared/wire.ts';

import { countAbove, parseRecord, readPerson, readUpTo } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { refusalOfFile } from '../storage/file-rows.ts';
import { readWork, type ConversationRow, type WorkRow } from '../storage/inbox-rows.ts';
import { othersCursors } from '../storage/reads.ts';
import { parseTeam, readTeam, type TeamRow } from '../storage/team-rows.ts';
import { itemById, itemByKey, reactionsOn, type ItemRow } from '../storage/thread-rows.ts';
import { readUnreached } from '../storage/unreached.ts';
import { ownIdOf, readUpload, stateOfUpload } from '../storage/upload-rows.ts';
import { waitingFacts, type WaitingFact } from '../storage/waiting-facts.ts';

const EXCERPT = 140;

export type ViewContext = {
  store: Store;
  me: string;
  sending: (key: string) => boolean;
  typing: (conversation: string, thread: ThreadName | null) => PersonView[];
};

/** Makes what the renderer sees from rows. One builder serves one answer: it remembers the names that it looked up. */
export type ViewBuilder = {
  person(account: string, known?: string): PersonView;
  state(row: Pick<ItemRow, 'seq' | 'rule' | 'key' | 'held'>): MessageState;
  /** What a message answers. */
  reply(place: { conversation: string; thread: ThreadName }, key: string | null): MessageView['replyTo'];
  item(row: ItemRow): ThreadItem;
  /** A file of an own message that waits. */
  attachment(file: AttachmentFact): MessageView['attachments'][number];
  conversation(record: Conversation, thread: ThreadName): ConversationView;
  inboxRow(row: ConversationRow): InboxRow;
};

function ownOf(row: WorkRow): InboxRow['own'] {
  return {
    place: row.place,
    pinned: row.pinned === 1,
    muted: row.muted === 1,
    marked: row.marked === 1,
    snoozedUntil: row.snoozed_until,
    back: row.back === 1,
  };
}

export function createViewBuilder(context: ViewContext): ViewBuilder {
  const { store, me } = context;
  const people = new Map<string, PersonView>();

  const person = (account: string, known?: string): PersonView => {
    let view = people.get(account);
    if (!view) {
      view = readPerson(store, account, known);
      people.set(account, view);
    }
    return view;
  };
  const state = (row: Pick<ItemRow, 'seq' | 'rule' | 'key' | 'held'>): MessageState => {
    if (row.seq !== null) return { kind: 'sent' };
    if (row.rule !== null) return { kind: 'not-sent', rule: row.rule as RefusalRule };
    if (row.held > 0) return { kind: 'held', until: row.held };
    return { kind: context.sending(row.key) ? 'sending' : 'queued' };
  };

  const message = (row: ItemRow): MessageView => {
    const attachments = JSON.parse(row.attachments) as AttachmentFact[];
    const waiting = waitingOn(row);
    const edit = waiting.findLast((one) => one.fact.kind === 'edit');
    const removal = waiting.findLast((one) => one.fact.kind === 'remove');
    const shown = edit?.fact.kind === 'edit' && edit.rule === null ? edit.fact : null;
    const removed = row.removed === 1 || removal?.rule === null;
    const change = changeOf(removal ?? edit);
    return {
      kind: 'message',
      key: row.key,
      seq: row.seq,
      author: person(row.author!),
      own: row.author === me,
      text: removed ? '' : (shown?.text ?? row.text),
      mentions: (shown?.mentions ?? (JSON.parse(row.mentions) as string[])).map((account) => person(account)),
      attachments: (removed ? [] : attachments).map((attachment) => attachmentOf(attachment, row)),
      replyTo: reply(row, row.reply_to),
      sentAt: row.sent_at,
      acceptedAt: row.accepted_at,
      edited: row.edited_seq > 0 || shown !== null,
      removed,
      reactions: row.seq === null || removed ? [] : reactions(row, waiting),
      state: state(row),
      ...(change ? { change } : {}),
      ...unreached(row),
    };
  };
  const reply = (place: { conversation: string; thread: ThreadName }, key: string | null): MessageView['replyTo'] => {
    if (key === null) return null;
    const target = itemByKey(store, place, key);
    return { key, author: target?.author ? person(target.author) : null, excerpt: target?.text.slice(0, EXCERPT) ?? '' };
  };
  /** Of the thread that is asked for: an answer speaks of one at a time. */
  let waits: { thread: string; facts: Map<string, WaitingFact[]> } | null = null;
  const waitingOn = (row: ItemRow): WaitingFact[] => {
    const thread = `${row.conversation}/${row.thread}`;
    if (waits?.thread !== thread) waits = { thread, facts: waitingFacts(store, row) };
    return waits.facts.get(row.key) ?? [];
  };
  const changeOf = (waiting: WaitingFact | undefined): MessageView['change'] =>
    waiting && waiting.fact.kind !== 'react'
      ? {
          key: waiting.key,
          kind: waiting.fact.kind,
          text: waiting.fact.kind === 'edit' ? waiting.fact.text : '',
          state: state({ ...waiting, seq: null }),
        }
      : undefined;
  /** Only own ones are told of; whom an edit took out isn't named any more. */
  const unreached = (row: ItemRow): Pick<MessageView, 'unreached'> => {
    if (row.author !== me || row.seq === null || row.removed === 1) return {};
    const mentioned = new Set((JSON.parse(row.mentions) as string[]).map((account) => person(account).name));
    const names = mentioned.size === 0 ? [] : readUnreached(store, row, row.seq).filter((name) => mentioned.has(name));
    return names.length > 0 ? { unreached: names } : {};
  };
  const attachmentOf = (attachment: AttachmentFact, row: Pick<ItemRow, 'author' | 'seq'>): MessageView['attachments'][number] => {
    const { id } = attachment;
    if (row.author !== me) return { ...attachment, url: `/files/${id}` };
    const upload = row.seq === null ? readUpload(store, id) : undefined;
    const refused = upload?.why ?? refusalOfFile(store, upload?.remote ?? id);
    return {
      ...attachment,
      // What was shown while it waited stays as it is.
      url: `/files/${upload ? id : (ownIdOf(store, id) ?? id)}`,
      ...(refused === null ? {} : { refused }),
      ...(upload ? { upload: stateOfUpload(upload) } : {}),
    };
  };
  const team = (row: TeamRow | null): TeamView | null =>
    row && {
      assignee: row.assignee === null ? null : person(row.assignee),
      labels: row.labels,
      resolved: row.resolved && { by: person(row.resolved.by), at: row.resolved.at },
      waiting: row.waiting,
    };
  const reactions = (row: ItemRow, waiting: readonly WaitingFact[]): MessageView['reactions'] => {
    const byEmoji = new Map<string, PersonView[]>();
    for (const { emoji, account } of reactionsOn(store, row, row.key)) {
      byEmoji.set(emoji, [...(byEmoji.get(emoji) ?? []), person(account)]);
    }
    const changed = new Set<string>();
    for (const { fact, rule } of waiting) {
      if (fact.kind !== 'react' || rule !== null) continue;
      const others = (byEmoji.get(fact.emoji) ?? []).filter((one) => one.id !== me);
      byEmoji.set(fact.emoji, fact.on ? [...others, person(me)] : others);
      changed.add(fact.emoji);
    }
    return [...byEmoji].flatMap(([emoji, who]) =>
      who.length === 0
        ? []
        : [{ emoji, people: who, own: who.some((one) => one.id === me), ...(changed.has(emoji) ? { waits: true } : {}) }],
    );
  };
  const event = (row: ItemRow): EventView => {
    const value = JSON.parse(row.event!) as EventValue['event'];
    const accounts = [value.by, 'account' in value ? value.account : null].filter((account) => account !== null);
    return {
      kind: 'event',
      key: row.key,
      seq: row.seq!,
      at: row.accepted_at!,
      event: value,
      people: [...new Set(accounts)].map((account) => person(account)),
    };
  };

  const lastOf = (row: ConversationRow, record: Conversation): InboxRow['last'] => {
    const item = row.last === null ? undefined : itemById(store, Number(row.last));
    if (item) {
      return {
        author: item.author === null ? null : person(item.author),
        own: item.author === me,
        text: item.text.slice(0, EXCERPT),
        attachments: (JSON.parse(item.attachments) as unknown[]).length,
        removed: item.removed === 1,
        event: item.event === null ? null : (JSON.parse(item.event) as EventValue['event']),
        eventPeople: item.event === null ? [] : event(item).people,
        state: state(item),
      };
    }
    const last = record.lastMessage;
    return (
      last && {
        author: person(last.account, last.name),
        own: last.account === me,
        text: last.text.slice(0, EXCERPT),
        attachments: last.attachments,
        removed: last.removed,
        event: null,
        eventPeople: [],
        state: { kind: 'sent' },
      }
    );
  };

  const unreadIn = (record: Conversation, thread: ThreadName): number =>
    countAbove(store, record.id, thread, readUpTo(store, record, thread, me), me);

  return {
    person,
    state,
    reply,
    attachment: (file) => attachmentOf(file, { author: me, seq: null }),
    item: (row) => (row.kind === 'event' ? event(row) : message(row)),
    conversation: (record, thread) => ({
      id: record.id,
      job: record.job,
      agency: { id: record.agency.id, name: record.agency.name },
      participants: record.participants,
      locks: record.locks,
      reads: othersCursors(store, record.id, thread, me).map(({ account, seq, at }) => ({ person: person(account), seq, at })),
      own: ownOf(readWork(store, record.id)),
      team: team(readTeam(store, record.id)),
      unread: { all: unreadIn(record, 'all'), team: record.team === null ? 0 : unreadIn(record, 'team') },
    }),
    inboxRow(row) {
      const record = parseRecord(row.record);
      const present = record.participants.filter((one) => !one.left);
      const parties = (['client', 'worker'] as const).flatMap((party) => present.filter((one) => partyOf(one.role) === party));
      return {
        conversation: row.id,
        job: { title: record.job.title, status: record.job.status },
        people: parties.slice(0, 3).map((one) => ({ id: one.account, name: one.name, role: one.role })),
        more: Math.max(0, parties.length - 3),
        last: lastOf(row, record),
        at: row.at,
        unread: row.unread,
        mentioned: row.mentioned === 1,
        queued: row.queued,
        notSent: row.not_sent,
        draft: row.draft,
        typing: context.typing(row.id, null),
        locked: record.locks.length > 0,
        waitingSince: row.waiting_since,
        own: ownOf(row),
        team: team(parseTeam(row.team)),
      };
    },
  };
}
