import { isDeepStrictEqual } from 'node:util';

import type { LockReason } from '#shared/documents.ts';
import { newId } from '#shared/ids.ts';

import type { Reader } from '../../storage/database.ts';
import type { NewFile } from '../../storage/files.ts';
import type { ImportedJob } from '../../storage/import-changes.ts';
import { findImported, findNamed, numbersInUse, type ImportedRow } from '../../storage/imported.ts';
import type { NewEvent, NewMessage } from '../import/plan.ts';
import type { Described } from './conversation.ts';
import type { Media } from './media.ts';
import { authorOf, convert } from './message.ts';
import type { Model } from './model.ts';
import { keepNumber, type People } from './people.ts';
import type { Report } from './report.ts';
import type { Gone, Part } from './work.ts';

/** What an import brought of a conversation besides messages; kept, so that the next one sees what has changed on the platform. */
export type State = { agency: number | null; job: ImportedJob; locks: LockReason[]; people: string[] };

/** All that is to be done with a conversation. `before`: `null` for a new one. */
export type Work = {
  described: Described;
  ours: string;
  job: string;
  /** How the platform calls the job; under it the agency's API key finds the conversation. */
  externalId: string;
  numbers: { conversation: number | null; job: number | null };
  before: State | null;
  isNew: boolean;
  /** The job is not known by an import yet. */
  isJobNew: boolean;
  state: State;
  items: (NewMessage | NewEvent)[];
  imported: ImportedRow[];
  files: NewFile[];
  gone: Gone[];
  floor: string | null;
  reads: { account: string; message: string; at: number }[];
};

export type PlanContext = {
  platform: string;
  model: Model;
  people: People;
  media: Media;
  report: Report;
  /** Conversations of which an earlier batch had a part, by their ids there. */
  begun: Map<number, { ours: string; job: string; state: State; counted: 'new' | 'changed' | 'known' }>;
};

/** Decides what of a batch is new. Writes nothing but files, which are kept by what they are, and `begun`. */
export async function planBatch(db: Reader, batch: readonly Part[], context: PlanContext): Promise<Work[]> {
  const { platform, report, begun } = context;
  const conversations = batch.map(({ described }) => described.id);
  const jobs = batch.map(({ described }) => described.jobId);
  const messages = batch.flatMap(({ rows }) => rows.map((row) => row.messageID));
  const known = {
    conversations: await findImported<State>(db, platform, 'conversation', conversations),
    jobs: await findImported(db, platform, 'job', jobs),
    messages: await findImported(db, platform, 'message', messages),
  };
  const used = {
    conversations: await numbersInUse(db, 'conversations', conversations),
    jobs: await numbersInUse(db, 'jobs', jobs),
    messages: await numbersInUse(db, 'messages', messages),
  };
  const number = (table: keyof typeof used, id: number) => keepNumber(table, id, used[table], report);
  const found = await findNamed(
    db,
    batch.map(({ described }) => ({ agency: described.agency.ours, externalId: String(described.jobId) })),
  );
  const namedAs = ({ agency, jobId }: Described) =>
    found.find((one) => one.agency === agency.ours && one.externalId === String(jobId));
  const works: Work[] = [];
  for (const part of batch) {
    const { described } = part;
    const named = namedAs(described);
    const adopted = named && !named.imported ? { ours: named.conversation, job: named.job } : undefined;
    const imported = known.conversations.get(described.id) ?? begun.get(described.id);
    if (!imported && known.jobs.has(described.jobId)) {
      if (part.isFirst) report.leave('conversation', described.id, 'is about a job that another one was about');
      continue;
    }
    const there = imported ?? adopted;
    if (adopted && !imported)
      report.mend('conversation', described.id, 'is about a job that its platform has brought here already: it goes on there');
    const isNew = there === undefined;
    const earlier = known.conversations.get(described.id)?.state ?? null;
    const state = begun.get(described.id)?.state ?? nextState(described, earlier, context);
    const before = part.isFirst ? earlier : state;
    const ours = there?.ours ?? newId();
    if (isNew) for (const { kind, id, why } of described.mended) report.mend(kind, id, why);
    const work: Work = {
      described,
      ours,
      job: adopted?.job ?? newId(),
      externalId: named ? `${platform}/job/${described.jobId}` : String(described.jobId),
      numbers: isNew
        ? { conversation: number('conversations', described.id), job: number('jobs', described.jobId) }
        : { conversation: null, job: null },
      before,
      isNew,
      isJobNew: !imported,
      state,
      items: [],
      imported: [],
      files: [],
      gone: [],
      floor: null,
      reads: [],
    };
    await addMessages(work, part, known.messages, (id) => number('messages', id) !== null, context);
    count(work, part, context);
    works.push(work);
  }
  return works;
}

async function addMessages(
  work: Work,
  { described, evidence, rows }: Part,
  known: ReadonlyMap<number, unknown>,
  keepsNumber: (id: number) => boolean,
  context: PlanContext,
): Promise<void> {
  const { platform, model, people, media, report } = context;
  const gone = new Map<string, Gone>();
  for (const row of rows) {
    const author = authorOf(row, described, model, people);
    if (author !== 'system' && 'missing' in author) {
      report.leave('message', row.messageID, author.missing);
      continue;
    }
    if (known.has(row.messageID)) {
      report.count('messages', 'known');
      if (author !== 'system') evidence.add(row, author);
      continue;
    }
    const isMessage = author !== 'system';
    const converted = await convert(row, author, {
      platform,
      conversation: described,
      ours: work.ours,
      model,
      media,
      keepsNumber: isMessage && keepsNumber(row.messageID),
      report,
    });
    if (converted === null) continue;
    work.items.push(...converted.items);
    work.imported.push(...converted.imported);
    work.files.push(...converted.files);
    if (!isMessage) continue;
    evidence.add(row, author);
    const { ours: account, role } = author.person;
    if (!described.people.has(account))
      gone.set(account, { account, role, joinedAt: described.createdAt, leftAt: row.createdAt });
  }
  work.gone = [...gone.values()];
  work.floor = evidence.floor;
  work.reads = evidence.reads;
}

function count(
  { described, ours, job, state, isNew, items, before }: Work,
  { isFirst }: Part,
  { report, begun }: PlanContext,
): void {
  const isChanged = items.length > 0 || !isDeepStrictEqual(before, state);
  if (isFirst) {
    const counted = isNew ? 'new' : isChanged ? 'changed' : 'known';
    report.count('conversations', counted);
    begun.set(described.id, { ours, job, state, counted });
    return;
  }
  const known = begun.get(described.id)!;
  if (known.counted !== 'known' || !isChanged) return;
  report.count('conversations', 'known', -1);
  report.count('conversations', 'changed');
  known.counted = 'changed';
}

/** A conversation and its team notes stay with the agency that held it first; one that comes instead takes part. */
function nextState({ id, agency, job, locks, people }: Described, earlier: State | null, context: PlanContext): State {
  const accounts = new Set(people.keys());
  const holder = earlier?.agency ?? agency.id;
  if (holder !== null && holder !== agency.id) {
    context.report.mend('conversation', id, 'has another agency now, and stays with its first one');
    const owner = context.people.owners.get(holder);
    if (owner) accounts.add(owner.ours);
  }
  return { agency: holder, job, locks, people: [...accounts].sort() };
}
