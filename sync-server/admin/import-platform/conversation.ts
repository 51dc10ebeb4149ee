import type { LockReason } from '#shared/documents.ts';
import type { Role } from '#shared/roles.ts';

import type { ImportedJob } from '../../storage/import-changes.ts';
import { locksOf, toJob } from './job.ts';
import type { Model } from './model.ts';
import type { People, PlannedAgency, PlannedPerson } from './people.ts';
import type { Report } from './report.ts';
import type { PlatformRow } from './tables.ts';

/** Whose reading of whose messages says something; an admin is of neither side. */
export type Side = 'client' | 'other' | 'neither';
/** Times in ms since 1970. */
export type Taking = { person: PlannedPerson; role: Role; side: Side; joinedAt: number; lastReadAt: number | null };

/** A conversation of the platform in our words, without its messages. */
export type Described = {
  id: number;
  jobId: number;
  agency: PlannedAgency;
  job: ImportedJob;
  locks: LockReason[];
  createdAt: number;
  /** By account. */
  people: Map<string, Taking>;
  /** What is not taken as it stands there; told where the conversation is new. */
  mended: Mended[];
};
export type Mended = { kind: string; id: number; why: string };

type Row = PlatformRow<'conversation'>;

/** `null`: it can't be taken, which was reported. */
export function describe(row: Row, model: Model, people: People, today: string, report: Report): Described | null {
  const { conversationID: id, createdAt } = row;
  const job = model.jobs.get(row.relatedJobPosting_id);
  if (!job) {
    report.leave('conversation', id, 'is about a job that is not there');
    return null;
  }
  const client = profilePerson(row.client_id, model, people);
  if (!client) {
    report.leave('conversation', id, 'has a client who is not there');
    return null;
  }
  const mended: Mended[] = [];
  const mend = (why: string) => void mended.push({ kind: 'conversation', id, why });
  const taking = new Map<string, Taking>();
  const add = (
    person: PlannedPerson | undefined,
    role: Role,
    side: Side,
    joinedAt = createdAt,
    lastReadAt: number | null = null,
  ) => {
    if (person && !taking.has(person.ours)) taking.set(person.ours, { person, role, side, joinedAt, lastReadAt });
  };
  const rows = model.participants.get(id) ?? [];
  const listed = (profile: number) => rows.find((one) => one.profile_id === profile);
  add(client, 'client', 'client', createdAt, listed(row.client_id)?.last_read_at);
  if (row.worker_id !== null) {
    const worker = profilePerson(row.worker_id, model, people);
    if (worker) add(worker, 'worker', 'other', createdAt, listed(row.worker_id)?.last_read_at);
    else mend('has a worker who is not there, and comes without');
  }
  for (const { participantID, profile_id: profile, admin_account_id: admin, ...one } of rows) {
    const { joined_at: joinedAt, last_read_at: readAt } = one;
    const person = profile === null ? people.accounts.get(admin ?? 0) : profilePerson(profile, model, people);
    if (!person) report.leave('conversation_participants', participantID, 'names nobody who is there');
    // An admin belongs to no agency here; listed as one of its people they are taken for neither the client nor the worker.
    else if (profile === null || one.participant_type === 'ADMIN') add(person, 'employee', 'neither', joinedAt, readAt);
    else if (one.participant_type === 'CLIENT') add(person, 'client', 'client', joinedAt, readAt);
    else add(person, 'worker', 'other', joinedAt, readAt);
  }
  const agencies = agenciesOf(row, job, model, people, mend);
  for (const agency of agencies) add(people.owners.get(agency), 'owner', 'other');
  for (const employee of employeesOf(job, model)) add(people.employees.get(employee), 'employee', 'other');
  if (agencies.length === 0) {
    mend('has no agency, and stands under the one for those');
    if (row.worker_id === null) mend('has neither a worker nor an agency');
  }
  return {
    id,
    jobId: job.jobID,
    agency: agencies.length === 0 ? people.none : people.agencies.get(agencies[0]!)!,
    job: toJob(job, model, today, mended),
    locks: locksOf(job, row, model, today),
    createdAt,
    people: taking,
    mended,
  };
}

function profilePerson(profile: number, model: Model, people: People): PlannedPerson | undefined {
  return people.accounts.get(model.profiles.get(profile)?.accountFK_id ?? 0);
}

/** All agencies on a job, each once; the first holds the conversation. */
function agenciesOf(row: Row, job: PlatformRow<'jobs'>, model: Model, people: People, mend: (why: string) => void): number[] {
  const invited = (model.slots.get(job.jobID) ?? []).filter((slot) => slot.agency_invite_status === 'ACCEPTED');
  const employers = employeesOf(job, model).map((id) => model.agencyOfAccount.get(model.employees.get(id)?.agency_id ?? 0));
  const named = [row.agency_id, job.assignedAgencyFK_id, ...invited.map((slot) => slot.invited_agency_id), ...employers];
  const found = [...new Set(named)].filter((id): id is number => id !== null && id !== undefined);
  const missing = found.filter((id) => !people.agencies.has(id));
  if (missing.length > 0) mend('has an agency that is not there, and comes without');
  return found.filter((id) => people.agencies.has(id));
}

function employeesOf(job: PlatformRow<'jobs'>, model: Model): number[] {
  const assigned = (model.assignments.get(job.jobID) ?? []).filter(({ status }) => status !== 'REMOVED');
  const ids = [
    ...assigned.map((row) => row.employee_id),
    ...(job.assignedEmployeeID_id === null ? [] : [job.assignedEmployeeID_id]),
  ];
  return [...new Set(ids)];
}
