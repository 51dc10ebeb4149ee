import type { EventValue, JobStatus } from '#shared/documents.ts';

const STATUS: Record<JobStatus, string> = {
  open: 'open',
  scheduled: 'scheduled',
  'in-progress': 'in progress',
  completed: 'completed',
  approved: 'approved',
  cancelled: 'cancelled',
  disputed: 'disputed',
};
const FIELD = { title: 'title', location: 'location', startsOn: 'start date' } as const;
const LOCK = {
  closed: 'the conversation was closed',
  dispute: 'there is a dispute',
  'before-start': 'the job has not begun',
} as const;

/** A system event as a sentence. */
export function eventText(event: EventValue['event'], nameOf: (account: string) => string): string {
  const by = event.by === null ? '' : `, by ${nameOf(event.by)}`;
  switch (event.type) {
    case 'conversation-created':
      return `The conversation began${by}`;
    case 'job-status':
      return `The job went from ${STATUS[event.from]} to ${STATUS[event.to]}${by}`;
    case 'job-changed':
      return `The job's ${event.what.map((field) => FIELD[field]).join(', ')} changed${by}`;
    case 'joined':
      return `${nameOf(event.account)} joined${by}`;
    case 'left':
      return `${nameOf(event.account)} left${by}`;
    case 'locked':
      return `Sending was closed: ${LOCK[event.reason]}${by}`;
    case 'unlocked':
      return `No longer a reason to keep sending closed: ${LOCK[event.reason]}${by}`;
    case 'note':
      return event.text;
  }
}
