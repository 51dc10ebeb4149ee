import { JOB_STATUSES } from '#shared/documents.ts';
import {
  FIRST_CHOICE,
  INBOX_VIEWS,
  inboxChoice,
  type InboxChoice,
  type InboxCounts,
  type InboxSort,
  type InboxView,
  type WorkPlace,
} from '#shared/work-list.ts';

import type { Store } from './database.ts';

/** Where a conversation stands for this person. */
export type WorkRow = {
  place: WorkPlace;
  pinned: number;
  muted: number;
  marked: number;
  snoozed_until: number | null;
  back: number;
};

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
  waiting_since: number | null;
} & WorkRow;

/** Who asks: what is theirs, and whether they are of the staff, who alone assign and resolve. */
export type Asking = { me: string; isStaff: boolean };

type Condition = { sql: string; values: string[] };

const UNREAD = `(marked = 1 OR (unread > 0 AND muted = 0))`;
const IN_VIEW: Record<InboxView, string> = {
  inbox: `place = 'inbox'`,
  unread: `place = 'inbox' AND ${UNREAD}`,
  mentions: `place = 'inbox' AND mentioned = 1`,
  mine: `place = 'inbox' AND assignee = ?`,
  unassigned: `place = 'inbox' AND assignee IS NULL`,
  snoozed: `place = 'snoozed'`,
  archived: `place = 'archived'`,
  resolved: `resolved = 1`,
  everything: 'true',
};
const STAFF_ONLY: ReadonlySet<InboxView> = new Set(['mine', 'unassigned', 'resolved']);

const ORDER: Record<InboxSort, string> = {
  newest: `pinned DESC, at DESC, id DESC`,
  waiting: `waiting_since IS NULL, waiting_since, at DESC, id DESC`,
  unread: `${UNREAD} DESC, pinned DESC, at DESC, id DESC`,
};

/** Nothing is read of the wide rows to choose and to order. */
const FROM = `conversations INDEXED BY conversations_work`;

function inView(view: InboxView, { me, isStaff }: Asking): Condition {
  if (STAFF_ONLY.has(view) && !isStaff) return { sql: 'false', values: [] };
  return { sql: IN_VIEW[view], values: view === 'mine' ? [me] : [] };
}

function chosen({ view, status, label }: Pick<InboxChoice, 'view' | 'status' | 'label'>, asking: Asking): Condition {
  const { sql, values } = inView(view, asking);
  const parts = [sql];
  if (status !== null) {
    parts.push('status = ?');
    values.push(status);
  }
  if (label !== null) {
    parts.push('id IN (SELECT conversation FROM conversation_labels WHERE name = ?)');
    values.push(label);
  }
  return { sql: parts.join(' AND '), values };
}

const COLUMNS = `c.id, c.record, c.at, c.unread, c.mentioned, c.queued, c.not_sent, c.last, c.team, c.place, c.pinned, c.muted, c.marked,
  c.snoozed_until, c.back, c.waiting_since, coalesce(
    nullif((SELECT text FROM drafts WHERE conversation = c.id AND text <> '' ORDER BY thread LIMIT 1), ''),
    (SELECT group_concat(name, ', ') FROM uploads WHERE conversation = c.id AND message IS NULL AND state <> 'sent')) AS draft`;

export function inboxRows(store: Store, choice: InboxChoice, asking: Asking, offset: number, limit: number): ConversationRow[] {
  const { sql, values } = chosen(choice, asking);
  const order = ORDER[choice.sort];
  return store.all<ConversationRow>(
    `SELECT ${COLUMNS}
     FROM (SELECT rowid AS row FROM ${FROM} WHERE ${sql} ORDER BY ${order} LIMIT ? OFFSET ?)
     JOIN conversations AS c ON c.rowid = row ORDER BY ${order}`,
    ...values,
    limit,
    offset,
  );
}

export function rowsOf(store: Store, ids: readonly string[]): ConversationRow[] {
  return store.all<ConversationRow>(
    `SELECT ${COLUMNS} FROM conversations AS c WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  );
}

export function readWork(store: Store, id: string): WorkRow {
  const row = store.get<WorkRow>(`SELECT place, pinned, muted, marked, snoozed_until, back FROM conversations WHERE id = ?`, id);
  return row ?? { place: 'inbox', pinned: 0, muted: 0, marked: 0, snoozed_until: null, back: 0 };
}

/** The same in their order, by their ids alone. */
export function inboxIds(store: Store, choice: InboxChoice, asking: Asking, limit: number): string[] {
  const { sql, values } = chosen(choice, asking);
  const order = ORDER[choice.sort];
  return store
    .all<{ id: string }>(`SELECT id FROM ${FROM} WHERE ${sql} ORDER BY ${order} LIMIT ?`, ...values, limit)
    .map(({ id }) => id);
}

export function inboxCounts(store: Store, choice: InboxChoice, asking: Asking): { total: number; counts: InboxCounts } {
  const columns = INBOX_VIEWS.map((view) => ({ view, ...inView(view, asking) }));
  const views = store.get<InboxCounts['views']>(
    `SELECT ${columns.map(({ view, sql }) => `count(*) FILTER (WHERE ${sql}) AS "${view}"`).join(', ')} FROM ${FROM}`,
    ...columns.flatMap(({ values }) => values),
  )!;
  const anyStatus = chosen({ ...choice, status: null }, asking);
  const found = store.all<{ status: string; count: number }>(
    `SELECT status, count(*) AS count FROM ${FROM} WHERE ${anyStatus.sql} GROUP BY status`,
    ...anyStatus.values,
  );
  const byStatus = new Map(found.map(({ status, count }) => [status, count]));
  const statuses = Object.fromEntries(JOB_STATUSES.map((one) => [one, byStatus.get(one) ?? 0])) as InboxCounts['statuses'];
  const total = choice.status === null ? found.reduce((sum, { count }) => sum + count, 0) : statuses[choice.status];
  return { total, counts: { views, statuses, labels: labelCounts(store, choice, asking) } };
}

function labelCounts(store: Store, choice: InboxChoice, asking: Asking): InboxCounts['labels'] {
  const anyLabel = chosen({ ...choice, label: null }, asking);
  return store.all(
    `SELECT name, count(*) FILTER (WHERE ${anyLabel.sql}) AS count
     FROM conversation_labels JOIN conversations ON id = conversation GROUP BY name ORDER BY name COLLATE NOCASE, name`,
    ...anyLabel.values,
  );
}

/** What was chosen last on this machine. */
export function readChoice(store: Store): InboxChoice {
  const row = store.get<{ value: string }>(`SELECT value FROM settings WHERE name = 'inbox'`);
  const choice = inboxChoice.safeParse(row ? JSON.parse(row.value) : {});
  return choice.success ? choice.data : FIRST_CHOICE;
}

export function writeChoice(store: Store, choice: InboxChoice): void {
  store.transact(() => store.run(`INSERT OR REPLACE INTO settings (name, value) VALUES ('inbox', ?)`, JSON.stringify(choice)));
}
