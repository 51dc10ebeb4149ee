import type { Report } from './report.ts';
import { readTable, type PlatformSource } from './source.ts';
import type { PlatformRow } from './tables.ts';

/** All of the platform but its messages, by its own ids. */
export type Model = {
  accounts: Map<number, PlatformRow<'accounts_accounts'>>;
  profiles: Map<number, PlatformRow<'accounts_profile'>>;
  agencies: Map<number, PlatformRow<'accounts_agency'>>;
  /** An account's first agency; employees name their agency by its account. */
  agencyOfAccount: Map<number, number>;
  employees: Map<number, PlatformRow<'agency_employees'>>;
  jobs: Map<number, PlatformRow<'jobs'>>;
  slots: Map<number, PlatformRow<'job_skill_slots'>[]>;
  assignments: Map<number, PlatformRow<'job_employee_assignments'>[]>;
  /** States of a job's disputes. */
  disputes: Map<number, Set<string>>;
  /** Who has reviewed a job; `null`: the platform keeps no reviews. */
  reviewers: Map<number, Set<string>> | null;
  /** By id. */
  conversations: PlatformRow<'conversation'>[];
  participants: Map<number, PlatformRow<'conversation_participants'>[]>;
  attachments: Map<number, PlatformRow<'message_attachment'>[]>;
};

export async function readModel(source: PlatformSource, report: Report): Promise<Model> {
  const accounts = await readTable(source, 'accounts_accounts', report);
  const profiles = await readTable(source, 'accounts_profile', report);
  const agencies = await readTable(source, 'accounts_agency', report);
  const employees = await readTable(source, 'agency_employees', report);
  const jobs = await readTable(source, 'jobs', report);
  const slots = await readTable(source, 'job_skill_slots', report);
  const assignments = await readTable(source, 'job_employee_assignments', report);
  const disputes = await readTable(source, 'job_disputes', report);
  const reviews = await readTable(source, 'job_reviews', report);
  const conversations = await readTable(source, 'conversation', report);
  const participants = await readTable(source, 'conversation_participants', report);
  const attachments = await readTable(source, 'message_attachment', report);
  agencies.sort((a, b) => a.agencyId - b.agencyId);
  const agencyOfAccount = new Map<number, number>();
  for (const { agencyId, accountFK_id: account } of agencies) {
    if (!agencyOfAccount.has(account)) agencyOfAccount.set(account, agencyId);
  }
  return {
    accounts: new Map(accounts.map((row) => [row.accountID, row])),
    profiles: new Map(profiles.map((row) => [row.profileID, row])),
    agencies: new Map(agencies.map((row) => [row.agencyId, row])),
    agencyOfAccount,
    employees: new Map(employees.map((row) => [row.employeeID, row])),
    jobs: new Map(jobs.map((row) => [row.jobID, row])),
    slots: Map.groupBy(slots, (row) => row.jobID_id),
    assignments: Map.groupBy(assignments, (row) => row.job_id),
    disputes: grouped(disputes, (row) => {
      const job = row.jobID_id ?? row.job_id;
      if (job === null) report.leave('job_disputes', row.disputeID, 'names no job');
      return job === null ? null : [job, row.status];
    }),
    reviewers: source.columns.has('job_reviews')
      ? grouped(reviews, (row) => {
          const [job, by] = [row.jobID_id ?? row.job_id, row.reviewerType ?? row.reviewer_type];
          if (job === null || by === null) report.leave('job_reviews', row.reviewID, 'names no job, or nobody who reviewed it');
          return job === null || by === null ? null : [job, by];
        })
      : null,
    conversations: conversations.sort((a, b) => a.conversationID - b.conversationID),
    participants: Map.groupBy(participants, (row) => row.conversation_id),
    attachments: Map.groupBy(attachments, (row) => row.messageID_id),
  };
}

function grouped<T>(rows: readonly T[], read: (row: T) => [number, string] | null): Map<number, Set<string>> {
  const groups = new Map<number, Set<string>>();
  for (const row of rows) {
    const found = read(row);
    if (found === null) continue;
    const [key, value] = found;
    groups.set(key, (groups.get(key) ?? new Set()).add(value));
  }
  return groups;
}
