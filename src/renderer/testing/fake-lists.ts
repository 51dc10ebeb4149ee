import type { QueueItem } from '#shared/app-views.ts';
import type { Handlers } from '#shared/contract.ts';
import type { InboxRow, MessageView } from '#shared/views.ts';

import { lastSeqOf, type FakeConversations, type FakeOptions } from './fake-conversations.ts';
import { clientOf, COLLEAGUE, ME, saidIn, titleOf, workerOf } from './fake-data.ts';
import { firstMarks, firstTeam } from './fake-marks.ts';
import { findIn, searchIn } from './fake-search.ts';

/** The rows of all conversations. */
export function allRows(conversations: FakeConversations, options: FakeOptions): InboxRow[] {
  return Array.from({ length: options.conversations }, (_, number) => rowOf(conversations, options, number));
}

/** The lists over all conversations: search and queue; `queued`: what waits besides messages of the first one. */
export function listHandlers(
  conversations: FakeConversations,
  options: FakeOptions,
  queued: readonly QueueItem[],
): Pick<Handlers, 'palette.find' | 'search' | 'queue.list'> {
  return {
    'palette.find': (asked) => findIn(conversations, options.conversations, asked),
    search: ({ query, offset, limit }) => searchIn(conversations, options.conversations, { query, offset, limit }),
    'queue.list': () => ({
      items: [
        ...conversations
          .get('c0')
          .items.filter((item): item is MessageView => item.kind === 'message' && item.seq === null)
          .map(({ key, text, attachments, sentAt, state }) => ({
            key,
            work: { kind: 'message' as const, text, files: attachments },
            sentAt,
            state,
            conversation: 'c0',
            thread: 'all' as const,
            jobTitle: titleOf(0),
          })),
        ...queued,
      ],
    }),
  };
}

function rowOf(conversations: FakeConversations, { now, failing, connection }: FakeOptions, number: number): InboxRow {
  const known = conversations.known(`c${number}`);
  const item = known?.items.at(-1);
  const message = item?.kind === 'message' ? item : null;
  const unread = known ? Math.max(0, lastSeqOf(known.items) - known.read) : number === 0 ? 3 : number % 5 === 3 ? 2 : 0;
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
    waitingSince: author.id === ME.id ? null : message ? message.sentAt : now - number * number * 900_000,
    own: known?.view.own ?? firstMarks(number, now),
    team: known ? known.view.team : firstTeam(number, [ME, COLLEAGUE]),
  };
}
