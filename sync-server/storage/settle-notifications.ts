import type { ThreadName } from '#shared/ids.ts';
import type { NotificationKind } from '#shared/notifications.ts';

import { IS_ITS_STAFF, TAKES_PART } from './access.ts';
import type { Transaction } from './database.ts';
import type { DueItem } from './notifications-due.ts';

export type NewNotification = {
  account: string;
  id: number;
  kind: NotificationKind;
  conversation: string;
  agency: string;
  thread: ThreadName;
};

const ITEMS = `ROWS FROM (jsonb_to_recordset($1::jsonb) AS (kind text, conversation uuid, thread text, at bigint, seq bigint, actor uuid,
  mentions uuid[], target uuid)) WITH ORDINALITY AS i (kind, conversation, thread, at, seq, actor, mentions, target, position)`;

/**
 * Writes a row for each person whom these concern, and gives those that are new. Told are: who is listed in the conversation and has not
 * left, so of the agency's staff those who have joined it by writing; who it is assigned to; while none of the staff is among these, the
 * agency's owners; and who is mentioned. Never the one who did it, never who may not see the thread.
 */
export async function settleNotifications(tx: Transaction, items: readonly DueItem[]): Promise<NewNotification[]> {
  const made = await insertRows(tx, items);
  await tellUnreachable(tx, items, made);
  await tx.rows(
    `DELETE FROM notifications n USING ${ITEMS}
     WHERE i.kind = 'remove' AND n.conversation_id = i.conversation AND n.thread = i.thread AND n.seq = i.seq`,
    [JSON.stringify(items)],
  );
  const removed = new Set(items.filter(({ kind }) => kind === 'remove').map(placeOf));
  return made.filter((row) => !removed.has(placeOf(row)));
}

type Made = NewNotification & { seq: number };

const placeOf = (item: { conversation: string; thread: ThreadName; seq: number }): string =>
  `${item.conversation}/${item.thread}/${item.seq}`;

async function insertRows(tx: Transaction, items: readonly DueItem[]): Promise<Made[]> {
  return tx.rows<Made>(
    `WITH items AS (SELECT i.*, c.agency_id FROM ${ITEMS} JOIN conversations c ON c.id = i.conversation WHERE i.kind <> 'remove'),
     followed AS (
       SELECT i.*, p.account_id AS account FROM items i
         JOIN participants p ON p.conversation_id = i.conversation AND p.left_at IS NULL
       UNION SELECT i.*, s.assignee_id FROM items i JOIN team_states s ON s.conversation_id = i.conversation AND s.assignee_id IS NOT NULL
       UNION SELECT i.*, o.id FROM items i JOIN accounts o ON o.agency_id = i.agency_id AND o.role = 'owner'
       WHERE NOT EXISTS (SELECT FROM team_states s JOIN accounts a ON a.id = s.assignee_id JOIN conversations c ON c.id = s.conversation_id
         WHERE s.conversation_id = i.conversation AND ${TAKES_PART})
         AND NOT EXISTS (SELECT FROM participants p JOIN accounts a ON a.id = p.account_id WHERE p.conversation_id = i.conversation
           AND p.left_at IS NULL AND a.disabled_at IS NULL AND a.role IN ('owner', 'staff') AND a.agency_id = i.agency_id)),
     told AS (
       SELECT position, conversation, thread, at, seq, actor, account, CASE kind WHEN 'message' THEN 'NEW_MESSAGE' ELSE 'JOB_EVENT' END AS kind, 1 AS rank
       FROM followed WHERE kind = 'message' OR (kind = 'event' AND target IS NULL)
       UNION ALL SELECT position, conversation, thread, at, seq, actor, target, CASE kind WHEN 'assign' THEN 'ASSIGNED' ELSE 'JOB_EVENT' END, 2
       FROM items WHERE kind IN ('assign', 'event') AND target IS NOT NULL
       UNION ALL SELECT position, conversation, thread, at, seq, actor, m, 'MENTION', 3 FROM items, unnest(mentions) AS m
       WHERE kind IN ('message', 'edit'))
     INSERT INTO notifications AS n (account_id, kind, conversation_id, thread, seq, told_seq, actor_id)
     SELECT account, kind, conversation, thread, seq, at, actor FROM (
       SELECT DISTINCT ON (t.conversation, t.thread, t.seq, t.account) t.*
       FROM told t JOIN accounts a ON a.id = t.account JOIN conversations c ON c.id = t.conversation
       WHERE t.account IS DISTINCT FROM t.actor AND ${TAKES_PART} AND (t.thread = 'all' OR ${IS_ITS_STAFF} OR t.kind = 'ASSIGNED')
       ORDER BY t.conversation, t.thread, t.seq, t.account, t.rank DESC, t.at) AS one ORDER BY position
     ON CONFLICT (conversation_id, thread, seq, account_id) DO UPDATE SET kind = 'MENTION', told_seq = excluded.told_seq, read_at = NULL
       WHERE n.kind = 'NEW_MESSAGE' AND excluded.kind = 'MENTION'
     RETURNING n.account_id AS account, n.id, n.kind, n.conversation_id AS conversation, n.thread, n.seq,
       (SELECT agency_id FROM conversations c WHERE c.id = n.conversation_id) AS agency`,
    [JSON.stringify(items)],
  );
}

/** Tells who mentioned somebody that it reaches nobody: they are disabled, see nothing of this conversation, or have no way to sign in. */
async function tellUnreachable(tx: Transaction, items: readonly DueItem[], made: Made[]): Promise<void> {
  if (!items.some(({ mentions }) => mentions.length > 0)) return;
  const rows = await tx.rows<Made>(
    `INSERT INTO notifications AS n (account_id, kind, conversation_id, thread, seq, told_seq, actor_id, people)
     SELECT i.actor, 'MENTION_UNREACHABLE', i.conversation, i.thread, i.seq, max(i.at), i.actor, array_agg(DISTINCT a.id)
     FROM ${ITEMS} JOIN conversations c ON c.id = i.conversation JOIN accounts a ON a.id = ANY (i.mentions)
     WHERE i.kind IN ('message', 'edit') AND i.actor IS NOT NULL AND a.id <> i.actor AND NOT (${TAKES_PART}
       AND (a.password_hash IS NOT NULL OR EXISTS (SELECT FROM identities d WHERE d.account_id = a.id)))
     GROUP BY i.actor, i.conversation, i.thread, i.seq
     ON CONFLICT (conversation_id, thread, seq, account_id) DO UPDATE
       SET people = excluded.people, told_seq = excluded.told_seq, read_at = NULL WHERE NOT n.people @> excluded.people
     RETURNING n.account_id AS account, n.id, n.kind, n.conversation_id AS conversation, n.thread, n.seq,
       (SELECT agency_id FROM conversations c WHERE c.id = n.conversation_id) AS agency`,
    [JSON.stringify(items)],
  );
  made.push(...rows);
}
