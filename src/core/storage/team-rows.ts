import type { Conversation } from '#shared/api/conversations.ts';
import type { Fact } from '#shared/facts.ts';
import { isStaff, type Role } from '#shared/roles.ts';
import type { PersonView } from '#shared/views.ts';

import type { Store } from './database.ts';

/** How a conversation stands for the team, as far as this machine knows: what waits in the outbox is in it already. */
export type TeamRow = {
  assignee: string | null;
  labels: string[];
  resolved: { by: string; at: number } | null;
  waiting: boolean;
};

const KINDS = `('assign', 'label', 'resolve')`;

/** Whether this account may read the notes; a record from before the server said so leaves that to the role. */
export function mayReadTeam(record: Conversation, role: Role): boolean {
  return record.team === undefined ? isStaff(role) : record.team !== null;
}

/** Whether the server has said that the notes of this conversation aren't ours, or not ours any more. */
export function isTeamClosed(store: Store, conversation: string): boolean {
  return (
    store.get(`SELECT 1 FROM conversations WHERE id = ? AND json_type(record, '$.team') = 'null'`, conversation) !== undefined
  );
}

/** Derives it from the record, the notes behind that, and the outbox. Part of each transaction that changes one of these. */
export function refreshTeam(store: Store, record: Conversation, me: string): void {
  const row = record.team ? stateOf(store, record, record.team, me) : null;
  const derived = [row && JSON.stringify(row), row?.assignee ?? null, Number(row?.resolved != null)];
  // The row is wide: it is written again only where this changes something.
  store.run(
    `UPDATE conversations SET (team, assignee, resolved) = (?, ?, ?)
     WHERE id = ? AND (team, assignee, resolved) IS NOT (?, ?, ?)`,
    ...derived,
    record.id,
    ...derived,
  );
}

function stateOf(store: Store, record: Conversation, told: NonNullable<Conversation['team']>, me: string): TeamRow {
  const row: TeamRow = {
    assignee: told.assignee?.account ?? null,
    labels: told.labels.map(({ name }) => name),
    resolved: told.resolved && { by: told.resolved.by.account, at: Date.parse(told.resolved.at) },
    waiting: false,
  };
  const accepted = store.all<{ fact: string; author: string; at: number }>(
    `SELECT fact, author, accepted_at AS at FROM facts WHERE conversation = ? AND thread = 'team' AND seq > ? AND kind IN ${KINDS}
     ORDER BY seq`,
    record.id,
    told.lastSeq,
  );
  for (const { fact, author, at } of accepted) say(row, JSON.parse(fact) as Fact, author, at);
  const queued = store.all<{ fact: string }>(
    `SELECT fact FROM outbox WHERE conversation = ? AND thread = 'team' AND rule IS NULL AND fact ->> '$.kind' IN ${KINDS} ORDER BY id`,
    record.id,
  );
  for (const { fact: text } of queued) {
    const fact = JSON.parse(text) as Fact;
    say(row, fact, me, 'sentAt' in fact ? (fact.sentAt ?? 0) : 0);
    row.waiting = true;
  }
  return row;
}

function say(row: TeamRow, fact: Fact, by: string, at: number): void {
  if (fact.kind === 'assign') row.assignee = fact.to;
  else if (fact.kind === 'resolve') row.resolved = fact.on ? { by, at } : null;
  else if (fact.kind === 'label') {
    const others = row.labels.filter((name) => name !== fact.name);
    row.labels = fact.on ? [...others, fact.name].sort((a, b) => a.localeCompare(b)) : others;
  }
}

export function readTeam(store: Store, conversation: string): TeamRow | null {
  const row = store.get<{ team: string | null }>(`SELECT team FROM conversations WHERE id = ?`, conversation);
  return parseTeam(row?.team ?? null);
}

/** Of a row that this core wrote. */
export function parseTeam(text: string | null): TeamRow | null {
  return text === null ? null : (JSON.parse(text) as TeamRow);
}

/** The agency's people, in the place of those who were known before. */
export function putColleagues(store: Store, accounts: readonly string[]): void {
  store.run(`DELETE FROM colleagues`);
  for (const account of accounts) store.run(`INSERT OR IGNORE INTO colleagues (account) VALUES (?)`, account);
}

/** To whom a job may be assigned: the agency's staff, and those of its employees who take part, by name. */
export function assignable(store: Store, record: Conversation): PersonView[] {
  const inside = new Set(record.participants.filter(({ left }) => !left).map(({ account }) => account));
  const people = store.all<PersonView>(
    `SELECT account AS id, name, role FROM people JOIN colleagues USING (account) ORDER BY name COLLATE NOCASE, account`,
  );
  const out = new Set(record.participants.filter(({ left }) => left).map(({ account }) => account));
  return people.filter(({ id, role }) => (isStaff(role) ? !out.has(id) : inside.has(id)));
}
