import type { Handlers } from '#shared/contract.ts';
import { JOB_STATUSES } from '#shared/documents.ts';
import type { InboxRow, TeamView } from '#shared/views.ts';
import {
  FIRST_CHOICE,
  INBOX_VIEWS,
  type FormerValue,
  type InboxChoice,
  type InboxView,
  type MarkChange,
  type OwnMarks,
} from '#shared/work-list.ts';

import type { FakeConversations } from './fake-conversations.ts';
import { COLLEAGUE, ME } from './fake-data.ts';

const count = (of: readonly InboxRow[], is: (row: InboxRow) => boolean): number => of.filter((row) => is(row)).length;
const isUnread = (row: InboxRow): boolean => row.own.marked || (row.unread > 0 && !row.own.muted);
const inView: Record<InboxView, (row: InboxRow) => boolean> = {
  inbox: ({ own }) => own.place === 'inbox',
  unread: (row) => row.own.place === 'inbox' && isUnread(row),
  mentions: (row) => row.own.place === 'inbox' && row.mentioned,
  mine: (row) => row.own.place === 'inbox' && row.team?.assignee?.id === ME.id,
  unassigned: (row) => row.own.place === 'inbox' && row.team?.assignee === null,
  snoozed: ({ own }) => own.place === 'snoozed',
  archived: ({ own }) => own.place === 'archived',
  resolved: ({ team }) => team?.resolved != null,
  everything: () => true,
};

const order: Record<InboxChoice['sort'], (a: InboxRow, b: InboxRow) => number> = {
  newest: (a, b) => Number(b.own.pinned) - Number(a.own.pinned) || b.at - a.at,
  waiting: (a, b) => (a.waitingSince ?? Infinity) - (b.waitingSince ?? Infinity) || b.at - a.at,
  unread: (a, b) => Number(isUnread(b)) - Number(isUnread(a)) || b.at - a.at,
};

/** The work list of a fake core; what is marked stands in the views of its conversations. */
export function workHandlers(parts: {
  conversations: FakeConversations;
  rows: () => InboxRow[];
  tell: (id: string) => void;
}): Pick<
  Handlers,
  | 'inbox.list'
  | 'inbox.rows'
  | 'inbox.ids'
  | 'inbox.choice'
  | 'inbox.choose'
  | 'own.mark'
  | 'own.restore'
  | 'own.read'
  | 'team.assign'
  | 'team.label'
  | 'team.resolve'
> {
  const { conversations, rows, tell } = parts;
  let kept: InboxChoice = FIRST_CHOICE;

  const chosen = ({ view, status, label, sort }: InboxChoice): InboxRow[] =>
    rows()
      .filter(
        (row) =>
          inView[view](row) &&
          (status === null || row.job.status === status) &&
          (label === null || row.team?.labels.includes(label) === true),
      )
      .toSorted(order[sort]);
  const change = (id: string, over: Partial<OwnMarks>): FormerValue => {
    const { view } = conversations.get(id);
    const before = { key: id, value: { ...view.own } };
    view.own = { ...view.own, ...over };
    tell(id);
    return before;
  };
  const said = (id: string, over: Partial<TeamView>): { key: string } => {
    const { view } = conversations.get(id);
    view.team = { ...view.team!, ...over };
    tell(id);
    return { key: '' };
  };

  return {
    'inbox.list': ({ offset, limit, ...choice }) => {
      const found = chosen(choice);
      const everything = rows();
      const narrowed = chosen({ ...choice, status: null });
      const names = [...new Set(everything.flatMap(({ team }) => team?.labels ?? []))].toSorted();
      return {
        rows: found.slice(offset, offset + limit),
        total: found.length,
        counts: {
          views: Object.fromEntries(INBOX_VIEWS.map((view) => [view, count(everything, inView[view])])) as Record<
            InboxView,
            number
          >,
          statuses: Object.fromEntries(
            JOB_STATUSES.map((status) => [status, count(narrowed, ({ job }) => job.status === status)]),
          ) as Record<(typeof JOB_STATUSES)[number], number>,
          labels: names.map((name) => ({ name, count: count(found, ({ team }) => team?.labels.includes(name) === true) })),
        },
      };
    },
    'inbox.rows': ({ conversations: ids }) => ({ rows: rows().filter(({ conversation }) => ids.includes(conversation)) }),
    'inbox.ids': ({ limit, ...choice }) => ({
      ids: chosen(choice)
        .slice(0, limit)
        .map(({ conversation }) => conversation),
    }),
    'inbox.choice': () => kept,
    'inbox.choose': (choice) => {
      kept = choice;
      return {};
    },
    'own.mark': ({ conversations: ids, change: what }) => ({ before: ids.map((id) => change(id, marksOf(what))) }),
    'own.restore': ({ before }) => {
      for (const { key, value } of before) change(key, value as OwnMarks);
      return {};
    },
    'own.read': ({ conversations: ids }) => ({
      before: ids.map((id) => {
        const conversation = conversations.get(id);
        conversation.read = Number.MAX_SAFE_INTEGER;
        return change(id, { marked: false });
      }),
    }),
    'team.assign': ({ conversation, to }) =>
      said(conversation, { assignee: [ME, COLLEAGUE].find(({ id }) => id === to) ?? null }),
    'team.label': ({ conversation, name, on }) => {
      const others = (conversations.get(conversation).view.team?.labels ?? []).filter((one) => one !== name);
      return said(conversation, { labels: on ? [...others, name].toSorted() : others });
    },
    'team.resolve': ({ conversation, on }) => {
      const answer = said(conversation, { resolved: on ? { by: ME, at: Date.now() } : null });
      change(conversation, { place: on ? 'resolved' : 'inbox' });
      return answer;
    },
  };
}

function marksOf(what: MarkChange): Partial<OwnMarks> {
  switch (what.mark) {
    case 'pin':
      return { pinned: what.on };
    case 'mute':
      return { muted: what.on };
    case 'unread':
      return { marked: what.on };
    case 'archive':
      return { place: what.on ? 'archived' : 'inbox', snoozedUntil: null };
    case 'snooze':
      return { place: what.until === null ? 'inbox' : 'snoozed', snoozedUntil: what.until };
  }
}
