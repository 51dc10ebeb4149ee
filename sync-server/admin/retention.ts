import type { Command } from 'commander';

import { AppError } from '#shared/errors.ts';

import { removeGarbage } from '../files/collect.ts';
import type { FilesConfig } from '../files/files-config.ts';
import { openStore } from '../files/files.ts';
import { keptSince, readKeep } from '../retention/keep.ts';
import { applyRetention } from '../retention/retention.ts';
import { countToEmpty } from '../storage/empty-messages.ts';
import { messageKeep, setMessageKeep } from '../storage/retention.ts';
import { agencyNamed } from './accounts.ts';
import type { AdminContext } from './command.ts';

type Options = { agency: string; olderThan?: string; keep?: string; dryRun?: true };

/** `filesConfig`: of the server. */
export function addRetentionCommand(program: Command, { run, progress }: AdminContext, filesConfig: () => FilesConfig): void {
  program
    .command('retention')
    .description(
      "Empty an agency's old messages, once or every day; without --older-than and --keep, tell how long it keeps them",
    )
    .requiredOption('--agency <name or id>', 'whose messages')
    .option('--older-than <time>', 'empty what was accepted longer ago than this, now: such as 90d, 24mo, 7y')
    .option('--keep <time or forever>', 'have the server empty older messages every day by itself; forever ends that')
    .option('--dry-run', 'count what would be emptied, and change nothing')
    .action(async ({ agency: wanted, olderThan, keep, dryRun }: Options) =>
      run(async ({ db, dataDir }) => {
        const now = new Date();
        const once = olderThan === undefined ? null : readKeep('--older-than', olderThan);
        const daily = keep === undefined || keep === 'forever' ? null : readKeep('--keep', keep);
        if (dryRun && once === null && daily === null) {
          throw new AppError('bad-request', '--dry-run counts what --older-than or --keep would empty: say one of them.');
        }
        const agency = await db.read((reader) => agencyNamed(reader, wanted));
        if (keep !== undefined && !dryRun) await db.transact((tx) => setMessageKeep(tx, agency.id, daily));
        const kept = await db.read((reader) => messageKeep(reader, agency.id));
        const setting = `"${agency.name}" keeps messages ${kept ?? 'forever'}.`;
        const limit = once ?? (dryRun ? daily : null);
        if (limit === null) return { json: { agency: agency.id, keep: kept }, text: setting };
        const before = keptSince(limit, now);
        const json = { agency: agency.id, keep: kept, before };
        const found = await db.read((reader) => countToEmpty(reader, agency.id, { before }));
        const what = `${found.messages} messages with ${found.files} files in ${found.conversations} conversations`;
        const from = `from before ${before.toISOString()}`;
        if (dryRun)
          return { json: { ...json, dryRun, ...found }, text: `Would empty ${what} ${from}. Nothing was changed.\n${setting}` };
        let done = 0;
        const onEmptied = (count: number): void => progress(`${(done += count)} of ${found.messages} messages emptied`);
        const messages = await applyRetention({ db, now: Date.now, onEmptied }, agency.id, before);
        await removeGarbage(db, openStore(filesConfig(), dataDir));
        return {
          json: { ...json, dryRun: false, ...found, messages },
          text: `Emptied ${messages} messages ${from}.\n${setting}`,
        };
      }),
    );
}
