import type { Fact } from '#shared/facts.ts';

import type { ThreadRows } from '../../storage/check-rows.ts';

/** Whether the rows about a conversation's assignee, labels and resolution say what its notes said last. */
export function checkTeam({ entries, team }: ThreadRows, facts: ReadonlyMap<string, Fact>): string[] {
  let assignee: string | null = null;
  let resolved = false;
  const labels = new Set<string>();
  for (const { key } of entries) {
    const fact = facts.get(key);
    if (fact?.kind === 'assign') assignee = fact.to;
    else if (fact?.kind === 'resolve') resolved = fact.on;
    else if (fact?.kind === 'label' && fact.on) labels.add(nameOf(fact));
    else if (fact?.kind === 'label') labels.delete(nameOf(fact));
  }
  const problems: string[] = [];
  if (team.assignee !== assignee) problems.push('its row says another assignee than its notes');
  // Somebody from outside may have opened it again since.
  if (team.resolved ? !resolved : resolved && !team.reopened) problems.push('its row says another resolution than its notes');
  if (team.labels.length !== labels.size || team.labels.some((name) => !labels.has(name)))
    problems.push('its rows say other labels than its notes');
  return problems;
}

/** As its schema reads it: a document holds what was written. */
function nameOf({ name }: { name: string }): string {
  return name.trim().normalize('NFC');
}
