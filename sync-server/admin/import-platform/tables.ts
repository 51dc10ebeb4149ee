import { z } from 'zod';

/**
 * What is read of the existing platform: its tables and columns by their exact names. Cells come as the text that Postgres writes,
 * from a live database and from a dump alike. A column that may be absent, as older schemas lack it, has a default.
 */
const id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'is no id')
  .transform(Number);
const maybeId = id.nullable().default(null);
/** Postgres keeps no NUL in a text. */
const text = z
  .string()
  .refine((value) => !value.includes('\0'), 'holds a NUL character')
  .transform((value) => value.toWellFormed());
const maybeText = text.nullable().default(null);
const flag = z.enum(['t', 'f', 'true', 'false'], 'is neither true nor false').transform((value) => value.startsWith('t'));
const maybeFlag = flag.default(false);
/** ms since 1970. */
const at = z.string().transform((value, context) => {
  const ms = readTime(value);
  if (ms !== null) return ms;
  context.addIssue('is no time from 1970 on');
  return z.NEVER;
});
const maybeAt = at.nullable().default(null);
const maybeDay = z
  .string()
  .refine(
    (value) => /^\d{4}-\d\d-\d\d$/.test(value) && isDay(...(value.split('-').map(Number) as [number, number, number])),
    'is no date',
  )
  .nullable()
  .default(null);

export const PLATFORM_TABLES = {
  accounts_accounts: {
    key: 'accountID',
    shape: z.object({
      accountID: id,
      email: text,
      is_active: flag.default(true),
      is_staff: maybeFlag,
      is_superuser: maybeFlag,
      is_suspended: maybeFlag,
      suspended_until: maybeAt,
      is_banned: maybeFlag,
    }),
  },
  accounts_profile: {
    key: 'profileID',
    shape: z.object({ profileID: id, accountFK_id: id, profileType: maybeText, firstName: text, lastName: text }),
  },
  accounts_agency: { key: 'agencyId', shape: z.object({ agencyId: id, accountFK_id: id, businessName: text }) },
  agency_employees: {
    key: 'employeeID',
    shape: z.object({
      employeeID: id,
      agency_id: id, // an account's id
      name: text.default(''),
      firstName: text.default(''),
      lastName: text.default(''),
      email: text.default(''),
      isActive: flag.default(true),
    }),
  },
  jobs: {
    key: 'jobID',
    shape: z.object({
      jobID: id,
      title: text,
      location: maybeText,
      status: text,
      preferredStartDate: maybeDay,
      assignedAgencyFK_id: maybeId,
      assignedEmployeeID_id: maybeId,
      workerMarkedComplete: maybeFlag,
      clientMarkedComplete: maybeFlag,
    }),
  },
  job_skill_slots: {
    key: 'skillSlotID',
    shape: z.object({ skillSlotID: id, jobID_id: id, invited_agency_id: maybeId, agency_invite_status: maybeText }),
  },
  job_employee_assignments: {
    key: 'assignmentID',
    shape: z.object({ assignmentID: id, job_id: id, employee_id: id, status: text }),
  },
  // Their columns are known by the platform's naming rule alone, which leaves two names open.
  job_disputes: { key: 'disputeID', shape: z.object({ disputeID: id, jobID_id: maybeId, job_id: maybeId, status: text }) },
  job_reviews: {
    key: 'reviewID',
    shape: z.object({ reviewID: id, jobID_id: maybeId, job_id: maybeId, reviewerType: maybeText, reviewer_type: maybeText }),
  },
  conversation: {
    key: 'conversationID',
    shape: z.object({
      conversationID: id,
      client_id: id,
      worker_id: maybeId,
      agency_id: maybeId,
      relatedJobPosting_id: id,
      status: text,
      createdAt: at,
    }),
  },
  conversation_participants: {
    key: 'participantID',
    shape: z.object({
      participantID: id,
      conversation_id: id,
      profile_id: maybeId,
      admin_account_id: maybeId,
      participant_type: text,
      joined_at: at,
      last_read_at: maybeAt,
    }),
  },
  message: {
    key: 'messageID',
    shape: z.object({
      messageID: id,
      conversationID_id: id,
      sender_id: maybeId,
      senderAgency_id: maybeId,
      sender_admin_id: maybeId,
      messageText: text,
      messageType: text,
      locationAddress: maybeText,
      locationLandmark: maybeText,
      locationLatitude: maybeText,
      locationLongitude: maybeText,
      isRead: flag,
      createdAt: at,
    }),
  },
  message_attachment: {
    key: 'attachmentID',
    shape: z.object({ attachmentID: id, messageID_id: id, fileURL: text, fileName: maybeText }),
  },
} as const;

export type PlatformTable = keyof typeof PLATFORM_TABLES;
export type PlatformRow<T extends PlatformTable> = z.output<(typeof PLATFORM_TABLES)[T]['shape']>;

/** Without these there is nothing to import; older platforms may lack the others. */
export const REQUIRED_TABLES = ['accounts_accounts', 'accounts_profile', 'jobs', 'conversation', 'message'] as const;

export const TABLE_NAMES = Object.keys(PLATFORM_TABLES) as PlatformTable[];

export function isPlatformTable(name: string): name is PlatformTable {
  return Object.hasOwn(PLATFORM_TABLES, name);
}

/** The columns that are read of a table, and those of them that it can't do without. */
export function columnsOf(table: PlatformTable): { wanted: string[]; required: string[] } {
  const shape: Record<string, z.ZodType> = PLATFORM_TABLES[table].shape.shape;
  const wanted = Object.keys(shape);
  return { wanted, required: wanted.filter((name) => !shape[name]!.safeParse(undefined).success) };
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?(?::?\d\d)?)$/;

/** A `timestamptz` as text (`2026-03-01 08:00:00.123456+08`), in ms since 1970; `null` for anything else, and for earlier ones. */
export function readTime(value: string): number | null {
  const match = TIME.exec(value);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Math.floor(Number(`0.${match[7] ?? 0}`) * 1_000);
  const [hours, minutes] = [Number(match[10] ?? 0), Number(match[11] ?? 0)];
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59 || hours > 15 || minutes > 59) return null;
  const offset = (match[9] === '-' ? -1 : 1) * (hours * 60 + minutes);
  const time = Date.UTC(year, month - 1, day, hour, minute, second, ms) - offset * 60_000;
  return Number.isFinite(time) && time >= 0 ? time : null;
}

/** Dates that don't exist are refused by Postgres, and would end an import. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
