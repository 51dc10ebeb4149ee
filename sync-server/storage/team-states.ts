import type { TeamState } from '#shared/api/conversations.ts';
import type { Fact } from '#shared/facts.ts';

import { column } from './columns.ts';
import type { Reader, Transaction } from './database.ts';
import type { AcceptedEntry } from './write-entries.ts';

/** The facts of a team's notes that say how a conversation stands. */
const KINDS: ReadonlySet<Fact['kind']> = new Set<Fact['kind']>(['assign', 'label', 'resolve']);

export function isTeamFact({ fact, thread }: Pick<AcceptedEntry, 'fact' | 'thread'>): boolean {
  return thread === 'team' && KINDS.has(fact.kind);
}

/** Labels that stand on these conversations. */
export async function loadLabels(db: Reader, conversations: readonly string[]): Promise<Map<string, Set<string>>> {
  if (conversations.length === 0) return new Map();
  const rows = await db.rows<{ conversation_id: string; names: string[] }>(
    'SELECT conversation_id, array_agg(name) AS names FROM labels WHERE conversation_id = ANY ($1::uuid[]) GROUP BY conversation_id',
    [[...conversations]],
  );
  return new Map(rows.map(({ conversation_id, names }) => [conversation_id, new Set(names)]));
}

/** Of an accepted entry, what a team's state is told from. */
export type TeamEntry = Pick<AcceptedEntry, 'conversation' | 'thread' | 'account' | 'seq' | 'fact'>;

/** What was said last holds: within a batch, and against what stands there. The threads are locked. */
export async function writeTeamFacts(tx: Transaction, entries: readonly TeamEntry[], now: number): Promise<void> {
  await writeAssignments(tx, entries, now);
  await writeResolutions(tx, entries, now);
  await writeLabels(tx, entries, now);
}

type Said<F> = { conversation: string; account: string; seq: number; fact: F };

/** The newest fact of a kind about each thing, in a fixed order: rows are locked in it. */
function newest<K extends Fact['kind']>(
  entries: readonly TeamEntry[],
  kind: K,
  about: (said: Said<Extract<Fact, { kind: K }>>) => string,
): Said<Extract<Fact, { kind: K }>>[] {
  const found = new Map<string, Said<Extract<Fact, { kind: K }>>>();
  for (const { conversation, thread, account, seq, fact } of entries) {
    if (thread !== 'team' || fact.kind !== kind) continue;
    const said = { conversation, account, seq, fact: fact as Extract<Fact, { kind: K }> };
    found.set(about(said), said);
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, said]) => said);
}

async function writeAssignments(tx: Transaction, entries: readonly TeamEntry[], now: number): Promise<void> {
  const said = newest(entries, 'assign', ({ conversation }) => conversation);
  if (said.length === 0) return;
  await tx.rows(
    `INSERT INTO team_states AS s (conversation_id, assignee_id, assigned_by, assigned_seq, assigned_at)
     SELECT *, to_timestamp($5::float8 / 1000) FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[])
     ON CONFLICT (conversation_id) DO UPDATE SET assignee_id = excluded.assignee_id, assigned_by = excluded.assigned_by,
       assigned_seq = excluded.assigned_seq, assigned_at = excluded.assigned_at WHERE s.assigned_seq < excluded.assigned_seq`,
    [column(said, 'conversation'), said.map(({ fact }) => fact.to), column(said, 'account'), column(said, 'seq'), now],
  );
}

async function writeResolutions(tx: Transaction, entries: readonly TeamEntry[], now: number): Promise<void> {
  const said = newest(entries, 'resolve', ({ conversation }) => conversation);
  if (said.length === 0) return;
  await tx.rows(
    `INSERT INTO team_states AS s (conversation_id, resolved, resolved_by, resolved_seq, resolved_at)
     SELECT *, to_timestamp($5::float8 / 1000) FROM unnest($1::uuid[], $2::boolean[], $3::uuid[], $4::bigint[])
     ON CONFLICT (conversation_id) DO UPDATE SET resolved = excluded.resolved, resolved_by = excluded.resolved_by,
       resolved_seq = excluded.resolved_seq, resolved_at = excluded.resolved_at, reopened_by = NULL, reopened_at = NULL
       WHERE s.resolved_seq < excluded.resolved_seq`,
    [column(said, 'conversation'), said.map(({ fact }) => fact.on), column(said, 'account'), column(said, 'seq'), now],
  );
}

async function writeLabels(tx: Transaction, entries: readonly TeamEntry[], now: number): Promise<void> {
  const said = newest(entries, 'label', ({ conversation, fact }) => `${conversation}/${fact.name}`);
  const on = said.filter(({ fact }) => fact.on);
  const off = said.filter(({ fact }) => !fact.on);
  if (on.length > 0) {
    await tx.rows(
      `INSERT INTO labels AS l (conversation_id, name, set_by, seq, set_at)
       SELECT *, to_timestamp($5::float8 / 1000) FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[])
       ON CONFLICT (conversation_id, name) DO UPDATE SET set_by = excluded.set_by, seq = excluded.seq, set_at = excluded.set_at
         WHERE l.seq < excluded.seq`,
      [column(on, 'conversation'), on.map(({ fact }) => fact.name), column(on, 'account'), column(on, 'seq'), now],
    );
  }
  if (off.length > 0) {
    await tx.rows(
      `DELETE FROM labels l USING unnest($1::uuid[], $2::text[], $3::bigint[]) AS r (conversation_id, name, seq)
       WHERE l.conversation_id = r.conversation_id AND l.name = r.name AND l.seq < r.seq`,
      [column(off, 'conversation'), off.map(({ fact }) => fact.name), column(off, 'seq')],
    );
  }
}

/** Who of a batch writes to everybody from outside the agency, in conversations that nobody resolves behind it in the same batch. */
export function reopening(
  entries: readonly AcceptedEntry[],
  isOutside: (entry: AcceptedEntry) => boolean,
): { conversation: string; account: string }[] {
  const found = new Map<string, string>();
  for (const entry of entries) {
    const { conversation, thread, account, fact } = entry;
    if (fact.kind === 'resolve') found.delete(conversation);
    else if (thread === 'all' && fact.kind === 'message' && !found.has(conversation) && isOutside(entry))
      found.set(conversation, account);
  }
  return [...found]
    .map(([conversation, account]) => ({ conversation, account }))
    .sort((a, b) => (a.conversation < b.conversation ? -1 : 1));
}

type StateRow = {
  conversation_id: string;
  last_seq: number;
  assignee: TeamState['assignee'];
  resolved: TeamState['resolved'];
  labels: TeamState['labels'];
};

/** How these conversations stand, for the agency's staff alone. */
export async function teamStates(db: Reader, conversations: readonly string[]): Promise<Map<string, TeamState>> {
  if (conversations.length === 0) return new Map();
  const rows = await db.rows<StateRow>(
    `SELECT t.conversation_id, t.next_seq - 1 AS last_seq,
       CASE WHEN s.assignee_id IS NOT NULL THEN json_build_object('account', s.assignee_id, 'name', x.name,
         'by', ${person('s.assigned_by', 'ab')}, 'at', ${time('s.assigned_at')}) END AS assignee,
       CASE WHEN s.resolved THEN json_build_object('by', ${person('s.resolved_by', 'rb')}, 'at', ${time('s.resolved_at')}) END AS resolved,
       (SELECT coalesce(json_agg(json_build_object('name', l.name, 'by', ${person('l.set_by', 'lb')}, 'at', ${time('l.set_at')})
          ORDER BY lower(l.name), l.name), '[]')
        FROM labels l JOIN accounts lb ON lb.id = l.set_by WHERE l.conversation_id = t.conversation_id) AS labels
     FROM threads t LEFT JOIN team_states s ON s.conversation_id = t.conversation_id
       LEFT JOIN accounts x ON x.id = s.assignee_id LEFT JOIN accounts ab ON ab.id = s.assigned_by
       LEFT JOIN accounts rb ON rb.id = s.resolved_by
     WHERE t.thread = 'team' AND t.conversation_id = ANY ($1::uuid[])`,
    [[...conversations]],
  );
  return new Map(
    rows.map(({ conversation_id, last_seq: lastSeq, assignee, resolved, labels }) => [
      conversation_id,
      { lastSeq, assignee, resolved, labels },
    ]),
  );
}

function person(id: string, row: string): string {
  return `json_build_object('account', ${id}, 'name', ${row}.name)`;
}

function time(at: string): string {
  return `to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
