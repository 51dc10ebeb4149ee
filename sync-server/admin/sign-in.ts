import { Option, type Command } from 'commander';

import { AppError } from '#shared/errors.ts';
import { UUID } from '#shared/ids.ts';

import { invite } from '../auth/invitations.ts';
import { linkTo } from '../auth/one-time-secret.ts';
import { givePassword, startReset } from '../auth/password-changes.ts';
import { NAMELESS_ISSUER } from '../auth/platform/platform-tokens.ts';
import { enableAccount } from '../storage/accounts.ts';
import { linkIdentity, linkImported } from '../storage/identities.ts';
import { invitationsOf, revokeInvitation } from '../storage/invitations.ts';
import { accountNamed, agencyNamed } from './accounts.ts';
import type { AdminContext } from './command.ts';

const STAFF_ROLES = ['owner', 'staff', 'employee'] as const;
type InviteOptions = { agency: string; email: string; role: (typeof STAFF_ROLES)[number]; name?: string };

/** How people get in, and back in. `publicUrl`: where they reach the server. */
export function addSignInCommands(program: Command, { run }: AdminContext, publicUrl: () => string): void {
  program
    .command('reset-password')
    .description(
      'End all sessions and the password of an account, and print a link with which its owner sets a new one, once, within an hour',
    )
    .requiredOption('--account <id or email>')
    .option('--password <password>', 'set this one instead of printing a link')
    .action(async ({ account: wanted, password }: { account: string; password?: string }) =>
      run(async ({ db }) => {
        const { id, email } = await db.read((reader) => accountNamed(reader, wanted));
        if (password !== undefined) {
          await givePassword(db, id, password);
          return { json: { account: id, email }, text: `Set the password of ${email}, and ended all its sessions.` };
        }
        const { secret, expiresAt } = await startReset(db, id);
        const link = linkTo(publicUrl(), 'reset', secret);
        const until = expiresAt.toISOString();
        return {
          json: { account: id, email, token: secret, link, expiresAt: until },
          text: `Ended the password and all sessions of ${email}. Until ${until} a new one can be set, once, at\n${link}`,
        };
      }),
    );

  program
    .command('invite-staff')
    .alias('invite')
    .description('Print a link with which somebody makes their own account at an agency, once, within seven days')
    .requiredOption('--agency <name or id>')
    .requiredOption('--email <address>', 'to sign in with')
    .addOption(new Option('--role <role>').choices(STAFF_ROLES).makeOptionMandatory())
    .option('--name <name>', 'as others see it; without it they say it themselves')
    .action(async ({ agency: wanted, email, role, name }: InviteOptions) =>
      run(async ({ db }) => {
        if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new AppError('bad-request', `"${email}" is no e-mail address.`);
        const agency = await db.read((reader) => agencyNamed(reader, wanted));
        const made = await invite(db, { agencyId: agency.id, email, role, name: name?.trim() || null, by: null });
        const link = linkTo(publicUrl(), 'invitation', made.secret);
        return {
          json: { ...made.invitation, token: made.secret, link },
          text: `Invited ${email} to "${agency.name}" (${role}), until ${made.invitation.expiresAt}:\n${link}`,
        };
      }),
    );

  program
    .command('invitations')
    .description('List an agency’s invitations, or withdraw one')
    .requiredOption('--agency <name or id>')
    .option('--revoke <id>', 'withdraw this one')
    .action(async ({ agency: wanted, revoke }: { agency: string; revoke?: string }) =>
      run(async ({ db }) => {
        const agency = await db.read((reader) => agencyNamed(reader, wanted));
        if (revoke !== undefined) {
          const isRevoked = UUID.test(revoke) && (await db.transact((tx) => revokeInvitation(tx, revoke, agency.id)));
          if (!isRevoked) throw new AppError('not-found', `There is no invitation ${revoke} that is open.`);
        }
        const invitations = await db.read((reader) => invitationsOf(reader, agency.id));
        const lines = invitations.map((one) => `${one.id}  ${one.state.padEnd(8)}  ${one.role.padEnd(8)}  ${one.email}`);
        return { json: { invitations }, text: lines.length > 0 ? lines.join('\n') : 'There are none.' };
      }),
    );

  program
    .command('enable-account')
    .description('Let an account in again that was shut out')
    .requiredOption('--account <id or email>')
    .action(async ({ account: wanted }: { account: string }) =>
      run(async ({ db }) => {
        const { id, email } = await db.transact(async (tx) => {
          const account = await accountNamed(tx, wanted);
          await enableAccount(tx, account.id);
          return account;
        });
        return { json: { id, email, disabled: false }, text: `Enabled ${email}.` };
      }),
    );

  program
    .command('link-account')
    .description('Say who an account is for a platform that signs people in')
    .requiredOption('--account <id or email>')
    .requiredOption('--subject <id>', 'their id there: what the claim for the account holds')
    .option('--issuer <issuer>', 'what the claim iss holds; without it, the platform whose tokens name none', NAMELESS_ISSUER)
    .action(async ({ account: wanted, subject, issuer }: { account: string; subject: string; issuer: string }) =>
      run(async ({ db }) => {
        const { id, email } = await db.transact(async (tx) => {
          const account = await accountNamed(tx, wanted);
          await linkIdentity(tx, { issuer, subject }, account.id);
          return account;
        });
        return { json: { id, email, issuer, subject }, text: `Linked ${email} to ${subject} at ${issuer}.` };
      }),
    );

  program
    .command('link-imported')
    .description(
      'Say that the accounts of an import sign in by the same ids at the platform; accounts that were used here are listed instead',
    )
    .option('--platform <name>', 'what the import called it', 'platform')
    .option('--issuer <issuer>', 'what the claim iss holds; without it, the platform whose tokens name none', NAMELESS_ISSUER)
    .action(async ({ platform, issuer }: { platform: string; issuer: string }) =>
      run(async ({ db }) => {
        const { linked, left } = await db.transact((tx) => linkImported(tx, platform, issuer));
        const rest = left.length === 0 ? [] : ['In use here, so left for link-account where they are the same person:', ...left];
        return { json: { linked, left }, text: [`Linked ${linked} accounts.`, ...rest].join('\n') };
      }),
    );
}
