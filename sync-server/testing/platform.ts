import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Client, escapeIdentifier } from 'pg';

/** Rows of an existing platform, made by hand: as a dump, or as a live database. Times are of 2026-03-01, in seconds from 08:00 UTC. */
export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

export function time(seconds: number): string {
  return new Date(Date.parse('2026-03-01T08:00:00.000Z') + seconds * 1_000).toISOString().replace('T', ' ').replace('Z', '+00');
}

const DEFAULTS = {
  accounts_accounts: {
    accountID: 0,
    email: '',
    password: 'pbkdf2_sha256$unused',
    is_active: true,
    is_staff: false,
    is_superuser: false,
    is_suspended: false,
    suspended_until: null,
    is_banned: false,
    city: 'Zamboanga',
    createdAt: time(0),
  },
  accounts_profile: { profileID: 0, accountFK_id: 0, profileType: 'CLIENT', firstName: '', middleName: null, lastName: '' },
  accounts_clientprofile: { id: 0, profileID_id: 0 },
  accounts_agency: { agencyId: 0, accountFK_id: 0, businessName: '' },
  agency_employees: {
    employeeID: 0,
    agency_id: 0,
    name: '',
    firstName: '',
    lastName: '',
    email: '',
    specializations: '["Plumbing"]',
    isActive: true,
  },
  jobs: {
    jobID: 0,
    title: 'Fix the sink',
    description: 'A tab\there, a line\nbreak, a \\ and \\N',
    location: 'Tetuan, Zamboanga City',
    status: 'IN_PROGRESS',
    preferredStartDate: null,
    clientID_id: 1,
    assignedAgencyFK_id: null,
    assignedEmployeeID_id: null,
    workerMarkedComplete: false,
    clientMarkedComplete: false,
  },
  job_skill_slots: { skillSlotID: 0, jobID_id: 0, invited_agency_id: null, agency_invite_status: null },
  job_employee_assignments: { assignmentID: 0, job_id: 0, employee_id: 0, status: 'ASSIGNED' },
  job_disputes: { disputeID: 0, jobID_id: 0, status: 'OPEN' },
  job_reviews: { reviewID: 0, jobID_id: 0, reviewerType: 'CLIENT' },
  conversation: {
    conversationID: 0,
    client_id: 0,
    worker_id: null,
    agency_id: null,
    relatedJobPosting_id: 0,
    conversation_type: 'ONE_ON_ONE',
    status: 'ACTIVE',
    unreadCountClient: 7,
    unreadCountWorker: 9,
    createdAt: time(0),
  },
  conversation_participants: {
    participantID: 0,
    conversation_id: 0,
    profile_id: null,
    admin_account_id: null,
    participant_type: 'CLIENT',
    unread_count: 5,
    joined_at: time(0),
    last_read_at: null,
  },
  message: {
    messageID: 0,
    conversationID_id: 0,
    sender_id: null,
    senderAgency_id: null,
    sender_admin_id: null,
    messageText: '',
    messageType: 'TEXT',
    locationAddress: null,
    locationLandmark: null,
    locationLatitude: null,
    locationLongitude: null,
    isRead: false,
    readAt: null,
    createdAt: time(0),
  },
  message_attachment: {
    attachmentID: 0,
    messageID_id: 0,
    fileURL: '',
    fileName: null,
    fileSize: null,
    fileType: 'IMAGE',
    uploadedAt: time(0),
  },
} satisfies Record<string, Row>;

type Defaults = typeof DEFAULTS;
export type TableName = keyof Defaults;
export type Without = { tables?: TableName[]; columns?: Partial<Record<TableName, string[]>> };

export class FakePlatform {
  readonly tables = new Map<TableName, Row[]>(Object.keys(DEFAULTS).map((name) => [name as TableName, []]));

  add<T extends TableName>(table: T, ...rows: { [K in keyof Defaults[T]]?: Cell }[]): this {
    for (const row of rows) this.tables.get(table)!.push({ ...DEFAULTS[table], ...row });
    return this;
  }

  find(table: TableName, key: string, id: number): Row {
    return this.tables.get(table)!.find((row) => row[key] === id)!;
  }

  /** As `pg_dump` writes it: tables by name, rows in the order they were written. */
  dump({ tables: absent = [], columns = {} }: Without = {}): string {
    const blocks = [...this.tables]
      .filter(([name]) => !absent.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, rows]) => {
        const kept = Object.keys(DEFAULTS[name]).filter((one) => !columns[name]?.includes(one));
        const lines = rows.map((row) => kept.map((one) => copyCell(row[one]!)).join('\t'));
        return [`COPY public.${name} (${kept.map(quoted).join(', ')}) FROM stdin;`, ...lines, '\\.', '', ''].join('\n');
      });
    return `${HEADER}${blocks.join('\n')}\n--\n-- PostgreSQL database dump complete\n--\n\n`;
  }

  /** Puts it into an empty database. */
  async fill(url: string, { tables: absent = [], columns = {} }: Without = {}): Promise<void> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(await readFile(join(import.meta.dirname, 'platform-schema.sql'), 'utf8'));
      await client.query("SET session_replication_role = 'replica'"); // rows come in any order
      for (const [name, rows] of this.tables) {
        const names = Object.keys(DEFAULTS[name]);
        for (const row of rows) {
          await client.query(
            `INSERT INTO ${name} (${names.map(escapeIdentifier).join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
            names.map((one) => row[one]),
          );
        }
        for (const one of columns[name] ?? []) await client.query(`ALTER TABLE ${name} DROP COLUMN ${escapeIdentifier(one)}`);
      }
      for (const name of absent) await client.query(`DROP TABLE ${name} CASCADE`);
    } finally {
      await client.end();
    }
  }
}

export function copyCell(value: Cell): string {
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  const escapes: Record<string, string> = {
    '\\': '\\\\',
    '\t': '\\t',
    '\n': '\\n',
    '\r': '\\r',
    '\b': '\\b',
    '\f': '\\f',
    '\v': '\\v',
  };
  return String(value).replace(/[\\\t\n\r\b\f\v]/g, (one) => escapes[one]!);
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name}"`;
}

export const HEADER = `--
-- PostgreSQL database dump
--

\\restrict abc

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

CREATE TABLE public.message (
    "messageID" bigint NOT NULL
);

COPY public.django_migrations (id, app) FROM stdin;
1\tprofiles
\\.

`;
