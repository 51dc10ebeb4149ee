import type { EventValue, JobStatus } from '#shared/documents.ts';
import { NOTIFICATION_CHARACTERS, type Notification } from '#shared/notifications.ts';

import type { NotificationRow } from '../storage/notifications.ts';

/** A row as people and programs are told it. */
export function toldNotification(row: NotificationRow): Notification {
  const { actor, actorName } = row;
  return {
    id: row.id,
    kind: row.kind,
    title: titleOf(row),
    ...(row.kind === 'MENTION_UNREACHABLE' ? { people: row.people } : {}),
    text: textOf(row),
    conversation: { id: row.conversation, number: row.number },
    job: { id: row.jobId, number: row.jobNumber, title: row.jobTitle, status: row.jobStatus },
    thread: row.thread,
    seq: row.seq,
    by: actor === null || actorName === null ? null : { account: actor, name: actorName },
    createdAt: row.createdAt.toISOString(),
    read: row.read,
  };
}

function titleOf({ kind, actorName, event, people }: NotificationRow): string {
  const name = actorName ?? 'The platform';
  switch (kind) {
    case 'NEW_MESSAGE':
      return `New message from ${name}`;
    case 'MENTION':
      return `${name} mentioned you`;
    case 'ASSIGNED':
      return `${name} assigned this job to you`;
    case 'JOB_EVENT':
      return event ? eventTitle(event) : 'Something changed in this job';
    case 'MENTION_UNREACHABLE':
      return `${new Intl.ListFormat('en').format(people)} cannot sign in and will not be told`;
  }
}

const STATUS: Record<JobStatus, string> = {
  open: 'The job is open',
  scheduled: 'The job is scheduled',
  'in-progress': 'The job is in progress',
  completed: 'The job was marked complete',
  approved: 'The job was approved',
  cancelled: 'The job was cancelled',
  disputed: 'The job is disputed',
};

function eventTitle(event: EventValue['event']): string {
  switch (event.type) {
    case 'conversation-created':
      return 'New job';
    case 'job-status':
      return STATUS[event.to];
    case 'joined':
      return 'You were added to this job';
    default:
      return 'Something changed in this job';
  }
}

/** A message of files alone says their names. */
function textOf({ kind, text, files }: NotificationRow): string {
  if (text === null || kind === 'MENTION_UNREACHABLE') return '';
  return firstCharacters(text.trim() === '' ? files.join(', ') : text, NOTIFICATION_CHARACTERS);
}

/** The first `count` characters as people count them: never half an emoji, or a letter without its accent. */
export function firstCharacters(text: string, count: number): string {
  let taken = 0;
  for (const { index } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    if (taken++ === count) return text.slice(0, index);
  }
  return text;
}
