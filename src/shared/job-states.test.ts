import { describe, expect, it } from 'vitest';

import { JOB_STATUSES } from './documents.ts';
import { decideJob, JOB_ACTIONS, jobActionsFor, lockOfStatus, type JobAction } from './job-states.ts';
import { ROLES, type Role } from './roles.ts';

const allowed: [JobAction, from: string[], to: string, by: Role[]][] = [
  ['start', ['open', 'scheduled'], 'in-progress', ['owner', 'staff', 'employee', 'worker']],
  ['complete', ['in-progress'], 'completed', ['owner', 'staff', 'employee', 'worker']],
  ['approve', ['completed'], 'approved', ['client']],
  ['reopen', ['completed'], 'in-progress', ['owner', 'staff']],
  ['cancel', ['open', 'scheduled', 'in-progress'], 'cancelled', ['owner', 'staff']],
];

describe('the states of a job', () => {
  it.each(allowed)('[JOB-1] "%s" leads from its states alone, by its roles alone', (action, from, to, by) => {
    const expected = (status: string, role: Role) => {
      if (!by.includes(role)) return { kind: 'forbidden' };
      if (from.includes(status)) return { kind: 'changed', to };
      return { kind: status === to ? 'same' : 'conflict' };
    };
    for (const role of ROLES)
      for (const status of JOB_STATUSES)
        expect([role, status, decideJob(action, status, role)]).toEqual([role, status, expected(status, role)]);
  });

  it('[JOB-1] what is approved, cancelled or in dispute is nobody’s to change, and each person is offered what they may do', () => {
    for (const status of ['approved', 'cancelled', 'disputed'] as const)
      for (const role of ROLES) expect(jobActionsFor(status, role)).toEqual([]);
    expect(jobActionsFor('completed', 'client')).toEqual(['approve']);
    expect(jobActionsFor('completed', 'staff')).toEqual(['reopen']);
    expect(jobActionsFor('in-progress', 'worker')).toEqual(['complete']);
    expect(jobActionsFor('in-progress', 'owner')).toEqual(['complete', 'cancel']);
    expect(jobActionsFor('in-progress', 'client')).toEqual([]);
    expect(new Set(allowed.map(([action]) => action))).toEqual(new Set(JOB_ACTIONS));
  });

  it('[JOB-2] a dispute and a cancelled job close sending; an approved one stays open until both sides have reviewed', () => {
    const closing = JOB_STATUSES.map((status) => [status, lockOfStatus(status)]).filter(([, lock]) => lock !== null);
    expect(closing).toEqual([
      ['cancelled', 'closed'],
      ['disputed', 'dispute'],
    ]);
  });
});
