import type { InboxRow } from '#shared/views.ts';

import { indexOf, type InboxState } from '../state/inbox-store.ts';

/**
 * By how many places the rows on screen moved, so that the list can stay with them. One row that jumped to the top
 * does not count: what most of them did does.
 */
export function rowShift(before: readonly { index: number; row: InboxRow }[], after: Pick<InboxState, 'pages'>): number {
  const votes = new Map<number, number>();
  for (const { index, row } of before) {
    const next = indexOf(after, row.conversation, index);
    if (next >= 0) votes.set(next - index, (votes.get(next - index) ?? 0) + 1);
  }
  let [best, most] = [0, 0];
  for (const [shift, count] of votes) if (count > most) [best, most] = [shift, count];
  return best;
}
