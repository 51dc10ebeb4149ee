import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { JOB_STATUSES, LOCK_REASONS } from '#shared/documents.ts';
import { LIMITS } from '#shared/limits.ts';
import { isStaff, ROLES } from '#shared/roles.ts';

/** The shape of `resources/demo` (described for writers in the README there). */
const MINUTES = { d: 24 * 60, h: 60, m: 1 };

/** `2d 3h 5m` → milliseconds; any of the three may be left out. */
const duration = z
  .string()
  .regex(/^(?=\d)(\d+d)?( ?\d+h)?( ?\d+m)?$/)
  .transform((text) => {
    const minutes = [...text.matchAll(/(\d+)([dhm])/g)].map(
      ([, count, unit]) => Number(count) * MINUTES[unit as 'd' | 'h' | 'm'],
    );
    return minutes.reduce((sum, value) => sum + value, 0) * 60_000;
  });

const personId = z.string().regex(/^[a-z]+$/);
const itemText = z.string().max(LIMITS.textLength);

const event = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('conversation-created'), by: personId }),
  z.strictObject({ type: z.literal('job-status'), from: z.enum(JOB_STATUSES), to: z.enum(JOB_STATUSES), by: personId }),
  z.strictObject({ type: z.literal('joined'), account: personId, by: personId }),
  z.strictObject({ type: z.literal('locked'), reason: z.enum(LOCK_REASONS), by: personId }),
]);

const message = z.strictObject({
  ago: duration,
  by: personId,
  text: itemText,
  id: z.string().min(1).optional(),
  mentions: z.array(personId).default([]),
  photos: z.array(z.string().regex(/^[a-z-]+\.jpg$/)).default([]),
  /** The `id` of an earlier message of this thread. */
  replyTo: z.string().optional(),
  edited: z.strictObject({ after: duration, text: itemText }).optional(),
  removed: z.strictObject({ after: duration }).optional(),
  reactions: z.array(z.strictObject({ by: personId, emoji: z.string().min(1).max(LIMITS.emojiLength) })).default([]),
});
export type DemoMessage = z.output<typeof message>;

const item = z.union([message, z.strictObject({ ago: duration, event })]);
export type DemoItem = z.output<typeof item>;
export type DemoEvent = z.output<typeof event>;

const conversation = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  job: z.strictObject({
    title: z.string().min(1).max(200),
    status: z.enum(JOB_STATUSES),
    location: z.string().max(255).nullable(),
    startsInDays: z.number().int().nullable(),
  }),
  /** What people write here, as BCP 47 tags. */
  languages: z.array(z.string()).min(1),
  /** Clients, workers and employees; staff are listed once they write. */
  people: z.array(personId).min(1),
  locks: z.array(z.enum(LOCK_REASONS)).default([]),
  /** How many of the newest messages a person, or `staff` for all of them, has not read. Everybody else has read all. */
  unread: z.record(z.string(), z.number().int().nonnegative()).default({}),
  items: z.array(item).min(1),
  team: z.array(item).default([]),
});
export type DemoConversation = z.output<typeof conversation>;

const people = z.strictObject({
  agency: z.string().min(1),
  password: z.string().min(8),
  people: z.array(
    z.strictObject({
      id: personId,
      name: z.string().min(1),
      role: z.enum(ROLES),
      email: z.string().regex(/^[a-z.]+@demo\.example$/),
    }),
  ),
});
export type DemoPerson = z.output<typeof people>['people'][number];

export type Demo = z.output<typeof people> & { conversations: DemoConversation[]; photosDir: string };

/** @throws Error when the content does not hold together: it ships with the server, so that is a bug. */
export async function readDemo(dir: string): Promise<Demo> {
  const folder = join(dir, 'conversations');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const conversations: DemoConversation[] = [];
  for (const file of files) conversations.push(...z.array(conversation).parse(await readJson(join(folder, file))));
  const demo = { ...people.parse(await readJson(join(dir, 'people.json'))), conversations, photosDir: join(dir, 'photos') };
  const problems = problemsOf(demo, new Set(await readdir(demo.photosDir)));
  if (problems.length > 0) throw new Error(`the demo does not hold together:\n${problems.join('\n')}`);
  return demo;
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown;
}

/** What a schema can't see: that names, replies, photos, times and states fit each other. */
export function problemsOf(
  { people, conversations }: Pick<Demo, 'people' | 'conversations'>,
  photos: ReadonlySet<string>,
): string[] {
  const problems: string[] = [];
  const byId = new Map(people.map((person) => [person.id, person]));
  const staff = new Set(people.filter(({ role }) => isStaff(role)).map(({ id }) => id));
  if (byId.size < people.length) problems.push('two people share an id');
  if (new Set(conversations.map(({ id }) => id)).size < conversations.length) problems.push('two conversations share an id');
  for (const one of conversations) {
    const say = (what: string): unknown => problems.push(`${one.id}: ${what}`);
    const inside = new Set([...one.people, ...staff]);
    for (const id of one.people) if (!byId.has(id) || staff.has(id)) say(`${id} is nobody who could be listed`);
    checkUnread(one, inside, staff, say);
    checkItems(one.items, inside, byId, photos, say);
    checkItems(one.team, staff, byId, photos, say);
    checkStates(one, say);
  }
  return problems;
}

function checkUnread(
  { items, unread }: DemoConversation,
  inside: ReadonlySet<string>,
  staff: ReadonlySet<string>,
  say: (what: string) => unknown,
): void {
  const authors = items.flatMap((item) => ('event' in item ? [] : [item.by]));
  for (const [who, count] of Object.entries(unread)) {
    if (who !== 'staff' && !inside.has(who)) say(`${who} has unread messages and isn't here`);
    const newest = count === 0 ? [] : authors.slice(-count);
    if (newest.some((by) => by === who || (who === 'staff' && staff.has(by)))) say(`${who} has not read an own message`);
  }
}

function checkItems(
  items: readonly DemoItem[],
  inside: ReadonlySet<string>,
  people: ReadonlyMap<string, DemoPerson>,
  photos: ReadonlySet<string>,
  say: (what: string) => unknown,
): void {
  const seen = new Set<string>();
  let before = Infinity;
  for (const item of items) {
    if (item.ago >= before || item.ago <= 0) say(`out of order or not in the past: ${item.ago / 60_000} minutes ago`);
    before = item.ago;
    if ('event' in item) {
      if (!inside.has(item.event.by)) say(`${item.event.by} did something and isn't here`);
      if (item.event.type === 'joined' && !inside.has(item.event.account)) say(`${item.event.account} joined and isn't here`);
      continue;
    }
    for (const who of [item.by, ...item.mentions, ...item.reactions.map(({ by }) => by)])
      if (!inside.has(who)) say(`${who} isn't here`);
    for (const who of item.mentions)
      if (!item.text.includes(`@${people.get(who)?.name}`)) say(`mentions ${who} without a name in the text`);
    for (const photo of item.photos) if (!photos.has(photo)) say(`there is no photo ${photo}`);
    if (item.text.trim() === '' && item.photos.length === 0) say('a message without text or photo');
    if (item.replyTo !== undefined && !seen.has(item.replyTo)) say(`replies to ${item.replyTo}, which isn't before it`);
    if (Math.max(item.edited?.after ?? 0, item.removed?.after ?? 0) >= item.ago) say('an edit or a removal that is yet to come');
    if (item.id !== undefined) seen.add(item.id);
  }
}

function checkStates({ items, job, locks }: DemoConversation, say: (what: string) => unknown): void {
  let status: string = 'open';
  for (const item of items) {
    if (!('event' in item) || item.event.type !== 'job-status') continue;
    if (item.event.from !== status) say(`the job goes on from ${item.event.from} but was ${status}`);
    status = item.event.to;
  }
  if (status !== job.status) say(`the job ends as ${status} and is said to be ${job.status}`);
  const locked = items.flatMap((item) => ('event' in item && item.event.type === 'locked' ? [item.event.reason] : []));
  if (locked.join() !== locks.join()) say('locks and events do not fit');
}
