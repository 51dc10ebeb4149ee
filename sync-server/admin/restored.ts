import type { Command } from 'commander';

import { beginTimeline } from '../storage/timeline.ts';
import type { AdminContext } from './command.ts';

/** After a backup was brought back in a way that the server can't see by itself. */
export function addRestoredCommand(program: Command, { run }: AdminContext): void {
  program
    .command('restored')
    .description('Say that the database was set back to a backup: apps then offer again what they sent since')
    .action(async () =>
      run(async ({ db }) => {
        const timeline = await db.transact(beginTimeline);
        const text = 'Every app that connects now compares what it has with this database, and offers what is missing again.';
        return { json: { timeline }, text };
      }),
    );
}
