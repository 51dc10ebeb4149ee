import type { Command } from 'commander';

import { AppError } from '#shared/errors.ts';
import { UUID } from '#shared/ids.ts';

import { endSessions, revokeSession, sessionsOf } from '../storage/sessions.ts';
import { accountNamed } from './accounts.ts';
import type { AdminContext } from './command.ts';

/** Where somebody is signed in. */
export function addSessionCommands(program: Command, { run }: AdminContext): void {
  program
    .command('list-sessions')
    .description('Where somebody is signed in: id, device, when it began and was last used')
    .requiredOption('--account <id or email>', 'whose sessions')
    .action(async ({ account: wanted }: { account: string }) =>
      run(async ({ db }) => {
        const sessions = await db.read(async (reader) => sessionsOf(reader, (await accountNamed(reader, wanted)).id));
        const told = sessions.map(({ id, device_name: device, created_at: createdAt, last_used_at: lastUsedAt }) => {
          return { id, device, createdAt, lastUsedAt };
        });
        const lines = told.map(
          ({ id, device, createdAt, lastUsedAt }) =>
            `${id}  ${device}  since ${createdAt.toISOString()}, used ${lastUsedAt.toISOString()}`,
        );
        return { json: { sessions: told }, text: lines.length > 0 ? lines.join('\n') : 'Signed in nowhere.' };
      }),
    );

  program
    .command('revoke-session')
    .description('Sign somebody out of one device, or of all, at once')
    .requiredOption('--account <id or email>', 'whose session')
    .requiredOption('--session <id or all>', 'which one, as list-sessions tells')
    .option('--wipe', 'also remove what the app there keeps, as of a computer that was lost; of sessions that ended already, too')
    .action(async ({ account: wanted, session, wipe }: { account: string; session: string; wipe?: true }) =>
      run(async ({ db }) => {
        const revoked = await db.transact(async (tx) => {
          const account = await accountNamed(tx, wanted);
          const why = wipe ? 'wipe' : 'ended';
          if (session === 'all') return endSessions(tx, account.id, why);
          const known = UUID.test(session) && (await revokeSession(tx, session, account.id, why));
          if (!known) throw new AppError('not-found', `${account.email} has no session ${session} that can be ended so.`);
          return 1;
        });
        const text = `Ended ${revoked} session${revoked === 1 ? '' : 's'}.`;
        return { json: { revoked }, text: wipe ? `${text} What is there goes when the app is connected next.` : text };
      }),
    );
}
