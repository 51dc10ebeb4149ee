import type { Command } from 'commander';

import { AppError } from '#shared/errors.ts';
import { UUID } from '#shared/ids.ts';

import { endSessions } from '../storage/credentials.ts';
import { revokeSession, sessionsOf } from '../storage/sessions.ts';
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
    .action(async ({ account: wanted, session }: { account: string; session: string }) =>
      run(async ({ db }) => {
        const revoked = await db.transact(async (tx) => {
          const account = await accountNamed(tx, wanted);
          if (session === 'all') {
            const open = await sessionsOf(tx, account.id);
            await endSessions(tx, account.id);
            return open.length;
          }
          const known = UUID.test(session) && (await revokeSession(tx, session, account.id));
          if (!known) throw new AppError('not-found', `${account.email} has no session ${session} that is open.`);
          return 1;
        });
        return { json: { revoked }, text: `Ended ${revoked} session${revoked === 1 ? '' : 's'}.` };
      }),
    );
}
