import type { JobStatus, LockReason } from './documents.ts';
import type { Role } from './roles.ts';

/** What people may do to a job. Everything else (a dispute, any other change) is the platform's. */
export const JOB_ACTIONS = ['start', 'complete', 'approve', 'reopen', 'cancel'] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

type Rule = { from: readonly JobStatus[]; to: JobStatus; by: readonly Role[]; final: boolean };

const AGENCY: readonly Role[] = ['owner', 'staff'];
const DOES_THE_WORK: readonly Role[] = ['owner', 'staff', 'employee', 'worker'];

/** The job's states and ways between them. `final`: nobody but the platform can take it back, so that people are asked first. */
export const JOB_RULES: Readonly<Record<JobAction, Rule>> = {
  start: { from: ['open', 'scheduled'], to: 'in-progress', by: DOES_THE_WORK, final: false },
  complete: { from: ['in-progress'], to: 'completed', by: DOES_THE_WORK, final: false },
  approve: { from: ['completed'], to: 'approved', by: ['client'], final: true },
  reopen: { from: ['completed'], to: 'in-progress', by: AGENCY, final: false },
  cancel: { from: ['open', 'scheduled', 'in-progress'], to: 'cancelled', by: AGENCY, final: true },
};

export type JobDecision =
  | { kind: 'changed'; to: JobStatus } /** It stands like that already. */
  | { kind: 'same' }
  | { kind: 'forbidden' }
  | { kind: 'conflict' };

/** What comes of somebody's action on a job in this state. */
export function decideJob(action: JobAction, status: JobStatus, role: Role): JobDecision {
  const { from, to, by } = JOB_RULES[action];
  if (!by.includes(role)) return { kind: 'forbidden' };
  if (from.includes(status)) return { kind: 'changed', to };
  return status === to ? { kind: 'same' } : { kind: 'conflict' };
}

/** What this person may do to a job in this state now. */
export function jobActionsFor(status: JobStatus, role: Role): JobAction[] {
  return JOB_ACTIONS.filter((action) => decideJob(action, status, role).kind === 'changed');
}

/** Why nobody can send, as far as the job's state says so. Other reasons, such as "both sides have reviewed", are set. */
export function lockOfStatus(status: JobStatus): LockReason | null {
  if (status === 'disputed') return 'dispute';
  return status === 'cancelled' ? 'closed' : null;
}

/** Whether a job in this state waits for its start date. */
export function waitsForStart(status: JobStatus): boolean {
  return status === 'open' || status === 'scheduled';
}
