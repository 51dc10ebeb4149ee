import type { JobStatus, LockReason } from '#shared/documents.ts';

import type { ImportedJob } from '../../storage/import-changes.ts';
import type { Mended } from './conversation.ts';
import type { Model } from './model.ts';
import type { PlatformRow } from './tables.ts';

const OPEN_DISPUTES = ['OPEN', 'IN_NEGOTIATION', 'UNDER_REVIEW'];
const TITLE_LENGTH = 200;

type Row = PlatformRow<'jobs'>;

/** `today`: the date at the platform's place of business. */
export function toJob(row: Row, model: Model, today: string, mended: Mended[]): ImportedJob {
  const title = row.title.trim().slice(0, TITLE_LENGTH);
  if (title === '') mended.push({ kind: 'jobs', id: row.jobID, why: 'had no title, and got one' });
  const location = row.location?.trim() ?? '';
  return {
    title: title === '' ? `Job ${row.jobID}` : title,
    status: statusOf(row, model, today, mended),
    location: location === '' ? null : location,
    startsOn: row.preferredStartDate,
  };
}

function statusOf(row: Row, model: Model, today: string, mended: Mended[]): JobStatus {
  if (row.status === 'CANCELLED') return 'cancelled';
  const disputes = model.disputes.get(row.jobID);
  if (OPEN_DISPUTES.some((state) => disputes?.has(state))) return 'disputed';
  switch (row.status) {
    case 'ACTIVE':
      return startsLater(row, today) ? 'scheduled' : 'open';
    case 'IN_PROGRESS':
      return row.workerMarkedComplete ? 'completed' : 'in-progress';
    case 'COMPLETED':
      return row.clientMarkedComplete ? 'approved' : 'completed';
    default:
      mended.push({ kind: 'jobs', id: row.jobID, why: `had the unknown status "${row.status}", and counts as open` });
      return 'open';
  }
}

/** Why nobody can send there. */
export function locksOf(row: Row, conversation: PlatformRow<'conversation'>, model: Model, today: string): LockReason[] {
  const locks: LockReason[] = [];
  const by = model.reviewers?.get(row.jobID);
  // Where the platform keeps no reviews, a conversation that it calls completed is one that it closed.
  const isClosed = model.reviewers === null ? conversation.status === 'COMPLETED' : isReviewedByBoth(by ?? new Set());
  if (isClosed) locks.push('closed');
  if (model.disputes.get(row.jobID)?.has('UNDER_REVIEW')) locks.push('dispute');
  if (row.status === 'ACTIVE' && startsLater(row, today)) locks.push('before-start');
  return locks;
}

function isReviewedByBoth(by: ReadonlySet<string>): boolean {
  return by.has('CLIENT') && (by.has('WORKER') || by.has('AGENCY'));
}

function startsLater({ preferredStartDate: day }: Row, today: string): boolean {
  return day !== null && day > today;
}
