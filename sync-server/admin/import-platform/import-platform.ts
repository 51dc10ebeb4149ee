import { disableAccount } from '../../storage/accounts.ts';
import type { Database } from '../../storage/database.ts';
import { setMissingPasswords } from '../../storage/import-rows.ts';
import {
  countAnew,
  insertImportedAgencies,
  insertImportedPeople,
  putImported,
  startNumbersAbove,
  type ImportedRow,
  type Numbered,
} from '../../storage/imported.ts';
import { describe, type Described } from './conversation.ts';
import type { Media } from './media.ts';
import type { Model } from './model.ts';
import { NUMBER_MOST, planPeople, type People, type PlannedAgency } from './people.ts';
import { planBatch, type PlanContext } from './plan-batch.ts';
import type { Report } from './report.ts';
import type { PlatformSource } from './source.ts';
import { batches } from './work.ts';
import { writeBatch } from './write-batch.ts';

/** How many numbers are left free behind the platform's, for what it makes until its next import. */
const HEADROOM = 1_000_000;

export type ImportOptions = {
  platform: string;
  withoutAgency: string;
  timeZone: string;
  media: Media;
  passwordHash: string | null;
  dryRun: boolean;
  /** ms since 1970 */
  now: number;
};

/** Brings a platform over, or only reports what that would do. */
export async function importPlatform(
  db: Database,
  source: PlatformSource,
  model: Model,
  options: ImportOptions,
  report: Report,
  progress: (text: string) => void,
): Promise<void> {
  const { platform, media, dryRun, now } = options;
  const people = await db.read((reader) => planPeople(reader, model, options, report));
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: options.timeZone }).format(now);
  const jobs = new Set<number>();
  const conversations = model.conversations
    .filter(({ conversationID: id, relatedJobPosting_id: job }) => {
      const isFirst = !jobs.has(job);
      jobs.add(job);
      if (!isFirst) report.leave('conversation', id, 'is about a job that another one is about');
      return isFirst;
    })
    .map((row) => describe(row, model, people, today, report))
    .filter((described) => described !== null);
  const agencies = agenciesToMake(people, conversations, report);
  if (!dryRun) {
    await startNumbers(db, source, model);
    await writePeople(db, platform, agencies, people, options.passwordHash);
  }
  const context: PlanContext = { platform, model, people, media, report, begun: new Map() };
  let written = 0;
  for await (const batch of batches(platform, conversations, source.messages(), report)) {
    const works = await db.read((reader) => planBatch(reader, batch, context));
    if (!dryRun)
      await db.transact((tx) =>
        writeBatch(tx, works, { platform, fileState: media.held ? 'held' : 'ready', now: new Date(now) }),
      );
    written += 1;
    if (!dryRun && Math.log2(written) % 2 === 0) await db.transact(countAnew);
    const { messages, events } = report.taken;
    const done = messages.new + messages.known + events.new;
    progress(`${context.begun.size} of ${conversations.length} conversations, ${done} messages`);
  }
}

function agenciesToMake(people: People, conversations: readonly Described[], report: Report): PlannedAgency[] {
  const isUsed = conversations.some(({ agency }) => agency === people.none);
  if (isUsed && people.none.isNew) report.count('agencies', 'new');
  return [...people.agencies.values(), ...(isUsed ? [people.none] : [])].filter(({ isNew }) => isNew);
}

/** What is made here from now on gets numbers that no row of the platform has. */
async function startNumbers(db: Database, source: PlatformSource, model: Model): Promise<void> {
  const most: Record<Numbered, number> = {
    agencies: highest(model.agencies.keys()),
    accounts: highest(model.accounts.keys()),
    jobs: highest(model.jobs.keys()),
    conversations: highest(model.conversations.map((row) => row.conversationID)),
    messages: await source.newestMessage(NUMBER_MOST),
  };
  for (const [table, number] of Object.entries(most) as [Numbered, number][]) {
    if (number > 0) await db.transact((tx) => startNumbersAbove(tx, table, number, HEADROOM));
  }
}

/** Of those that are kept as numbers. */
function highest(ids: Iterable<number>): number {
  let most = 0;
  for (const id of ids) if (id <= NUMBER_MOST) most = Math.max(most, id);
  return most;
}

async function writePeople(
  db: Database,
  platform: string,
  agencies: readonly PlannedAgency[],
  people: People,
  passwordHash: string | null,
): Promise<void> {
  const everybody = [...new Set([...people.accounts.values(), ...people.owners.values(), ...people.employees.values()])];
  const fresh = everybody.filter(({ state }) => state === 'new');
  await db.transact(async (tx) => {
    await insertImportedAgencies(tx, agencies);
    await insertImportedPeople(tx, fresh, passwordHash);
    await putImported(tx, platform, [
      ...[...people.agencies].map(([id, { ours }]): ImportedRow => ({ kind: 'agency', id, ours })),
      ...everybody.map(({ kind, id, ours }): ImportedRow => ({ kind, id, ours })),
    ]);
    const there = everybody.filter(({ state }) => state !== 'new').map(({ ours }) => ours);
    if (passwordHash !== null) await setMissingPasswords(tx, there, passwordHash);
    for (const account of people.toDisable) await disableAccount(tx, account);
  });
}
