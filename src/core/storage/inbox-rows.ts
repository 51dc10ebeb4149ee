import type { InboxFilter } from '#shared/views.ts';

import type { Store } from './database.ts';

export type ConversationRow = {
  id: string;
  record: string;
  at: number;
  unread: number;
  mentioned: number;
  queued: number;
  not_sent: number;
  last: string | null;
  draft: string | null;
  team: string | null;
};

const CONDITION: Record<InboxFilter, string> = { all: 'true', unread: 'unread > 0', mentions: 'mentioned > 0' };

export function inboxRows(store: Store, filter: InboxFilter, offset: number, limit: number): ConversationRow[] {
  return store.all<ConversationRow>(
    `SELECT c.id, c.record, c.at, c.unread, c.mentioned, c.queued, c.not_sent, c.last, c.team,
       (SELECT text FROM drafts WHERE conversation = c.id ORDER BY thread LIMIT 1) AS draft
     FROM (SELECT rowid AS place FROM conversations WHERE ${CONDITION[filter]} ORDER BY at DESC, id DESC LIMIT ? OFFSET ?)
     JOIN conversations AS c ON c.rowid = place ORDER BY c.at DESC, c.id DESC`,
    limit,
    offset,
  );
}

export function inboxCounts(store: Store): Record<InboxFilter, number> {
  const count = (filter: InboxFilter): number =>
    store.get<{ count: number }>(`SELECT count(*) AS count FROM conversations WHERE ${CONDITION[filter]}`)!.count;
  return { all: count('all'), unread: count('unread'), mentions: count('mentions') };
}
