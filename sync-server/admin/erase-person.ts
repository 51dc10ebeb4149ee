import { join } from 'node:path';

import type { Command } from 'commander';

import { AppError } from '#shared/errors.ts';

import type { FilesConfig } from '../files/files-config.ts';
import { openStore } from '../files/files.ts';
import { erasePerson } from '../retention/erase-person.ts';
import { countToEmpty } from '../storage/empty-messages.ts';
import { personToErase } from '../storage/erase-person.ts';
import { accountNamed } from './accounts.ts';
import type { AdminContext } from './command.ts';

type Options = { account: string; dryRun?: true; yes?: true };

/** `filesConfig`: of the server. */
export function addErasePersonCommand(program: Command, { run, progress }: AdminContext, filesConfig: () => FilesConfig): void {
  program
    .command('erase-person')
    .description(
      'Erase a person on request, for good: what they wrote and brought, their name, their address, their way to sign in',
    )
    .requiredOption('--account <id or email>', 'who; to go on with one that was cut off, by id')
    .option('--dry-run', 'count what would go, and change nothing')
    .option('--yes', 'do it: it can not be undone')
    .action(async ({ account: wanted, dryRun, yes }: Options) =>
      run(async ({ db, dataDir }) => {
        const { id } = await db.read((reader) => accountNamed(reader, wanted));
        const { name, email, erased } = await db.read((reader) => personToErase(reader, id));
        const found = await db.read((reader) => countToEmpty(reader, null, { account: id }));
        const what = `${name} <${email}> (${id}): ${found.messages} messages with ${found.files} files in ${found.conversations} conversations`;
        if (dryRun) return { json: { account: id, dryRun, ...found }, text: `Would erase ${what}. Nothing was changed.` };
        if (!yes) throw new AppError('bad-request', `This would erase ${what}. It can not be undone: say --yes to do it.`);
        progress(`${erased ? 'Going on with' : 'Erasing'} ${id}. Should this be cut off, run it again with --account ${id}.`);
        const uploadFolder = join(dataDir, 'uploads');
        const store = openStore(filesConfig(), dataDir);
        const done = await erasePerson({ db, store, uploadFolder, now: Date.now, onStep: progress }, id);
        const rest = done.bytesGone
          ? ''
          : '\nThe server is removing bytes of files just now, and does the rest of these within minutes.';
        return {
          json: { account: id, dryRun: false, ...done },
          text: `Erased ${id}: ${done.messages} messages emptied, ${done.reactions} reactions taken back, ${done.conversations} conversations without the name.${rest}`,
        };
      }),
    );
}
