import type { Command } from 'commander';

import type { ThreadName } from '#shared/ids.ts';

import { findConversation } from '../../storage/change-conversation.ts';
import { listOwnDocuments, listThreads, loadDocument, loadThread, type CheckedDocument } from '../../storage/check-rows.ts';
import { lockThreads } from '../../storage/context.ts';
import type { Database, Transaction } from '../../storage/database.ts';
import {
  dropEntries,
  lockDocument,
  putEntries,
  raiseThread,
  replaceDocumentRows,
  replaceEvents,
  replaceMessages,
  replaceTeamState,
  setEmptied,
} from '../../storage/rebuild-rows.ts';
import { loadChecked } from '../check/check-document.ts';
import { checkThread } from '../check/check-thread.ts';
import type { AdminContext } from '../command.ts';
import { planOwnDocument, planThread } from './plan-thread.ts';

const THREADS_AT_ONCE = 200;
const PROBLEMS_SHOWN = 100;

type Place = { conversation: string; thread: ThreadName };
type Problem = { where: string; problem: string };

export function addRebuildCommand(program: Command, { run, progress }: AdminContext): void {
  program
    .command('rebuild')
    .description('Make rows anew from documents and their logs, where check finds that they disagree')
    .option('--conversation <id or number>', 'only this one')
    .option('--all', 'also where nothing is wrong')
    .action(async (options: { conversation?: string; all?: true }) =>
      run(async ({ db }) => {
        const only = options.conversation;
        const wanted = only === undefined ? null : await db.read((reader) => findConversation(reader, only));
        const left: Problem[] = [];
        let threads = 0;
        let rebuilt = 0;
        for await (const place of allThreads(db)) {
          if (wanted !== null && place.conversation !== wanted) continue;
          threads += 1;
          const done = await db.transact((tx) => rebuildThread(tx, place, options.all === true));
          if (done.rebuilt) progress(`${place.conversation}/${place.thread}: rebuilt`);
          rebuilt += Number(done.rebuilt);
          left.push(...done.left.map((problem) => ({ where: `${place.conversation}/${place.thread}`, problem })));
        }
        if (wanted === null) {
          const own = await rebuildOwnDocuments(db, options.all === true);
          for (const { id } of own.rebuilt) progress(`own document ${id}: rebuilt`);
          rebuilt += own.rebuilt.length;
          left.push(...own.left);
        }
        for (const { where, problem } of left.slice(0, PROBLEMS_SHOWN)) progress(`${where}: ${problem}`);
        return {
          json: { threads, rebuilt, problems: left.length, first: left.slice(0, PROBLEMS_SHOWN) },
          text:
            left.length === 0
              ? `Looked at ${threads} threads and rebuilt ${rebuilt} threads and own documents: all agree.`
              : `Looked at ${threads} threads and rebuilt ${rebuilt} threads and own documents; ${left.length} problems are left, see above. What a log lost is only in a backup: restore one.`,
          failed: left.length > 0,
        };
      }),
    );
}

async function* allThreads(db: Database): AsyncGenerator<Place> {
  for (let after: Place | null = null; ;) {
    const from: Place | null = after;
    const page: Place[] = await db.read((reader) => listThreads(reader, from, THREADS_AT_ONCE));
    yield* page;
    after = page.at(-1) ?? null;
    if (after === null) return;
  }
}

/** Under the locks of its threads: whoever writes there waits, and then finds the rows as they should be. */
async function rebuildThread(tx: Transaction, place: Place, always: boolean): Promise<{ rebuilt: boolean; left: string[] }> {
  await lockThreads(tx, place.conversation);
  const rows = await loadThread(tx, place.conversation, place.thread);
  if (!rows) return { rebuilt: false, left: [] };
  if (!always && checkThread(rows).length === 0) return { rebuilt: false, left: [] };
  const plan = planThread(rows);
  // From half a log, rows would be made that say less than they do now.
  if (plan.lost.length > 0) return { rebuilt: false, left: plan.lost };
  for (const document of plan.documents) await replaceDocumentRows(tx, document);
  await dropEntries(tx, place, plan.dropEntries);
  await putEntries(tx, place, plan.putEntries);
  await setEmptied(tx, place, plan.emptied, true);
  await setEmptied(tx, place, plan.full, false);
  await replaceMessages(tx, place, plan.messages, plan.reactions);
  await replaceEvents(tx, place, plan.events);
  if (place.thread === 'team') await replaceTeamState(tx, place.conversation, plan.team);
  await raiseThread(tx, place, plan);
  return { rebuilt: true, left: checkThread((await loadThread(tx, place.conversation, place.thread))!) };
}

/** People's own documents: drafts, settings. */
async function rebuildOwnDocuments(db: Database, always: boolean): Promise<{ rebuilt: { id: number }[]; left: Problem[] }> {
  const rebuilt: { id: number }[] = [];
  const left: Problem[] = [];
  for (let after: number | null = 0; after !== null;) {
    const from: number = after;
    const page: number[] = await db.read((reader) => listOwnDocuments(reader, from, THREADS_AT_ONCE));
    for (const id of page) {
      const { isNew, problems } = await db.transact((tx) => rebuildOwnDocument(tx, id, always));
      if (isNew) rebuilt.push({ id });
      left.push(...problems.map((problem) => ({ where: `own document ${id}`, problem })));
    }
    after = page.at(-1) ?? null;
  }
  return { rebuilt, left };
}

async function rebuildOwnDocument(tx: Transaction, id: number, always: boolean): Promise<{ isNew: boolean; problems: string[] }> {
  await lockDocument(tx, id);
  const document = await loadDocument(tx, id);
  if (!always && problemsOf(document).length === 0) return { isNew: false, problems: [] };
  const plan = planOwnDocument(document);
  if (plan.lost.length > 0) return { isNew: false, problems: plan.lost };
  await replaceDocumentRows(tx, plan.document);
  return { isNew: true, problems: problemsOf(await loadDocument(tx, id)) };
}

function problemsOf(document: CheckedDocument): string[] {
  const { doc, problems } = loadChecked(document);
  doc.destroy();
  return problems;
}
