import { conversationShape } from '#shared/api/conversations.ts';
import type { JobStatus } from '#shared/documents.ts';
import { AppError } from '#shared/errors.ts';
import { decideJob, JOB_ACTIONS, type JobAction } from '#shared/job-states.ts';

import { accessTo } from '../storage/access.ts';
import { changeJob, lockedJob } from '../storage/change-job.ts';
import { conversationRecord } from '../storage/conversations.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';
import { idParams, notFound } from './routing.ts';

/** What people do to a job. Said twice it is done once; the answer is the conversation as it then is. */
export const jobRoutes: Routes = (app, { db }, answer) => {
  for (const action of JOB_ACTIONS) {
    endpoint(app, answer, actionOf(action), async ({ caller: { account }, params: { id: conversation } }) =>
      db.transact(async (tx) => {
        const access = await accessTo(tx, account, conversation);
        if (!access) throw notFound();
        const { status } = await lockedJob(tx, conversation);
        const decision = decideJob(action, status, access.part);
        if (decision.kind === 'forbidden') throw new AppError('forbidden', NOT_YOURS[action]);
        if (decision.kind === 'conflict') throw new AppError('conflict', conflictWords(action, status), { status });
        if (decision.kind === 'changed')
          await changeJob(tx, conversation, { status: decision.to }, { by: account, now: Date.now() });
        return (await conversationRecord(tx, conversation, account))!;
      }),
    );
  }
};

function actionOf(action: JobAction) {
  return {
    method: 'POST',
    path: `/api/v1/conversations/:id/job/${action}`,
    tag: 'Conversations',
    summary: `What people do to a job: ${action}`,
    notes:
      'Who may depends on what they are in the conversation. Said twice it is done once. 409 has the job’s state in `details.status`.',
    access: 'signed-in',
    params: idParams,
    gives: conversationShape,
    errors: ['forbidden', 'conflict'],
  } as const satisfies Endpoint;
}

const NOT_YOURS: Record<JobAction, string> = {
  start: 'Only the agency and who does the work can start a job.',
  complete: 'Only the agency and who does the work can mark a job complete.',
  approve: 'Only the client can approve the completion.',
  reopen: 'Only the agency can reopen a job.',
  cancel: 'Only the agency can cancel a job.',
};

const WANTED: Record<JobAction, string> = {
  start: 'started',
  complete: 'marked complete',
  approve: 'approved',
  reopen: 'reopened',
  cancel: 'cancelled',
};

const STANDS: Record<JobStatus, string> = {
  open: 'has not been started',
  scheduled: 'has not been started',
  'in-progress': 'is in progress',
  completed: 'is marked complete',
  approved: 'has been approved by the client',
  cancelled: 'was cancelled',
  disputed: 'is in dispute',
};

function conflictWords(action: JobAction, status: JobStatus): string {
  return `The job ${STANDS[status]}, so it cannot be ${WANTED[action]} now. Nothing was changed.`;
}
