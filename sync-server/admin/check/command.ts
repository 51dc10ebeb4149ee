import type { Command } from 'commander';

import type { ThreadName } from '#shared/ids.ts';

import { asOfNow, listOwnDocuments, listThreads, loadDocument, loadThread } from '../../storage/check-rows.ts';
import type { Database } from '../../storage/database.ts';
import type { AdminContext } from '../command.ts';
import { loadChecked } from './check-document.ts';
import { checkThread } from './check-thread.ts';

const THREADS_AT_ONCE = 200;
const PROBLEMS_SHOWN = 100;

type ThreadPlace = { conversation: string; thread: ThreadName };
type Problem = { where: string; problem: string };
type Report = { threads: number; documents: number; entries: number; problems: Problem[] };

export function addCheckCommand(program: Command, { run, progress }: AdminContext): void {
  program
    .command('check')
    .description('See whether documents and rows agree; changes nothing')
    .action(async () =>
      run(async ({ db }) => {
        const report: Report = { threads: 0, documents: 0, entries: 0, problems: [] };
        await checkThreads(db, report, progress);
        await checkOwnDocuments(db, report);
        const { problems, ...counts } = report;
        for (const { where, problem } of problems.slice(0, PROBLEMS_SHOWN)) progress(`${where}: ${problem}`);
        const what = `${counts.threads} threads, ${counts.documents} documents, ${counts.entries} entries`;
        return {
          json: { ...counts, problems: problems.length, first: problems.slice(0, PROBLEMS_SHOWN) },
          text:
            problems.length === 0
              ? `${what}: all agree.`
              : `${what}: ${problems.length} disagreements, see above. Nothing was changed. "rebuild" makes rows anew from the documents; what it can't mend is only in a backup.`,
          failed: problems.length > 0,
        };
      }),
    );
}

async function checkThreads(db: Database, report: Report, progress: (text: string) => void): Promise<void> {
  let after: ThreadPlace | null = null;
  for (;;) {
    const from: ThreadPlace | null = after;
    const page: ThreadPlace[] = await db.read((reader) => listThreads(reader, from, THREADS_AT_ONCE));
    for (const { conversation, thread } of page) {
      const rows = await db.transact(async (tx) => {
        await asOfNow(tx);
        return loadThread(tx, conversation, thread);
      });
      if (!rows) continue;
      report.threads += 1;
      report.documents += rows.documents.length;
      report.entries += rows.entries.length;
      report.problems.push(...checkThread(rows).map((problem) => ({ where: `${conversation}/${thread}`, problem })));
    }
    const last = page.at(-1);
    if (!last) return;
    after = last;
    progress(`${report.threads} threads, ${report.entries} entries, ${report.problems.length} disagreements`);
  }
}

async function checkOwnDocuments(db: Database, report: Report): Promise<void> {
  let after = 0;
  for (;;) {
    const from = after;
    const page = await db.read((reader) => listOwnDocuments(reader, from, THREADS_AT_ONCE));
    for (const id of page) {
      const document = await db.transact(async (tx) => {
        await asOfNow(tx);
        return loadDocument(tx, id);
      });
      const { doc, problems } = loadChecked(document);
      doc.destroy();
      report.documents += 1;
      report.problems.push(...problems.map((problem) => ({ where: `own document ${id}`, problem })));
    }
    const last = page.at(-1);
    if (last === undefined) return;
    after = last;
  }
}
